/** Starts the web console for a command: where it listens and who may see it. */

import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import type { Feed } from "./feed.ts";
import { startWebConsole, type Actions, type WebConsole } from "./index.ts";
import type { Site } from "./protocol.ts";
import { explainListen } from "../cli/listen-error.ts";
import { openBrowser } from "../cli/open-browser.ts";
import { out } from "../cli/terminal.ts";
import { t } from "../cli/language.ts";

/** The default port: always the same, so that an open page finds the next start. */
export const CONSOLE_PORT = 8484;

/** Holds the password that the page asks for. */
export const PASSWORD_VARIABLE = "CONSOLE_PASSWORD";

export interface ConsolePlace {
  readonly host: string;
  /** undefined: {@link CONSOLE_PORT}, or a free port if that is taken. */
  readonly port: number | undefined;
  readonly open: boolean;
}

/** A running console. */
export interface RunningConsole extends WebConsole {
  readonly address: string;
  /** The generated password; undefined if it asks for none or for a given one. */
  readonly password: string | undefined;
}

/**
 * Starts the console and prints its address.
 * @param actions what the page can do
 * @throws UserError if it cannot listen there
 */
export async function showConsole(
  place: ConsolePlace,
  site: Pick<Site, "title" | "address" | "edit">,
  feed: Feed,
  actions: Actions,
  write: (line: string) => void,
): Promise<RunningConsole> {
  const { host, port, open } = place;
  const isLocal = /^(localhost|127\..*|::1)$/.test(host);
  const given = process.env[PASSWORD_VARIABLE] || undefined; // ignore an empty one: it would let everyone in
  const password = isLocal ? undefined : (given ?? randomBytes(9).toString("base64url"));
  const options = { host, feed, site, actions, ...(password ? { password } : {}) };
  const started = await startWebConsole({ ...options, port: port ?? CONSOLE_PORT }).catch(
    (error: unknown) => {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EADDRINUSE" && port === undefined) return startWebConsole({ ...options, port: 0 });
      throw explainListen(error, {
        host,
        port: port ?? CONSOLE_PORT,
        forPort: t`the web console`,
        forHost: t`the web console's address`,
      });
    },
  );
  const name = isIP(host) === 6 ? `[${host}]` : host;
  const address = `http://${/^(0\.0\.0\.0|\[::\])$/.test(name) ? "127.0.0.1" : name}:${started.port}/`;
  write(t`Web console: ${out.bold(address)}`);
  if (password !== undefined) {
    write(
      given
        ? t`Log in with the password in ${PASSWORD_VARIABLE}.`
        : t`Log in with this password: ${password}`,
    );
  }
  if (open) openBrowser(address);
  return { ...started, address, password: given ? undefined : password };
}
