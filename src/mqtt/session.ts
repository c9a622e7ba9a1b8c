/**
 * An MQTT 3.1.1 client session as a state machine without I/O: bytes, times and wishes in; bytes, messages and
 * reasons out. It owns log-in, packet identifiers, acknowledgements, re-delivery, the ping and every wait's end.
 *
 *     state      input                           output                                    next state
 *     Closed     open                            CONNECT                                   LoggingIn
 *     LoggingIn  CONNACK 0, session present      PUBLISH with DUP or PUBREL for each in    Online
 *                                                flight, in their order; online
 *     LoggingIn  CONNACK 0, no session           published for each in flight; online      Online
 *     LoggingIn  CONNACK 1–5                     ended Refused                             Closed
 *     LoggingIn  any other packet                ended Protocol                            Closed
 *     LoggingIn  no CONNACK in time              ended NoConnack                           Closed
 *     Online     PUBLISH at QoS 0                message                                   Online
 *     Online     PUBLISH at QoS 1                message, PUBACK                           Online
 *     Online     PUBLISH at QoS 2, new           message, PUBREC                           Online
 *     Online     PUBLISH at QoS 2, not released  PUBREC                                    Online
 *     Online     … when too many are held        ended Overrun                             Closed
 *     Online     PUBREL                          PUBCOMP                                   Online
 *     Online     PUBACK, PUBCOMP                 published                                 Online
 *     Online     PUBREC                          PUBREL                                    Online
 *     Online     SUBACK, UNSUBACK                subscribed                                Online
 *     Online     nothing sent, or nothing heard  PINGREQ                                   Online
 *                for a ping period
 *     Online     no PINGRESP in time             ended NoPingresp                          Closed
 *     Online     no acknowledgement in time      ended NoAcknowledgement                   Closed
 *     Online     CONNACK                         ended Protocol                            Closed
 *     any        malformed bytes                 ended Protocol                            Closed
 *     any        close                           subscribed for each in flight; with a     Closed
 *                                                clean session published for each, too
 *
 * A message in flight has states of its own. Sent at QoS 1: PUBLISH → PUBACK. Sent at QoS 2: PUBLISH → PUBREC, PUBREL →
 * PUBCOMP. What PUBREC answered is the server's: it counts as arrived even if the server then loses the session.
 *
 * Times are ms on any clock that does not jump.
 */

import { exactlyOnce, lastingSession } from "virtual:features";
import { u16, u16At } from "./bytes";
import { createDecoder } from "./decode";
import * as encode from "./encode";
import { PacketType, type Acknowledgement, type Qos, ReturnCode } from "./packet";

/** Why a session ended; `detail` of {@link SessionEvents.ended} tells more. */
export const enum Ended {
  /** The server refused the log-in; detail: its CONNACK return code. */
  Refused,
  /** No CONNACK came within the response time-out. */
  NoConnack,
  /** No PINGRESP came within the response time-out. */
  NoPingresp,
  /** A packet was not acknowledged within the response time-out; detail: its packet type. */
  NoAcknowledgement,
  /** The server broke the standard; detail: the clause. */
  Protocol,
  /** The server sent more messages at QoS 2 without releasing them than are held; it sends them again later. */
  Overrun,
}

export interface SessionOptions {
  /** What the next CONNECT says. */
  logIn(): encode.ConnectOptions;
  /** Time without sending, or without hearing anything, after which a PINGREQ goes out, in ms; 0: never. */
  readonly pingPeriod: number;
  /** Longest wait for CONNACK, PINGRESP and each acknowledgement, in ms. */
  readonly responseTimeout: number;
  /** Most packets that may await their acknowledgement when another message is published, 1–65535. */
  readonly maximumInFlight: number;
  /** Largest packet that is taken from the server, in bytes of Remaining Length. */
  readonly maximumPacket: number;
  /**
   * The last packet identifier used, 0–65535. By chance where a session outlives the program: the server may still
   * hold a message of the last program's under an identifier, and would take another under it for the same.
   */
  readonly lastId: number;
}

export interface SessionEvents {
  /** These bytes are to be written to the transport, in this order. Returns false when it is broken. */
  send(bytes: string): boolean;
  /** Whether the transport has more to send than is good: then nothing is published. */
  isFull(): boolean;
  /** The server accepted the log-in. */
  online(sessionPresent: boolean): void;
  /** A message arrived. */
  message(topic: string, payload: string): void;
  /** A publish is settled: acknowledged (at QoS 0, with 0 for its id: handed to the transport), or given up. */
  published(id: number, acknowledged: boolean): void;
  /**
   * A subscription is settled: SUBACK's codes, one byte for each topic filter, none when it was given up; or an end of
   * subscriptions, without codes.
   */
  subscribed(id: number, codes: string): void;
  /** The session is over: the transport is to be closed. Not called for {@link Session.close}. */
  ended(why: Ended, detail: string | number): void;
}

export interface Session {
  /** The transport is connected: logs in. A session can be opened again after it ended. */
  open(): void;
  /** Bytes arrived. */
  receive(bytes: string): void;
  /** Time passed. To be called at least once a second: this is the only clock, and waits end with its accuracy. */
  tick(now: number): void;
  /**
   * Publishes a message.
   * @returns its packet identifier, for {@link SessionEvents.published}; 0 at QoS 0; -1 when it was not sent: the
   *   session is not online, too many packets are in flight, or the transport is full or broken
   * @throws Error when the topic is over 65535 bytes
   */
  publish(topic: string, payload: string, qos: Qos, retain?: boolean): number;
  /**
   * Subscribes to topic filters at one QoS.
   * @returns its packet identifier, for {@link SessionEvents.subscribed}; -1 when the session is not online
   * @param filters at least one
   * @throws Error when one is over 65535 bytes
   */
  subscribe(filters: readonly string[], qos: Qos): number;
  /** Ends subscriptions, where a session outlives its connection. Returns as {@link subscribe} does. */
  readonly unsubscribe: ((filters: readonly string[]) => number) | undefined;
  /** The transport is gone, or is to be given up: what does not outlive it is settled as not acknowledged. */
  close(): void;
  /** Whether a message that was published awaits its acknowledgement. */
  hasUnacknowledged(): boolean;
  /** What must outlive the program for each message to arrive exactly once. */
  readonly save: (() => SavedSession) | undefined;
  /** Goes on where another program stopped; before the first {@link open}. */
  readonly restore: ((saved: SavedSession) => void) | undefined;
}

/** A session in flash: JSON of byte strings and numbers. */
export interface SavedSession {
  /** The packet identifier used last. */
  readonly lastId: number;
  /** Messages that the server has not released, two bytes of packet identifier each. */
  readonly held: string;
  /** The messages in flight, oldest first. */
  readonly inFlight: readonly InFlight[];
}

const enum State {
  Closed,
  LoggingIn,
  Online,
}

/** A packet that was sent and not acknowledged yet. */
interface InFlight {
  readonly id: number;
  /** A message at QoS 2 becomes a Pubrel once the server has it. */
  readonly type: PacketType.Publish | PacketType.Pubrel | PacketType.Subscribe | PacketType.Unsubscribe;
  readonly qos?: Qos;
  /** Number of topic filters, each of which SUBACK answers; otherwise 0. */
  readonly filters: number;
  /** The packet, where it may have to be sent again. */
  readonly bytes?: string;
  deadline: number;
}

/** Most messages at QoS 2 that are held until the server releases them. */
export const MAXIMUM_HELD = 256;

export function createSession(options: SessionOptions, events: SessionEvents): Session {
  let state = State.Closed;
  /** Oldest first: with one time-out for all, the first is the first to be late. */
  let inFlight: InFlight[] = [];
  /** Packet identifiers of messages at QoS 2 that arrived and are not released, two bytes each. */
  let held = "";
  let lastId = options.lastId;
  let isClean = true;
  let time = 0;
  let sentAt = 0;
  let heardAt = 0;
  /** When the answer to CONNECT or PINGREQ is late; 0 while none is awaited. */
  let deadline = 0;

  function send(bytes: string): boolean {
    sentAt = time;
    return events.send(bytes);
  }

  function tell(packet: InFlight, acknowledged: boolean, codes: string): void {
    if (isMessage(packet)) events.published(packet.id, acknowledged);
    else events.subscribed(packet.id, codes);
  }

  /** Settles what is in flight, messages only when they are of no use any more. */
  function giveUp(withMessages: boolean): void {
    const given = inFlight;
    inFlight = withMessages ? [] : given.filter(isMessage);
    for (const packet of given) {
      if (withMessages || !isMessage(packet)) tell(packet, packet.type === PacketType.Pubrel, "");
    }
  }

  function close(): void {
    state = State.Closed;
    giveUp(isClean);
  }

  function end(why: Ended, detail: string | number): void {
    // Behind the packet that ended the session, its chunk may hold malformed bytes.
    if (state === State.Closed) return;
    close();
    events.ended(why, detail);
  }

  function indexOf(type: InFlight["type"], id: number): number {
    return inFlight.findIndex((packet) => packet.id === id && packet.type === type);
  }

  /** An acknowledgement of something unknown is passed over: its wait may have ended with an earlier connection. */
  function settle(type: InFlight["type"], id: number, codes: string): void {
    const at = indexOf(type, id);
    const packet = inFlight[at];
    if (!packet) return;
    if (packet.filters !== codes.length) return end(Ended.Protocol, "MQTT-3.8.4-5");
    if (exactlyOnce && type === PacketType.Publish && packet.qos === 2) {
      return end(Ended.Protocol, "MQTT-4.3.3-2"); // PUBACK for QoS 2
    }
    inFlight.splice(at, 1);
    tell(packet, true, codes);
  }

  function onConnack(returnCode: ReturnCode, sessionPresent: boolean): void {
    if (returnCode !== ReturnCode.Accepted) return end(Ended.Refused, returnCode);
    // Nobody asked for a session that stays [MQTT-3.2.2-1].
    if (sessionPresent && isClean) return end(Ended.Protocol, "MQTT-3.2.2-1");
    state = State.Online;
    deadline = 0;
    if (lastingSession) {
      if (sessionPresent) sendAgain();
      else {
        held = "";
        giveUp(true);
      }
    }
    events.online(sessionPresent);
  }

  /** [MQTT-4.4.0-1], in the order of old [MQTT-4.6.0-1]. */
  function sendAgain(): void {
    for (const packet of inFlight) {
      const bytes = packet.bytes as string;
      packet.deadline = time + options.responseTimeout;
      send(
        packet.type === PacketType.Publish
          ? String.fromCharCode(bytes.charCodeAt(0) | 8) + bytes.substring(1)
          : bytes,
      );
    }
  }

  function onMessage(topic: string, payload: string, qos: Qos, id: number): void {
    if (qos === 2) {
      // Where nothing is subscribed to at QoS 2, nothing may come at it.
      if (!exactlyOnce) return end(Ended.Protocol, "MQTT-3.3.5-1");
      if (heldAt(id) < 0) {
        if (held.length >= MAXIMUM_HELD * 2) return end(Ended.Overrun, "");
        held += u16(id);
        events.message(topic, payload);
      }
    } else events.message(topic, payload);
    // The receiver of the message may have closed the session.
    if (qos && state === State.Online) {
      send(exactlyOnce && qos === 2 ? encode.pubrec(id) : encode.puback(id));
    }
  }

  /** Where a packet identifier stands among those held; negative where it does not. */
  function heldAt(id: number): number {
    for (let at = 0; at < held.length; at += 2) if (u16At(held, at) === id) return at;
    return -1;
  }

  /** The server has the message; even if it is unknown here, it waits for the release. */
  function onPubrec(id: number): void {
    const at = indexOf(PacketType.Publish, id);
    const bytes = encode.pubrel(id);
    const known = inFlight[at];
    if (known) {
      if (known.qos !== 2) return end(Ended.Protocol, "MQTT-4.3.2-2"); // PUBREC for QoS 1
      inFlight.splice(at, 1);
      track(PacketType.Pubrel, id, 2, 0, bytes);
    }
    send(bytes);
  }

  function onPubrel(id: number): void {
    const at = heldAt(id);
    if (at >= 0) held = held.substring(0, at) + held.substring(at + 2);
    send(encode.pubcomp(id));
  }

  function onAcknowledgement(type: Acknowledgement, id: number): void {
    if (type === PacketType.Puback) settle(PacketType.Publish, id, "");
    else if (type === PacketType.Unsuback) {
      if (lastingSession) settle(PacketType.Unsubscribe, id, "");
    } else if (!exactlyOnce)
      end(Ended.Protocol, "MQTT-4.3.3"); // no message is at QoS 2
    else if (type === PacketType.Pubrec) onPubrec(id);
    else if (type === PacketType.Pubrel) onPubrel(id);
    else settle(PacketType.Pubrel, id, "");
  }

  const decoder = createDecoder(options.maximumPacket, {
    accepts(type) {
      // A chunk may hold more packets behind the one that ended the session.
      if (state === State.Closed) return false;
      const isEarly = state === State.LoggingIn;
      if (isEarly === (type === PacketType.Connack)) return true;
      end(Ended.Protocol, isEarly ? "MQTT-3.2.0-1" : "MQTT-3.2");
      return false;
    },
    connack: onConnack,
    publish: onMessage,
    acknowledgement: onAcknowledgement,
    suback: (id, codes) => settle(PacketType.Subscribe, id, codes),
    pingresp() {
      deadline = 0;
    },
  });

  /** A packet identifier that nothing in flight has [MQTT-2.3.1-2]. */
  function freeId(): number {
    do lastId = (lastId % 65535) + 1;
    while (inFlight.some((packet) => packet.id === lastId));
    return lastId;
  }

  function track(type: InFlight["type"], id: number, qos: Qos, filters: number, bytes: string): void {
    const deadline = time + options.responseTimeout;
    inFlight.push(
      lastingSession ? { id, type, filters, deadline, qos, bytes } : { id, type, filters, deadline },
    );
  }

  /** @param bytes with the packet identifier used last */
  function request(type: InFlight["type"], bytes: string, filters: number): number {
    if (state !== State.Online) return -1;
    track(type, lastId, 0, filters, "");
    send(bytes);
    return lastId;
  }

  return {
    open() {
      close();
      const logIn = options.logIn();
      decoder.start();
      if (lastingSession) isClean = logIn.cleanSession;
      state = State.LoggingIn;
      deadline = time + options.responseTimeout;
      send(encode.connect(logIn));
    },

    receive(bytes) {
      if (state === State.Closed) return;
      heardAt = time;
      const clause = decoder.receive(bytes);
      if (clause) end(Ended.Protocol, clause);
    },

    tick(now) {
      time = now;
      if (state === State.Closed) return;
      const oldest = inFlight[0];
      if (deadline && now >= deadline) {
        end(state === State.LoggingIn ? Ended.NoConnack : Ended.NoPingresp, "");
      } else if (state !== State.Online) return;
      else if (oldest && now >= oldest.deadline) end(Ended.NoAcknowledgement, oldest.type);
      else if (options.pingPeriod && !deadline && now - Math.min(sentAt, heardAt) >= options.pingPeriod) {
        deadline = now + options.responseTimeout;
        send(encode.PINGREQ);
      }
    },

    publish(topic, payload, qos, retain) {
      const isTooMany = qos && inFlight.length >= options.maximumInFlight;
      if (state !== State.Online || isTooMany || events.isFull()) return -1;
      const id = qos && freeId();
      const bytes = encode.publish(topic, payload, qos, id, retain);
      if (qos) track(PacketType.Publish, id, qos, 0, lastingSession ? bytes : "");
      const isSent = send(bytes);
      if (qos) return id;
      events.published(0, isSent);
      return isSent ? 0 : -1;
    },

    subscribe: (filters, qos) =>
      request(PacketType.Subscribe, encode.subscribe(freeId(), filters, qos), filters.length),

    unsubscribe: lastingSession
      ? (filters) => request(PacketType.Unsubscribe, encode.unsubscribe(freeId(), filters), 0)
      : undefined,

    hasUnacknowledged: () => inFlight.some(isMessage),

    close,

    save: exactlyOnce ? () => ({ lastId, held, inFlight: inFlight.filter(isMessage) }) : undefined,

    restore: exactlyOnce
      ? (saved) => {
          lastId = saved.lastId;
          held = saved.held;
          inFlight = saved.inFlight.slice();
          isClean = false;
        }
      : undefined,
  };
}

function isMessage(packet: InFlight): boolean {
  return packet.type <= PacketType.Pubrel;
}
