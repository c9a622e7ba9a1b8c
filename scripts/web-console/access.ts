/** Who may use the console: pages of its own address only and, where others can reach it, those who know its password. */

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { peerOf } from "../lib/connections.ts";

export type LogIn =
  | { readonly cookie: string }
  /** The HTTP status: 401 for a wrong password, 429 after too many of them. */
  | { readonly status: 401 | 429 };

export interface Access {
  /** Why a request is turned away before anything reads it, if it is. */
  fault(method: string, headers: IncomingHttpHeaders): string | undefined;
  /** Whether the request comes from someone who may see the boards. */
  isIn(headers: IncomingHttpHeaders): boolean;
  /** @param address whose log-in it is: wrong passwords of another hold nobody up */
  logIn(password: string, address: string): LogIn;
}

const COOKIE = "console";

/** Most log-ins remembered; the oldest has to log in again. */
const MAXIMUM_SESSIONS = 100;

/** Wrong passwords that are taken of a peer in {@link PERIOD} ms. */
const MAXIMUM_FAILURES = 10;
const PERIOD = 60_000;

/** Most peers whose wrong passwords are remembered; those of the one that was wrong longest ago are forgotten. */
const MAXIMUM_PEERS = 1000;

/**
 * No other site's name may be led to the console (DNS rebinding), so that it answers to names that are its own.
 * @param password undefined where only this computer can reach the console: then it has the names of that alone
 * @param own the address that it listens at; a name among those that others call it by
 */
export function createAccess(password: string | undefined, own: string): Access {
  const names = new Set([own, "localhost", ...(password === undefined ? [] : namesOfThisComputer())]);
  const sessions = new Set<string>();
  /** When the last wrong passwords of a peer came, on a clock that nobody puts back. */
  const failures = new Map<string, number[]>();

  return {
    fault(method, { host = "", origin, "content-type": type }) {
      const name =
        /^(?:\[([\da-f:.]+)\]|([^:[\]]+))(?::\d+)?$/i.exec(host)?.slice(1).find(Boolean)?.toLowerCase() ?? "";
      // What is an address already leads nowhere else.
      const isOwn = names.has(name) || (password === undefined ? isLoopback(name) : isIP(name) > 0);
      if (!isOwn) return "this console answers at its own address only";
      if (origin !== undefined && origin !== `http://${host}`) return "another site's pages get nothing here";
      if (method === "POST" && type !== "application/json") return "a call is JSON";
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

/** Those that a local network knows a computer by. */
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
