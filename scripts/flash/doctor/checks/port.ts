/** The port, and whether Espruino answers on it. */

import { linkTo } from "../../board-link.ts";
import { UserError } from "../../../cli/command.ts";
import { hearsOwnUsbOnly } from "../../deaf-port.ts";
import { withoutToken } from "../../port.ts";
import { RIGHT_FOR } from "../../serial-ports.ts";
import { explainAbsence, whoIsThere } from "../../who-is-there.ts";
import { createConsole } from "../console.ts";
import { ok, skipped, warning, wrong, type Finding } from "../finding.ts";
import { members, asText, whole } from "../text.ts";
import type { Check, Environment, Visit } from "../visit.ts";
import { list, t } from "../../../cli/language.ts";

export const PORT_CHECKS: readonly Check[] = [
  { name: t`port`, run: checkPort },
  { name: t`console`, run: checkConsole },
];

async function checkPort(visit: Visit): Promise<Finding> {
  const { port, board } = visit;
  const ports = await visit.surroundings.listPorts().catch(() => []);
  if (port === undefined) {
    const likely = ports.filter(({ isLikely }) => isLikely).map(({ path }) => path);
    return {
      ...skipped(likely.length > 0 ? t`no --port given; there is ${list(likely)}` : t`no --port given`),
      remedy: t`connect the board and add --port: without it the board itself is not checked; npm run ports lists the ports`,
    };
  }
  if (port.startsWith("tcp://")) return ok(withoutToken(port));
  const found = ports.find(({ path }) => path === port);
  if (!found) return ok(t`${port}, not listed by the system`);
  const id = found.usb ? ` (${found.usb.vendor}:${found.usb.product})` : "";
  const what = `${port}: ${asText(found.what)}${id}`;
  const right = board && hearsOwnUsbOnly(board.chip) ? "own" : "bridge";
  if (board && found.socket !== undefined && found.socket !== right)
    return warning(
      t`${what}, ${RIGHT_FOR[found.socket]}`,
      t`use the board's other socket (docs/flashing.md)`,
    );
  return ok(what);
}

async function checkConsole(visit: Visit): Promise<Finding> {
  const { port, board, patience, signal, note, surroundings } = visit;
  if (port === undefined) return skipped(t`no --port given`);
  const password = board?.console.password;
  try {
    const link = linkTo(await surroundings.openPort(port), {
      ...(password ? { password } : {}),
      passwordFrom: `boards/${visit.name}`,
    });
    visit.console = createConsole(link, {
      patience,
      signal,
      onLate: () => note(t`the board is slow to answer`),
    });
    const presence = await whoIsThere(link, { patience, mayInterrupt: false, onWait: note });
    if (presence.kind !== "espruino") {
      const others = await surroundings.listPorts().catch(() => []);
      await visit.console.leave();
      delete visit.console;
      return fromText(explainAbsence(presence, asText(withoutToken(port), 100), board?.chip, others));
    }
    visit.environment = environmentOf(await visit.console.ask("process.env"));
    return ok(t`Espruino answers`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await visit.console?.leave();
    delete visit.console;
    return fromText(error.message);
  }
}

/** Splits a message of several lines, or of one with a colon or a semicolon, into what is wrong and what to do. */
function fromText(message: string): Finding {
  const [first = "", ...rest] = message.split("\n");
  if (rest.length > 0)
    return wrong(first.replace(/[:：]$/, ""), rest.map((line) => line.replace(/^- /, "")).join(t`; `));
  const [, found = first, remedy = t`connect the board, and run npm run ports`] =
    /^(.*?)(?:[；：]|; |: (?=[a-z]))(.*)$/.exec(first) ?? [];
  return wrong(found, remedy);
}

/** @param value what a board reports about itself */
function environmentOf(value: unknown): Environment {
  const { VERSION, BOARD, STORAGE, MODULES } = members(value);
  return {
    version: asText(VERSION, 20),
    build: asText(BOARD, 30),
    storage: whole(STORAGE),
    modules: typeof MODULES === "string" ? MODULES.split(",").map((name) => asText(name, 30)) : [],
  };
}
