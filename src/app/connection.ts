/**
 * Keeps the board online: opens the link when there is a network, runs the session over it, and after every failure
 * says what happened and tries again after a back-off. Tells no time itself and touches no socket: both are given.
 *
 *     phase      input                          output                    next phase
 *     Offline    network up                     opens the link            Opening
 *     Opening    link connected                 log-in                    LoggingIn
 *     Opening    link closed, or no answer      line on the console       Waiting
 *     LoggingIn  session online                 line on the console       Online
 *     LoggingIn  session ended, link closed     line on the console       Waiting
 *     Online     session ended, link closed     line on the console       Waiting
 *     Waiting    the wait is over               opens the link            Opening
 *     any        network down                   closes the link           Offline
 */

import { exactlyOnce } from "virtual:features";
import { createSession, Ended, type Session, type SessionEvents, type SessionOptions } from "../mqtt/session";
import { ReturnCode } from "../mqtt/packet";
import { announce, FIRST_WAIT, nextWait, type Backoff } from "./backoff";

/** A transport, one connection at a time. */
export interface Link {
  /** Begins a connection; `connected` or `closed` follows. */
  open(): void;
  /** False when the link is broken; `closed` follows. */
  write(bytes: string): boolean;
  /** Whether more waits to be sent than is good; `drained` follows. */
  isFull(): boolean;
  /** Whether nothing waits to be sent. */
  isIdle(): boolean;
  /** Gives the connection up, if there is one; no event follows. */
  close(): void;
}

/** What a link tells, never from within a call of {@link Link}. */
export interface LinkEvents {
  connected(): void;
  received(bytes: string): void;
  /** All that was written is sent. */
  drained(): void;
  /** It could not be opened, or is no more; `why` in words. */
  closed(why: string): void;
}

export interface ConnectionParts {
  readonly session: SessionOptions;
  /** The end of the line when the credentials are refused: what the user checks. */
  credentials(): string;
  /** Name of the other end for the console, `host:port`. */
  server(): string;
  createLink(events: LinkEvents): Link;
  readonly backoff: Backoff;
  /** Writes a line on the console. */
  say(line: string): void;
  readonly online: SessionEvents["online"];
  offline(): void;
  /** The server refused the credentials; the next try is due later. */
  refused(): void;
  readonly message: SessionEvents["message"];
  readonly published: SessionEvents["published"];
  readonly subscribed: SessionEvents["subscribed"];
  /** A publish that was not taken because the link was full may be now. */
  drained(): void;
}

export interface Connection extends Pick<
  Session,
  "publish" | "subscribe" | "fallBack" | "hasUnacknowledged" | "save" | "restore"
> {
  /** Wi-Fi is up or down. */
  setNetwork(isUp: boolean): void;
  /** Time passed, in ms; at least once a second. */
  tick(now: number): void;
  isIdle: Link["isIdle"];
}

/** Longest wait for a link to open, in ms. */
export const OPEN_TIMEOUT = 20000;

/** A link that held for so long, in ms, makes the next wait a short one. */
export const HELD = 30000;

const enum Phase {
  Offline,
  Waiting,
  Opening,
  LoggingIn,
  Online,
}

export function createConnection(parts: ConnectionParts): Connection {
  let phase = Phase.Offline;
  let time = 0;
  /** The next wait before a try, in ms. */
  let wait = FIRST_WAIT;
  /** When the wait ends, in Waiting and Opening; when the session came online, in Online. */
  let mark = 0;

  const session = createSession(parts.session, {
    send: (bytes) => link.write(bytes),
    isFull: () => link.isFull(),
    online(sessionPresent) {
      phase = Phase.Online;
      mark = time;
      parts.say("OneNET: online");
      parts.online(sessionPresent);
    },
    message: parts.message,
    tooLong: (size) => parts.say("OneNET: a message of " + size + " bytes was too long and was skipped"),
    published: parts.published,
    subscribed: parts.subscribed,
    fellBack: (why) => parts.say("OneNET: " + why + ": publishing at QoS 1"),
    ended(why, detail) {
      // The codes that speak of the credentials [MQTT 3.1.1, table 3.1].
      const isRefused =
        why === Ended.Refused &&
        (detail === ReturnCode.BadUserNameOrPassword || detail === ReturnCode.NotAuthorized);
      retry(reason(why, detail, isRefused), isRefused);
      if (isRefused) parts.refused();
    },
  });

  const link = parts.createLink({
    connected() {
      phase = Phase.LoggingIn;
      session.open();
    },
    received: (bytes) => session.receive(bytes),
    drained: parts.drained,
    closed: lost,
  });

  function lost(why: string): void {
    const isShort = phase === Phase.Online && time - mark < HELD;
    retry(
      (phase === Phase.Opening ? "no connection: " : "link lost: ") +
        why +
        (isShort ? " soon after the log-in: is another board using this device?" : ""),
    );
  }

  /** What happened, in words, and what the user can do about it. */
  function reason(why: Ended, detail: string | number | boolean, isRefused: boolean): string {
    return exactlyOnce && why === Ended.Overrun
      ? "the server releases no messages"
      : why === Ended.Refused
        ? "log-in refused, code " + detail + (isRefused ? parts.credentials() : "")
        : why === Ended.NoAcknowledgement
          ? (detail ? "a publish" : "a subscription") + " was not acknowledged"
          : why === Ended.Protocol
            ? "the server broke MQTT-" + detail
            : "no answer to " + (why === Ended.NoConnack ? "the log-in" : "a ping");
  }

  function open(): void {
    phase = Phase.Opening;
    mark = time + OPEN_TIMEOUT;
    parts.say("OneNET: connecting to " + parts.server());
    link.open();
  }

  /** Gives up what there is of link and session. */
  function drop(): void {
    if (phase === Phase.Online) {
      if (time - mark >= HELD) wait = FIRST_WAIT;
      parts.offline();
    }
    phase = Phase.Offline;
    session.close();
    link.close();
  }

  function retry(why: string, isSlow?: boolean): void {
    drop();
    if (isSlow) wait = parts.backoff.longest;
    const ms = announce("OneNET: " + why, wait, parts.backoff, parts.say);
    wait = nextWait(wait, parts.backoff);
    phase = Phase.Waiting;
    mark = time + ms;
  }

  return {
    setNetwork(isUp) {
      if (!isUp) drop();
      else if (phase === Phase.Offline) open();
    },
    tick(now) {
      time = now;
      session.tick(now);
      if (phase === Phase.Waiting && now >= mark) open();
      else if (phase === Phase.Opening && now >= mark) lost("no answer");
    },
    isIdle: () => link.isIdle(),
    publish: session.publish,
    subscribe: session.subscribe,
    fallBack: session.fallBack,
    hasUnacknowledged: session.hasUnacknowledged,
    save: session.save,
    restore: session.restore,
  };
}
