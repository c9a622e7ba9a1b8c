/** The other end of a board's connection, whichever generation it is: what the stage, and who looks on, need of it. */

import { EventEmitter } from "node:events";
import type { Board, Plain } from "../../src/board.ts";
import { startLocalOneNet, type LocalOneNet } from "../local-onenet/index.ts";
import { startPlainBroker } from "../local-onenet/plain.ts";
import { answerOfService, readServiceCall } from "../local-onenet/service-call.ts";
import { declare } from "./declare.ts";
import { readLight } from "./light.ts";
import { startTimeServer, type TimeServer } from "./time-server.ts";
import type { VirtualBoard } from "../virtual-board/index.ts";

export interface DataPoint {
  readonly value: unknown;
  /** When, as the server has it; of a plain broker, as the board says. */
  readonly at?: string;
}

export interface ServerEvents {
  online: [];
  /** {@link ServerSide.isReady} became true. */
  ready: [];
  offline: [why: string];
  refused: [why: string];
  ping: [];
  datapoint: [stream: string, point: DataPoint];
  violation: [text: string];
}

export interface ServerSide {
  readonly events: EventEmitter<ServerEvents>;
  /** Where the names and ports of the board file lead. */
  readonly network: Readonly<Record<string, number>>;
  /** Tells the time; it stays up while the platform restarts. */
  readonly time: TimeServer;
  /** Where it listens, in words. */
  readonly address: string;
  /** The local OneNET; undefined for a plain broker. */
  readonly onenet: LocalOneNet | undefined;
  /** Whether the board is logged in and has subscribed to what its generation needs for commands. */
  isReady(): boolean;
  /** The first rule that the board broke, in words. */
  violation(): string | undefined;
  lastDataPoint(stream: string): DataPoint | undefined;
  /**
   * Has the board do what a command says, in the way of its generation.
   * @param timeout in ms
   * @returns the board's answer; undefined when none came in time
   * @throws Error when it could not be sent
   */
  command(text: string, timeout: number): Promise<string | undefined>;
  /** Goes down as for a restart. */
  stop(): Promise<void>;
  /** Comes up again, at the same ports. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** What a generation's server is, without what all of them have. */
type Side = Omit<ServerSide, "time">;

/**
 * @param changes to what the platform knows of the board's device
 * @param device tells whether the LED is lit, which `toggle` needs where a generation has no such command
 * @param now what the time server tells, in ms since 1970
 */
export async function startServerSide(
  board: Board,
  changes: object,
  device: () => VirtualBoard,
  now: () => number = Date.now,
): Promise<ServerSide> {
  const { onenet } = board;
  const side =
    onenet.generation === "plain"
      ? await startPlainSide(onenet)
      : await startOneNetSide(board, changes, device);
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

/** Where the time server of the board file leads. */
export function timeRoute(board: Board, { port }: TimeServer): Readonly<Record<string, number>> {
  return board.time ? { [`${board.time.server}:123/udp`]: port } : {};
}

async function startOneNetSide(board: Board, changes: object, device: () => VirtualBoard): Promise<Side> {
  const settings = board.onenet;
  const { products, devices } = declare(board, changes);
  const platform = await startLocalOneNet({ products, devices, ...(settings.tls ? { tlsPort: 0 } : {}) });
  const events = new EventEmitter<ServerEvents>();
  const port =
    settings.generation === "multiprotocol"
      ? platform.mqttPort
      : settings.tls
        ? (platform.tlsPort ?? 0)
        : platform.suitePort;
  const network: Record<string, number> = { [`${settings.server}:${settings.port}`]: port };
  const registration = settings.generation === "multiprotocol" ? settings.registration : undefined;
  if (registration) network[`${registration.server}:${registration.port}`] = platform.httpPort;

  let isReady = false;
  function ready(): void {
    isReady = true;
    events.emit("ready");
  }

  platform.on("online", () => {
    events.emit("online");
    if (settings.generation === "multiprotocol") ready(); // its commands come without a subscription
  });
  platform.on("subscribe", ready);
  platform.on("offline", ({ why }) => {
    isReady = false;
    events.emit("offline", why);
  });
  platform.on("login-refused", ({ why }) => events.emit("refused", why));
  platform.on("ping", () => events.emit("ping"));
  platform.on("datapoint", ({ stream, value, at }) => events.emit("datapoint", stream, { value, at }));
  platform.on("violation", ({ sentence, detail }) => events.emit("violation", `${sentence}: ${detail}`));

  /** The device's name in the platform's calls; one that registers gets it from the platform. */
  function name(): string {
    const [record] = platform.devices();
    if (!record) throw new Error("the board has not registered yet");
    return record.name;
  }

  return {
    events,
    network,
    address: `Local OneNET: MQTT at 127.0.0.1:${port}, HTTP at 127.0.0.1:${platform.httpPort}`,
    onenet: platform,
    isReady: () => isReady,
    violation() {
      const [first] = platform.violations;
      return first && `${first.sentence}: ${first.detail}`;
    },
    lastDataPoint: (stream) => platform.datapoints(name(), stream).at(-1),
    async command(text, timeout) {
      if (settings.generation !== "studio") {
        const { response } = await platform.sendCommand(name(), text, timeout);
        return response?.toString("utf8");
      }
      const { led, colour } = settings.properties;
      const call = readServiceCall(text, settings.services);
      if (call) return answerOfService(await platform.invoke(name(), call.identifier, call.params, timeout));
      const isLit = readLight(board.led, device()).colour.some((part) => part > 0);
      const values = new Map<string, Record<string, boolean | string>>([
        ["on", { [led]: true }],
        ["off", { [led]: false }],
        ["toggle", { [led]: !isLit }],
      ]);
      return (await platform.setProperty(name(), values.get(text) ?? { [colour]: text }, timeout)).message;
    },
    stop: () => platform.stop(),
    start: () => platform.start(),
    close: () => platform.close(),
  };
}

/** The latest time that JavaScript has, in ms since 1970. */
const LATEST = 8.64e15;

async function startPlainSide(settings: Plain): Promise<Side> {
  const { userName, password, topic, tls } = settings;
  const broker = await startPlainBroker({ tls, ...(userName ? { user: { name: userName, password } } : {}) });
  const events = new EventEmitter<ServerEvents>();
  const points = new Map<string, DataPoint>();
  let answered: (answer: string) => void = () => undefined;

  broker.on("login-refused", ({ why }) => events.emit("refused", why));
  /** What the board sent first that MQTT forbids. */
  let broken: string | undefined;
  broker.on("violation", ({ why }) => {
    broken ??= why;
    events.emit("violation", why);
  });
  broker.on("ping", () => events.emit("ping"));
  broker.on("offline", () => events.emit("offline", "connection lost"));
  broker.on("message", (message) => {
    const payload = message.payload.toString("utf8");
    if (message.topic === `${topic}/status` && payload === "online") {
      events.emit("online");
      events.emit("ready"); // the board subscribed before it said so
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
    network: { [`${settings.server}:${settings.port}`]: broker.port },
    address: `MQTT broker at 127.0.0.1:${broker.port}, topics ${topic}/…`,
    onenet: undefined,
    isReady: () => broker.retained.get(`${topic}/status`)?.toString() === "online",
    violation: () => broken,
    lastDataPoint: (stream) => points.get(stream),
    async command(text, timeout) {
      const answer = new Promise<string | undefined>((resolve) => {
        const timer = setTimeout(() => resolve(undefined), timeout).unref(); // none holds up the end
        answered = (text) => {
          clearTimeout(timer);
          resolve(text);
        };
      });
      await broker.publish(`${topic}/set`, text);
      return answer;
    },
    stop: () => broker.stop(),
    start: () => broker.start(),
    close: () => broker.close(),
  };
}

/** What a report holds: nothing when it is no JSON object, which any program may send to a broker. */
function readValues(payload: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(payload);
    return typeof json === "object" && json !== null && !Array.isArray(json) ? { ...json } : {};
  } catch {
    return {};
  }
}
