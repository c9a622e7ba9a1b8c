/** Explains to the user why a server cannot listen. */

import { UserError } from "./command.ts";
import { t } from "./language.ts";

export interface ListenPlace {
  readonly host: string;
  readonly port: number;
  /** What to give another port, or another host. */
  readonly forPort: string;
  readonly forHost: string;
}

/** @returns the error itself if it has another cause */
export function explainListen(error: unknown, { host, port, forPort, forHost }: ListenPlace): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return new UserError(
        t`port ${port} is taken: stop the program that uses it (a broker, another npm start or npm run platform), or give ${forPort} another port`,
      );
    case "EACCES":
      return new UserError(t`port ${port} needs root: give ${forPort} a port above 1023`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new UserError(t`this machine has no address ${host}: check ${forHost}`);
    default:
      return error;
  }
}
