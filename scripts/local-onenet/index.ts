/** OneNET on this machine: an MQTT broker with the platform's rules, its data points and its HTTP API. */

import { randomBytes } from "node:crypto";
import type { EventEmitter } from "node:events";
import { multiprotocolAccess, tokenAccess } from "./access.ts";
import { startBroker, type Tap } from "./broker.ts";
import { ownCertificate } from "./certificate.ts";
import { createImages } from "./image.ts";
import { createCommands } from "./commands.ts";
import { NOTHING_KEPT, type Data, type DataPoint } from "./data.ts";
import {
  createRegistry,
  nameOf,
  type DeviceRecord,
  type GenerationName,
  type ProductRecord,
  type Registry,
} from "./devices.ts";
import { createReporter, type Events, type Violation } from "./events.ts";
import { exportPoints, type Format } from "./export.ts";
import { createFileSpace } from "./files/file-space.ts";
import type { Generation } from "./generation.ts";
import { startHttp } from "./http.ts";
import { LIMITS, MAXIMUM_PAYLOAD, type Limits } from "./limits.ts";
import { createDoubt } from "./doubts.ts";
import { multiprotocol } from "./multiprotocol.ts";
import { NO_RATES, createCallRate, createRates } from "./rates.ts";
import { createRequests } from "./requests.ts";
import { createRoom } from "./room.ts";
import { createSessions } from "./sessions.ts";
import { createStore } from "./store.ts";
import { studio, type Application } from "./studio.ts";
import { suite, tellLoggedOut } from "./suite.ts";
import { createUpdates, type Updates } from "./updates/updates.ts";
import { english } from "../cli/language.ts";

export type {
  DeviceRecord,
  GenerationName,
  MultiprotocolDevice,
  ProductRecord,
  Registry,
  TokenDevice,
} from "./devices.ts";
export { RULES, type Events, type Rule, type Violation } from "./events.ts";
export type { Tap } from "./broker.ts";
export type { Reply } from "./requests.ts";
export type { StoredPackage, TaskState, UpdateFault, UpdateTask } from "./updates/task.ts";
export type { Updates } from "./updates/updates.ts";
export type { DataPoint } from "./data.ts";
export type { DataType, Field, Property, ThingModel } from "./thing-model.ts";

export interface LocalOneNetOptions {
  readonly devices?: readonly DeviceRecord[];
  /** Product data that is not part of a device: keys, registration codes, thing models. */
  readonly products?: readonly ProductRecord[];
  /** Used instead of `devices` and `products`. */
  readonly registry?: Registry;
  /** For multiprotocol; a free port by default. */
  readonly mqttPort?: number;
  /** For suite and studio; a free port by default. */
  readonly suitePort?: number;
  /** For suite and studio over TLS; 0 picks a free port. Without it, TLS is off. */
  readonly tlsPort?: number;
  /** A free port by default. */
  readonly httpPort?: number;
  /** The address to listen on; 127.0.0.1 by default. */
  readonly host?: string;
  /** The key of the HTTP API; random by default. */
  readonly apiKey?: string;
  readonly limits?: Partial<Limits>;
  /** Whether rules count of which nobody knows whether the platform has them; otherwise, they are notices. */
  readonly strict?: boolean;
  /** Whether the platform's limits of messages, pings and log-ins per second count. */
  readonly rateLimits?: boolean;
  readonly tap?: Tap;
  /** Keeps everything beyond the process; the caller closes it after the platform. Without it, nothing is kept. */
  readonly data?: Data;
}

/**
 * Calls name a device by its id (multiprotocol), by `product/device` (suite, studio), or by its device name alone if
 * only one product has it. They throw an Error if the device is unknown.
 */
export interface LocalOneNet extends EventEmitter<Events>, Application {
  readonly mqttPort: number;
  readonly suitePort: number;
  readonly tlsPort: number | undefined;
  readonly httpPort: number;
  /** The certificate of the TLS port, PEM. */
  readonly certificate: string | undefined;
  /** The key for the `api-key` header of the HTTP API; gives access to every product. */
  readonly apiKey: string;
  readonly registry: Registry;
  /** The last violations of the platform's rules, oldest first. */
  readonly violations: readonly Violation[];
  /** Packages and tasks of updates. */
  readonly updates: Updates;
  /** `name` is the name used in events. */
  devices(): readonly {
    readonly name: string;
    readonly device: string;
    readonly product: string;
    readonly generation: GenerationName;
    readonly online: boolean;
  }[];
  /** The data streams or properties of a device that have data points in memory. */
  streams(device: string): readonly string[];
  /** The data points of a stream, or the values of a property, oldest first: those in memory. */
  datapoints(device: string, stream: string): readonly DataPoint[];
  /** All data points of all devices, as text in pieces. */
  export(format: Format): Iterable<string>;
  /**
   * Sends a command of 1–65535 bytes to a multiprotocol or suite device that is online.
   * @param timeout how long to wait for the response, in ms. Without it, or after it, the result has no `response`.
   * @throws Error if the device is offline or has not subscribed, or the command is empty or too long
   */
  sendCommand(
    device: string,
    payload: string | Buffer,
    timeout?: number,
  ): Promise<{ readonly uuid: string; readonly response?: Buffer }>;
  /** Publishes to the devices of a multiprotocol product that subscribed to the topic. */
  publish(product: string, topic: string, payload: string | Buffer): void;
  /**
   * Simulates the outage of a restart: MQTT connections end and new ones are refused. Devices, data points and commands
   * are kept, and the HTTP API keeps running.
   */
  stop(): Promise<void>;
  /** Comes back on the same ports. @throws Error if one is taken */
  start(): Promise<void>;
  /** Ends all connections and stops listening, for good. */
  close(): Promise<void>;
}

/** @throws Error if a port is taken or the devices conflict */
export async function startLocalOneNet(options: LocalOneNetOptions): Promise<LocalOneNet> {
  const limits = { ...LIMITS, ...options.limits };
  const host = options.host ?? "127.0.0.1";
  const apiKey = options.apiKey ?? randomBytes(16).toString("base64url");
  const registry = options.registry ?? createRegistry(options.products ?? [], options.devices ?? []);
  const { devices } = registry;
  const data = options.data ?? NOTHING_KEPT;

  const reporter = createReporter(limits.violations);
  const { events, violations } = reporter;
  const bound = `${Number((limits.kept / 2 ** 20).toPrecision(2))} MiB`;
  const room = createRoom(limits.kept, (device) =>
    events.emit("notice", {
      device,
      detail: english`the platform keeps ${bound} of data points and commands: dropping the oldest`,
    }),
  );
  const store = createStore(limits, room, data, devices.keys());
  const sessions = createSessions(limits.backlog, data, store);
  const generationOf = (record: DeviceRecord) => generations[record.generation];
  const commands = createCommands(events, limits.commands, room, data, (device, uuid, payload) => {
    const record = devices.get(device);
    return record === undefined ? "offline" : generationOf(record).sendCommand(record, uuid, payload);
  });
  const requests = createRequests(events, sessions, store, limits.commands);
  const doubt = createDoubt(events, options.strict ?? false);
  const isKnown = (record: DeviceRecord) => devices.has(nameOf(record));
  const rates = options.rateLimits ? createRates({ doubt, backlog: limits.backlog, isKnown }) : NO_RATES;
  const updates = createUpdates({ events, sessions, registry, doubt, data });
  const thing = studio({
    events,
    sessions,
    store,
    requests,
    registry,
    limits,
    room,
    doubt,
    rates,
    data,
    updates,
  });
  const images = createImages({ sessions, room, data });
  const application: Application = {
    ...thing.application,
    forget(device, gateway) {
      tellLoggedOut(sessions, device);
      thing.application.forget(device, gateway);
      images.forget(device);
    },
  };
  const generations: Record<GenerationName, Generation> = {
    multiprotocol: multiprotocol({ events, sessions, store, commands, data }),
    suite: suite({ events, sessions, store, commands, doubt, images, registry, limits, data }),
    studio: thing.generation,
  };

  const certificate = options.tlsPort === undefined ? undefined : await ownCertificate();
  const tokens = { access: tokenAccess(registry, doubt), maximum: limits.suiteRemainingLength };
  const broker = await startBroker({
    host,
    entrances: [
      {
        port: options.mqttPort ?? 0,
        access: multiprotocolAccess(registry, doubt),
        maximum: limits.remainingLength,
      },
      { port: options.suitePort ?? 0, ...tokens },
      ...(certificate ? [{ port: options.tlsPort ?? 0, ...tokens, certificate }] : []),
    ],
    limits,
    sessions,
    reporter,
    generationOf,
    rates,
    data,
    tap: options.tap,
  });
  const [mqttPort = 0, suitePort = 0, tlsPort] = broker.ports;
  const http = await startHttp({
    host,
    port: options.httpPort ?? 0,
    mqtt: { mqttPort, suitePort, tlsPort },
    limits,
    apiKey,
    registry,
    events,
    sessions,
    store,
    data,
    commands,
    application,
    images,
    updates,
    files: createFileSpace(data),
    receive: generations.multiprotocol.receive,
    receiveThing: generations.studio.receive,
    tokenAccess: tokens.access,
    callFault: options.rateLimits ? createCallRate(doubt) : () => undefined,
  }).catch(async (error: unknown) => {
    await broker.close();
    throw error;
  });

  return Object.assign(events, application, {
    mqttPort,
    suitePort,
    tlsPort,
    httpPort: http.port,
    certificate: certificate?.cert,
    apiKey,
    registry,
    violations,
    updates,
    devices: () =>
      [...devices].map(([name, { device, product, generation }]) => ({
        name,
        device,
        product,
        generation,
        online: sessions.isOnline(name),
      })),
    streams: (device: string) => [...store.streams(nameOf(registry.find(device))).keys()],
    export: (format: Format) => exportPoints(store, devices.values(), {}, format),
    datapoints: (device: string, stream: string) =>
      store.streams(nameOf(registry.find(device))).get(stream)?.points ?? [],
    async sendCommand(device: string, payload: string | Buffer, timeout?: number) {
      const name = nameOf(registry.find(device));
      const sent = commands.send(name, Buffer.from(payload));
      if (!sent.sent) {
        throw new Error(
          {
            offline: english`device not online: ${name}`,
            unsubscribed: english`device ${name} has not subscribed to commands`,
            size: english`a command must have 1 to ${MAXIMUM_PAYLOAD} bytes`,
          }[sent.why],
        );
      }
      const { uuid } = sent;
      const response = timeout === undefined ? undefined : await commands.response(uuid, timeout);
      return response === undefined ? { uuid } : { uuid, response };
    },
    publish(product: string, topic: string, payload: string | Buffer) {
      sessions.deliver(product, topic, Buffer.from(payload));
    },
    stop: () => broker.stop(),
    start: () => broker.start(),
    async close() {
      commands.close();
      requests.close();
      await http.close();
      await broker.close();
    },
  });
}
export { spanOf } from "./updates/range.ts";
