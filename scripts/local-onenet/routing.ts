/** How messages go through aedes in the plain broker: each in its turn, and each at the QoS that was granted. */

import type { Aedes, Client } from "aedes";
import { filterMatches } from "./topics.ts";

type Done = (error?: Error | null) => void;

/** The parts of aedes that are built upon; its types leave them out. */
interface Inner {
  publish(packet: object, client: Client | null, done: Done): void;
  readonly mq: { emit(packet: object, done: Done): void };
}

/**
 * Has one message reach the subscribers before the next sets out. Without this, one that is numbered later overtakes one
 * that is still being retained or queued, and aedes takes the older for a copy and drops it.
 */
export function publishInOrder(broker: Aedes): void {
  const inner = broker as unknown as Inner;
  const publish = inner.publish.bind(inner);
  const emit = inner.mq.emit.bind(inner.mq);
  /** Messages whose turn comes; the first is on its way. */
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
          leave(turn); // where it failed, or reached nobody
          finished?.(error);
        }),
    };
    waiting.push(turn);
    run();
  };
}

/** What is missing from aedes' type of a client. */
interface Receiver {
  readonly subscriptions: Readonly<Record<string, { readonly qos: 0 | 1 | 2 }>>;
  deliver0(packet: Message, done: () => void): void;
  deliverQoS(packet: Message, done: () => void): void;
}

interface Message {
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  /** It was retained, and answers a SUBSCRIBE. */
  readonly retain: boolean;
}

/** The highest QoS of a client's subscriptions to a topic [MQTT-3.3.5-1]; undefined where it has none. */
function grantedQos(client: Client, topic: string): 0 | 1 | 2 | undefined {
  let granted: 0 | 1 | 2 | undefined;
  for (const [filter, { qos }] of Object.entries((client as unknown as Receiver).subscriptions)) {
    const isHidden = topic.startsWith("$") && /^[+#]/.test(filter); // [MQTT-4.7.2-1]
    if (!isHidden && filterMatches(filter, topic) && (granted === undefined || qos > granted)) granted = qos;
  }
  return granted;
}

/** The message at the QoS at which it is to go to a client. */
export function atGrantedQos<T extends object>(client: Client, packet: T): T {
  const { topic, qos } = packet as T & Message;
  if (qos === 0) return packet;
  const granted = grantedQos(client, topic) ?? qos;
  return granted < qos ? { ...packet, qos: granted } : packet;
}

/**
 * Has subscriptions at QoS 0 deliver at QoS 0 what was published at another, and leave it to others of the client that
 * are at QoS 1 or 2. To be called before the client subscribes to anything.
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
 * Has a client that does not read hold up nobody. aedes waits until each message is written, and has 100 on their way at
 * most: a hundred that one client does not take are then all that there is. To be called before the client subscribes to
 * anything.
 * @param backlog bytes that may wait for it; one more message cuts it
 */
export function deliverWithoutWaiting(client: Client, backlog: number): void {
  const receiver = client as unknown as Receiver;
  for (const name of ["deliver0", "deliverQoS"] as const) {
    const deliver = receiver[name].bind(receiver);
    receiver[name] = (packet, done) => {
      // Retained messages go one after the other, and only their client waits for them.
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
