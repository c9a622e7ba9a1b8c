/** What every command of the project shares: its help, its errors, its exit code. */

import { Command, CommanderError, InvalidArgumentError } from "commander";
import pc from "picocolors";
import { BoardError, formatMistake } from "./boards.ts";

/** Ends a command with a message for the user and an exit code, 1 unless given, without a stack trace. */
export class UserError extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

/**
 * Runs a command line: `define` adds arguments and options to the command, `run` does the work.
 * Sets the exit code: 0, or another with the reason on stderr.
 */
export async function runCommand(
  name: string,
  description: string,
  define: (command: Command) => Command,
  run: (command: Command) => Promise<void>,
): Promise<void> {
  const command = define(
    new Command(`npm run ${name} --`.replace("npm run start", "npm start")).description(description),
  );
  command.exitOverride().configureHelp({ showGlobalOptions: true });
  try {
    command.parse();
    await run(command);
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** A TCP port as an option gives it. @throws InvalidArgumentError */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError("A port is 0 to 65535.");
  return port;
}

/** Tells what went wrong; returns the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode; // it has said so itself
  if (error instanceof BoardError) {
    for (const mistake of error.mistakes) console.error(pc.red(formatMistake(mistake)));
  } else if (error instanceof UserError) {
    console.error(pc.red(error.message));
    return error.exitCode;
  } else {
    console.error(error);
  }
  return 1;
}
