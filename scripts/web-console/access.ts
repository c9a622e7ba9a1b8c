/** Access control: same-origin requests only and, if other computers can reach the console, a password. */

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { peerOf } from "../cli/connections.ts";
import { english } from "../cli/language.ts";

export type LogIn =
  | { readonly cookie: string }
  /** The HTTP status: 401 for a wrong password, 429 after too many of them. */
  | { readonly status: 401 | 429 };

export interface Access {
  /** Why a request is rejected before its body is read, a text of `english`; undefined if it is allowed. */
  fault(method: string, headers: IncomingHttpHeaders): string | undefined;
  /** Whether the request is logged in. */
  isIn(headers: IncomingHttpHeaders): boolean;
  /** @param address the peer's; wrong passwords count per peer */
  logIn(password: string, address: string): LogIn;
}

const COOKIE = "console";

/** Most sessions kept; the oldest must log in again. */
const MAXIMUM_SESSIONS = 100;

/** Wrong passwords allowed per peer in {@link PERIOD} ms. */
const MAXIMUM_FAILURES = 10;
const PERIOD = 60_000;

/** Most peers whose wrong passwords are counted; the one that failed longest ago is dropped first. */
const MAXIMUM_PEERS = 1000;

/**
 * Answers only to its own names, against DNS rebinding: another site's name may resolve to this computer.
 * @param password undefined if only this computer can reach the console; then only its loopback names count
 * @param own the address it listens at
 */
export function createAccess(password: string | undefined, own: string): Access {
  const names = new Set([own, "localhost", ...(password === undefined ? [] : namesOfThisComputer())]);
  const sessions = new Set<string>();
  /** When each peer last sent wrong passwords, on a monotonic clock. */
  const failures = new Map<string, number[]>();

  return {
    fault(method, { host = "", origin, "content-type": type }) {
      const name =
        /^(?:\[([\da-f:.]+)\]|([^:[\]]+))(?::\d+)?$/i.exec(host)?.slice(1).find(Boolean)?.toLowerCase() ?? "";
      // An IP address cannot be rebound.
      const isOwn = names.has(name) || (password === undefined ? isLoopback(name) : isIP(name) > 0);
      if (!isOwn) return english`open this console at its own address`;
      if (origin !== undefined && origin !== `http://${host}`)
        return english`requests from other sites are refused`;
      if (method === "POST" && type !== "application/json")
        return english`content-type must be application/json`;
      return undefined;
    },
    isIn({ cookie = "" }) {
      if (password === undefined) return true;
      const given = new RegExp(`(?:^|; )${COOKIE}=([\\w-]{43})(?:;|$)`).exec(cookie)?.[1];
      return given !== undefined && sessions.has(digest(given).toString("hex"));
    },
    logIn(given, address) {
      if (password === undefined) return { status: 401 };
      const now = performance.now();
      const peer = peerOf(address);
      const recent = (failures.get(peer) ?? []).filter((time) => now - time < PERIOD);
      if (recent.length >= MAXIMUM_FAILURES) return { status: 429 };
      if (!timingSafeEqual(digest(given), digest(password))) {
        failures.delete(peer);
        failures.set(peer, [...recent, now]);
        const [oldest] = failures.keys();
        if (failures.size > MAXIMUM_PEERS && oldest !== undefined) failures.delete(oldest);
        return { status: 401 };
      }
      const session = randomBytes(32).toString("base64url");
      sessions.add(digest(session).toString("hex"));
      for (const oldest of sessions) {
        if (sessions.size <= MAXIMUM_SESSIONS) break;
        sessions.delete(oldest);
      }
      return { cookie: `${COOKIE}=${session}; HttpOnly; SameSite=Strict; Path=/` };
    },
  };
}

function isLoopback(name: string): boolean {
  return name === "::1" || (isIP(name) === 4 && name.startsWith("127."));
}

/** The names a local network may know this computer by. */
function namesOfThisComputer(): string[] {
  const full = hostname().toLowerCase();
  const [first = ""] = full.split(".");
  return [full, first, `${first}.local`, `${first}.lan`].filter(
    (name) => name !== "" && !name.startsWith("."),
  );
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
