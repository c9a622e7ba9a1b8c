/** Subscribes at each log-in. Until the subscriptions are settled, the board cannot be reached and reports nothing. */

import { exactlyOnce, lastingSession, severalServers } from "virtual:features";
import { sized } from "../mqtt/bytes";
import { SUBSCRIPTION_REFUSED } from "../mqtt/packet";
import type { Session } from "../mqtt/session";

/** Time by ticks after which a refused subscription is tried again, in ms. */
const AGAIN_AFTER = 60_000;

export interface SubscriptionsParts {
  /** Topic filters; may be empty. */
  readonly filters: readonly string[];
  readonly session: Pick<Session, "subscribe" | "fallBack">;
  /** The end of the console line after a refusal: what the user should check. */
  advice(): string;
  /** The subscriptions are settled: the board can be reached. */
  ready(): void;
  /** Writes a line on the console. */
  say(line: string): void;
}

export interface Subscriptions {
  /** The session came online. */
  online(sessionPresent: boolean): void;
  /** The session is over. */
  offline(): void;
  /** @param codes SUBACK's; empty when the subscription was given up with the link */
  subscribed(codes: string): void;
  /** With several servers: call at each tick. A cluster that has just lost a node may refuse for a while. @param now in ms */
  tick(now: number): void;
  /** Whether the board can be reached now. */
  isReady(): boolean;
}

export function createSubscriptions(parts: SubscriptionsParts): Subscriptions {
  const session = parts.session;
  let isReady = false;
  /** Whether the server has granted the subscriptions, which a session that lasts keeps. */
  let isGranted = false;
  /** With several servers: whether the server refused one. */
  let isToAskAgain = false;
  /** When, by ticks; 0 until the first tick after the refusal. */
  let again = 0;

  function subscribe(): void {
    session.subscribe(parts.filters.map(sized), exactlyOnce ? 2 : 1);
  }

  function ready(): void {
    isReady = true;
    parts.ready();
  }

  return {
    online(sessionPresent) {
      // Subscribing again would bring retained messages again.
      if (!parts.filters.length || (lastingSession && sessionPresent && isGranted)) ready();
      else subscribe();
    },
    offline() {
      isReady = false;
      if (severalServers) {
        isToAskAgain = false;
        again = 0;
      }
    },
    subscribed(codes) {
      if (!codes) return;
      const isRefused = codes.includes(SUBSCRIPTION_REFUSED);
      if (session.fallBack && codes < "\x02") session.fallBack("the server grants less than QoS 2");
      if (lastingSession) isGranted = !isRefused;
      if (severalServers) {
        isToAskAgain = isRefused;
        if (isReady) {
          if (!isRefused) parts.say("OneNET: subscription granted");
          return;
        }
      }
      if (isRefused) parts.say("OneNET: subscription refused" + parts.advice());
      ready();
    },
    tick(now) {
      if (!severalServers || !isToAskAgain) return;
      if (!again) again = now + AGAIN_AFTER;
      else if (now >= again) {
        again = 0;
        isToAskAgain = false;
        subscribe();
      }
    },
    isReady: () => isReady,
  };
}
