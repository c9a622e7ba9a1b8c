/** A plain MQTT 3.1.1 broker on this machine, for boards that do not use OneNET. */

import { timingSafeEqual } from "node:crypto";
import { EventEmitter } from "node:events";
import { Aedes, type Client } from "aedes";
import { ownCertificate } from "./certificate.ts";
import { guard, type Guarded } from "./guard.ts";
import { LIMITS } from "./limits.ts";
import { listen } from "./listen.ts";
import { keepGrantedSubscriptions } from "./memory.ts";
import { createSessionStore } from "./persistence.ts";
import { MAXIMUM_RECEIVED } from "./received.ts";
import { atGrantedQos, deliverAtQos0, deliverWithoutWaiting, publishInOrder } from "./routing.ts";
import { printable } from "./text.ts";
import { BrokenPacket, type Dialect } from "./well-formed.ts";
import { english } from "../cli/language.ts";

export interface PlainBrokerOptions {
  /** A free port by default. */
  readonly port?: number;
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** Who may log in; everyone by default. */
  readonly user?: { readonly name: string; readonly password: string };
  /** TLS with a self-signed certificate. */
  readonly tls?: boolean;
}

export interface PlainEvents {
  online: [{ readonly clientId: string }];
  offline: [{ readonly clientId: string; readonly why: string }];
  "login-refused": [{ readonly clientId: string; readonly why: string }];
  /** A logged-in client was cut for a packet that MQTT forbids; `why` names the clause. */
  violation: [{ readonly clientId: string; readonly why: string }];
  ping: [{ readonly clientId: string }];
  subscribe: [{ readonly clientId: string; readonly topics: readonly string[] }];
  /** A message was published; `clientId` is undefined unless it came from a client. */
  message: [
    {
      readonly clientId: string | undefined;
      readonly topic: string;
      readonly payload: Buffer;
      readonly retain: boolean;
    },
  ];
}

export interface PlainBroker extends EventEmitter<PlainEvents> {
  readonly port: number;
  /** The retained messages by topic. */
  readonly retained: ReadonlyMap<string, Buffer>;
  /** Publishes to all subscribers. */
  publish(
    topic: string,
    payload: string | Buffer,
    options?: { qos?: 0 | 1 | 2; retain?: boolean },
  ): Promise<void>;
  /**
   * Simulates the outage of a restart: connections end and new ones are refused; retained messages and sessions are
   * kept.
   */
  stop(): Promise<void>;
  /** Comes back on the same port. @throws Error if it is taken */
  start(): Promise<void>;
  /** Ends all connections and stops listening, for good. */
  close(): Promise<void>;
}

/**
 * Most retained messages, most stored sessions, and most topic filters per session. Further messages are not retained.
 */
const MAXIMUM = 100;

/** Most messages waiting for a session, the same as mosquitto's `max_queued_messages`. */
const MAXIMUM_QUEUED = 1000;

/** Most bytes of messages waiting for all sessions. */
const MAXIMUM_WAITING = 16 * 1024 * 1024;

const DIALECT: Dialect = { isLenient: true, answersLevels: true };

/** @throws Error if the port is taken */
export async function startPlainBroker(options: PlainBrokerOptions = {}): Promise<PlainBroker> {
  const events = new EventEmitter<PlainEvents>();
  const retained = new Map<string, Buffer>();
  const { user } = options;
  const store = createSessionStore(MAXIMUM_QUEUED, MAXIMUM_WAITING);
  /** Client identifiers with a stored session [MQTT-3.1.2-4]. */
  const kept = new Set<string>();
  /**
   * Used in place of aedes' own table, which loses a client if another with the same identifier disconnects during its
   * log-in.
   */
  const online = new Map<string, Client>();
  /** The guard in front of each client. */
  const guardOf = new WeakMap<Client, Guarded>();
  /** The granted filters of each client. aedes' own list lags behind for stored sessions. */
  const filtersOf = new WeakMap<Client, Set<string>>();
  /** The clients that said they were leaving. */
  const leaving = new WeakSet<Client>();
  /** Call once the client has logged in. */
  const settleOf = new WeakMap<Client, () => void>();

  function keep({
    topic,
    payload,
    retain,
  }: {
    topic: string;
    payload: string | Buffer;
    retain: boolean;
  }): void {
    if (!retain) return;
    if (payload.length === 0) retained.delete(topic);
    else retained.set(topic, Buffer.from(payload));
  }

  const broker = await Aedes.createBroker({
    connectTimeout: LIMITS.connectTimeout,
    maxInflightInbound: MAXIMUM_RECEIVED,
    persistence: store.persistence,
    authorizeForward: (client, packet) =>
      store.mayForward(client, packet) ? atGrantedQos(client, packet) : null,
    authenticate(client, name, password, done) {
      const { id } = client;
      const isRight =
        user === undefined ||
        (name === user.name && password !== undefined && isEqual(Buffer.from(user.password), password));
      const { clean } = client as unknown as { readonly clean: boolean };
      const isTooMany = !clean && !kept.has(id) && kept.size >= MAXIMUM;
      if (!isRight || isTooMany) {
        const why = isRight
          ? english`the limit of ${MAXIMUM} stored sessions is reached`
          : english`the user name or the password is wrong`;
        events.emit("login-refused", { clientId: printable(id), why });
        done(Object.assign(new Error(why), { returnCode: isRight ? (3 as const) : (4 as const) }), null);
        return;
      }
      if (clean) kept.delete(id);
      else kept.add(id);
      deliverWithoutWaiting(client, LIMITS.backlog);
      deliverAtQos0(client);
      const logIn = () => done(null, true);
      const older = online.get(id);
      if (older) older.close(logIn);
      else logIn();
    },
    authorizeSubscribe(client, subscription, done) {
      const filters = filtersOf.get(client) ?? new Set();
      filtersOf.set(client, filters);
      const isTooMany = !filters.has(subscription.topic) && filters.size >= MAXIMUM;
      if (!isTooMany) filters.add(subscription.topic);
      done(null, isTooMany ? null : subscription);
    },
    authorizePublish(_client, packet, done) {
      const { topic, retain } = packet;
      if (topic.startsWith("$SYS/")) {
        done(new Error(english`topics below $SYS are reserved for the broker`));
        return;
      }
      const isTooMany = retain && !retained.has(topic) && retained.size >= MAXIMUM;
      // Counted from here on, so that simultaneous messages cannot exceed the bound together.
      if (isTooMany) packet.retain = false;
      else keep(packet);
      done(null);
    },
    published(packet, client, done) {
      const { topic, payload, retain } = packet;
      if (!topic.startsWith("$SYS/")) {
        keep(packet);
        const clientId = (client as { id: string } | null)?.id;
        events.emit("message", { clientId, topic, payload: Buffer.from(payload), retain });
      }
      done(null);
    },
  });
  publishInOrder(broker);
  keepGrantedSubscriptions(broker);
  broker.on("connackSent", (_connack, client) => guardOf.get(client)?.open());
  broker.on("client", (client) => {
    settleOf.get(client)?.();
    online.get(client.id)?.close(); // It came online while this one logged in.
    online.set(client.id, client);
    client.conn.once("close", () => {
      if (online.get(client.id) === client) online.delete(client.id);
    });
  });
  broker.on("clientReady", ({ id }) => events.emit("online", { clientId: printable(id) }));
  broker.on("clientDisconnect", (client) => {
    const why = leaving.has(client) ? english`the device sent DISCONNECT` : english`connection lost`;
    events.emit("offline", { clientId: printable(client.id), why });
  });
  broker.on("unsubscribe", (topics, client) => {
    for (const topic of topics) filtersOf.get(client)?.delete(topic);
  });
  broker.on("ping", (_packet, { id }) => events.emit("ping", { clientId: printable(id) }));
  broker.on("subscribe", (subscriptions, { id }) => {
    const topics = subscriptions.map(({ topic }) => topic);
    events.emit("subscribe", { clientId: printable(id), topics });
  });
  // aedes closes the connection. Network errors are not violations.
  broker.on("clientError", ({ id }, error) => {
    if (error instanceof BrokenPacket)
      events.emit("violation", { clientId: printable(id), why: error.message });
  });
  broker.on("connectionError", (_client, error) => {
    if (!(error instanceof BrokenPacket)) return;
    events.emit("login-refused", { clientId: printable(error.clientId), why: error.message });
  });

  const listener = await listen({
    host: options.host ?? "127.0.0.1",
    port: options.port ?? 0,
    certificate: options.tls ? await ownCertificate() : undefined,
    limits: LIMITS,
    welcome(socket, settle) {
      const guarded = guard(socket, {
        maximum: LIMITS.remainingLength,
        dialect: DIALECT,
        onDisconnect: () => leaving.add(client),
      });
      const client = broker.handle(guarded);
      guardOf.set(client, guarded);
      settleOf.set(client, settle);
    },
    handshakeFailed: ({ message }) =>
      events.emit("login-refused", {
        clientId: "",
        why: english`TLS handshake failed: ${printable(message, 160)}`,
      }),
  });

  return Object.assign(events, {
    port: listener.port,
    retained,
    publish: (topic: string, payload: string | Buffer, { qos = 0 as 0 | 1 | 2, retain = false } = {}) =>
      new Promise<void>((resolve, reject) => {
        const packet = { cmd: "publish" as const, topic, payload, qos, retain, dup: false };
        broker.publish(packet, (error) => (error ? reject(error) : resolve()));
      }),
    stop: () => listener.stop(),
    start: () => listener.start(),
    async close() {
      await listener.stop();
      await new Promise<void>((resolve) => {
        broker.close(resolve);
      });
    },
  });
}

function isEqual(expected: Buffer, given: Buffer): boolean {
  return expected.length === given.length && timingSafeEqual(expected, given);
}
