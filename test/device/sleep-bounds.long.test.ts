/** A board that sleeps, and whatever its network and its own code do: it is awake for 30 s at most, and sleeps again. */

import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { resolve } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Board, Chip } from "../../scripts/boards/board.ts";
import { accessPointsOf } from "../../scripts/boards/wifi.ts";
import { startPlainBroker, type PlainBroker } from "../../scripts/local-onenet/plain.ts";
import { startServerSide } from "../../scripts/stage/server-side.ts";
import { startTimeServer } from "../../scripts/stage/time-server.ts";
import { createClock } from "../../scripts/virtual-board/clock.ts";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import type { VirtualBoardOptions } from "../../scripts/virtual-board/index.ts";
import { plain, studio } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";

const EVERY = 600;
const START = 1_767_225_600_000;
const PLAIN = plain({
  name: "sleep-plain",
  sleep: { every: EVERY },
  time: { server: "time.example", zone: 8 },
  streams: [{ id: "level", source: "analog", pin: 34, period: 60, dpType: 3 }],
});
const BOARD: Board = { ...PLAIN, onenet: { ...PLAIN.onenet, cleanSession: false } };
const TOPIC = "home/lamp";
const ROUTE = "broker.example:1883";

interface Run {
  readonly device: VirtualBoard;
  readonly lines: string[];
  /** How long each time awake was, in ms, without the first, by hand. */
  readonly awake: number[];
}

async function start(board: Board, options: Partial<VirtualBoardOptions>): Promise<Run> {
  const clock = options.clock ?? createClock(START);
  const script = await buildScript(board);
  const device = createVirtualBoard({
    chip: board.chip,
    air: accessPointsOf(board),
    clock,
    random: () => 0.5,
    ...options,
    script,
  });
  const lines: string[] = [];
  const awake: number[] = [];
  let woken = NaN;
  device.on("boot", () => (woken = clock.now()));
  device.on("console", (line) => lines.push(line));
  let isFirst = true;
  device.on("sleep", () => {
    if (!isFirst) awake.push(Math.round(clock.now() - woken));
    isFirst = false;
  });
  onTestFinished(() => device.stop());
  await device.start();
  return { device, lines, awake };
}

/** Routes to a broker and to a time server. */
async function networkWith(broker: PlainBroker): Promise<Record<string, number>> {
  const time = await startTimeServer(() => START);
  onTestFinished(() => time.close());
  return { [ROUTE]: broker.port, "time.example:123/udp": time.port };
}

/** A server that does something with each connection, and its port. */
async function serve(connected: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    connected(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  return (server.address() as AddressInfo).port;
}

const CONNACK = Buffer.from([0x20, 2, 0, 0]);
/** For the first subscription, of any number of filters that the board has: one, as it does not announce itself. */
const SUBACK = Buffer.from([0x90, 3, 0, 1, 1]);

it.each<[string, number, () => Promise<Partial<VirtualBoardOptions>>]>([
  ["no Wi-Fi", 2600, () => Promise.resolve({ air: [] })],
  [
    "no address",
    8100,
    () => Promise.resolve({ air: accessPointsOf(BOARD).map((point) => ({ ...point, dhcp: false })) }),
  ],
  ["an address that does not answer", 21_200, () => Promise.resolve({ reach: () => "no answer" })],
  ["no name server", 16_000, () => Promise.resolve({ reach: () => "no name server" })],
  ["a server that refuses connections", 2500, () => Promise.resolve({ network: {} })],
  [
    "a server that is silent after CONNECT",
    8200,
    async () => ({ network: { [ROUTE]: await serve(() => undefined) } }),
  ],
  [
    "a server that refuses the log-in",
    8200,
    async () => ({
      network: { [ROUTE]: await serve((socket) => socket.end(Buffer.from([0x20, 2, 0, 5]))) },
    }),
  ],
  [
    "a server that acknowledges nothing",
    8200,
    async () => ({
      network: {
        [ROUTE]: await serve((socket) => {
          socket.once("data", () => {
            socket.write(CONNACK);
            socket.once("data", () => socket.write(SUBACK));
          });
        }),
      },
    }),
  ],
])("%s: asleep again after at most %i ms", async (_, most, options) => {
  const { device, lines, awake } = await start(BOARD, await options());
  await device.clock.advance(60_000);
  expect(device.isAsleep()).toBe(true);
  for (let wake = 0; wake < 3; wake++) await device.clock.advance((EVERY + 30) * 1000);
  expect(device.isAsleep()).toBe(true);
  expect(awake.length).toBeGreaterThanOrEqual(3);
  expect(Math.max(...awake)).toBeLessThanOrEqual(most);
  expect(lines.filter((line) => line.startsWith("Uncaught"))).toEqual([]);
  // What it measured waits: one report of each wake, and the first.
  const records = device.storage.get("outbox")?.match(/\[-?\d+,0,/g);
  expect(records).toHaveLength(awake.length + 1);
});

it("a flood of commands: asleep again after 8 s, with its measurement sent", async () => {
  const command = Buffer.from(
    `\x30\x11\x00\x0d${TOPIC}/settoggle`.replace("\x11", String.fromCharCode(2 + 13 + 6)),
    "latin1",
  );
  const sockets: Socket[] = [];
  const port = await serve((socket) => {
    sockets.push(socket);
    socket.once("data", () => {
      socket.write(CONNACK);
      socket.once("data", () => socket.write(SUBACK));
    });
  });
  const { device, lines, awake } = await start(BOARD, { network: { [ROUTE]: port } });
  const { clock } = device;
  let due = clock.now();
  clock.attach({
    nextDue: () => due,
    run() {
      if (clock.now() < due) return;
      due = clock.now() + 50;
      const socket = sockets.at(-1);
      if (!device.isAsleep() && socket?.writable) for (let i = 0; i < 5; i++) socket.write(command);
    },
  });
  await clock.advance(45_000);
  await clock.advance((EVERY + 30) * 1000);
  expect(lines.filter((line) => line.startsWith("Command: ")).length).toBeGreaterThan(100);
  expect(device.isAsleep()).toBe(true);
  expect(awake).toHaveLength(1);
  expect(awake[0]).toBeLessThanOrEqual(8300);
});

it("own code that throws while it is loaded: asleep after 8 s, again and again", async () => {
  const board: Board = {
    ...BOARD,
    name: "sleep-unloadable",
    code: {
      file: resolve("test/support/unloadable-code.ts"),
      starts: false,
      sources: ["step"],
      commands: [],
    },
    streams: [{ id: "step", source: "step", period: 60, dpType: 3 }],
  };
  const { device, lines, awake } = await start(board, {});
  await device.clock.advance(31_000);
  for (let wake = 0; wake < 3; wake++) await device.clock.advance((EVERY + 11) * 1000);
  expect(awake).toEqual([8100, 8100, 8100]);
  expect(lines.some((line) => line.startsWith("Uncaught"))).toBe(true);
});

it("a session that the broker keeps: commands that were sent while it slept, and a retained one at each wake", async () => {
  const broker = await startPlainBroker({ user: { name: "teacher", password: "a password for tests" } });
  onTestFinished(() => broker.close());
  const answers: string[] = [];
  const states: string[] = [];
  broker.on("message", ({ topic, payload }) => {
    if (topic === `${TOPIC}/answer`) answers.push(payload.toString());
    if (topic === `${TOPIC}/status`) states.push(payload.toString());
  });
  const { device, awake } = await start(BOARD, { network: await networkWith(broker) });
  const sleepOnce = () => device.clock.advance((EVERY + 30) * 1000);
  await device.clock.advance(31_000);
  expect(device.isAsleep()).toBe(true);
  expect(states).toEqual(["online", "asleep"]);
  expect(broker.retained.get(`${TOPIC}/status`)?.toString()).toBe("asleep");

  await broker.publish(`${TOPIC}/set`, "on", { qos: 1 });
  await sleepOnce();
  expect(answers).toEqual(["on"]);
  await sleepOnce();
  expect(answers).toEqual(["on"]);

  await broker.publish(`${TOPIC}/set`, "toggle", { retain: true });
  await sleepOnce();
  await sleepOnce();
  expect(answers.length).toBeGreaterThanOrEqual(3);
  expect(Math.max(...awake)).toBeLessThan(2000);
  expect(device.usage().flashWrites).toBe(0);
});

it("a pin: asleep until it has its level", async () => {
  const broker = await startPlainBroker({ user: { name: "teacher", password: "a password for tests" } });
  onTestFinished(() => broker.close());
  const reports: string[] = [];
  broker.on("message", ({ topic, payload }) => {
    if (topic === `${TOPIC}/data`) reports.push(payload.toString());
  });
  const board: Board = { ...BOARD, name: "sleep-pin", sleep: { wakePin: { pin: 33, level: 0 } } };
  const { device, awake } = await start(board, { network: await networkWith(broker) });
  await device.clock.advance(100_000_000);
  expect([device.isAsleep(), reports.length, awake.length]).toEqual([true, 1, 0]);
  for (let press = 0; press < 2; press++) {
    device.setLevel(33, 0);
    await device.clock.advance(200);
    device.setLevel(33, 1);
    await device.clock.advance(10_000);
  }
  expect([device.isAsleep(), reports.length]).toEqual([true, 3]);
  expect(Math.max(...awake)).toBeLessThan(2000);
});

it.each<[Chip, number]>([
  ["esp32c3", 200],
  ["esp32s3", 200],
  // Its clock is lost in sleep: what waits keeps its age.
  ["esp8266", 3000],
])("%s: what waits is dated within %i ms", async (chip, tolerance) => {
  const broker = await startPlainBroker({ user: { name: "teacher", password: "a password for tests" } });
  onTestFinished(() => broker.close());
  const times: number[] = [];
  broker.on("message", ({ topic, payload }) => {
    if (topic === `${TOPIC}/data`) times.push((JSON.parse(payload.toString()) as { time: number }).time);
  });
  const board: Board = {
    ...BOARD,
    name: `sleep-${chip}`,
    chip,
    streams: [{ id: "uptime", source: "uptime", period: 60, dpType: 3 }],
  };
  const clock = createClock(START);
  const time = await startTimeServer(() => clock.now());
  onTestFinished(() => time.close());
  const { device, awake } = await start(board, {
    clock,
    network: { [ROUTE]: broker.port, "time.example:123/udp": time.port },
  });
  const boots = [clock.now()];
  device.on("boot", () => boots.push(clock.now()));
  await clock.advance(31_000);
  await broker.stop();
  await clock.advance(2 * EVERY * 1000 + 20_000);
  expect(times).toHaveLength(1);
  await broker.start();
  await clock.advance(EVERY * 1000 + 20_000);
  expect([device.isAsleep(), awake.length, times.length]).toEqual([true, 3, 4]);
  for (const [index, at] of times.entries())
    expect(Math.abs(at - (boots[index] ?? NaN))).toBeLessThan(tolerance);
});

it("studio: a desired value waits for the next wake, and the platform sees the board as offline", async () => {
  const made = studio({
    name: "sleep-studio",
    sleep: { every: EVERY },
    time: { server: "time.example", zone: 8 },
    streams: [{ id: "level", source: "analog", pin: 34, period: 60, dpType: 3 }],
  });
  const clock = createClock(START);
  const server = await startServerSide(
    made,
    {},
    () => run.device,
    () => clock.now(),
  );
  onTestFinished(() => server.close());
  const run = await start(made, { clock, network: server.network });
  const { device, lines, awake } = run;
  await clock.advance(31_000);
  expect([device.isAsleep(), server.isReady()]).toEqual([true, false]);
  const [record] = server.onenet?.devices() ?? [];
  server.onenet?.setDesired(record?.name ?? "", { led: true });
  let lit = 0;
  device.on("pixels", () => lit++);
  device.on("pin", ({ value }) => (lit += value));
  await clock.advance((EVERY + 20) * 1000);
  expect(lines.filter((line) => line.includes("cannot set"))).toEqual([]);
  expect([device.isAsleep(), lit > 0, awake.length]).toEqual([true, true, 1]);
  expect(awake[0]).toBeLessThan(2000);
});
