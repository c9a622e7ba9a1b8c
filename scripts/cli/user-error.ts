/** Errors that end a command with a message for the user. */

/** Exit codes other than 0; 130 is the shell's code for Ctrl-C. */
export const EXIT = { failed: 1, usage: 2, interrupted: 130, brokenPipe: 141 } as const;

/** Ends a command with a message for the user and an exit code, without a stack trace. */
export class UserError extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT.failed,
    /** What the command had found so far, for --json. */
    readonly found: object = {},
  ) {
    super(message);
  }

  /** One line per mistake. */
  get lines(): readonly string[] {
    return [this.message];
  }

  /** Fields of the error, for --json. */
  get details(): object {
    return {};
  }
}
