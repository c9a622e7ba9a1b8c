/** A session whose every output is checked against what it may do and keep, whatever it receives. */

import { sized } from "../../../src/mqtt/bytes.ts";
import {
  createSession,
  MAXIMUM_HELD,
  type SavedSession,
  type SessionEvents,
  type SessionOptions,
} from "../../../src/mqtt/session.ts";
import { PacketType, type Qos } from "../../../src/mqtt/packet.ts";

export interface Watched {
  open(): void;
  receive(bytes: string): void;
  tick(now: number): void;
  publish(qos: Qos): void;
  subscribe(): void;
  close(): void;
  /** The program stops and another continues; false if nothing can be saved. */
  restart(): boolean;
  /** The packets sent since the last call. */
  sent(): string[];
  isOpen(): boolean;
  /** The clause named at the last end; undefined if none. */
  clause(): string | undefined;
}

/** The position of `Protocol` in `Ended`. */
const PROTOCOL = 4;
const PAYLOAD = "payload";
/** Bytes of a PUBLISH of it with a packet identifier. */
const PUBLISH_SIZE = 2 + sized("c").length + 2 + PAYLOAD.length;

export function watch(options: SessionOptions): Watched {
  let session = createSession(options, events());
  let isOpen = false;
  let clause: string | undefined;
  let sent: string[] = [];
  /** Packet identifiers still to be settled. */
  const messages = new Set<number>();
  const subscriptions = new Set<number>();
  let connection = newConnection(options.maximumPacket, 0);
  let fallBacks = 0;
  let isReceiving = false;

  function events(): SessionEvents {
    return {
      send(bytes) {
        must(isOpen, "sends only between open and the end");
        if (isReceiving) connection.answered += bytes.length;
        sent.push(bytes);
        return true;
      },
      isFull: () => false,
      online: () => must(++connection.onlines === 1, "is online once a connection"),
      message() {
        must(isOpen, "hands messages on only between open and the end");
        must(++connection.messages <= connection.publishes(), "hands on no more messages than came");
      },
      tooLong: () => must(isOpen, "reports messages only between open and the end"),
      published: (id) => must(id === 0 || messages.delete(id), "settles what was published, once"),
      subscribed: (id) => must(subscriptions.delete(id), "settles what was subscribed to, once"),
      fellBack: () => must(++fallBacks === 1, "falls back once"),
      ended(why, detail) {
        must(isOpen, "ends once");
        isOpen = false;
        clause = (why as number) === PROTOCOL ? `MQTT-${detail}` : undefined;
      },
    };
  }

  function check(): void {
    must(messages.size <= options.maximumInFlight, "has no more in flight than its bound");
    must(
      connection.answered <= connection.received + connection.inFlightAtOpen,
      "answers with no more bytes than it got, re-delivery aside",
    );
    must(!isOpen || connection.unfinished() <= options.maximumPacket, "keeps no more than its limit");
    const saved = session.save?.();
    if (!saved) return;
    must(saved.held.length <= MAXIMUM_HELD * 2, "holds no more than its bound");
    must(saved.inFlight.length === messages.size, "has in flight what is to be settled and nothing else");
  }

  function add(id: number, to: Set<number>): void {
    if (id <= 0) return;
    must(!messages.has(id) && !subscriptions.has(id), "gives no packet identifier twice");
    to.add(id);
  }

  return {
    open() {
      const inFlight = session.save?.().inFlight.map((packet) => packet.bytes.length);
      const bytes = inFlight?.reduce((sum, size) => sum + size, 0) ?? messages.size * PUBLISH_SIZE;
      connection = newConnection(options.maximumPacket, bytes);
      isOpen = true;
      session.open();
    },
    receive(bytes) {
      if (isOpen) connection.take(bytes);
      isReceiving = true;
      session.receive(bytes);
      isReceiving = false;
      check();
    },
    tick: (now) => session.tick(now),
    publish: (qos) => add(session.publish(sized("c"), PAYLOAD, qos), messages),
    subscribe: () => add(session.subscribe(["c"].map(sized), 1), subscriptions),
    close() {
      session.close();
      isOpen = false;
      check();
    },
    restart() {
      if (!session.save) return false;
      const saved = JSON.parse(JSON.stringify(session.save())) as SavedSession;
      isOpen = false;
      subscriptions.clear();
      fallBacks = 0;
      session = createSession(options, events());
      session.restore?.(saved);
      check();
      return true;
    },
    sent() {
      const packets = sent;
      sent = [];
      return packets;
    },
    isOpen: () => isOpen,
    clause: () => clause,
  };
}

interface Connection {
  received: number;
  answered: number;
  messages: number;
  onlines: number;
  readonly inFlightAtOpen: number;
  take(bytes: string): void;
  /** PUBLISH packets so far. */
  publishes(): number;
  /** Bytes of an incomplete body; 0 for a skipped message. */
  unfinished(): number;
}

/** Counts what arrived over one connection without the decoder, from fixed headers and lengths only. */
function newConnection(limit: number, inFlightAtOpen: number): Connection {
  let type = 0;
  let length = 0;
  /** Factor of the next length byte; 0 at the start of a packet, -1 in a body. */
  let scale = 0;
  let body = 0;
  let publishes = 0;
  let isLost = false;

  function byte(value: number): void {
    if (scale === 0) {
      type = value >> 4;
      length = body = 0;
      scale = 1;
      return;
    }
    if (scale > 0) {
      length += (value & 127) * scale;
      scale = value > 127 ? scale * 128 : -1;
    } else body++;
    const isPassedOver = type === (PacketType.Publish as number);
    if ((length > limit && !isPassedOver) || scale > 2_097_152) isLost = true;
    if (scale > 0 || body < length) return;
    scale = 0;
    body = 0;
    if (type === (PacketType.Publish as number)) publishes++;
  }

  const connection: Connection = {
    received: 0,
    answered: 0,
    messages: 0,
    onlines: 0,
    inFlightAtOpen,
    take(bytes) {
      connection.received += bytes.length;
      for (let i = 0; i < bytes.length && !isLost; i++) byte(bytes.charCodeAt(i));
    },
    publishes: () => publishes,
    unfinished: () => (isLost ? Infinity : length > limit ? 0 : body),
  };
  return connection;
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`a session ${what}`);
}
