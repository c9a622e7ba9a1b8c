/** The interpreter's errors. */

export type ErrorType = "Error" | "TypeError" | "SyntaxError" | "ReferenceError" | "InternalError";

/** An error that the interpreter throws into the program. */
export class EspruinoError extends Error {
  readonly type: ErrorType;
  constructor(message: string, type: ErrorType = "Error") {
    super(message);
    this.name = type;
    this.type = type;
  }
}
