/** Who is at the other end of a port: Espruino, something else, or somebody who talks and does not listen. */

import type { Chip } from "../../src/board.ts";
import { AWAY, SOON, type BoardLink } from "./board-link.ts";
import { oneLine, readable } from "./console-text.ts";
import { explainDeafness } from "./deaf-port.ts";
import { BAUD_RATE, canRestart, restartByLines } from "./port.ts";
import type { FoundPort } from "./serial-ports.ts";

/** What Espruino says of itself, in one line each and safe for a terminal. */
export interface Environment {
  readonly VERSION: string;
  readonly BOARD: string;
  /** The modules that are built in, with commas between them. */
  readonly MODULES?: string;
}

/** What was found at the other end of a port. */
export type Presence =
  | { readonly kind: "espruino"; readonly environment: Environment }
  | {
      /**
       * `deaf`: it prints, and what is typed gets neither an echo nor an answer. `silent`: nothing came. `loader`: the
       * chip waits for a firmware. `other`: it answers, and is not Espruino. `closed`: the port closed.
       */
      readonly kind: "deaf" | "silent" | "loader" | "other" | "closed";
      /** What came, characters 0–255. */
      readonly heard: string;
      /** The chip that its own boot text names. */
      readonly chip?: Chip;
    };

export interface Search {
  /** Longest wait, in ms; {@link AWAY} unless told. */
  readonly patience?: number;
  /** Whether Ctrl-C may stop what the board runs, and a silent chip be restarted by its serial line; true unless told. */
  readonly mayInterrupt?: boolean;
  /** Gets what is waited for, when it takes long. */
  readonly onWait?: (text: string) => void;
}

/** Time in which a chip that runs something prints or answers, in ms, before it is restarted. */
const QUIET = 10_000;

/** @throws LockedError */
export async function whoIsThere(link: BoardLink, search: Search = {}): Promise<Presence> {
  const { patience = AWAY, mayInterrupt = true, onWait } = search;
  const wait = (time: number) =>
    link.ask("process.env", {
      patience: time,
      mayInterrupt,
      onLate: () =>
        onWait?.(
          `no answer yet: a board that opens a connection is away for up to 27 s; waiting ${Math.round((time - SOON) / 1000)} s more`,
        ),
    });

  const mayRestart = mayInterrupt && canRestart(link.port) && patience > QUIET;
  let answer = await wait(mayRestart ? QUIET : patience);
  if (mayRestart && !answer.isAnswered && !link.isClosed()) {
    let heard = answer.heard;
    const hear = (bytes: Buffer) => (heard += bytes.toString("latin1"));
    link.events.on("bytes", hear);
    // Silence is no sign: a restart makes every chip print, and the interpreter listen that a program kept busy.
    if (heard.trim() === "" && (await restartByLines(link.port))) onWait?.("silent: restarted the chip");
    link.events.off("bytes", hear);
    answer = await wait(patience);
    answer = { ...answer, heard: heard + answer.heard };
  }
  if (isEnvironment(answer.value)) {
    const { VERSION, BOARD, MODULES } = answer.value;
    const modules = typeof MODULES === "string" ? { MODULES } : {};
    return {
      kind: "espruino",
      environment: { VERSION: oneLine(VERSION, LONGEST), BOARD: oneLine(BOARD, LONGEST), ...modules },
    };
  }
  const { heard } = answer;
  const chip = chipOfBootText(heard);
  return { kind: link.isClosed() ? "closed" : kindOf(heard), heard, ...(chip ? { chip } : {}) };
}

function kindOf(heard: string): "deaf" | "silent" | "loader" | "other" {
  if (heard.trim() === "") return "silent";
  if (/waiting for download/i.test(heard)) return "loader";
  // Espruino shows no echo of a question, everybody else who listens does.
  return hasEcho(heard) || wordsOf(heard).length === 0 ? "other" : "deaf";
}

function hasEcho(heard: string): boolean {
  return heard.replace(/\s/g, "").includes("String.fromCharCode(2)");
}

/** The lines with something to read; at a wrong speed there are none. */
function wordsOf(heard: string): string[] {
  return heard
    .split("\n")
    .map(readable)
    .filter((line) => /[A-Za-z]{3}/.test(line) && !line.includes("\ufffd") && !hasEcho(line));
}

/**
 * Why there is no Espruino, and what to do.
 * @param chip what the board file says
 * @param others the ports of this computer
 */
export function explainAbsence(
  presence: Exclude<Presence, { kind: "espruino" }>,
  port: string,
  chip: Chip | undefined,
  others: readonly FoundPort[],
): string {
  const { kind, heard } = presence;
  switch (kind) {
    case "closed":
      return `${port} closed at once: close the program that has it`;
    case "silent":
      return [
        `nothing answers on ${port}:`,
        "- is it the board's port? npm run ports lists what there is",
        "- press the board's EN or RST button, and try again",
        "- is Espruino on the board? docs/flashing.md says how it gets there",
      ].join("\n");
    case "loader":
      return "the board waits for a firmware: let go of BOOT, press EN or RST, and try again";
    case "deaf":
      return explainDeafness(port, presence.chip ?? chip, others, wordsOf(heard).at(-1) ?? "");
    case "other":
      return [
        `something answers on ${port}, but it is not Espruino, or not at ${BAUD_RATE} baud; it says: ${wordsOf(heard).at(-1) ?? "nothing readable"}`,
        "docs/flashing.md says how Espruino gets onto the board",
      ].join("\n");
  }
}

export function isEnvironment(value: unknown): value is Environment {
  const { VERSION, BOARD } = (value ?? {}) as Partial<Record<keyof Environment, unknown>>;
  return typeof VERSION === "string" && /^\d+v\d+/.test(VERSION) && typeof BOARD === "string";
}

/** Longest name and version, in characters. */
const LONGEST = 40;

/** The chip of Espruino's board name; undefined for a build of one's own. */
export function chipOf(board: string): Chip | undefined {
  return (["esp32c3", "esp32s3", "esp8266", "esp32"] as const).find((chip) =>
    board.toLowerCase().startsWith(chip),
  );
}

/** The chip that the text of its first loader names. */
export function chipOfBootText(heard: string): Chip | undefined {
  const named = /ESP-ROM:esp32(c3|s3)\b/.exec(heard)?.[1];
  if (named) return named === "c3" ? "esp32c3" : "esp32s3";
  return /ets [A-Z][a-z]{2} +\d+ 2016/.test(heard) ? "esp32" : undefined;
}

/** @param version of Espruino, `2v29` or `2v29.277` */
export function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split("v").map(parseFloat);
  const [thanMajor = 0, thanMinor = 0] = than.split("v").map(parseFloat);
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}
