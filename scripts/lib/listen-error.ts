/** Why a server cannot listen, in the user's words. */

import { UserError } from "./command.ts";

export interface ListenPlace {
  readonly host: string;
  readonly port: number;
  /** What the user would give another port, and what another host. */
  readonly forPort: string;
  readonly forHost: string;
}

/** @returns the error itself, if it is none of the user's */
export function explainListen(error: unknown, { host, port, forPort, forHost }: ListenPlace): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return new UserError(
        `port ${port} is taken: end the program that has it (a broker, another npm start or npm run platform), or give ${forPort} another`,
      );
    case "EACCES":
      return new UserError(`port ${port} is for administrators: give ${forPort} one above 1023`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new UserError(`this machine has no address ${host}: check ${forHost}`);
    default:
      return error;
  }
}
