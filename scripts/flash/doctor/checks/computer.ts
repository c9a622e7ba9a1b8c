/** This computer, and its board file. */

import { readFileSync } from "node:fs";
import type { Board, Network } from "../../../boards/board.ts";
import { serverKind } from "../../../boards/mqtt.ts";
import { SHORT_KEY } from "../../../boards/warnings.ts";
import { BoardError, loadBoard, placeholders } from "../../../boards/index.ts";
import { readToken, resourceOf, timeOf } from "../../../boards/token.ts";
import { networksOf, radioBytes, readable } from "../../../boards/wifi.ts";
import { ok, skipped, warning, wrong, type Finding } from "../finding.ts";
import { networkMark } from "../text.ts";
import { given, type Check, type Visit } from "../visit.ts";
import { list, t } from "../../../cli/language.ts";

/** Bytes of a network's name and of a password that reach the radio (docs/chip.md, F47). */
const [LONGEST_NAME, LONGEST_PASSWORD] = [31, 63];
/** How long before a token expires to warn about it, in s. */
const SOON = 30 * 86_400;

const PACKAGE = new URL("../../../../package.json", import.meta.url);

export const COMPUTER_CHECKS: readonly Check[] = [
  {
    name: "Node",
    run() {
      const { engines } = JSON.parse(readFileSync(PACKAGE, "utf8")) as { engines: { node: string } };
      return judgeNode(process.versions.node, engines.node);
    },
  },
  { name: t`board file`, run: checkFile },
  {
    name: "token",
    needs: ["board"],
    run: ({ board, surroundings }) => judgeToken(given(board), surroundings.now() / 1000),
  },
  {
    name: t`network's name`,
    needs: ["board"],
    run: ({ board }) => worst(networksOf(given(board)).map(judgeNames)),
  },
];

/** @param range from package.json, `>=20.19` */
export function judgeNode(version: string, range: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [least = 0, leastMinor = 0] = range.replace(">=", "").split(".").map(Number);
  if (major > least || (major === least && minor >= leastMinor)) return ok(version);
  return wrong(t`${version} is too old`, t`install Node ${least}.${leastMinor} or newer from nodejs.org`);
}

function checkFile(visit: Visit): Finding {
  const { name, surroundings } = visit;
  const directory = surroundings.directory === undefined ? {} : { directory: surroundings.directory };
  try {
    visit.board = loadBoard(name, { ...directory, now: surroundings.now() / 1000 });
  } catch (error) {
    if (!(error instanceof BoardError)) throw error;
    try {
      // Check the rest even if the token has expired: the next check reports it.
      visit.board = loadBoard(name, { ...directory, now: 0 });
    } catch {
      return wrong(error.message, t`correct it (docs/boards.md)`);
    }
  }
  const { board } = visit;
  const what = list([board.title, board.chip, serverKind(board)]);
  const examples = placeholders(board);
  if (examples.length === 0) return ok(what);
  return warning(
    t`${what}; still example values: ${list(examples)}`,
    t`put your own in boards/${board.name}.local.json (docs/boards.md)`,
  );
}

/** @param now in s since 1970 */
export function judgeToken(board: Board, now: number): Finding {
  const { onenet } = board;
  if (onenet.generation !== "suite" && onenet.generation !== "studio")
    return skipped(t`${serverKind(board)} has none`);
  const { resource, expires } = readToken(onenet.token);
  const renew =
    onenet.key === undefined
      ? t`make a new one with npm run token, build, and flash`
      : t`choose a later onenet.expires, build, and flash`;
  if (expires <= now)
    return wrong(t`expired at ${timeOf(expires)}: the platform refuses the board's log-in`, renew);
  const whose = resource === resourceOf(onenet.product) ? t`the whole product` : t`this device`;
  const what = t`opens ${whose} until ${timeOf(expires)}`;
  if (expires - now < SOON) return warning(what, renew);
  if (onenet.key !== undefined && Buffer.from(onenet.key, "base64").length < SHORT_KEY)
    return warning(
      t`${what}; its key is short`,
      t`compare onenet.key with the access key on the platform's page, and copy all of it`,
    );
  return ok(what);
}

/** The first that has a fault. */
function worst(findings: readonly Finding[]): Finding {
  return findings.find(({ state }) => state !== "ok") ?? ok(findings.map(({ found }) => found).join(t`; `));
}

export function judgeNames(network: Network): Finding {
  const [name, secret] = [radioBytes(network.ssid).length, radioBytes(network.password).length];
  const [ssid, password] = [readable(network.ssid), readable(network.password)];
  const what = t`${networkMark(ssid)}, ${name} bytes`;
  if (name > LONGEST_NAME)
    return wrong(
      t`${what}: Espruino cuts it to ${LONGEST_NAME} (docs/chip.md, F47)`,
      t`give the network a shorter name, and set wifi.ssid to it`,
    );
  if (secret > LONGEST_PASSWORD)
    return wrong(
      t`${what}; its password has ${secret} bytes: Espruino cuts it to ${LONGEST_PASSWORD} (docs/chip.md, F47)`,
      t`set wifi.password to the password itself, not the 64-digit key derived from it`,
    );
  if (ssid.trim() !== ssid || password.trim() !== password)
    return warning(
      t`${what}; it or its password begins or ends with a space`,
      t`remove the space, unless intended`,
    );
  return ok(password === "" ? t`${what}, open` : what);
}
