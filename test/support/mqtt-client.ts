/**
 * An MQTT 3.1.1 client for tests, based on mqtt-packet to be independent of the firmware's codec. It makes one
 * connection, does not reconnect, and sends no pings.
 */

import { EventEmitter, once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import {
  generate,
  parser,
  type IConnectPacket,
  type IPublishPacket,
  type ISubackPacket,
  type Packet,
  type QoS,
} from "mqtt-packet";

export interface ClientOptions {
  /** Random by default. */
  readonly clientId?: string;
  readonly username?: string;
  readonly password?: string;
  /** Clean session; true by default. */
  readonly clean?: boolean;
  /** In s; 60 by default. */
  readonly keepalive?: number;
  readonly will?: NonNullable<IConnectPacket["will"]>;
  /** For `mqtts:`. */
  readonly ca?: string;
  readonly rejectUnauthorized?: boolean;
}

interface ClientEvents {
  message: [topic: string, payload: Buffer, packet: IPublishPacket];
  connect: [];
  /** The connection failed, or the server refused the log-in; then `code` is CONNACK's return code. */
  failed: [error: Error];
}

export interface MqttClient extends EventEmitter<ClientEvents> {
  readonly socket: Socket;
  /**
   * Resolves when the server has acknowledged it, or at QoS 0 when it is written.
   * @throws Error if the link ends first
   */
  publish(topic: string, payload: string | Buffer, options?: PublishOptions): Promise<void>;
  /** @throws Error if the server refuses a filter, or the link ends first */
  subscribe(topics: string | readonly string[], options?: { readonly qos?: QoS }): Promise<void>;
  /** Sends DISCONNECT, and resolves when the link has ended. */
  end(): Promise<void>;
  /** Ends the link without a DISCONNECT. */
  cut(): Promise<void>;
}

export interface PublishOptions {
  readonly qos?: QoS;
  readonly retain?: boolean;
}

/**
 * @param url `mqtt://…` or `mqtts://…`
 * @throws Error if it cannot connect or log in
 */
export async function connectAsync(url: string, options: ClientOptions = {}): Promise<MqttClient> {
  const client = connect(url, options);
  await new Promise<void>((resolve, reject) => client.once("connect", resolve).once("failed", reject));
  return client;
}

/** For tests that need the client before it is logged in. */
export function connect(url: string, options: ClientOptions = {}): MqttClient {
  const { protocol, hostname: host, port: digits } = new URL(url);
  const port = Number(digits);
  const { ca, rejectUnauthorized = true } = options;
  const isSecure = protocol === "mqtts:";
  const socket = isSecure
    ? connectTls({ host, port, rejectUnauthorized, ...(ca === undefined ? {} : { ca }) })
    : connectTcp({ host, port });
  const events = new EventEmitter<ClientEvents>();
  const waiting = new Map<number, { resolve: (packet: Packet) => void; reject: (error: Error) => void }>();
  /** QoS 2 messages the server has not released yet. */
  const held = new Map<number, IPublishPacket>();
  let lastId = 0;

  const send = (packet: Packet) => socket.write(generate(packet));

  function settled(send: (messageId: number) => void): Promise<Packet> {
    const messageId = ++lastId;
    return new Promise((resolve, reject) => {
      if (socket.destroyed) return reject(new Error("the link has ended"));
      waiting.set(messageId, { resolve, reject });
      send(messageId);
    });
  }

  function tell(packet: IPublishPacket): void {
    events.emit("message", packet.topic, Buffer.from(packet.payload), packet);
  }

  function onPacket(packet: Packet): void {
    const { messageId = 0 } = packet;
    switch (packet.cmd) {
      case "connack":
        if (!packet.returnCode) events.emit("connect");
        else fail(Object.assign(new Error("refused"), { code: packet.returnCode }));
        break;
      case "publish":
        if (packet.qos === 2) held.set(messageId, packet);
        else tell(packet);
        if (packet.qos > 0) send({ cmd: packet.qos === 1 ? "puback" : "pubrec", messageId });
        break;
      case "pubrel": {
        const message = held.get(messageId);
        held.delete(messageId);
        send({ cmd: "pubcomp", messageId });
        if (message) tell(message);
        break;
      }
      case "pubrec":
        send({ cmd: "pubrel", messageId });
        break;
      case "puback":
      case "pubcomp":
      case "suback":
        waiting.get(messageId)?.resolve(packet);
        waiting.delete(messageId);
    }
  }

  function fail(error: Error): void {
    events.emit("failed", error);
    socket.destroy();
  }

  const packets = parser({ protocolVersion: 4 });
  packets.on("packet", onPacket);
  packets.on("error", fail);
  socket.on("data", (bytes: Buffer) => packets.parse(bytes));
  socket.on("error", fail);
  socket.on("close", () => {
    const error = new Error("the link has ended");
    events.emit("failed", error);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  socket.once(isSecure ? "secureConnect" : "connect", () => send(connectPacketOf(options)));

  async function closed(): Promise<void> {
    if (!socket.closed) await once(socket, "close");
  }

  return Object.assign(events, {
    socket,
    async publish(topic: string, payload: string | Buffer, { qos = 0, retain = false }: PublishOptions = {}) {
      const packet = { cmd: "publish", topic, payload, qos, retain, dup: false } as const;
      if (qos > 0) await settled((messageId) => send({ ...packet, messageId }));
      else await new Promise((resolve) => socket.write(generate(packet), resolve));
    },
    async subscribe(topics: string | readonly string[], { qos = 0 }: { readonly qos?: QoS } = {}) {
      const subscriptions = [topics].flat().map((topic) => ({ topic, qos }));
      const packet = await settled((messageId) => send({ cmd: "subscribe", subscriptions, messageId }));
      if ((packet as ISubackPacket).granted.includes(128)) throw new Error("the server refused a filter");
    },
    end() {
      if (!socket.destroyed) socket.end(generate({ cmd: "disconnect" }));
      return closed();
    },
    cut() {
      socket.destroy();
      return closed();
    },
  });
}

function connectPacketOf(options: ClientOptions): IConnectPacket {
  const { clientId = `test-${Math.random().toString(36).slice(2)}`, username, password, will } = options;
  return {
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: 4,
    clientId,
    clean: options.clean ?? true,
    keepalive: options.keepalive ?? 60,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: Buffer.from(password) }),
    ...(will === undefined ? {} : { will }),
  };
}
