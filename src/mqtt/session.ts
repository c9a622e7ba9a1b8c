/**
 * An MQTT 3.1.1 client session as a state machine without I/O: bytes, times and wishes in; bytes, messages and
 * reasons out. It owns log-in, packet identifiers, acknowledgements, the ping and every wait's end.
 *
 *     state      input                            output                         next state
 *     Closed     open                             CONNECT                        LoggingIn
 *     LoggingIn  CONNACK 0                        online                         Online
 *     LoggingIn  CONNACK 1–5                      ended Refused                  Closed
 *     LoggingIn  any other packet                 ended Protocol                 Closed
 *     LoggingIn  no CONNACK in time               ended NoConnack                Closed
 *     Online     PUBLISH at QoS 0                 message                        Online
 *     Online     PUBLISH at QoS 1                 message, PUBACK                Online
 *     Online     PUBACK                           published                      Online
 *     Online     SUBACK                           subscribed                     Online
 *     Online     nothing sent for a ping period   PINGREQ                        Online
 *     Online     no PINGRESP in time              ended NoPingresp               Closed
 *     Online     no acknowledgement in time       ended NoAcknowledgement        Closed
 *     Online     CONNACK, or QoS 2                ended Protocol                 Closed
 *     any        malformed bytes                  ended Protocol                 Closed
 *     any        close                            published, subscribed for all  Closed
 *
 * Times are ms on any clock that does not jump. QoS 2 and re-sending have their places: a type of {@link InFlight}
 * and a row of this table each.
 */

import { createDecoder, type Decoder } from "./decode";
import * as encode from "./encode";
import { PacketType, type Publish, ReturnCode, type ServerPacket } from "./packet";

/** Why a session ended; `detail` of {@link SessionEvents.ended} tells more. */
export const enum Ended {
  /** The server refused the log-in; detail: its CONNACK return code. */
  Refused,
  /** No CONNACK came within the response time-out. */
  NoConnack,
  /** No PINGRESP came within the response time-out. */
  NoPingresp,
  /** A PUBLISH, SUBSCRIBE or UNSUBSCRIBE was not acknowledged within the response time-out; detail: its packet type. */
  NoAcknowledgement,
  /** The server broke the standard; detail: the clause. */
  Protocol,
}

export interface SessionOptions {
  /** What the next CONNECT says. */
  logIn(): encode.ConnectOptions;
  /** Time without sending after which a PINGREQ goes out, in ms; 0: never. */
  readonly pingPeriod: number;
  /** Longest wait for CONNACK, PINGRESP and each acknowledgement, in ms. */
  readonly responseTimeout: number;
  /** Most packets that may await their acknowledgement at once, 1–65535. */
  readonly maximumInFlight: number;
  /** Largest packet that is taken from the server, in bytes of Remaining Length. */
  readonly maximumPacket: number;
}

export interface SessionEvents {
  /** These bytes are to be written to the transport, in this order. Returns false when it does not take them. */
  send(bytes: string): boolean;
  /** The server accepted the log-in. */
  online(sessionPresent: boolean): void;
  /** A message arrived. */
  message(topic: string, payload: string): void;
  /** A publish at QoS 1 is settled: acknowledged, or given up with the session. */
  published(id: number, acknowledged: boolean): void;
  /** A subscription is settled: SUBACK's codes, one byte for each topic filter; none when it was given up. */
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
   *   session is not online, too many packets are in flight, or the transport did not take it at QoS 0
   * @throws Error when the topic is over 65535 bytes
   */
  publish(topic: string, payload: string, qos: 0 | 1, retain?: boolean): number;
  /** Subscribes to topic filters at one QoS. Returns as {@link publish} does. */
  subscribe(filters: readonly string[], qos: 0 | 1): number;
  /** The transport is gone, or is to be given up: whatever is in flight is settled as not acknowledged. */
  close(): void;
}

const enum State {
  Closed,
  LoggingIn,
  Online,
}

/** A packet that was sent and not acknowledged yet. */
interface InFlight {
  readonly id: number;
  readonly type: PacketType.Publish | PacketType.Subscribe;
  /** Number of topic filters, each of which SUBACK answers; 0 for a PUBLISH. */
  readonly filters: number;
  readonly deadline: number;
}

export function createSession(options: SessionOptions, events: SessionEvents): Session {
  let state = State.Closed;
  let decode: Decoder;
  /** Oldest first: with one time-out for all, the first is the first to be late. */
  let inFlight: InFlight[] = [];
  let lastId = 0;
  let time = 0;
  let sentAt = 0;
  /** When the answer to CONNECT or PINGREQ is late; 0 while none is awaited. */
  let deadline = 0;

  function send(bytes: string): boolean {
    sentAt = time;
    return events.send(bytes);
  }

  function tell(packet: InFlight, acknowledged: boolean, codes: string): void {
    if (packet.type === PacketType.Publish) events.published(packet.id, acknowledged);
    else events.subscribed(packet.id, codes);
  }

  function close(): void {
    const given = inFlight;
    state = State.Closed;
    inFlight = [];
    for (const packet of given) tell(packet, false, "");
  }

  function end(why: Ended, detail: string | number): void {
    close();
    events.ended(why, detail);
  }

  /** An acknowledgement of something unknown is passed over: its wait may have ended with an earlier connection. */
  function settle(type: InFlight["type"], id: number, codes: string): void {
    const at = inFlight.findIndex((packet) => packet.id === id && packet.type === type);
    const packet = inFlight[at];
    if (!packet) return;
    if (packet.filters !== codes.length) return end(Ended.Protocol, "MQTT-3.8.4-5");
    inFlight.splice(at, 1);
    tell(packet, true, codes);
  }

  function onConnack(packet: ServerPacket): void {
    if (packet.type !== PacketType.Connack) return end(Ended.Protocol, "MQTT-3.2.0-1");
    if (packet.returnCode !== ReturnCode.Accepted) return end(Ended.Refused, packet.returnCode);
    state = State.Online;
    deadline = 0;
    events.online(packet.sessionPresent);
  }

  function onMessage(packet: Publish): void {
    // Nothing was subscribed to at QoS 2, so nothing may come at it.
    if (packet.qos === 2) return end(Ended.Protocol, "MQTT-3.3.5-1");
    events.message(packet.topic, packet.payload);
    // The receiver of the message may have closed the session.
    if (packet.qos && state === State.Online) send(encode.puback(packet.id));
  }

  function onPacket(packet: ServerPacket): void {
    // A chunk may hold more packets behind the one that ended the session.
    if (state === State.Closed) return;
    if (state === State.LoggingIn) return onConnack(packet);
    switch (packet.type) {
      case PacketType.Publish:
        return onMessage(packet);
      case PacketType.Puback:
        return settle(PacketType.Publish, packet.id, "");
      case PacketType.Suback:
        return settle(PacketType.Subscribe, packet.id, packet.codes);
      case PacketType.Pingresp:
        deadline = 0;
        return;
      case PacketType.Unsuback:
        return; // nothing was unsubscribed: passed over as any unknown acknowledgement
      case PacketType.Connack:
        return end(Ended.Protocol, "MQTT-3.2");
      default:
        return end(Ended.Protocol, "MQTT-4.3.3"); // PUBREC, PUBREL, PUBCOMP: no message is at QoS 2
    }
  }

  /** A packet identifier that nothing in flight has [MQTT-2.3.1-2]. */
  function freeId(): number {
    do lastId = (lastId % 65535) + 1;
    while (inFlight.some((packet) => packet.id === lastId));
    return lastId;
  }

  function track(type: InFlight["type"], id: number, filters: number): void {
    inFlight.push({ id, type, filters, deadline: time + options.responseTimeout });
  }

  return {
    open() {
      close();
      decode = createDecoder(options.maximumPacket, onPacket);
      state = State.LoggingIn;
      deadline = time + options.responseTimeout;
      send(encode.connect(options.logIn()));
    },

    receive(bytes) {
      if (state === State.Closed) return;
      const clause = decode(bytes);
      if (clause) end(Ended.Protocol, clause);
    },

    tick(now) {
      time = now;
      if (state === State.Closed) return;
      const oldest = inFlight[0];
      if (deadline && now >= deadline) {
        end(state === State.LoggingIn ? Ended.NoConnack : Ended.NoPingresp, "");
      } else if (oldest && now >= oldest.deadline) {
        end(Ended.NoAcknowledgement, oldest.type);
      } else if (
        state === State.Online &&
        options.pingPeriod &&
        !deadline &&
        now - sentAt >= options.pingPeriod
      ) {
        deadline = now + options.responseTimeout;
        send(encode.PINGREQ);
      }
    },

    publish(topic, payload, qos, retain) {
      if (state !== State.Online || (qos && inFlight.length >= options.maximumInFlight)) return -1;
      const id = qos && freeId();
      const bytes = encode.publish(topic, payload, qos, id, retain);
      if (qos) track(PacketType.Publish, id, 0);
      return send(bytes) || qos ? id : -1;
    },

    subscribe(filters, qos) {
      if (state !== State.Online || inFlight.length >= options.maximumInFlight) return -1;
      const id = freeId();
      const bytes = encode.subscribe(id, filters, qos);
      track(PacketType.Subscribe, id, filters.length);
      send(bytes);
      return id;
    },

    close,
  };
}
