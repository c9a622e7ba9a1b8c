/**
 * An MQTT 3.1.1 client session: a state machine without I/O. Bytes, times and requests go in; bytes, messages and
 * reasons come out. It owns the log-in, packet identifiers, acknowledgements, re-delivery, the ping and all time-outs.
 *
 *     state      input                           output                                    next state
 *     Closed     open                            CONNECT                                   LoggingIn
 *     LoggingIn  CONNACK 0, session present      PUBLISH with DUP or PUBREL for each in    Online
 *                                                flight, in their order; online
 *     LoggingIn  CONNACK 0, no session           published for each in flight; online      Online
 *     LoggingIn  CONNACK 1–5                     ended Refused                             Closed
 *     LoggingIn  any other packet                ended Protocol                            Closed
 *     LoggingIn  no CONNACK in time              ended NoConnack                           Closed
 *     Online     PUBLISH over the limit          tooLong in place of message               Online
 *     Online     PUBLISH at QoS 0                message                                   Online
 *     Online     PUBLISH at QoS 1                message, PUBACK                           Online
 *     Online     PUBLISH at QoS 2, new           message, PUBREC                           Online
 *     Online     PUBLISH at QoS 2, not released  PUBREC                                    Online
 *     Online     PUBLISH at QoS 2, too many held  ended Overrun                             Closed
 *     Online     PUBREL                          PUBCOMP                                   Online
 *     Online     PUBACK, PUBCOMP                 published                                 Online
 *     Online     PUBACK for QoS 2                published; fellBack                       Online
 *     Online     PUBREC                          PUBREL                                    Online
 *     Online     PUBREC for QoS 1                published, PUBREL                         Online
 *     Online     SUBACK                          subscribed                                Online
 *     Online     nothing sent, or nothing heard  PINGREQ                                   Online
 *                for a ping period
 *     Online     no PINGRESP in time             ended NoPingresp                          Closed
 *     Online     no acknowledgement in time      ended NoAcknowledgement                   Closed
 *     Online     CONNACK                         ended Protocol                            Closed
 *     any        malformed bytes                 ended Protocol                            Closed
 *     any        close                           subscribed for each in flight; with a     Closed
 *                                                clean session published for each, too
 *     Online     close, with QoS 2 in flight     fellBack                                  Closed
 *                that never worked, twice
 *
 * A message in flight has states as well. Sent at QoS 1: PUBLISH → PUBACK. Sent at QoS 2: PUBLISH → PUBREC, PUBREL →
 * PUBCOMP. After PUBREC the server has the message: it counts as arrived even if the server then loses the session.
 *
 * A board without QoS 2 may resume a session that a program with QoS 2 left behind. It then handles a message at QoS 2
 * like one at QoS 1, and answers PUBREC and PUBREL for any packet identifier.
 *
 * Some brokers do not support QoS 2. Once the session notices, it sends messages at QoS 1 for the rest of the program;
 * those in flight switch with the next connection.
 *
 * Times are ms on any clock that does not jump.
 */

import { exactlyOnce, lastingSession } from "virtual:features";
import { u16, u16At } from "./bytes";
import { createDecoder } from "./decode";
import * as encode from "./encode";
import { Acknowledging } from "./encode";
import { PacketType, type Acknowledgement, type Qos, ReturnCode } from "./packet";

/** Why a session ended; `detail` of {@link SessionEvents.ended} is given for each. */
export const enum Ended {
  /** The server refused the log-in; detail: its CONNACK return code. */
  Refused,
  /** No CONNACK came within the response time-out. */
  NoConnack,
  /** No PINGRESP came within the response time-out. */
  NoPingresp,
  /** The oldest packet in flight was not acknowledged within the response time-out; detail: whether it is a message. */
  NoAcknowledgement,
  /** The server broke the standard; detail: the clause, `2.2.2-2` for MQTT-2.2.2-2. */
  Protocol,
  /** The server sent more messages at QoS 2 without releasing them than the session holds; it sends them again later. */
  Overrun,
}

export interface SessionOptions {
  /** The contents of the next CONNECT. */
  logIn(): encode.ConnectOptions;
  /** Time without sending, or without hearing anything, after which a PINGREQ goes out, in ms; 0: never. */
  readonly pingPeriod: number;
  /** Longest wait for CONNACK, PINGRESP and each acknowledgement, in ms. */
  readonly responseTimeout: number;
  /** Most packets that may await their acknowledgement when another message is published, 1–65535. */
  readonly maximumInFlight: number;
  /** Largest packet accepted from the server, in bytes of Remaining Length; a longer message is skipped. */
  readonly maximumPacket: number;
  /**
   * The last packet identifier used, 0–65535. Random where a session outlives the program: the server may still hold a
   * message of the previous program, and would mistake a new one with the same identifier for it.
   */
  readonly lastId: number;
}

export interface SessionEvents {
  /** Write these bytes to the transport, in this order. Returns false when it is broken. */
  send(bytes: string): boolean;
  /** Whether the transport's send buffer is over its high-water mark: nothing is published then. */
  isFull(): boolean;
  /** The server accepted the log-in. */
  online(sessionPresent: boolean): void;
  /** A message arrived; `isRetained` where retained messages are a feature and the server had kept it. */
  message(topic: string, payload: string, isRetained: boolean): void;
  /** A message is too long and is skipped; `size` of its payload in bytes. It is acknowledged all the same. */
  tooLong(size: number): void;
  /** A publish is settled: acknowledged (at QoS 0, with 0 for its id: handed to the transport), or given up. */
  published(id: number, acknowledged: boolean): void;
  /** A subscription is settled: SUBACK's codes, one byte for each topic filter; empty when it was given up. */
  subscribed(id: number, codes: string): void;
  /** Messages go out at QoS 1 at most from now on; `why` is a readable reason. Called once. */
  fellBack(why: string): void;
  /** The session is over: close the transport. Not called for {@link Session.close}. */
  ended(why: Ended, detail: string | number | boolean): void;
}

export interface Session {
  /** The transport is connected: logs in. A session can be opened again after it ended, or was closed. */
  open(): void;
  /** Bytes arrived. */
  receive(bytes: string): void;
  /** Time passed. Call it at least once a second: this is the only clock, and time-outs are as accurate as its calls. */
  tick(now: number): void;
  /**
   * Publishes a message, at QoS 1 instead of 2 once the session fell back.
   * @param topicField the topic, prefixed with its length by {@link sized}
   * @param more bytes of the payload that the caller sends afterwards, before anything else; with a clean session
   * @returns its packet identifier, for {@link SessionEvents.published}; 0 at QoS 0; -1 when it was not sent: the
   *   session is not online, too many packets are in flight, or the transport is full or broken
   */
  publish(topicField: string, payload: string, qos: Qos, retain?: boolean, more?: number): number;
  /**
   * Subscribes to topic filters at one QoS.
   * @param filterFields at least one topic filter, each prefixed with its length by {@link sized}
   * @returns its packet identifier, for {@link SessionEvents.subscribed}; -1 when the session is not online
   */
  subscribe(filterFields: readonly string[], qos: Qos): number;
  /** Falls back to QoS 1, if it has not yet: the server does not support QoS 2. */
  readonly fallBack: ((why: string) => void) | undefined;
  /** The transport is gone or being closed: settles what does not outlive it as not acknowledged. */
  close(): void;
  /** The time of the last tick. */
  now(): number;
  /** The time of the last tick before bytes arrived. */
  heardAt(): number;
  /** What each message needs to arrive exactly once although the program restarts. */
  readonly save: (() => SavedSession) | undefined;
  /** Continues where another program stopped; call it before the first {@link open}. */
  readonly restore: ((saved: SavedSession) => void) | undefined;
}

/** A session in flash: JSON of byte strings and numbers. */
export interface SavedSession {
  /** The packet identifier used last. */
  readonly lastId: number;
  /** Received messages that the server has not released, two bytes of packet identifier each. */
  readonly held: string;
  /** Connections that may still fail at QoS 2. */
  readonly trials: number;
  /** The messages in flight, oldest first. */
  readonly inFlight: readonly Message[];
}

const enum State {
  Closed,
  LoggingIn,
  Online,
}

/** A message in flight that may have to be sent again. */
interface Message {
  readonly id: number;
  /** Pubrel once the server has the message, at QoS 2. */
  readonly type: PacketType.Publish | PacketType.Pubrel;
  readonly qos: Qos;
  /** The packet whose acknowledgement is awaited. */
  readonly bytes: string;
}

/** Most messages received at QoS 2 that are held until the server releases them. */
export const MAXIMUM_HELD = 256;

/** Connections that may end with messages at QoS 2 in flight, while none has ever completed, before QoS 2 is dropped. */
export const TRIALS = 2;

/** In place of a number of trials once QoS 2 has worked: more than there will be connections. */
const PROVEN = 1e9;

export function createSession(options: SessionOptions, events: SessionEvents): Session {
  let state = State.Closed;
  /** Packet identifiers sent and not yet acknowledged, oldest first. */
  let ids: number[] = [];
  /** When the oldest of them times out. */
  let oldestDeadline = 0;
  /** The number of topic filters of those that are subscriptions; the others are messages. */
  const requests: Record<number, number | undefined> = {};
  /** The messages among them, where a session lasts. */
  const messages: Record<number, Message | undefined> = {};
  /** Packet identifiers of messages received at QoS 2 and not released, two bytes each. */
  let held = "";
  let lastId = options.lastId;
  let isClean = true;
  /** Connections that may still fail at QoS 2; 0: it is dropped, messages go out at QoS 1. */
  let trials = TRIALS;
  let time = 0;
  let sentAt = 0;
  let heardAt = 0;
  /** When the wait for CONNACK or PINGRESP times out; 0 while none is awaited. */
  let deadline = 0;

  function send(bytes: string): boolean {
    sentAt = time;
    return events.send(bytes);
  }

  function isMessage(id: number): boolean {
    return requests[id] === undefined;
  }

  function notify(id: number, acknowledged: boolean, codes: string): void {
    if (isMessage(id)) {
      // oxlint-disable-next-line typescript/no-dynamic-delete -- a Map costs this interpreter more
      if (lastingSession) delete messages[id];
      events.published(id, acknowledged);
    } else {
      // oxlint-disable-next-line typescript/no-dynamic-delete -- as above
      delete requests[id];
      events.subscribed(id, codes);
    }
  }

  /** Settles what is in flight as not acknowledged; messages only when they will not be sent again. */
  function abandon(withMessages: boolean): void {
    const given = ids;
    ids = withMessages ? [] : given.filter(isMessage);
    for (const id of given) {
      if (withMessages || !isMessage(id)) notify(id, exactlyOnce && isReleased(id), "");
    }
  }

  /** Whether the server has a message at QoS 2. */
  function isReleased(id: number): boolean {
    return messages[id]?.type === PacketType.Pubrel;
  }

  function isAtQos2(id: number): boolean {
    return messages[id]?.qos === 2;
  }

  function fallBack(why: string): void {
    if (trials) {
      trials = 0;
      events.fellBack(why);
    }
  }

  function close(): void {
    if (exactlyOnce && state === State.Online && ids.some(isAtQos2)) {
      if (trials > 1) trials--;
      else fallBack("two links ended while QoS 2 was tried");
    }
    state = State.Closed;
    abandon(isClean);
  }

  function end(why: Ended, detail: string | number | boolean): void {
    // The rest of the chunk that ended the session may be malformed.
    if (state === State.Closed) return;
    close();
    events.ended(why, detail);
  }

  function refuse(clause: string): false {
    end(Ended.Protocol, clause);
    return false;
  }

  /** An acknowledgement completes what is in flight. */
  function settle(id: number, codes: string): void {
    remove(id);
    notify(id, true, codes);
  }

  function remove(id: number): void {
    const at = ids.indexOf(id);
    ids.splice(at, 1);
    if (!at) oldestDeadline = time + options.responseTimeout;
  }

  function onConnack(returnCode: ReturnCode, sessionPresent: boolean): void {
    if (returnCode !== ReturnCode.Accepted) end(Ended.Refused, returnCode);
    // A clean session was asked for [MQTT-3.2.2-1].
    else if (sessionPresent && isClean) end(Ended.Protocol, "3.2.2-1");
    else {
      state = State.Online;
      deadline = 0;
      if (lastingSession) {
        if (sessionPresent) sendAgain();
        else {
          held = "";
          abandon(true);
        }
      }
      events.online(sessionPresent);
    }
  }

  /**
   * Sends what is in flight again [MQTT-4.4.0-1], in its first order [MQTT-4.6.0-1]. Once QoS 2 is dropped, a message at
   * QoS 2 has arrived if the server sent PUBREC; otherwise it switches to QoS 1.
   */
  function sendAgain(): void {
    oldestDeadline = time + options.responseTimeout;
    for (const id of exactlyOnce ? ids.slice() : ids) {
      const message = messages[id] as Message;
      const isLess = exactlyOnce && !trials && message.qos === 2;
      let bytes = message.bytes;
      if (message.type === PacketType.Publish) {
        bytes = String.fromCharCode((bytes.charCodeAt(0) | 8) ^ (isLess ? 6 : 0)) + bytes.substring(1);
        if (isLess) messages[id] = { id, type: PacketType.Publish, qos: 1, bytes };
        send(bytes);
      } else if (isLess) settle(id, "");
      else send(bytes);
    }
  }

  /** @param topic empty for a message that was skipped */
  function onMessage(topic: string, payload: string, qos: Qos, id: number, isRetained: boolean): void {
    if (exactlyOnce && qos === 2) {
      if (heldAt(id) < 0) {
        if (held.length >= MAXIMUM_HELD * 2) return end(Ended.Overrun, "");
        held += u16(id);
        if (topic) events.message(topic, payload, isRetained);
      }
    } else if (topic) events.message(topic, payload, isRetained);
    // The message may have closed the session.
    if (qos && state === State.Online) {
      send(encode.acknowledgement(qos < 2 ? Acknowledging.Puback : Acknowledging.Pubrec, id));
    }
  }

  /** The offset of a packet identifier among those held; negative when it is not held. */
  function heldAt(id: number): number {
    for (let at = 0; at < held.length; at += 2) if (u16At(held, at) === id) return at;
    return -1;
  }

  /** The server has the message and waits for PUBREL, even if this side does not know the identifier. */
  function onPubrec(id: number): void {
    const bytes = encode.acknowledgement(Acknowledging.Pubrel, id);
    const message = messages[id];
    if (message?.type === PacketType.Publish) {
      if (message.qos === 2) {
        remove(id);
        ids.push(id);
        messages[id] = { id, type: PacketType.Pubrel, qos: 2, bytes };
      } else settle(id, ""); // sent at QoS 2 before
    }
    send(bytes);
  }

  function onPubrel(id: number): void {
    const at = heldAt(id);
    if (at >= 0) held = held.substring(0, at) + held.substring(at + 2);
    send(encode.acknowledgement(Acknowledging.Pubcomp, id));
  }

  /** Ignores an unknown identifier: its wait may have ended with an earlier connection. */
  function onAcknowledgement(type: Acknowledgement, id: number): void {
    if (type === PacketType.Unsuback) {
      // the board never unsubscribes
    } else if (type === PacketType.Puback) {
      if (ids.indexOf(id) >= 0 && isMessage(id) && !(exactlyOnce && isReleased(id))) {
        if (exactlyOnce && isAtQos2(id)) fallBack("the server answers QoS 2 as QoS 1");
        settle(id, "");
      }
    } else if (!exactlyOnce) {
      // Left behind by a program that used QoS 2: complete it.
      if (type !== PacketType.Pubcomp) {
        const first = type === PacketType.Pubrec ? Acknowledging.Pubrel : Acknowledging.Pubcomp;
        send(encode.acknowledgement(first, id));
      }
    } else if (type === PacketType.Pubrec) onPubrec(id);
    else if (type === PacketType.Pubrel) onPubrel(id);
    else if (isReleased(id)) {
      if (trials) trials = PROVEN;
      settle(id, "");
    }
  }

  function onSuback(id: number, codes: string): void {
    const filters = requests[id];
    if (filters) {
      if (filters === codes.length) settle(id, codes);
      else end(Ended.Protocol, "3.8.4-5");
    }
  }

  const decoder = createDecoder(options.maximumPacket, {
    // The chunk may hold more packets after the one that ended the session.
    accepts: (type) =>
      state === State.Online
        ? type !== PacketType.Connack || refuse("3.2")
        : state === State.LoggingIn && (type === PacketType.Connack || refuse("3.2.0-1")),
    isOnline: () => state === State.Online,
    broken: (clause) => end(Ended.Protocol, clause),
    connack: onConnack,
    publish: onMessage,
    tooLong: events.tooLong,
    acknowledgement: onAcknowledgement,
    suback: onSuback,
    pingresp() {
      deadline = 0;
    },
  });

  /** The identifier of a packet that is in flight from now on; nothing else in flight has it [MQTT-2.3.1-2]. */
  function newId(): number {
    do lastId = (lastId % 65535) + 1;
    while (ids.indexOf(lastId) >= 0);
    if (ids.push(lastId) === 1) oldestDeadline = time + options.responseTimeout;
    return lastId;
  }

  return {
    open() {
      const logIn = options.logIn();
      if (lastingSession) isClean = logIn.cleanSession;
      state = State.LoggingIn;
      // Not when a connection ends: the chunk that ended it may go on with half a packet.
      decoder.start();
      deadline = time + options.responseTimeout;
      send(encode.connect(logIn));
    },

    receive(bytes) {
      heardAt = time;
      decoder.receive(bytes);
    },

    tick(now) {
      time = now;
      if (state !== State.Closed && deadline && now >= deadline) {
        end(state === State.LoggingIn ? Ended.NoConnack : Ended.NoPingresp, "");
      } else if (state === State.Online) {
        if (ids.length && now >= oldestDeadline) {
          end(Ended.NoAcknowledgement, isMessage(ids[0] as number));
        } else if (options.pingPeriod && !deadline && now - Math.min(sentAt, heardAt) >= options.pingPeriod) {
          deadline = now + options.responseTimeout;
          send(encode.PINGREQ);
        }
      }
    },

    publish(topicField, payload, wantedQos, retain, more) {
      const qos = exactlyOnce && !trials && wantedQos ? 1 : wantedQos;
      const isTooMany = qos && ids.length >= options.maximumInFlight;
      if (state !== State.Online || isTooMany || events.isFull()) return -1;
      const id = qos && newId();
      const bytes = encode.publish(topicField, payload, qos, id, retain, more);
      if (lastingSession && qos) messages[id] = { id, type: PacketType.Publish, qos, bytes };
      const isSent = send(bytes);
      if (qos) return id;
      events.published(0, isSent);
      return isSent ? 0 : -1;
    },

    subscribe(filterFields, qos) {
      const id = state === State.Online ? newId() : -1;
      if (id > 0) {
        requests[id] = filterFields.length;
        send(encode.subscribe(id, filterFields, qos));
      }
      return id;
    },

    fallBack: exactlyOnce ? fallBack : undefined,

    close,

    now: () => time,

    heardAt: () => heardAt,

    save: exactlyOnce
      ? () => ({
          lastId,
          held,
          trials: trials || TRIALS,
          inFlight: ids.filter(isMessage).map((id) => messages[id] as Message),
        })
      : undefined,

    restore: exactlyOnce
      ? (saved) => {
          lastId = saved.lastId;
          held = saved.held;
          trials = saved.trials;
          isClean = false;
          ids = saved.inFlight.map((message) => {
            messages[message.id] = message;
            return message.id;
          });
        }
      : undefined,
  };
}
