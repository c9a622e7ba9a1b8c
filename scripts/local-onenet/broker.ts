/** The MQTT side, on aedes: connections, log-ins, subscriptions and published messages. */

import { Aedes, type Client, type PublishPacket } from "aedes";
import type { Access } from "./access.ts";
import type { Certificate } from "./x509.ts";
import type { Data } from "./data.ts";
import { nameOf, type DeviceRecord } from "./devices.ts";
import { RULES, type Reporter } from "./events.ts";
import type { Broken, Generation, Message } from "./generation.ts";
import { guard, type Guarded } from "./guard.ts";
import type { Limits } from "./limits.ts";
import { listen, type Listener } from "./listen.ts";
import { keepGrantedSubscriptions, keepNothingForAbsentClients } from "./memory.ts";
import { MAXIMUM_RECEIVED } from "./received.ts";
import type { Act, Rates } from "./rates.ts";
import { takePublishes, type PlainPublish } from "./publishes.ts";
import type { Session, Sessions } from "./sessions.ts";
import { printable } from "./text.ts";
import { BrokenPacket, type Dialect } from "./well-formed.ts";
import { english } from "../cli/language.ts";

export interface Broker {
  /** The ports of the entrances, in the same order. */
  readonly ports: readonly number[];
  /** Closes all connections and stops listening until `start` is called. */
  stop(): Promise<void>;
  /** Listens again on the same ports. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A port and the kind of log-in it accepts. */
export interface Entrance {
  /** 0 picks a free port. */
  readonly port: number;
  readonly access: Access;
  /** Largest remaining length, in bytes. */
  readonly maximum: number;
  /** TLS with this certificate; without it, plain TCP. */
  readonly certificate?: Certificate;
}

export interface BrokerOptions {
  readonly host: string;
  readonly entrances: readonly Entrance[];
  readonly limits: Limits;
  readonly sessions: Sessions;
  readonly reporter: Reporter;
  readonly generationOf: (record: DeviceRecord) => Generation;
  readonly rates: Rates;
  /** A message at QoS 1 or 2 is acknowledged once what came with it is kept. */
  readonly data: Data;
  readonly tap: Tap | undefined;
}

/** Receives the bytes of every MQTT connection, including passwords, with TLS decrypted. */
export interface Tap {
  /** @param connection counted from 1 @param way `up` from the device */
  bytes(connection: number, way: "up" | "down", bytes: Buffer): void;
  closed(connection: number): void;
}

/** Makes aedes forget a message at QoS 2 that it was about to acknowledge. */
type ForgetPacket = (client: Client, packet: PublishPacket) => Promise<unknown>;

/** aedes manages the sessions; messages are routed by OneNET's rules instead of aedes. */
const NO_ROUTING = {
  on: (_topic: string, _listener: unknown, done?: () => void) => done?.(),
  removeListener: (_topic: string, _listener: unknown, done?: () => void) => done?.(),
  emit: (_packet: unknown, done?: () => void) => done?.(),
  close: (done?: () => void) => done?.(),
};

/** MQTT 3.1.1 only; the platform cuts connections with another protocol. */
const DIALECT: Dialect = { isLenient: false, answersLevels: false };

/** aedes' error messages for connections that ended without breaking a rule. */
const ORDINARY_ENDS = new Set([
  english`keep alive timeout`,
  english`drain timeout`,
  english`connection closed`,
]);

/** @throws Error when a port is taken */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { limits, sessions, generationOf, rates, data } = options;
  const { events, report } = options.reporter;
  /** The access rules of the entrance each client used. */
  const accessOf = new WeakMap<Client, Access>();
  /** Call once the client has logged in. */
  const settleOf = new WeakMap<Client, () => void>();
  /** The guard in front of each client. */
  const guardOf = new WeakMap<Client, Guarded>();
  /** The session of a client whose log-in was accepted. */
  const sessionOf = new WeakMap<Client, Session>();
  /** Clients whose disconnection has already been reported. */
  const reported = new WeakSet<Client>();

  function refuse(client: Client, clientId: string, why: string, returnCode?: 1 | 2 | 4 | 5): void {
    reported.add(client);
    events.emit("login-refused", { clientId: printable(clientId), why: printable(why, 200), returnCode });
  }

  function failed(client: Client, error: Error): void {
    if (reported.has(client)) return;
    const isNetworkError = "code" in error;
    const session = sessionOf.get(client);
    if (session === undefined) {
      if (isNetworkError) return;
      const { userName, clientId, returnCode } = error instanceof BrokenPacket ? error : NOBODY;
      refuse(client, identity(accessOf.get(client), userName, clientId), error.message, returnCode);
      return;
    }
    if (!isNetworkError && !ORDINARY_ENDS.has(error.message)) {
      report(nameOf(session.record), "packet", printable(error.message, 200));
    }
    session.why ??= error.message;
    reported.add(client);
  }

  /** Reports a violation; returns an error if the connection must end. */
  function reportBroken(client: Client, session: Session, broken: Broken): Error | undefined {
    report(nameOf(session.record), broken.rule, broken.detail);
    if (!broken.cuts) return undefined;
    session.why ??= english`cut for breaking a rule: ${RULES[broken.rule]}`;
    reported.add(client);
    return new Error(broken.detail);
  }

  const broker = await Aedes.createBroker({
    mq: NO_ROUTING,
    connectTimeout: limits.connectTimeout,
    maxInflightInbound: MAXIMUM_RECEIVED,

    preConnect(client, packet, done) {
      const access = accessOf.get(client);
      const why = access ? access.connectFault(packet) : english`the connection has ended`;
      if (access === undefined || why !== undefined) {
        refuse(client, identity(access, packet.username, packet.clientId), why ?? "");
        done(new Error(why), false);
        return;
      }
      // aedes distinguishes clients by their identifiers, but a device name is unique only within its product.
      packet.clientId = access.nameOf(packet.username ?? "", packet.clientId);
      done(null, true);
    },

    authenticate(client, product, password, done) {
      const opened = accessOf
        .get(client)
        ?.authenticate(client.id, product ?? "", password ?? Buffer.alloc(0));
      if (opened === undefined || "why" in opened) {
        const { why, returnCode } = opened ?? { why: english`the connection has ended`, returnCode: 5 };
        refuse(client, client.id, why, returnCode);
        done(Object.assign(new Error(why), { returnCode }), null);
        return;
      }
      const tooOften = rates.ban(opened) ?? rates.check(opened, "log-in")?.detail;
      if (tooOften !== undefined) {
        refuse(client, client.id, tooOften, 5);
        done(Object.assign(new Error(tooOften), { returnCode: 5 as const }), null);
        return;
      }
      const older = sessions.get(nameOf(opened));
      if (older !== undefined) older.why ??= english`replaced by a newer connection of the same device`;
      sessionOf.set(client, { record: opened, client, topics: new Set() });
      done(null, true);
    },

    authorizeSubscribe(client, subscription, done) {
      const session = sessionOf.get(client);
      if (session === undefined) {
        done(null, null);
        return;
      }
      const { record, topics } = session;
      const broken = generationOf(record).checkSubscription(record, subscription.topic, topics);
      if (broken === undefined) {
        topics.add(subscription.topic);
        done(null, subscription);
      } else {
        done(reportBroken(client, session, broken) ?? null, null);
      }
    },

    authorizePublish(client, packet, done) {
      const session = client ? sessionOf.get(client) : undefined;
      if (client === null || session === undefined) {
        done(null);
        return;
      }
      const { record } = session;
      const broken = generationOf(record).checkMessage(record, messageOf(packet));
      if (broken !== undefined) {
        done(reportBroken(client, session, broken));
        return;
      }
      const tooOften = rates.check(record, packet.qos === 0 ? "QoS 0 message" : "QoS 1 message");
      if (tooOften !== undefined) {
        done(reportBroken(client, session, tooOften));
        return;
      }
      if (packet.retain) {
        report(nameOf(record), "retain", english`a message to "${printable(packet.topic)}" is retained`);
        packet.retain = false;
      }
      if (packet.qos === 2) {
        // Nothing can be kept: as a message at QoS 0 it is not acknowledged, and aedes does not take it for known.
        if (data.fault() !== undefined) packet.qos = 0;
        done(null);
        return;
      }
      // aedes acknowledges a message at QoS 1 before it publishes it.
      receive(record, packet.topic, Buffer.from(packet.payload));
      data.whenKept((fault) => {
        if (fault !== undefined) packet.qos = 0; // without an acknowledgement
        done(null);
      });
    },

    // Of QoS 2 alone: authorizePublish runs again for every retransmission.
    published(packet, client, done) {
      // aedes also publishes its own notices here, without a client.
      const session = (client as Client | null) === null ? undefined : sessionOf.get(client);
      if (session === undefined || packet.qos !== 2) {
        done(null);
        return;
      }
      receive(session.record, packet.topic, Buffer.from(packet.payload));
      data.whenKept((fault) => {
        if (fault === undefined) {
          done(null);
          return;
        }
        // It is sent again after the connection, and must not count as known then.
        const { persistence } = broker as unknown as { persistence: { incomingDelPacket: ForgetPacket } };
        void persistence.incomingDelPacket(client, packet);
        done(new Error(fault));
      });
    },
  });
  keepNothingForAbsentClients(broker);
  keepGrantedSubscriptions(broker);

  /** Handles a message, now or after the platform's delay. */
  function receive(record: DeviceRecord, topic: string, payload: Buffer): void {
    const broken = rates.delays(record)
      ? receiveLater(record, topic, Buffer.from(payload))
      : generationOf(record).receive(record, topic, payload);
    if (broken !== undefined) report(nameOf(record), broken.rule, broken.detail);
  }

  function receiveLater(record: DeviceRecord, topic: string, payload: Buffer): Broken | undefined {
    return rates.delay(record, payload.length, () => {
      const broken = generationOf(record).receive(record, topic, payload);
      if (broken !== undefined) report(nameOf(record), broken.rule, broken.detail);
    });
  }

  /** Handles a message whose header breaks no rule. */
  function take(client: Client, message: PlainPublish): boolean {
    const session = sessionOf.get(client);
    if (session === undefined) return false;
    const { record } = session;
    if (generationOf(record).checkMessage(record, message) !== undefined) return false;
    if (!mayGoOn(client, session, message.qos === 0 ? "QoS 0 message" : "QoS 1 message")) return true;
    receive(record, message.topic, message.payload);
    return true;
  }

  /** Counts what a device does; cuts it if that is too much. */
  function mayGoOn(client: Client, session: Session, act: Act): boolean {
    const tooOften = rates.check(session.record, act);
    if (tooOften === undefined) return true;
    reportBroken(client, session, tooOften);
    client.close();
    return false;
  }

  // Before the CONNACK, because a client that has received it can receive messages.
  broker.on("client", (client) => {
    const session = sessionOf.get(client);
    if (session === undefined) return;
    settleOf.get(client)?.();
    // aedes has normally cut the device's older connection, but a client that left during its log-in can confuse it.
    sessions.get(nameOf(session.record))?.client.close();
    sessions.open(session);
    events.emit("online", { device: nameOf(session.record) });
  });
  broker.on("connackSent", (_connack, client) => guardOf.get(client)?.open());
  broker.on("clientDisconnect", (client) => {
    const session = sessionOf.get(client);
    if (session === undefined || sessions.get(nameOf(session.record)) !== session) return;
    sessions.close(session);
    reported.add(client);
    const why = printable(session.why ?? english`connection lost`);
    events.emit("offline", { device: nameOf(session.record), why });
  });
  broker.on("clientError", failed);
  broker.on("connectionError", failed);
  broker.on("ping", (_packet, client) => {
    const session = sessionOf.get(client);
    if (session === undefined) return;
    events.emit("ping", { device: nameOf(session.record) });
    mayGoOn(client, session, "ping");
  });
  broker.on("subscribe", (subscriptions, client) => {
    const session = sessionOf.get(client);
    if (session === undefined) return;
    const topics = subscriptions.map(({ topic }) => topic);
    const granted = subscriptions.map(({ qos }) => qos as number);
    events.emit("subscribe", { device: nameOf(session.record), topics, granted });
    if (topics.some(() => !mayGoOn(client, session, "subscribed topic"))) return;
    const { maximumSubscriptions = Infinity } = generationOf(session.record);
    if (subscriptions.length > maximumSubscriptions) {
      const broken = {
        rule: "subscribe-packet",
        detail: english`${subscriptions.length} topics`,
        cuts: true,
      } as const;
      if (reportBroken(client, session, broken) !== undefined) client.close();
    }
  });
  broker.on("unsubscribe", (topics, client) => {
    for (const topic of topics) sessionOf.get(client)?.topics.delete(topic);
  });

  const listeners: Listener[] = [];
  const { tap } = options;
  let connections = 0;

  async function open({ port, access, maximum, certificate }: Entrance): Promise<void> {
    const listener = await listen({
      host: options.host,
      port,
      certificate,
      limits,
      welcome(socket, settle) {
        const connection = ++connections;
        const onDisconnect = () => {
          const session = sessionOf.get(client);
          if (session !== undefined) session.why ??= english`the device sent DISCONNECT`;
        };
        const onBytes = tap && ((way: "up" | "down", bytes: Buffer) => tap.bytes(connection, way, bytes));
        // Created once: creating a function per packet would cost as much as handling the packet.
        const takeOne = (message: PlainPublish) => take(client, message);
        const guarded = guard(socket, {
          maximum,
          dialect: DIALECT,
          onDisconnect,
          tap: onBytes,
          take: (chunk, write, atMost) =>
            takePublishes(
              client,
              chunk,
              maximum,
              takeOne,
              // Only acknowledgements are written here.
              (bytes) =>
                data.whenKept((fault) => {
                  if (fault === undefined) write(bytes);
                }),
              atMost,
            ),
        });
        const client = broker.handle(guarded);
        guardOf.set(client, guarded);
        accessOf.set(client, access);
        settleOf.set(client, settle);
        if (tap) socket.on("close", () => tap.closed(connection));
      },
      handshakeFailed({ message }) {
        const why = english`TLS handshake failed: ${printable(message, 160)}`;
        events.emit("login-refused", { clientId: "", why, returnCode: undefined });
      },
    });
    listeners.push(listener);
  }

  async function stop(): Promise<void> {
    for (const session of sessions.all()) session.why ??= english`the platform closed`;
    await Promise.all(listeners.map((listener) => listener.stop()));
  }

  async function close(): Promise<void> {
    await stop();
    rates.close();
    await new Promise<void>((resolve) => {
      broker.close(resolve);
    });
  }

  try {
    for (const entrance of options.entrances) await open(entrance);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ports: listeners.map(({ port }) => port),
    stop,
    async start() {
      await Promise.all(listeners.map((listener) => listener.start()));
    },
    close,
  };
}

const NOBODY = { userName: undefined, clientId: "", returnCode: undefined };

/** The name this device would have; only the client id if the product is unknown. */
function identity(access: Access | undefined, userName: string | undefined, clientId: string): string {
  return access && userName && clientId ? access.nameOf(userName, clientId) : clientId;
}

function messageOf({ topic, payload, qos, retain, dup }: PublishPacket): Message {
  return { topic, payload: Buffer.from(payload), qos, retain, dup };
}
