/** An MQTT 3.1.1 client for a plain broker: it logs in, publishes retained messages, and listens. */

import { randomBytes } from "node:crypto";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { generate, parser, type Packet } from "mqtt-packet";
import { t } from "../cli/language.ts";

export interface BrokerOptions {
  readonly server: string;
  readonly port: number;
  /** Encrypted. As a board does, it takes any certificate. */
  readonly tls: boolean;
  /** Empty for a broker without passwords. */
  readonly userName: string;
  readonly password: string;
}

export interface BrokerClient {
  /** Publishes at QoS 1. @throws Error if the link ends first */
  publish(topic: string, payload: string): Promise<void>;
  /** Why the link has ended; undefined while it has not. */
  failure(): Error | undefined;
  /** Ends the link. */
  close(): void;
}

/** Longest time for the log-in and the subscriptions, in ms. */
const TIMEOUT = 10_000;

/**
 * @param topics what to listen to
 * @param others what to listen to if the broker allows it
 * @param heard gets each message, and whether the broker had kept it
 * @throws Error if it cannot log in, or the broker refuses a topic
 */
export async function connectBroker(
  options: BrokerOptions,
  topics: readonly string[],
  others: readonly string[],
  heard: (topic: string, payload: string, isKept: boolean) => void,
): Promise<BrokerClient> {
  const { server: host, port, tls, userName: username, password } = options;
  const socket = tls ? connectTls({ host, port, rejectUnauthorized: false }) : connectTcp({ host, port });
  /** What waits for its acknowledgement. */
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let failure = new Error(t`it closed the connection`);

  function fail(error: Error): void {
    failure = error;
    socket.destroy();
  }

  const send = (packet: Packet) => socket.write(generate(packet));

  function acknowledged(make: (messageId: number) => Packet): Promise<void> {
    const id = (lastId % 65_535) + 1;
    lastId = id;
    return new Promise((resolve, reject) => {
      if (socket.destroyed) return reject(failure);
      waiting.set(id, { resolve, reject });
      send(make(id));
    });
  }

  function subscribe(to: readonly string[]): Promise<void> {
    const subscriptions = to.map((topic) => ({ topic, qos: 0 as const }));
    return acknowledged((messageId) => ({ cmd: "subscribe", subscriptions, messageId }));
  }

  /** The log-in waits under a number that no packet has. */
  const LOG_IN = 0;

  function end(id: number, error?: Error): void {
    const each = waiting.get(id);
    waiting.delete(id);
    if (error) each?.reject(error);
    else each?.resolve();
  }

  function received(packet: Packet): void {
    switch (packet.cmd) {
      case "connack":
        end(
          LOG_IN,
          packet.returnCode ? new Error(t`it refused the log-in, code ${packet.returnCode}`) : undefined,
        );
        break;
      case "suback": {
        const isRefused = packet.granted.includes(128);
        end(
          packet.messageId ?? 0,
          isRefused ? new Error(t`it refused to show the boards' topics`) : undefined,
        );
        break;
      }
      case "puback":
        end(packet.messageId ?? 0);
        break;
      case "publish":
        heard(packet.topic, packet.payload.toString(), packet.retain);
    }
  }

  const packets = parser({ protocolVersion: 4 });
  packets.on("packet", received);
  packets.on("error", fail);
  socket.on("data", (bytes: Buffer) => packets.parse(bytes));
  socket.on("error", fail);
  socket.on("close", () => {
    for (const id of [...waiting.keys()]) end(id, failure);
  });
  const timer = setTimeout(() => fail(new Error(t`it does not answer`)), TIMEOUT);
  try {
    await new Promise<void>((resolve, reject) => {
      waiting.set(LOG_IN, { resolve, reject });
      socket.once(tls ? "secureConnect" : "connect", () =>
        send({
          cmd: "connect",
          protocolId: "MQTT",
          protocolVersion: 4,
          clientId: `publish-${randomBytes(6).toString("hex")}`,
          clean: true,
          keepalive: 0,
          ...(username === "" ? {} : { username, password: Buffer.from(password) }),
        }),
      );
    });
    await subscribe(topics);
    await subscribe(others).catch((error: unknown) => {
      if (socket.destroyed) throw error;
    });
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return {
    publish: (topic, payload) =>
      acknowledged((messageId) => ({
        ...{ cmd: "publish", topic, payload, qos: 1, retain: true, dup: false, messageId },
      })),
    failure: () => (socket.destroyed ? failure : undefined),
    close() {
      if (!socket.destroyed) socket.end(generate({ cmd: "disconnect" }));
    },
  };
}
