/** What every command of the project shares: its help, its options, its errors, its exit code. docs/command-line.md */

import { Command, CommanderError, InvalidArgumentError } from "commander";
import { BoardError, DEFAULT_BOARD, formatMistake, type Mistake } from "./boards.ts";
import { err } from "./terminal.ts";

/** Exit codes beside 0; 130 is what shells make of Ctrl-C. */
export const EXIT = { failed: 1, usage: 2, interrupted: 130, brokenPipe: 141 } as const;

/** Ends a command with a message for the user and an exit code, without a stack trace. */
export class UserError extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT.failed,
    /** What the command had found until then, for --json. */
    readonly found: object = {},
  ) {
    super(message);
  }
}

/**
 * Runs a command line: `define` adds arguments, options and examples to the command, `run` does the work.
 * Sets the exit code: 0, or another with the reason on stderr, or with --json on stdout.
 */
export async function runCommand(
  name: string,
  description: string,
  define: (command: Command) => Command,
  run: (command: Command) => Promise<void>,
): Promise<void> {
  const command = define(
    new Command(name === "start" ? "npm start --" : `npm run ${name} --`).description(description),
  );
  command.helpOption("-h, --help", "show this help").exitOverride();
  command.configureOutput({ outputError: () => undefined }); // all errors are told in one place, below
  if (!process.stdout.listeners("error").includes(endWithReader)) process.stdout.on("error", endWithReader);
  try {
    command.parse();
    await run(command);
  } catch (error) {
    process.exitCode = tell(error, command);
  }
}

/** Prints the one document of a command that was asked for JSON, in a line. */
export function printJson(found: object): void {
  console.log(JSON.stringify({ ok: true, ...found }));
}

export function warn(text: string): void {
  console.error(`${err.yellow("warning:")} ${text}`);
}

export function tellError(text: string): void {
  console.error(`${err.red("error:")} ${text}`);
}

/** The end of a help: calls as they are typed, what each does, and where to read more. */
export function examples(calls: readonly (readonly [call: string, does?: string])[], more: string): string {
  const lines = calls.flatMap(([call, does]) => [
    `  ${call}`,
    ...(does === undefined ? [] : [`      ${does}`]),
  ]);
  return ["", "Examples:", ...lines, "", `More: ${more}, docs/command-line.md`].join("\n");
}

/** The names of the boards that a command got as arguments and with --board, each once; the default if none. */
export function boardsOf(command: Command): readonly string[] {
  const { board } = command.opts<{ board?: string }>();
  const named = new Set([...command.args, ...(board === undefined ? [] : [board])]);
  return named.size > 0 ? [...named] : [DEFAULT_BOARD];
}

/** The name of the board of a command for one. @throws UserError where two are named */
export function boardOf(command: Command): string {
  const [board = "", ...others] = boardsOf(command);
  if (others.length === 0) return board;
  throw new UserError(`${[board, ...others].join(" and ")}: name one board`, EXIT.usage);
}

/** A TCP port as an option gives it. @throws InvalidArgumentError */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError("A port is 0 to 65535.");
  return port;
}

/** Reads an option's whole number from 1 to a maximum. */
export function wholeNumber(maximum: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= 1 && number <= maximum) return number;
    throw new InvalidArgumentError(`A whole number from 1 to ${maximum} is right.`);
  };
}

/**
 * Does what Ctrl-C may end: the signal is aborted then, and whatever fails afterwards fails because of it.
 * @param advice tells what is left behind at that moment; undefined when nothing is
 * @throws UserError with exit code 130 after Ctrl-C
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  advice: () => string | undefined = () => undefined,
): Promise<T> {
  const stop = new AbortController();
  const off = onInterrupt(() => {
    const left = advice();
    stop.abort(new UserError(left ? `interrupted; ${left}` : "interrupted", EXIT.interrupted));
  });
  try {
    return await work(stop.signal);
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    off();
  }
}

/** Resolves at Ctrl-C, for commands that run until then. */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => void onInterrupt(resolve));
}

/** Until when another signal is the same Ctrl-C, in ms: a terminal and npm both send it. */
const SAME_SIGNAL = 1000;

/** Calls back at Ctrl-C; one more, later, ends the process however its cleaning up gets on. @returns how to stop that */
function onInterrupt(begin: () => void): () => void {
  let begun: number | undefined;
  const onSignal = () => {
    if (begun === undefined) begin();
    else if (Date.now() - begun > SAME_SIGNAL) process.exit(EXIT.interrupted);
    begun ??= Date.now();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return () => process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
}

interface Failure {
  readonly messages: readonly string[];
  readonly exitCode: number;
  readonly found?: object;
  readonly mistakes?: readonly Mistake[];
}

/** Says what went wrong; returns the exit code. */
function tell(error: unknown, command: Command): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0; // it has shown the help
  const { messages, exitCode, found, mistakes } = failureOf(error);
  if (wantsJson(command)) {
    const message = messages.join("\n");
    console.log(
      JSON.stringify({ ok: false, ...found, error: { message, ...(mistakes ? { mistakes } : {}) } }),
    );
    return exitCode;
  }
  messages.forEach(tellError);
  if (exitCode === EXIT.usage) console.error(`${command.name()} --help shows how it is used`);
  return exitCode;
}

/** Also where the options were not read, because one of them is wrong. */
function wantsJson(command: Command): boolean {
  return command.options.some(({ long }) => long === "--json") && process.argv.includes("--json");
}

function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError)
    return { messages: [error.message.replace(/^error: /, "")], exitCode: EXIT.usage };
  if (error instanceof UserError)
    return { messages: [error.message], exitCode: error.exitCode, found: error.found };
  if (error instanceof BoardError) {
    const { mistakes } = error;
    return { messages: mistakes.map(formatMistake), exitCode: EXIT.failed, mistakes };
  }
  console.error(error); // a mistake of the project's own: where it happened is of use
  return { messages: [error instanceof Error ? error.message : String(error)], exitCode: EXIT.failed };
}

/** Who read the output has gone, as `head` does; what is left to say is for nobody. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(EXIT.brokenPipe);
}
