/** The other end of a board's connection, for any generation, as the stage and its observers need it. */

import { EventEmitter } from "node:events";
import type { Board, Plain } from "../boards/board.ts";
import { pathOf } from "../boards/onenet.ts";
import { serversOf } from "../boards/servers.ts";
import { startLocalOneNet, type LocalOneNet, type ThingModel } from "../local-onenet/index.ts";
import { isObject } from "../local-onenet/json.ts";
import { startPlainBroker } from "../local-onenet/plain.ts";
import { answerOfService, readServiceCall } from "../local-onenet/service-call.ts";
import { switchedTo } from "../local-onenet/switch-command.ts";
import { valuesIn } from "../local-onenet/thing-model.ts";
import { declare } from "./declare.ts";
import { readLight } from "./light.ts";
import { propertiesFor, withStructs } from "./part-properties.ts";
import { startTimeServer, type TimeServer } from "./time-server.ts";
import type { VirtualBoard } from "../virtual-board/index.ts";
import { english, t } from "../cli/language.ts";

export interface DataPoint {
  readonly value: unknown;
  /** When it was measured, by the server; by the board, if it uses a plain broker. */
  readonly at?: string;
}

export interface ServerEvents {
  online: [];
  /** {@link ServerSide.isReady} has become true. */
  ready: [];
  offline: [why: string];
  refused: [why: string];
  ping: [];
  datapoint: [stream: string, point: DataPoint];
  violation: [text: string];
}

export interface ServerSide {
  readonly events: EventEmitter<ServerEvents>;
  /** Where the board file's names and ports lead. */
  readonly network: Readonly<Record<string, number>>;
  /** The time server; it keeps running while the platform restarts. */
  readonly time: TimeServer;
  /** A readable address. */
  readonly address: () => string;
  /** The local OneNET; undefined for a plain broker. */
  readonly onenet: LocalOneNet | undefined;
  /** Whether the board is logged in and has the subscriptions its generation needs for commands. */
  isReady(): boolean;
  /** A readable description of the first rule the board broke. */
  violation(): string | undefined;
  lastDataPoint(stream: string): DataPoint | undefined;
  /**
   * Sends a command to the board, the way its generation does.
   * @param timeout in ms
   * @returns the board's answer; undefined on timeout
   * @throws Error if it cannot be sent
   */
  command(text: string, timeout: number): Promise<string | undefined>;
  /** Publishes to those who subscribed to the topic: the devices of the board's product, or anyone at a plain broker. */
  publish(topic: string, payload: string): Promise<void>;
  /** Stops, as for a restart. */
  stop(): Promise<void>;
  /** Starts again on the same ports. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** The part of a server that depends on the generation. */
type Side = Omit<ServerSide, "time">;

/**
 * @param changes overrides for the device on the platform
 * @param device shows whether the LED is lit, for `toggle` in a generation without that command
 * @param now the time server's time, in ms since 1970
 * @param thingModel of a studio board's product; that of the board by default
 */
export async function startServerSide(
  board: Board,
  changes: object,
  device: () => VirtualBoard,
  now: () => number = Date.now,
  thingModel?: ThingModel,
): Promise<ServerSide> {
  const { onenet } = board;
  const side =
    onenet.generation === "plain"
      ? await startPlainSide({ ...board, onenet })
      : await startOneNetSide(board, changes, device, thingModel);
  const time = await startTimeServer(now);
  return {
    ...side,
    time,
    network: { ...side.network, ...timeRoute(board, time) },
    async close() {
      await time.close();
      await side.close();
    },
  };
}

/** Routes from all the board file's servers to one port. */
export function serverRoutes(board: Board, port: number): Record<string, number> {
  return Object.fromEntries(serversOf(board).map((server) => [`${server.host}:${server.port}`, port]));
}

/** The route to the board file's time server. */
export function timeRoute(board: Board, { port }: TimeServer): Readonly<Record<string, number>> {
  return board.time ? { [`${board.time.server}:123/udp`]: port } : {};
}

async function startOneNetSide(
  board: Board,
  changes: object,
  device: () => VirtualBoard,
  thingModel: ThingModel | undefined,
): Promise<Side> {
  const settings = board.onenet;
  const { products, devices } = declare(board, changes, thingModel);
  const platform = await startLocalOneNet({ products, devices, ...(settings.tls ? { tlsPort: 0 } : {}) });
  const events = new EventEmitter<ServerEvents>();
  const hasStructs = settings.generation === "studio"; // elsewhere a name may have a dot, and a value may be an object
  const port =
    settings.generation === "multiprotocol"
      ? platform.mqttPort
      : settings.tls
        ? (platform.tlsPort ?? 0)
        : platform.suitePort;
  const network = serverRoutes(board, port);
  const registration = settings.generation === "multiprotocol" ? settings.registration : undefined;
  if (registration) network[`${registration.server}:${registration.port}`] = platform.httpPort;

  let isReady = false;
  function ready(): void {
    isReady = true;
    events.emit("ready");
  }

  platform.on("online", () => {
    events.emit("online");
    if (settings.generation === "multiprotocol") ready(); // its commands need no subscription
  });
  platform.on("subscribe", ready);
  platform.on("offline", ({ why }) => {
    isReady = false;
    events.emit("offline", why);
  });
  platform.on("login-refused", ({ why }) => events.emit("refused", why));
  platform.on("ping", () => events.emit("ping"));
  platform.on("datapoint", ({ stream, value, at }) => {
    for (const [id, each] of hasStructs ? valuesIn(stream, value) : [[stream, value] as const])
      events.emit("datapoint", id, { value: each, at });
  });
  platform.on("violation", ({ sentence, detail }) =>
    events.emit("violation", english`${sentence}: ${detail}`),
  );

  /** The device's name on the platform; assigned by the platform if it registers itself. */
  function name(): string {
    const [record] = platform.devices();
    if (!record) throw new Error(english`the board has not registered yet`);
    return record.name;
  }

  return {
    events,
    network,
    address: () => t`Local OneNET: MQTT at 127.0.0.1:${port}, HTTP at 127.0.0.1:${platform.httpPort}`,
    onenet: platform,
    isReady: () => isReady,
    violation() {
      const [first] = platform.violations;
      return first && english`${first.sentence}: ${first.detail}`;
    },
    lastDataPoint(stream) {
      const [property] = hasStructs ? pathOf(stream) : [stream];
      const point = platform.datapoints(name(), property).at(-1);
      if (point === undefined || property === stream) return point;
      const values = new Map(valuesIn(property, point.value));
      return { ...point, value: values.get(stream) };
    },
    async command(text, timeout) {
      if (settings.generation !== "studio") {
        const { response } = await platform.sendCommand(name(), text, timeout);
        return response?.toString("utf8");
      }
      const { led, colour } = settings.properties;
      const call = isForPart(board, text) ? undefined : readServiceCall(text, settings.services);
      if (call) return answerOfService(await platform.invoke(name(), call.identifier, call.params, timeout));
      if (board.parts !== undefined) {
        const read = async (identifier: string) => {
          const [property] = pathOf(identifier);
          const { data } = await platform.getProperty(name(), [property], timeout);
          const values = isObject(data) ? valuesIn(property, data[property] ?? null) : [];
          return new Map(values).get(identifier);
        };
        const values = await propertiesFor(board, board.parts, text, device(), read);
        return (await platform.setProperty(name(), withStructs(values), timeout)).message;
      }
      const isLit = switchedTo(text, () => readLight(board.led, device()).colour.some((part) => part > 0));
      const values = isLit === undefined ? { [colour]: text } : { [led]: isLit };
      return (await platform.setProperty(name(), withStructs(values), timeout)).message;
    },
    publish(topic, payload) {
      platform.publish(platform.registry.find(name()).product, topic, payload);
      return Promise.resolve();
    },
    stop: () => platform.stop(),
    start: () => platform.start(),
    close: () => platform.close(),
  };
}

/** Whether a text gives a part an argument, such as `pump on`: no input of the service `pump`. */
function isForPart({ parts = [] }: Board, text: string): boolean {
  const [, name = "", argument = ""] = /^\s*(\S+)\s+([^{\s])/.exec(text) ?? [];
  return argument !== "" && parts.some((part) => part.name.toLowerCase() === name.toLowerCase());
}

/** The latest time in JavaScript, in ms since 1970. */
const LATEST = 8.64e15;

async function startPlainSide(board: Board & { readonly onenet: Plain }): Promise<Side> {
  const settings = board.onenet;
  const { userName, password, topic, tls } = settings;
  const broker = await startPlainBroker({ tls, ...(userName ? { user: { name: userName, password } } : {}) });
  const events = new EventEmitter<ServerEvents>();
  const points = new Map<string, DataPoint>();
  let answered: (answer: string) => void = () => undefined;

  broker.on("login-refused", ({ why }) => events.emit("refused", why));
  /** The first violation of MQTT by the board. */
  let broken: string | undefined;
  broker.on("violation", ({ why }) => {
    broken ??= why;
    events.emit("violation", why);
  });
  broker.on("ping", () => events.emit("ping"));
  broker.on("offline", ({ why }) => events.emit("offline", why));
  broker.on("message", (message) => {
    const payload = message.payload.toString("utf8");
    if (message.topic === `${topic}/status` && payload === "online") {
      events.emit("online");
      events.emit("ready"); // the board has subscribed before
    }
    if (message.topic === `${topic}/answer`) answered(payload);
    if (message.topic !== `${topic}/data`) return;
    const { time, ...values } = readValues(payload);
    const isTime = typeof time === "number" && Math.abs(time) <= LATEST;
    const measured = isTime ? { at: new Date(time).toISOString() } : {};
    for (const [stream, value] of Object.entries(values)) {
      const point = { value, ...measured };
      points.set(stream, point);
      events.emit("datapoint", stream, point);
    }
  });

  return {
    events,
    network: serverRoutes(board, broker.port),
    address: () => t`MQTT broker at 127.0.0.1:${broker.port}, topics ${topic}/…`,
    onenet: undefined,
    isReady: () => broker.retained.get(`${topic}/status`)?.toString() === "online",
    violation: () => broken,
    lastDataPoint: (stream) => points.get(stream),
    async command(text, timeout) {
      const answer = new Promise<string | undefined>((resolve) => {
        const timer = setTimeout(() => resolve(undefined), timeout).unref(); // does not keep the process alive
        answered = (text) => {
          clearTimeout(timer);
          resolve(text);
        };
      });
      await broker.publish(`${topic}/set`, text);
      return answer;
    },
    publish: (topic, payload) => broker.publish(topic, payload),
    stop: () => broker.stop(),
    start: () => broker.start(),
    close: () => broker.close(),
  };
}

/** The values of a report; none if it is not a JSON object, since any program can send to a broker. */
function readValues(payload: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(payload);
    return typeof json === "object" && json !== null && !Array.isArray(json) ? { ...json } : {};
  } catch {
    return {};
  }
}
