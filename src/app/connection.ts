/**
 * Keeps the board online: opens the link when there is a network, runs the session over it, and after every failure
 * says what happened and tries again after a back-off. It has neither a clock nor a socket: both are passed in.
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
 *
 * With several servers, every failure leads to the next one, except the loss of a link that was stable: that server
 * works, and is tried first.
 */

import { bulk, exactlyOnce, homeAssistant, severalServers } from "virtual:features";
import { createSession, Ended, type Session, type SessionEvents, type SessionOptions } from "../mqtt/session";
import { DISCONNECT } from "../mqtt/encode";
import { ReturnCode, type Qos } from "../mqtt/packet";
import type { Pieces } from "../onenet/encoder";
import { announce, FIRST_WAIT, nextWait, type Backoff } from "./backoff";
import type { Link, LinkEvents } from "./link";

export interface ConnectionParts {
  readonly session: SessionOptions;
  /** The end of the console line when the credentials are refused: what the user should check. */
  logInAdvice(): string;
  /** A connection begins. @returns its other end for the console, `host:port` */
  nextAddress(): string;
  /** Of a board with several servers: goes to the next. @returns whether all of them had a try */
  nextServer(): boolean;
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
  /** The send buffer is empty: publishing works again. */
  drained(): void;
}

export interface Connection extends Pick<Session, "publish" | "subscribe" | "fallBack" | "save" | "restore"> {
  /** Wi-Fi is up or down. */
  setNetwork(isUp: boolean): void;
  /** Time passed, in ms; at least once a second. */
  tick(now: number): void;
  isOnline(): boolean;
  isIdle: Link["isIdle"];
  /**
   * Sends one long packet, each piece when the one before has left the send buffer: a whole one may not fit in memory.
   * To be called while idle, and online.
   * @param piece by its number, from 0; empty after the last
   */
  stream(piece: Pieces): void;
  /** Time since the server was last heard, in ms. */
  quietTime(): number;
  /** Says goodbye to the server, so that it does not wait for the board, and closes the link. */
  leave(): void;
  /** Publishes a message in this way, with a clean session; returns as {@link Session.publish} does. */
  publishInPieces(topicField: string, pieces: Pieces, qos: Qos): number;
}

/** Most bytes of other packets that wait for the end of a long one; what the server does not get, it asks for again. */
export const WAITING_LIMIT = 1024;

/** Longest wait for a link to open, in ms. */
export const OPEN_TIMEOUT = 20000;

/** Time online, in ms, after which a link counts as stable: the next wait is a short one. */
export const STABLE_AFTER = 30000;

/** Whether there are packets that are sent in pieces. */
const hasPieces = homeAssistant || bulk;

const enum Phase {
  Offline,
  Waiting,
  Opening,
  LoggingIn,
  Online,
}

export function createConnection(parts: ConnectionParts): Connection {
  let phase = Phase.Offline;
  /** The next wait before a try, in ms. */
  let wait = FIRST_WAIT;
  /** When the time of the phase is up: Waiting ends, Opening fails, Online counts as stable. */
  let deadline = 0;

  /** The pieces of a long packet that is being sent. */
  let pieces: Pieces | undefined;
  let nextPiece = 0;
  /** Packets that wait for its end. */
  let waiting = "";

  function sendPiece(): void {
    const bytes = pieces ? pieces(nextPiece++) : "";
    if (bytes) link.write(bytes);
    else {
      pieces = undefined;
      if (waiting) link.write(waiting);
      waiting = "";
      parts.drained();
    }
  }

  const session = createSession(parts.session, {
    send(bytes) {
      if (!hasPieces || !pieces) return link.write(bytes);
      if (waiting.length < WAITING_LIMIT) waiting += bytes;
      return true;
    },
    isFull: () => (hasPieces && !!pieces) || link.isFull(),
    online(sessionPresent) {
      phase = Phase.Online;
      deadline = session.now() + STABLE_AFTER;
      parts.say("OneNET: online");
      parts.online(sessionPresent);
    },
    message: parts.message,
    tooLong: (size) => parts.say("OneNET: a message of " + size + " bytes was too long and was skipped"),
    published: parts.published,
    subscribed: parts.subscribed,
    fellBack: (why) => parts.say("OneNET: " + why + ": publishing at QoS 1"),
    ended(why, detail) {
      // The codes for bad credentials [MQTT 3.1.1, table 3.1].
      const isRefused = why === Ended.Refused && (detail as number) >= ReturnCode.BadUserNameOrPassword;
      retry(reason(why, detail, isRefused), isRefused);
      if (isRefused) parts.refused();
    },
  });

  function lost(why: string): void {
    const isShort = phase === Phase.Online && session.now() < deadline;
    retry(
      (phase === Phase.Opening ? "no connection: " : "link lost: ") +
        why +
        (isShort ? " soon after the log-in: is another board using this device?" : ""),
    );
  }

  const link = parts.createLink({
    connected() {
      phase = Phase.LoggingIn;
      session.open();
    },
    received: (bytes) => session.receive(bytes),
    drained: hasPieces ? sendPiece : parts.drained,
    closed: lost,
  });

  /** What happened, readable, and what the user can do about it. */
  function reason(why: Ended, detail: string | number | boolean, isRefused: boolean): string {
    return exactlyOnce && why === Ended.Overrun
      ? "the server releases no messages"
      : why === Ended.Refused
        ? "log-in refused, code " + detail + (isRefused ? parts.logInAdvice() : "")
        : why === Ended.NoAcknowledgement
          ? (detail ? "a publish" : "a subscription") + " was not acknowledged"
          : why === Ended.Protocol
            ? "the server broke MQTT-" + detail
            : "no answer to " + (why === Ended.NoConnack ? "the log-in" : "a ping");
  }

  function open(): void {
    phase = Phase.Opening;
    deadline = session.now() + OPEN_TIMEOUT;
    parts.say("OneNET: connecting to " + parts.nextAddress());
    link.open();
  }

  /** Closes link and session, as far as they are open. */
  function drop(): void {
    if (phase === Phase.Online) {
      if (session.now() >= deadline) wait = FIRST_WAIT;
      parts.offline();
    }
    phase = Phase.Offline;
    if (hasPieces) {
      pieces = undefined;
      waiting = "";
    }
    session.close();
    link.close();
  }

  function retry(why: string, isSlow?: boolean): void {
    const isOther = severalServers && !(phase === Phase.Online && session.now() >= deadline);
    // Another server may accept the credentials.
    if (isOther && !parts.nextServer()) isSlow = false;
    drop();
    if (isSlow) wait = parts.backoff.longest;
    phase = Phase.Waiting;
    deadline = session.now() + announce("OneNET: " + why, wait, parts.backoff, parts.say);
    wait = nextWait(wait, parts.backoff);
  }

  return {
    setNetwork(isUp) {
      if (!isUp) drop();
      else if (phase === Phase.Offline) open();
    },
    tick(now) {
      session.tick(now);
      if (now >= deadline) {
        if (phase === Phase.Waiting) open();
        else if (phase === Phase.Opening) lost("no answer");
      }
    },
    isOnline: () => phase === Phase.Online,
    isIdle: () => link.isIdle(),
    quietTime: () => session.now() - session.heardAt(),
    leave() {
      if (phase === Phase.Online && !(hasPieces && pieces)) link.write(DISCONNECT);
      drop();
    },
    stream(piece) {
      pieces = piece;
      nextPiece = 0;
      sendPiece();
    },
    publishInPieces(topicField, all, qos) {
      let more = 0;
      let piece;
      for (let index = 0; (piece = all(index)); index++) more += piece.length;
      piece = all(0);
      const id = session.publish(topicField, piece, qos, undefined, more - piece.length);
      if (id >= 0) {
        pieces = all;
        nextPiece = 1;
      }
      return id;
    },
    publish: session.publish,
    subscribe: session.subscribe,
    fallBack: session.fallBack,
    save: session.save,
    restore: session.restore,
  };
}
