/** A OneNET on this machine: an MQTT broker with the platform's rules, its data points and its HTTP API. */

import { randomBytes } from "node:crypto";
import type { EventEmitter } from "node:events";
import { startBroker } from "./broker.ts";
import { createCommands } from "./commands.ts";
import { indexDevices, type DeviceRecord } from "./devices.ts";
import { createReporter, type Events, type Violation } from "./events.ts";
import type { Generation } from "./generation.ts";
import { startHttp } from "./http.ts";
import { LIMITS, MAXIMUM_PAYLOAD, type Limits } from "./limits.ts";
import { multiprotocol } from "./multiprotocol.ts";
import { createSessions } from "./sessions.ts";
import { createStore, type DataPoint } from "./store.ts";

export type { DeviceRecord } from "./devices.ts";
export { RULES, type Events, type Rule, type Violation } from "./events.ts";
export type { DataPoint } from "./store.ts";

export interface LocalOneNetOptions {
  readonly devices: readonly DeviceRecord[];
  /** A free port by default. */
  readonly mqttPort?: number;
  /** A free port by default. */
  readonly httpPort?: number;
  /** The address to listen at; 127.0.0.1 by default. */
  readonly host?: string;
  /** The key of the HTTP API; random by default. */
  readonly apiKey?: string;
  readonly limits?: Partial<Limits>;
}

export interface LocalOneNet extends EventEmitter<Events> {
  readonly mqttPort: number;
  readonly httpPort: number;
  /** What the HTTP API wants in the header `api-key`; opens every product. */
  readonly apiKey: string;
  /** The last violations of the platform's rules, oldest first. */
  readonly violations: readonly Violation[];
  devices(): readonly { readonly device: string; readonly product: string; readonly online: boolean }[];
  /** The data points of a stream, oldest first. */
  datapoints(device: string, stream: string): readonly DataPoint[];
  /**
   * Sends a command of 1–65535 bytes to a device that is online.
   * @param timeout how long to wait for the response, in ms; without it, or in vain, there is no `response`
   * @throws Error when the device is not online or the command too long or empty
   */
  sendCommand(
    device: string,
    payload: string | Buffer,
    timeout?: number,
  ): Promise<{ readonly uuid: string; readonly response?: Buffer }>;
  /** Publishes to the devices of a product that subscribed to the topic. */
  publish(product: string, topic: string, payload: string | Buffer): void;
  /** Ends all connections and stops listening. */
  close(): Promise<void>;
}

/** @throws Error when a port is taken or the devices contradict each other */
export async function startLocalOneNet(options: LocalOneNetOptions): Promise<LocalOneNet> {
  const limits = { ...LIMITS, ...options.limits };
  const host = options.host ?? "127.0.0.1";
  const apiKey = options.apiKey ?? randomBytes(16).toString("base64url");
  const devices = indexDevices(options.devices);

  const reporter = createReporter(limits.violations);
  const { events, violations } = reporter;
  const sessions = createSessions(limits.backlog);
  const store = createStore(limits);
  const generationOf = (record: DeviceRecord) => generations[record.generation];
  const commands = createCommands(events, limits.commands, (device, uuid, payload) => {
    const record = devices.get(device);
    if (record === undefined) return false;
    return sessions.send(device, generationOf(record).commandTopic(record, uuid), payload);
  });
  const generations: Record<DeviceRecord["generation"], Generation> = {
    multiprotocol: multiprotocol({ events, sessions, store, commands }),
  };

  const broker = await startBroker({
    host,
    port: options.mqttPort ?? 0,
    limits,
    devices,
    sessions,
    reporter,
    generationOf,
  });
  const http = await startHttp({
    host,
    port: options.httpPort ?? 0,
    limits,
    apiKey,
    devices,
    sessions,
    store,
    commands,
  }).catch(async (error: unknown) => {
    await broker.close();
    throw error;
  });

  return Object.assign(events, {
    mqttPort: broker.port,
    httpPort: http.port,
    apiKey,
    violations,
    devices: () =>
      [...devices.values()].map(({ device, product }) => ({
        device,
        product,
        online: sessions.get(device) !== undefined,
      })),
    datapoints: (device: string, stream: string) => store.streams(device).get(stream)?.points ?? [],
    async sendCommand(device: string, payload: string | Buffer, timeout?: number) {
      const sent = commands.send(device, Buffer.from(payload));
      if (!sent.sent) {
        throw new Error(
          sent.why === "offline"
            ? `device not online: ${device}`
            : `a command has 1 to ${MAXIMUM_PAYLOAD} bytes`,
        );
      }
      const { uuid } = sent;
      const response = timeout === undefined ? undefined : await commands.response(uuid, timeout);
      return response === undefined ? { uuid } : { uuid, response };
    },
    publish(product: string, topic: string, payload: string | Buffer) {
      sessions.deliver(product, topic, Buffer.from(payload));
    },
    async close() {
      commands.close();
      await http.close();
      await broker.close();
    },
  });
}
