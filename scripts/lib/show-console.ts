/** The web console as commands offer it: where it listens, and who may see it. */

import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import type { Feed } from "../web-console/feed.ts";
import { startWebConsole, type Actions, type WebConsole } from "../web-console/index.ts";
import type { Site } from "../web-console/protocol.ts";
import { explainListen } from "./listen-error.ts";
import { openBrowser } from "./open-browser.ts";
import { out } from "./terminal.ts";

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

/** A console that listens. */
export interface ShownConsole extends WebConsole {
  readonly address: string;
  /** The password that was made up for it; undefined where it asks for none, or for one that was given. */
  readonly password: string | undefined;
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
): Promise<ShownConsole> {
  const { host, port, open } = place;
  const isLocal = /^(localhost|127\..*|::1)$/.test(host);
  const given = process.env[PASSWORD_VARIABLE] || undefined; // an empty one would let everyone in
  const password = isLocal ? undefined : (given ?? randomBytes(9).toString("base64url"));
  const options = { host, feed, site, actions, ...(password ? { password } : {}) };
  const started = await startWebConsole({ ...options, port: port ?? CONSOLE_PORT }).catch(
    (error: unknown) => {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EADDRINUSE" && port === undefined) return startWebConsole({ ...options, port: 0 });
      throw explainListen(error, {
        host,
        port: port ?? CONSOLE_PORT,
        forPort: "the web console",
        forHost: "the web console's address",
      });
    },
  );
  const name = isIP(host) === 6 ? `[${host}]` : host;
  const address = `http://${/^(0\.0\.0\.0|\[::\])$/.test(name) ? "127.0.0.1" : name}:${started.port}/`;
  write(`Web console: ${out.bold(address)}`);
  if (password !== undefined) {
    write(
      given ? `It asks for the password in ${PASSWORD_VARIABLE}.` : `It asks for this password: ${password}`,
    );
  }
  if (open) openBrowser(address);
  return { ...started, address, password: given ? undefined : password };
}
