/** The web console as commands offer it: where it listens, and who may see it. */

import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import pc from "picocolors";
import { UserError } from "./command.ts";
import type { Feed } from "../web-console/feed.ts";
import { startWebConsole, type Actions, type WebConsole } from "../web-console/index.ts";
import type { Site } from "../web-console/protocol.ts";
import { openBrowser } from "./open-browser.ts";

/** Where the console is when nobody says: a port that the next start has again, so that an open page finds it. */
export const CONSOLE_PORT = 8484;

/** Holds the password that the page asks for. */
export const PASSWORD_VARIABLE = "CONSOLE_PASSWORD";

export interface ConsolePlace {
  readonly host: string;
  /** undefined: {@link CONSOLE_PORT}, or a free one where that is taken. */
  readonly port: number | undefined;
  readonly open: boolean;
}

/**
 * Starts the console and says where it is.
 * @param actions what the page can have done
 * @throws UserError when it cannot listen there
 */
export async function showConsole(
  place: ConsolePlace,
  site: Omit<Site, "faults">,
  feed: Feed,
  actions: Actions,
  write: (line: string) => void,
): Promise<WebConsole> {
  const { host, port, open } = place;
  const isLocal = /^(localhost|127\..*|::1)$/.test(host);
  const given = process.env[PASSWORD_VARIABLE];
  const password = isLocal ? undefined : (given ?? randomBytes(9).toString("base64url"));
  const options = { host, feed, site, actions, ...(password ? { password } : {}) };
  const started = await startWebConsole({ ...options, port: port ?? CONSOLE_PORT }).catch(
    (error: unknown) => {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EADDRINUSE" && port === undefined) return startWebConsole({ ...options, port: 0 });
      throw explain(error, place);
    },
  );
  const name = isIP(host) === 6 ? `[${host}]` : host;
  const address = `http://${/^(0\.0\.0\.0|\[::\])$/.test(name) ? "127.0.0.1" : name}:${started.port}/`;
  write(`Web console: ${pc.bold(address)}`);
  if (password !== undefined) {
    write(
      given ? `It asks for the password in ${PASSWORD_VARIABLE}.` : `It asks for this password: ${password}`,
    );
  }
  if (open) openBrowser(address);
  return started;
}

function explain(error: unknown, { host, port }: ConsolePlace): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return new UserError(`port ${port ?? 0} is taken: give the web console another`);
  if (code === "EACCES") {
    return new UserError(`port ${port ?? 0} is for administrators: give the web console one above 1023`);
  }
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return new UserError(`this machine has no address ${host} for the web console`);
  }
  return error;
}
