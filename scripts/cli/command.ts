/** Shared by all commands: help, options, errors, exit codes. See docs/command-line.md. */

import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { INVISIBLE } from "./shorten.ts";
import { err } from "./terminal.ts";
import { EXIT, UserError } from "./user-error.ts";
import { HELP, translateError } from "./help.ts";
import { LANGUAGES, pageOf, t } from "./language.ts";

export { EXIT, UserError };

/**
 * Runs a command line: `define` adds arguments, options and examples to the command, `run` does the work. Sets the
 * exit code; other than 0, prints the reason on stderr, or on stdout with --json.
 */
export async function runCommand(
  name: string,
  description: string,
  define: (command: Command) => Command,
  run: (command: Command) => void | Promise<void>,
): Promise<void> {
  const command = define(
    new Command(name === "start" ? "npm start --" : `npm run ${name} --`).description(description),
  );
  command
    .addOption(new Option("--lang <language>", t`language of the texts`).choices(LANGUAGES))
    .helpOption("-h, --help", t`show this help`)
    .configureHelp(HELP)
    .exitOverride();
  command.configureOutput({ outputError: () => undefined }); // errors are printed in one place, below
  if (!process.stdout.listeners("error").includes(endWithReader)) process.stdout.on("error", endWithReader);
  try {
    refuseWithoutDashes(command);
    command.parse();
    await run(command);
  } catch (error) {
    process.exitCode = report(error, command);
  }
}

/** Options that are npm's too: they may come from its own settings. */
const NPMS_OWN: ReadonlySet<string> = new Set([
  "all",
  "force",
  "json",
  "key",
  "prefix",
  "registry",
  "version",
]);

/**
 * Without `--` before them, npm keeps the options for itself, and the command gets only their values.
 * @throws UserError
 */
function refuseWithoutDashes(command: Command): void {
  const kept = command.options.filter((option) => {
    const name = option.long?.replace(/^--(no-)?/, "");
    return (
      name && !NPMS_OWN.has(name) && process.env[`npm_config_${name.replaceAll("-", "_")}`] !== undefined
    );
  });
  if (kept.length === 0) return;
  const flags = kept.map(({ long }) => long ?? "").join(" ");
  const name = command.name();
  throw new UserError(
    t`npm kept ${flags} for itself: put -- before the options, as in ${name} ${flags}`,
    EXIT.usage,
  );
}

/** Prints the result of a command with --json, on one line. */
export function printJson(found: object): void {
  console.log(JSON.stringify({ ok: true, ...found }));
}

export function warn(text: string): void {
  console.error(t`${err.yellow(t`warning:`)} ${visible(text)}`);
}

export function printError(text: string): void {
  console.error(t`${err.red(t`error:`)} ${visible(text)}`);
}

/** A message safe for a terminal: it may quote a board's own code, which may come from anyone. */
function visible(text: string): string {
  return text
    .split("\n")
    .map((line) => line.replace(INVISIBLE, ""))
    .join("\n");
}

/** The end of a help text: example calls, what each does, and where to read more. */
export function examples(calls: readonly (readonly [call: string, does?: string])[], more: string): string {
  const lines = calls.flatMap(([call, does]) => [
    `  ${call}`,
    ...(does === undefined ? [] : [`      ${does}`]),
  ]);
  return ["", t`Examples:`, ...lines, "", t`More: ${pageOf(more)}, docs/command-line.md`].join("\n");
}

/** Parses an option's TCP port. @throws InvalidArgumentError */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new InvalidArgumentError(t`Must be a port from 0 to 65535.`);
  return port;
}

/** Parses an option's whole number from 1 to a maximum. */
export function wholeNumber(maximum: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= 1 && number <= maximum) return number;
    throw new InvalidArgumentError(t`Must be a whole number from 1 to ${maximum}.`);
  };
}

/**
 * Runs work that Ctrl-C may interrupt: it aborts the signal, and any later failure counts as the interruption.
 * @param advice describes what is left behind; undefined if nothing
 * @param grace how long the work may then take to end by itself, in ms, before the process ends
 * @throws UserError with exit code 130 after Ctrl-C
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  advice: () => string | undefined = () => undefined,
  grace = Infinity,
): Promise<T> {
  const stop = new AbortController();
  let late: NodeJS.Timeout | undefined;
  let off: (() => void) | undefined;
  const interrupted = new Promise<never>((_resolve, reject) => {
    off = onInterrupt(() => {
      const left = advice();
      const reason = new UserError(left ? t`interrupted; ${left}` : t`interrupted`, EXIT.interrupted);
      stop.abort(reason);
      if (grace === Infinity) return;
      late = setTimeout(() => {
        reject(reason);
        setTimeout(() => process.exit(EXIT.interrupted), 0); // after the reason is printed
      }, grace);
    });
  });
  try {
    return await Promise.race([work(stop.signal), interrupted]);
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    clearTimeout(late);
    off?.();
  }
}

/** Resolves at Ctrl-C. */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => void onInterrupt(resolve));
}

/** How long another signal counts as the same Ctrl-C, in ms: both a terminal and npm send it. */
const SAME_SIGNAL = 1000;

/** Calls back at Ctrl-C; a second, later one ends the process at once. @returns a function that stops listening */
function onInterrupt(begin: () => void): () => void {
  let begun: number | undefined;
  const onSignal = () => {
    if (begun === undefined) begin();
    else if (performance.now() - begun > SAME_SIGNAL) process.exit(EXIT.interrupted);
    begun ??= performance.now();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return () => process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
}

/** Prints what went wrong. @returns the exit code */
function report(error: unknown, command: Command): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0; // it has printed the help
  const { lines, exitCode, found, details } = failureOf(error);
  if (wantsJson(command)) {
    console.log(JSON.stringify({ ok: false, ...found, error: { message: lines.join("\n"), ...details } }));
    return exitCode;
  }
  lines.forEach(printError);
  if (exitCode === EXIT.usage) console.error(t`Run ${command.name()} --help for its options`);
  return exitCode;
}

/** Also works if parsing the options failed. */
function wantsJson(command: Command): boolean {
  return command.options.some(({ long }) => long === "--json") && process.argv.includes("--json");
}

function failureOf(error: unknown): UserError {
  if (error instanceof UserError) return error;
  if (error instanceof CommanderError) return new UserError(translateError(error), EXIT.usage);
  console.error(error); // a bug of this project: print the stack
  return new UserError(error instanceof Error ? error.message : String(error));
}

/** Ends quietly when the reader of the output has gone, as `head` does. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(EXIT.brokenPipe);
}
