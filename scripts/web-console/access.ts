/** Who may use the console: pages of its own address only and, where others can reach it, those who know its password. */

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

export type LogIn =
  | { readonly cookie: string }
  /** The HTTP status: 401 for a wrong password, 429 after too many of them. */
  | { readonly status: 401 | 429 };

export interface Access {
  /** Why a request is turned away before anything reads it, if it is. */
  fault(method: string, headers: IncomingHttpHeaders): string | undefined;
  /** Whether the request comes from someone who may see the boards. */
  isIn(headers: IncomingHttpHeaders): boolean;
  logIn(password: string): LogIn;
}

const COOKIE = "console";

/** Most log-ins remembered; the oldest has to log in again. */
const MAXIMUM_SESSIONS = 100;

/** Wrong passwords that are taken in {@link PERIOD} ms. */
const MAXIMUM_FAILURES = 10;
const PERIOD = 60_000;

/**
 * @param password undefined where only this computer can reach the console: then its names are the only ones taken, so
 *   that no other site's name can be led to it (DNS rebinding)
 */
export function createAccess(password: string | undefined): Access {
  const sessions = new Set<string>();
  let failures: number[] = [];

  return {
    fault(method, { host = "", origin, "content-type": type }) {
      if (password === undefined && !/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)) {
        return "this console answers at 127.0.0.1 only";
      }
      if (origin !== undefined && origin !== `http://${host}`) return "another site's pages get nothing here";
      if (method === "POST" && type !== "application/json") return "a call is JSON";
      return undefined;
    },
    isIn({ cookie = "" }) {
      if (password === undefined) return true;
      const given = new RegExp(`(?:^|; )${COOKIE}=([\\w-]{43})(?:;|$)`).exec(cookie)?.[1];
      return given !== undefined && sessions.has(digest(given).toString("hex"));
    },
    logIn(given) {
      if (password === undefined) return { status: 401 };
      const now = Date.now();
      failures = failures.filter((time) => now - time < PERIOD);
      if (failures.length >= MAXIMUM_FAILURES) return { status: 429 };
      if (!timingSafeEqual(digest(given), digest(password))) {
        failures.push(now);
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

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
