/**
 * The plain broker's persistent sessions (clean session 0) [MQTT-4.1.0]: aedes' in-memory store, except for its queues
 * and QoS 2 states, which lose or duplicate messages and are replaced here. docs/local-onenet.md has the details.
 */
import { Readable } from "node:stream";
import type { Client } from "aedes";
import memory from "aedes-persistence";
import { createReceived } from "./received.ts";

export interface SessionStore {
  /** The persistence to give to aedes. */
  readonly persistence: object;
  /** Whether to send a message to a client now. Queued messages are sent in their turn, and only once. */
  mayForward(client: Client, packet: object): boolean;
}

/** What aedes passes in: a message for one client, or the PUBREL that follows it. */
interface Packet {
  cmd: string;
  readonly topic?: string;
  readonly brokerId?: string;
  readonly brokerCounter?: number;
  payload: Buffer | string;
  qos: 0 | 1 | 2;
  dup: boolean;
  readonly retain: boolean;
  messageId?: number;
}

/** A queued message, kept until the client has acknowledged it. */
interface Waiting extends Packet {
  /** The connection it was last sent on. */
  sentIn?: Client;
  /** Called once it has been sent. */
  sent?: () => void;
}

/** Messages waiting for a client, oldest first. */
interface Queue {
  readonly messages: Waiting[];
  bytes: number;
}

/** The parts of aedes' store used here. */
interface Base {
  subscriptionsByClient(client: Client): Promise<readonly unknown[]>;
  cleanSubscriptions(client: Client): Promise<void>;
}

const MAXIMUM_IDENTIFIER = 65_535;

/**
 * @param maximum most messages waiting for one client; later ones are dropped
 * @param maximumBytes most bytes waiting for all clients; beyond it, the client with the most loses its newest message
 *   to make room for one with less
 */
export function createSessionStore(maximum: number, maximumBytes: number): SessionStore {
  const queues = new Map<string, Queue>();
  /** Total size of all queues. */
  let bytes = 0;
  const received = createReceived();
  /** Clients whose queue has been sent on this connection; new messages can go to them directly. */
  const caughtUp = new WeakSet<Client>();
  const base = memory() as unknown as Base;

  function queueOf({ id }: Client): Waiting[] {
    return queues.get(id)?.messages ?? [];
  }

  function grow(queue: Queue | undefined, by: number): void {
    if (queue) queue.bytes += by;
    bytes += by;
  }

  function forget(client: Client): void {
    bytes -= queues.get(client.id)?.bytes ?? 0;
    queues.delete(client.id);
    void received.cleanIncoming(client);
  }

  /** Whether a queue has room for a message. A larger queue may lose messages to make room. */
  function hasRoom(queue: Queue, size: number): boolean {
    while (bytes + size > maximumBytes) {
      const most = [...queues.values()].reduce(
        (one, other) => (other.bytes > one.bytes ? other : one),
        queue,
      );
      if (most.bytes <= queue.bytes + size) return false;
      // Messages in flight stay.
      const at = most.messages.findLastIndex(({ messageId, sent }) => messageId === undefined && !sent);
      const [lost] = at < 0 ? [] : most.messages.splice(at, 1);
      if (lost === undefined) return false;
      grow(most, -sizeOf(lost));
    }
    return true;
  }

  /** A packet identifier that is unique in the queue [MQTT-2.3.1-4]: `wanted`, or the next free one. */
  function freeIdentifier(queue: readonly Waiting[], wanted: number): number {
    let id = wanted;
    while (queue.some(({ messageId }) => messageId === id)) id = (id % MAXIMUM_IDENTIFIER) + 1;
    return id;
  }

  const subscriptionsByClient = base.subscriptionsByClient.bind(base);
  const cleanSubscriptions = base.cleanSubscriptions.bind(base);

  const persistence = Object.assign(base, received, {
    /** aedes derives "session present" from these [MQTT-3.2.2-2]. */
    async subscriptionsByClient(client: Client) {
      const subscriptions = await subscriptionsByClient(client);
      if (subscriptions.length === 0) forget(client);
      return subscriptions;
    },

    async cleanSubscriptions(client: Client) {
      forget(client);
      await cleanSubscriptions(client);
    },

    outgoingEnqueueCombi(subscriptions: readonly { clientId: string; qos: 0 | 1 | 2 }[], packet: Packet) {
      const granted = new Map<string, 0 | 1 | 2>(); // The highest QoS of overlapping subscriptions [MQTT-3.3.5-1].
      for (const { clientId, qos } of subscriptions) {
        granted.set(clientId, higher(qos, granted.get(clientId) ?? 0));
      }
      for (const [id, qos] of granted) {
        const queue = queues.get(id) ?? { messages: [], bytes: 0 };
        queues.set(id, queue);
        if (queue.messages.length >= maximum || !hasRoom(queue, sizeOf(packet))) continue;
        grow(queue, sizeOf(packet));
        queue.messages.push({ ...packet, qos: lower(qos, packet.qos) });
      }
      return Promise.resolve();
    },

    /** Called before a PUBLISH or PUBREL goes out. `packet` itself will be written. */
    outgoingUpdate(client: Client, packet: Packet) {
      const queue = queueOf(client);
      const isRelease = packet.cmd === "pubrel";
      const waiting = queue.find((other) =>
        isRelease ? other.messageId === packet.messageId : isSame(other, packet),
      );
      if (waiting === undefined) return Promise.resolve(); // Every PUBREC must be answered with a PUBREL.
      if (isRelease) {
        grow(queues.get(client.id), -waiting.payload.length);
        Object.assign(waiting, { cmd: "pubrel", payload: "" });
      } else {
        packet.dup = waiting.messageId !== undefined; // [MQTT-3.3.1-1]
        packet.qos = waiting.qos;
        packet.messageId = waiting.messageId ??= freeIdentifier(queue, packet.messageId ?? 1);
      }
      waiting.sentIn = client;
      waiting.sent?.();
      return Promise.resolve();
    },

    outgoingClearMessageId(client: Client, { messageId }: Packet) {
      const queue = queueOf(client);
      const at = queue.findIndex((waiting) => messageId !== undefined && waiting.messageId === messageId);
      const [waiting] = at < 0 ? [] : queue.splice(at, 1);
      if (waiting) grow(queues.get(client.id), -sizeOf(waiting));
      return Promise.resolve(waiting);
    },

    // A will is published from its connection. aedes also stores wills in case a broker dies, which it detects by the
    // clock: when the clock jumped forward, it published the wills of clients that were online.
    putWill: () => Promise.resolve(),

    /** In order of arrival [MQTT-4.6.0-6], including messages that arrive meanwhile. */
    outgoingStream(client: Client) {
      async function* all(): AsyncGenerator<Packet> {
        for (;;) {
          const next = queueOf(client).find(({ sentIn }) => sentIn !== client);
          if (next === undefined) break;
          const sent = new Promise<void>((resolve) => (next.sent = resolve));
          yield next;
          await sent;
        }
        caughtUp.add(client);
      }
      return Readable.from(all());
    },
  });

  return {
    persistence,
    mayForward(client, packet) {
      const { clean } = client as unknown as { readonly clean: boolean };
      const message = packet as Packet;
      if (clean || message.messageId !== undefined) return true; // Otherwise it comes from the queue.
      if (!caughtUp.has(client)) return false;
      if (message.qos === 0 || message.retain) return true;
      return queueOf(client).some((other) => isSame(other, message) && other.messageId === undefined);
    },
  };
}

/** Approximate size of a message, in bytes. */
function sizeOf({ topic = "", payload }: Packet): number {
  return 500 + topic.length + payload.length;
}

function isSame(one: Packet, other: Packet): boolean {
  return one.brokerId === other.brokerId && one.brokerCounter === other.brokerCounter;
}

function higher(one: 0 | 1 | 2, other: 0 | 1 | 2): 0 | 1 | 2 {
  return one > other ? one : other;
}

function lower(one: 0 | 1 | 2, other: 0 | 1 | 2): 0 | 1 | 2 {
  return one < other ? one : other;
}
