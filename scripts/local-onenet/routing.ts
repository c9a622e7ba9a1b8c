/** Changes how aedes delivers messages in the plain broker: in order, and at the granted QoS. */

import type { Aedes, Client } from "aedes";
import { filterMatches } from "./topics.ts";

type Done = (error?: Error | null) => void;

/** The aedes internals used here, which its types leave out. */
interface Inner {
  publish(packet: object, client: Client | null, done: Done): void;
  readonly mq: { emit(packet: object, done: Done): void };
}

/**
 * Delivers each message to its subscribers before starting the next. Otherwise a message could overtake an earlier one
 * that is still being retained or queued, and aedes would drop the earlier one as a duplicate.
 */
export function publishInOrder(broker: Aedes): void {
  const inner = broker as unknown as Inner;
  const publish = inner.publish.bind(inner);
  const emit = inner.mq.emit.bind(inner.mq);
  /** Messages waiting for their turn; the first is being delivered. */
  const waiting: { readonly start: () => void; isOn: boolean }[] = [];
  let isRunning = false;

  function run(): void {
    if (isRunning) return;
    isRunning = true;
    for (let next = waiting[0]; next !== undefined && !next.isOn; next = waiting[0]) {
      next.isOn = true;
      next.start();
    }
    isRunning = false;
  }

  inner.mq.emit = (packet, done) => {
    const turn = waiting[0];
    emit(packet, done);
    if (turn?.isOn === true) leave(turn);
  };

  function leave(turn: (typeof waiting)[number]): void {
    if (waiting[0] !== turn) return;
    waiting.shift();
    run();
  }

  inner.publish = (packet: object, client: Client | null | Done, done?: Done) => {
    const [from, finished] = typeof client === "function" ? [null, client] : [client, done];
    const turn = {
      isOn: false,
      start: () =>
        publish(packet, from, (error) => {
          leave(turn); // It failed or had no subscribers.
          finished?.(error);
        }),
    };
    waiting.push(turn);
    run();
  };
}

/** Members missing from aedes' client type. */
interface Receiver {
  readonly subscriptions: Readonly<Record<string, { readonly qos: 0 | 1 | 2 }>>;
  deliver0(packet: Message, done: () => void): void;
  deliverQoS(packet: Message, done: () => void): void;
}

interface Message {
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  /** It is a retained message in answer to a SUBSCRIBE. */
  readonly retain: boolean;
}

/** The highest QoS of a client's subscriptions to a topic [MQTT-3.3.5-1]; undefined if it has none. */
function grantedQos(client: Client, topic: string): 0 | 1 | 2 | undefined {
  let granted: 0 | 1 | 2 | undefined;
  for (const [filter, { qos }] of Object.entries((client as unknown as Receiver).subscriptions)) {
    const isHidden = topic.startsWith("$") && /^[+#]/.test(filter); // [MQTT-4.7.2-1]
    if (!isHidden && filterMatches(filter, topic) && (granted === undefined || qos > granted)) granted = qos;
  }
  return granted;
}

/** The message at the QoS granted to a client. */
export function atGrantedQos<T extends object>(client: Client, packet: T): T {
  const { topic, qos } = packet as T & Message;
  if (qos === 0) return packet;
  const granted = grantedQos(client, topic) ?? qos;
  return granted < qos ? { ...packet, qos: granted } : packet;
}

/**
 * Makes QoS 0 subscriptions deliver messages of a higher QoS at QoS 0, unless the client also has a matching
 * subscription at QoS 1 or 2. Call this before the client subscribes to anything.
 */
export function deliverAtQos0(client: Client): void {
  const receiver = client as unknown as Receiver;
  const deliver = receiver.deliver0.bind(receiver);
  receiver.deliver0 = (packet, done) => {
    if (packet.qos === 0) deliver(packet, done);
    else if ((grantedQos(client, packet.topic) ?? 0) > 0) setImmediate(done);
    else deliver({ ...packet, qos: 0 }, done);
  };
}

/**
 * Prevents a client that does not read from blocking others. aedes waits until each message is written and processes at
 * most 100 at a time, so a single stalled client could use up all of them. Call this before the client subscribes to
 * anything.
 * @param backlog most bytes queued for the client; one more message cuts it
 */
export function deliverWithoutWaiting(client: Client, backlog: number): void {
  const receiver = client as unknown as Receiver;
  for (const name of ["deliver0", "deliverQoS"] as const) {
    const deliver = receiver[name].bind(receiver);
    receiver[name] = (packet, done) => {
      // Retained messages are sent one by one, and delay only their own client.
      if (packet.retain) {
        deliver(packet, done);
        return;
      }
      if (client.conn.writableLength > backlog) client.close();
      else deliver(packet, () => undefined);
      setImmediate(done);
    };
  }
}
