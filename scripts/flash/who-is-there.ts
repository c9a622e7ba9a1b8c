/** Identifies the other end of a port: Espruino, something else, or a board that prints but receives nothing. */

import type { Chip } from "../../src/board.ts";
import { CHIPS } from "../boards/chips.ts";
import { AWAY, SOON, type BoardLink } from "./board-link.ts";
import { oneLine, readable } from "../cli/console-text.ts";
import { explainDeafness } from "./deaf-port.ts";
import { BAUD_RATE, canRestart, restartByLines } from "./port.ts";
import type { FoundPort } from "./serial-ports.ts";
import { t } from "../cli/language.ts";

/** What Espruino reports about itself, each one line and safe for a terminal. */
export interface Environment {
  readonly VERSION: string;
  readonly BOARD: string;
  /** Built-in modules, separated by commas. */
  readonly MODULES?: string;
}

/** What was found at the other end of a port. */
export type Presence =
  | { readonly kind: "espruino"; readonly environment: Environment }
  | {
      /**
       * `deaf`: it prints, but neither echoes nor answers input. `silent`: no output. `loader`: the chip is waiting
       * for firmware. `other`: it answers, but is not Espruino. `closed`: the port closed.
       */
      readonly kind: "deaf" | "silent" | "loader" | "other" | "closed";
      /** Its output, characters 0–255. */
      readonly heard: string;
      /** The chip named in its boot text. */
      readonly chip?: Chip;
    };

export interface Search {
  /** Time-out, in ms; {@link AWAY} by default. */
  readonly patience?: number;
  /** Whether Ctrl-C may stop the running program, and a silent chip be restarted over serial; true by default. */
  readonly mayInterrupt?: boolean;
  /** Called with what is being waited for, if it takes a while. */
  readonly onWait?: (text: string) => void;
}

/** How long a chip may be silent before it is restarted, in ms. */
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
          t`no answer yet: a board does not respond while it opens a connection, for up to 27 s; waiting ${Math.round((time - SOON) / 1000)} s more`,
        ),
    });

  const mayRestart = mayInterrupt && canRestart(link.port) && patience > QUIET;
  let answer = await wait(mayRestart ? QUIET : patience);
  if (mayRestart && !answer.isAnswered && !link.isClosed()) {
    let heard = answer.heard;
    const hear = (bytes: Buffer) => (heard += bytes.toString("latin1"));
    link.events.on("bytes", hear);
    // Silence proves nothing: after a restart every chip prints, and an interpreter kept busy by a program responds
    // again.
    if (heard.trim() === "" && (await restartByLines(link.port))) onWait?.(t`silent: restarted the chip`);
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
  // Espruino does not echo a question; anything else that receives it does.
  return hasEcho(heard) || wordsOf(heard).length === 0 ? "other" : "deaf";
}

function hasEcho(heard: string): boolean {
  return heard.replace(/\s/g, "").includes("String.fromCharCode(2)");
}

/** The readable lines; at the wrong baud rate there are none. */
function wordsOf(heard: string): string[] {
  return heard
    .split("\n")
    .map(readable)
    .filter((line) => /[A-Za-z]{3}/.test(line) && !line.includes("\ufffd") && !hasEcho(line));
}

/**
 * Explains why Espruino was not found, and what to do.
 * @param chip the one in the board file
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
      return t`${port} closed at once: close the program that is using it`;
    case "silent":
      return [
        t`no response on ${port}:`,
        t`- is it the board's port? npm run ports lists all ports`,
        t`- press the board's EN or RST button, and try again`,
        t`- is Espruino on the board? docs/flashing.md explains how to install it`,
      ].join("\n");
    case "loader":
      return t`the board is waiting for firmware: release BOOT, press EN or RST, and try again`;
    case "deaf":
      return explainDeafness(port, presence.chip ?? chip, others, wordsOf(heard).at(-1) ?? "");
    case "other":
      return [
        t`something answers on ${port}, but it is not Espruino, or not at ${BAUD_RATE} baud; it sent: ${wordsOf(heard).at(-1) ?? t`nothing readable`}`,
        t`docs/flashing.md explains how to install Espruino`,
      ].join("\n");
  }
}

export function isEnvironment(value: unknown): value is Environment {
  const { VERSION, BOARD } = (value ?? {}) as Partial<Record<keyof Environment, unknown>>;
  return typeof VERSION === "string" && /^\d+v\d+/.test(VERSION) && typeof BOARD === "string";
}

/** Longest name and version, in characters. */
const LONGEST = 40;

/** The chip in Espruino's board name; undefined for a custom build. */
export function chipOf(board: string): Chip | undefined {
  const fit = (Object.keys(CHIPS) as Chip[]).filter((chip) => board.toLowerCase().startsWith(chip));
  return fit.find((chip) => fit.every((other) => chip.startsWith(other))); // esp32c3 rather than esp32
}

/** The chip named in its boot loader's text. */
export function chipOfBootText(heard: string): Chip | undefined {
  const named = /ESP-ROM:(\w+)/.exec(heard)?.[1];
  if (named !== undefined && Object.hasOwn(CHIPS, named)) return named as Chip;
  return /ets [A-Z][a-z]{2} +\d+ 2016/.test(heard) ? "esp32" : undefined;
}

/** @param version Espruino's, `2v29` or `2v29.277` */
export function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split("v").map(parseFloat);
  const [thanMajor = 0, thanMinor = 0] = than.split("v").map(parseFloat);
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}
