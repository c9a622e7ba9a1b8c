/** The MQTT side: connections, log-ins, subscriptions and what devices publish, on aedes. */

import { createServer, type AddressInfo, type Socket } from "node:net";
import { Aedes, type Client, type ConnectPacket } from "aedes";
import type { DeviceRecord, Devices } from "./devices.ts";
import type { Reporter } from "./events.ts";
import type { Generation } from "./generation.ts";
import { guard } from "./guard.ts";
import type { Limits } from "./limits.ts";
import type { Session, Sessions } from "./sessions.ts";
import { printable } from "./text.ts";

export interface Broker {
  readonly port: number;
  close(): Promise<void>;
}

export interface BrokerOptions {
  readonly host: string;
  readonly port: number;
  readonly limits: Limits;
  readonly devices: Devices;
  readonly sessions: Sessions;
  readonly reporter: Reporter;
  readonly generationOf: (record: DeviceRecord) => Generation;
}

/** aedes keeps the sessions; where a message goes is OneNET's own matter, so aedes itself routes none. */
const NO_ROUTING = {
  on: (_topic: string, _listener: unknown, done?: () => void) => done?.(),
  removeListener: (_topic: string, _listener: unknown, done?: () => void) => done?.(),
  emit: (_packet: unknown, done?: () => void) => done?.(),
  close: (done?: () => void) => done?.(),
};

/** What aedes calls the ends of a connection that break no rule. */
const ORDINARY_ENDS = new Set(["keep alive timeout", "drain timeout", "connection closed"]);

/** @throws Error when the port is taken */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { limits, devices, sessions, generationOf } = options;
  const { events, report } = options.reporter;
  /** The session of a client whose log-in was accepted. */
  const sessionOf = new WeakMap<Client, Session>();
  /** Clients whose connection ended in a way that was told. */
  const told = new WeakSet<Client>();

  function refuse(client: Client, clientId: string, why: string, returnCode?: 4 | 5): void {
    told.add(client);
    events.emit("login-refused", { clientId: printable(clientId), why: printable(why), returnCode });
  }

  function failed(client: Client, error: Error): void {
    if (told.has(client)) return;
    const isNetworkError = "code" in error;
    const session = sessionOf.get(client);
    if (session === undefined) {
      if (!isNetworkError) refuse(client, "", error.message);
      return;
    }
    if (!isNetworkError && !ORDINARY_ENDS.has(error.message)) {
      report(session.record.device, "packet", printable(error.message));
    }
    session.why ??= error.message;
    told.add(client);
  }

  const broker = await Aedes.createBroker({
    mq: NO_ROUTING,
    connectTimeout: limits.connectTimeout,
    maxInflightInbound: 100,

    preConnect(client, packet, done) {
      const why = connectFault(packet);
      if (why === undefined) {
        done(null, true);
        return;
      }
      refuse(client, packet.clientId, why);
      done(new Error(why), false);
    },

    authenticate(client, product, password, done) {
      const record = devices.get(client.id);
      const refuseWith = (why: string, returnCode: 4 | 5) => {
        refuse(client, client.id, why, returnCode);
        done(Object.assign(new Error(why), { returnCode }), null);
      };
      if (record === undefined || record.product !== product) {
        refuseWith("the product has no such device", 5);
      } else if (password === undefined || !generationOf(record).authenticates(record, password)) {
        refuseWith("the password is not right for the device", 4);
      } else {
        const older = sessions.get(record.device);
        if (older !== undefined) older.why ??= "replaced by a newer connection of the same device";
        sessionOf.set(client, { record, client, topics: new Set() });
        done(null, true);
      }
    },

    authorizeSubscribe(client, subscription, done) {
      const session = sessionOf.get(client);
      if (session === undefined) {
        done(null, null);
        return;
      }
      const { record, topics } = session;
      const broken = generationOf(record).checkSubscription(subscription.topic, topics);
      if (broken === undefined) {
        topics.add(subscription.topic);
        done(null, subscription);
      } else {
        report(record.device, broken.rule, broken.detail);
        done(null, null);
      }
    },

    authorizePublish(client, packet, done) {
      const session = client ? sessionOf.get(client) : undefined;
      if (session !== undefined && packet.retain) {
        report(session.record.device, "retain", `a message to "${printable(packet.topic)}" is retained`);
        packet.retain = false;
      }
      done(null);
    },

    // Not in authorizePublish: that is asked again for each retransmission of a QoS 2 message.
    published(packet, client, done) {
      // aedes publishes notices of its own here, without a client.
      const session = (client as Client | null) === null ? undefined : sessionOf.get(client);
      if (session !== undefined) {
        const { record } = session;
        const broken = generationOf(record).receive(record, packet.topic, Buffer.from(packet.payload));
        if (broken !== undefined) report(record.device, broken.rule, broken.detail);
      }
      done(null);
    },
  });
  keepNothingForAbsentDevices(broker);

  // Before the CONNACK: who has it can already be sent to.
  broker.on("client", (client) => {
    const session = sessionOf.get(client);
    if (session === undefined) return;
    // aedes has cut the older connection of the device, unless one that ended during its log-in confused it.
    sessions.get(session.record.device)?.client.close();
    sessions.open(session);
    events.emit("online", { device: session.record.device });
  });
  broker.on("clientDisconnect", (client) => {
    const session = sessionOf.get(client);
    if (session === undefined || sessions.get(session.record.device) !== session) return;
    sessions.close(session);
    told.add(client);
    const why = printable(session.why ?? "connection lost");
    events.emit("offline", { device: session.record.device, why });
  });
  broker.on("clientError", failed);
  broker.on("connectionError", failed);
  broker.on("ping", (_packet, client) => {
    const session = sessionOf.get(client);
    if (session !== undefined) events.emit("ping", { device: session.record.device });
  });
  broker.on("subscribe", (subscriptions, client) => {
    const session = sessionOf.get(client);
    if (session === undefined) return;
    const topics = subscriptions.map(({ topic }) => topic);
    const granted = subscriptions.map(({ qos }) => qos as number);
    events.emit("subscribe", { device: session.record.device, topics, granted });
  });
  broker.on("unsubscribe", (topics, client) => {
    for (const topic of topics) sessionOf.get(client)?.topics.delete(topic);
  });

  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    const client = broker.handle(
      guard(socket, limits.remainingLength, () => {
        const session = sessionOf.get(client);
        if (session !== undefined) session.why ??= "the device sent DISCONNECT";
      }),
    );
  });
  server.maxConnections = limits.connections;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  }).catch((error: unknown) => {
    broker.close();
    throw error;
  });

  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const device of devices.keys()) {
        const session = sessions.get(device);
        if (session !== undefined) session.why ??= "the platform closed";
      }
      const closed = new Promise((resolve) => server.close(resolve));
      await new Promise<void>((resolve) => {
        broker.close(resolve);
      });
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Why a CONNECT is cut off without a CONNACK, if it is. */
function connectFault(packet: ConnectPacket): string | undefined {
  const { protocolId, protocolVersion, username, password, will } = packet;
  if (protocolId !== "MQTT" || protocolVersion !== 4 || "bridgeMode" in packet) {
    return "the protocol is not MQTT 3.1.1: name MQTT, level 4";
  }
  if (username === undefined || password === undefined) {
    return "the user name and password flags are not both set: send the product id and the auth info";
  }
  if (will !== undefined) return "the will flag is set: the platform takes no will";
  return undefined;
}

/** The platform's messages are QoS 0, so that none waits for a device that is away. */
function keepNothingForAbsentDevices(broker: Aedes): void {
  // The types leave the persistence out, and no option of aedes says this.
  const { persistence } = broker as unknown as {
    persistence: { outgoingEnqueueCombi: () => Promise<void> };
  };
  persistence.outgoingEnqueueCombi = () => Promise.resolve();
}
