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
import { PacketType, ReturnCode } from "../mqtt/packet";
import { FIRST_WAIT, nextTry, nextWait, scattered, type Backoff } from "./backoff";

/** A transport, one connection at a time. */
export interface Link {
  /** Begins a connection; `connected` or `closed` follows. */
  open(): void;
  /** False when the link is broken; `closed` follows. */
  write(bytes: string): boolean;
  /** Whether more waits to be sent than is good; `drained` follows. */
  isFull(): boolean;
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
  /** What the user checks when the credentials are refused, in words. */
  readonly credentials: string;
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
  "publish" | "subscribe" | "hasUnacknowledged" | "save" | "restore"
> {
  /** Wi-Fi is up or down. */
  setNetwork(isUp: boolean): void;
  /** Time passed, in ms; at least once a second. */
  tick(now: number): void;
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
    published: parts.published,
    subscribed: parts.subscribed,
    ended(why, detail) {
      const isRefused = why === Ended.Refused && isCredentialsFault(detail);
      retry(reason(why, detail), isRefused);
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
    closed(why) {
      const isShort = phase === Phase.Online && time - mark < HELD;
      retry(
        (phase === Phase.Opening ? "no connection: " : "link lost: ") +
          why +
          (isShort ? " soon after the log-in: is another board logged in as the same device?" : ""),
      );
    },
  });

  /** What happened, in words, and what the user can do about it. */
  function reason(why: Ended, detail: string | number): string {
    if (exactlyOnce && why === Ended.Overrun) return "the server releases no messages";
    switch (why) {
      case Ended.Refused:
        return (
          "log-in refused, code " + detail + (isCredentialsFault(detail) ? ": " + parts.credentials : "")
        );
      case Ended.NoConnack:
        return "no answer to the log-in";
      case Ended.NoPingresp:
        return "no answer to a ping";
      case Ended.NoAcknowledgement:
        return (detail as PacketType) > PacketType.Pubrel
          ? "a subscription was not acknowledged"
          : "a publish was not acknowledged";
      default:
        return "the server broke " + detail;
    }
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
    const ms = scattered(wait, parts.backoff);
    wait = nextWait(wait, parts.backoff);
    phase = Phase.Waiting;
    mark = time + ms;
    parts.say("OneNET: " + why + nextTry(ms));
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
      else if (phase === Phase.Opening && now >= mark) retry("no connection: no answer");
    },
    publish: session.publish,
    subscribe: session.subscribe,
    hasUnacknowledged: session.hasUnacknowledged,
    save: session.save,
    restore: session.restore,
  };
}

/** Whether a CONNACK return code speaks of the credentials [MQTT 3.1.1, table 3.1]. */
function isCredentialsFault(code: string | number): boolean {
  return code === ReturnCode.BadUserNameOrPassword || code === ReturnCode.NotAuthorized;
}
