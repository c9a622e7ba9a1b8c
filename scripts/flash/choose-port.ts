/** Finds a board's port: the only one it may be on, or the one that the user picks. */

import type { Chip } from "../../src/board.ts";
import { CHIPS } from "../boards/chips.ts";
import { EXIT, UserError } from "../cli/command.ts";
import { listPorts, type FoundPort } from "./serial-ports.ts";
import { t } from "../cli/language.ts";
import { SELECT_STYLE } from "../cli/prompt-words.ts";

/** Where a question is asked: the terminal of this process by default. */
export interface Terminal {
  readonly input?: NodeJS.ReadableStream;
  readonly output?: NodeJS.WritableStream;
}

export interface Choice {
  /** The board's; undefined if unknown. */
  readonly chip: Chip | undefined;
  /** Where to ask; undefined if nobody is there. */
  readonly terminal: Terminal | undefined;
  readonly signal: AbortSignal;
}

/**
 * @param all the ports of this computer
 * @throws UserError if there is none, or if nobody can be asked which; after Ctrl-C
 */
export async function choosePort(
  { chip, terminal, signal }: Choice,
  all: Promise<readonly FoundPort[]> = listPorts(),
): Promise<FoundPort> {
  const { ports, isSure } = candidates(await all, chip);
  signal.throwIfAborted();
  const [first] = ports;
  if (first === undefined) throw new UserError(NONE);
  if (ports.length === 1 && isSure) return first;
  if (terminal) return ask(ports, terminal, signal);
  const width = Math.max(...ports.map(({ path }) => path.length));
  throw new UserError(
    [
      isSure
        ? t`there are several ports a board may be on: give one of them`
        : t`no port looks like a board's: give the right one`,
      ...ports.map(({ path, what }) => `  --port ${path.padEnd(width)}  ${what}`),
    ].join("\n"),
    EXIT.usage,
  );
}

const NONE = t`no board found: connect it with a cable that carries data, not only power; or give its --port (npm run ports lists all ports)`;

/**
 * The ports that a board may be on.
 * @returns `isSure`: whether boards with an ESP chip use this kind; if there are none, it may be any USB port
 */
function candidates(
  all: readonly FoundPort[],
  chip: Chip | undefined,
): { ports: readonly FoundPort[]; isSure: boolean } {
  const likely = all.filter(({ isLikely }) => isLikely);
  if (likely.length === 0) return { ports: all.filter(({ usb }) => usb !== undefined), isSure: false };
  // A board may be connected at both of its sockets.
  const right = chip && (CHIPS[chip].ownUsb ? "own" : "bridge");
  const fitting = likely.filter(({ socket }) => !right || !socket || socket === right);
  return { ports: fitting.length > 0 ? fitting : likely, isSure: true };
}

async function ask(ports: readonly FoundPort[], terminal: Terminal, signal: AbortSignal): Promise<FoundPort> {
  const { default: select } = await import("@inquirer/select"); // seldom needed
  const choices = ports.map((port) => ({ value: port, name: `${port.path}  ${port.what}` }));
  try {
    return await select(
      { message: t`On which port is the board?`, choices, theme: { style: SELECT_STYLE } },
      { ...terminal, signal },
    );
  } catch (error) {
    if (!(error instanceof Error && /^(ExitPrompt|AbortPrompt)Error$/.test(error.name))) throw error;
    throw new UserError(t`interrupted`, EXIT.interrupted);
  }
}
