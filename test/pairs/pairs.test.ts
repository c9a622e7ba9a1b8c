/**
 * The script of every pair of board features does the same with the optimizer and without: byte for byte on the wire, all the
 * way from the log-in to a ping. Chance, ids and times are the same for both.
 */

import { resolve } from "node:path";
import { rollup } from "rollup";
import { afterEach, expect, it, vi } from "vitest";
import type { Board, Led, Stream } from "../../scripts/boards/board.ts";
import { accessPointsOf } from "../../scripts/boards/wifi.ts";
import { readFirmware } from "../../scripts/compile/firmware.ts";
import { espruinoScript } from "../../scripts/compile/firmware-plugins.ts";
import { rollupOptions } from "../../scripts/compile/rollup-options.ts";
import { startServerSide, type ServerSide } from "../../scripts/stage/server-side.ts";
import { walkThrough } from "../../scripts/stage/walkthrough.ts";
import { createClock } from "../../scripts/virtual-board/clock.ts";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { overTls, plain, registering, RGB, studio, suite } from "../support/boards.ts";
import { shipped, shippedMultiprotocol } from "../support/bundles.ts";
import { pairwise, pairsOf, type Row } from "../support/pairwise.ts";
import { form, get, send } from "../support/phone.ts";
import { chanceOf } from "../support/random-programs.ts";

const ids = vi.hoisted(() => ({ uuid: 0, other: 0 }));
vi.mock("node:crypto", async (importOriginal) => ({
  ...(await importOriginal<typeof import("node:crypto")>()),
  randomUUID: () => `00000000-0000-4000-8000-${String(++ids.uuid).padStart(12, "0")}`,
  randomInt: (least: number) => least + ++ids.other,
  randomBytes: (size: number) => Buffer.alloc(size, ++ids.other),
}));

const NONE = 0;
const FACTORS = {
  connection: ["multiprotocol", "suite", "suite, TLS", "studio", "studio, TLS", "plain", "plain, TLS"],
  led: ["gpio", "active low", "ws2812", "pwm"],
  qos: [0, 1, 2],
  session: ["clean", "lasting"],
  registration: ["no", "yes"],
  oneType: [NONE, 1, 2, 3, 4, 5, 6, 7],
  otherType: [NONE, 1, 2, 3, 4, 5, 6, 7],
  time: ["no", "yes"],
  code: ["none", "button", "lamp"],
} as const;
type Features = Row<typeof FACTORS>;

const isAllowed = (row: Features) => {
  const isDp = row.connection === "multiprotocol";
  if (!isDp && row.registration === "yes") return false;
  if (
    isDp
      ? row.oneType === NONE || row.oneType >= row.otherType
      : row.oneType !== NONE || row.otherType !== NONE
  )
    return false;
  if (row.qos === 2 && (!row.connection.startsWith("plain") || row.session === "clean")) return false;
  if (row.session === "lasting" && isDp) return false; // the platform keeps none
  if (row.code !== "none" && row.led !== "gpio" && row.led !== "ws2812") return false;
  return row.time === "yes" || (row.oneType !== 4 && row.otherType !== 4);
};

const ROWS = pairwise(FACTORS, isAllowed);

/** Text that only the type's encoder leaves in a script. */
const TRACES: Record<Stream["dpType"], RegExp> = {
  1: /datastreams/,
  2: /ds_id/,
  3: /"\\x03"/,
  4: /type 4 needs/,
  5: /"\\x05"/,
  6: /"\\x06"/,
  7: /Float32Array/,
};

const LEDS: Readonly<Record<Features["led"], Led>> = {
  gpio: { kind: "gpio", pin: 2, activeLow: false },
  "active low": { kind: "gpio", pin: 2, activeLow: true },
  ws2812: RGB,
  pwm: { kind: "pwm", pins: [13, 14, 21], activeLow: false, on: [255, 128, 0] },
};

function boardOf(row: Features): Board {
  const { led, qos, session, time } = row;
  const shape = LEDS[led];
  // Both kinds of PWM, without more boards.
  const changes = {
    name: "pair",
    led: shape.kind === "pwm" ? { ...shape, activeLow: time === "yes" } : shape,
  };
  const [generation] = row.connection.split(",");
  const made: Board =
    generation === "suite"
      ? suite(changes)
      : generation === "studio"
        ? studio(changes)
        : generation === "plain"
          ? plain(changes)
          : {
              ...(row.registration === "yes" ? registering() : shippedMultiprotocol("esp32-devkit")),
              ...changes,
            };
  const { time: kept, ...untimed } = row.connection.endsWith("TLS") ? overTls(made) : made;
  const code = codeOf(row);
  const own = row.code === "button" ? "presses" : "lux";
  const types = typesOf(row);
  return {
    ...untimed,
    chip: row.connection.endsWith("TLS") ? "esp32s3" : untimed.chip,
    onenet: { ...untimed.onenet, qos, cleanSession: session === "clean" },
    streams: [
      ...(types.length > 0
        ? types.flatMap(streamsOf)
        : untimed.streams.filter(({ source }) => source !== "memory")), // what is free depends on the script
      ...(code ? [{ id: own, source: own, period: 45, dpType: types[0] ?? 3, number: 9 } as Stream] : []),
    ],
    ...(time === "yes" && kept ? { time: kept } : {}),
    ...(code ? { code } : {}),
  };
}

/** The types of `$dp` frame that a board sends, in order. */
function typesOf({ oneType, otherType }: Features): Stream["dpType"][] {
  return [oneType, otherType].filter((type) => type !== NONE);
}

function codeOf({ code }: Features): Board["code"] {
  if (code === "none") return undefined;
  if (code === "button") return shipped("esp32-devkit-button").code;
  const commands = ["party", "write", "later", "fail", "echo", "blink"];
  return { file: resolve("test/support/lamp-code.ts"), starts: true, sources: ["lux"], commands };
}

function streamsOf(dpType: Stream["dpType"]): Stream[] {
  if (dpType === 7) {
    // The platform names them by their numbers.
    return [
      { id: "1", source: "commands", period: 60, dpType, number: 1 },
      { id: "2", source: "uptime", period: 60, dpType, number: 2 },
    ];
  }
  return [
    { id: `switch${dpType}`, source: "commands", period: 60, dpType },
    { id: `灯${dpType}`, source: "led", period: 60, dpType },
  ];
}

/** A board's script without the optimizer, and with it, from one bundle. */
async function build(board: Board): Promise<[off: string, on: string]> {
  const firmware = readFirmware(board);
  const { output: options, plugins, ...input } = rollupOptions("pair.js", firmware, false);
  const made = await rollup({ ...input, plugins: plugins.slice(0, -1) }); // the last works on the whole bundle
  const write = async (optimizes: boolean) => {
    const { output } = await made.generate({ ...options, plugins: [espruinoScript(firmware, optimizes)] });
    return output[0].code;
  };
  try {
    return [await write(false), await write(true)];
  } finally {
    await made.close();
  }
}

interface Actors {
  readonly board: Board;
  readonly device: VirtualBoard;
  readonly server: ServerSide;
}

let close: (() => Promise<unknown>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

/**
 * What the board writes to each of its connections, and what its walk reports.
 * @param more what else it goes through
 */
async function goThrough(
  board: Board,
  script: string,
  more: (actors: Actors) => Promise<readonly string[]> = () => Promise.resolve([]),
): Promise<readonly string[]> {
  ids.uuid = ids.other = 0;
  const { below } = chanceOf(1);
  const clock = createClock(Date.UTC(2026, 0));
  const server = await startServerSide(
    board,
    {},
    () => device,
    () => clock.now(),
  );
  const device = createVirtualBoard({
    script,
    chip: board.chip,
    clock,
    random: () => below(2 ** 30) / 2 ** 30,
    air: accessPointsOf(board).slice(-1), // with several, the first is not there
    network: { ...server.network },
  });
  close = async () => {
    await device.stop();
    await server.close();
  };
  const written = new Map<number, string>();
  device.on("traffic", ({ way, bytes, connection }) => {
    if (way === "up") written.set(connection, (written.get(connection) ?? "") + bytes.toString("latin1"));
  });
  const types = new Set<number>();
  server.onenet?.on("datapoint", ({ type }) => void (type !== undefined && types.add(type)));
  const steps: string[] = [];
  const actors = { board, server, device };
  if (board.setup?.button !== undefined) device.setLevel(board.setup.button, 0);
  await walkThrough(actors, ({ step }) => steps.push(step));
  steps.push(...(await more(actors)));
  await clock.advance(200_000);
  expect(server.violation()).toBeUndefined();
  await close();
  close = undefined;
  return [...steps, `types of frames: ${[...types].sort((a, b) => a - b).join()}`, ...written.values()];
}

it("every pair of features is in some board", () => {
  expect(ROWS.length).toBeLessThanOrEqual(60);
  const pairs = new Set(ROWS.flatMap(pairsOf));
  for (const pair of ["oneType=1 otherType=7", "connection=plain, TLS qos=2", "led=pwm registration=yes"])
    expect(pairs).toContain(pair);
});

it.each(ROWS.map((row) => [Object.values(row).join(", "), row] as const))("%s", async (_name, row) => {
  const board = boardOf(row);
  const [off, on] = await build(board);
  expect(on.length).toBeLessThan(off.length);
  const expected = await goThrough(board, off);
  expect(expected.at(-1)?.length).toBeGreaterThan(100);
  const colour = row.led === "gpio" || row.led === "active low" ? [] : ["#00ff00"];
  const steps = ["Wi-Fi", "log-in", "on", "off", "toggle", ...colour, "data point", "ping"];
  expect(expected.filter((each) => steps.includes(each))).toEqual(steps);
  if (row.connection === "multiprotocol") {
    const types = typesOf(row);
    expect(expected).toContain(`types of frames: ${types.join()}`);
    expect(Object.entries(TRACES).flatMap(([type, trace]) => (trace.test(on) ? [Number(type)] : []))).toEqual(
      types,
    );
  }
  expect(await goThrough(board, on)).toEqual(expected);
});

/** What a board has at home: each pair of these, too. */
const HOME = {
  generation: ["multiprotocol", "suite", "studio", "plain"],
  tls: ["no", "yes"],
  registration: ["no", "yes"],
  code: ["none", "button"],
  networks: ["one", "several"],
  address: ["router's", "own"],
  setup: ["no", "yes"],
  remote: ["no", "yes"],
  sleep: ["no", "yes"],
} as const;
type AtHome = Row<typeof HOME>;

/** Pairs that cannot be, and why. */
const APART: Readonly<Record<string, string>> = {
  "generation=multiprotocol tls=yes": "OneNET has no such server",
  "generation=suite registration=yes": "only multiprotocol registers devices",
  "generation=studio registration=yes": "only multiprotocol registers devices",
  "generation=plain registration=yes": "only multiprotocol registers devices",
  "tls=yes registration=yes": "only multiprotocol registers devices, and has no TLS",
  "tls=yes address=own": "only an ESP8266 can have its own address, and it has no TLS",
  "address=own setup=yes": "only an ESP8266 can have its own address, and it has no room for the page",
  "remote=yes sleep=yes": "remote looks after a board that is awake",
};
const HOMES = pairwise(HOME, (row) => !pairsOf(row).some((pair) => pair in APART));

function homeOf({
  generation,
  tls,
  registration,
  code,
  networks,
  address,
  setup,
  remote,
  sleep,
}: AtHome): Board {
  const connection = tls === "yes" ? (`${generation}, TLS` as Features["connection"]) : generation;
  const { wifi, chip, onenet, ...board } = boardOf({
    ...{ connection, registration, code, led: "gpio", qos: 1, session: "clean", time: "no" },
    ...(generation === "multiprotocol" ? { oneType: 3, otherType: 7 } : { oneType: NONE, otherType: NONE }),
  });
  const here = {
    ...wifi,
    ...(address === "own"
      ? {
          address: {
            ...{ ip: "192.168.1.50", gateway: "192.168.1.1" },
            ...{ netmask: "255.255.255.0", dns: "192.168.1.1" },
          },
        }
      : {}),
  };
  return {
    ...board,
    chip: address === "own" ? "esp8266" : chip,
    ...(networks === "one"
      ? { wifi: here }
      : { wifi: { ssid: "elsewhere", password: "not in reach" }, otherNetworks: [here] }),
    ...(setup === "yes" ? { setup: { button: 4, password: "" } } : {}),
    ...(remote === "yes" ? { remote: { log: "all" } } : {}),
    ...(sleep === "yes" ? { sleep: { every: 60 } } : {}),
    onenet: {
      ...(onenet.generation === "studio" ? { ...onenet, services: ["identify", "log"] } : onenet),
      // A start by hand lasts for 30 s.
      ...(sleep === "yes" ? { pingPeriod: 10 } : {}),
    },
  };
}

/** Reads its lines from afar, makes it blink, and tries a network by phone that is not there. */
async function liveAtHome({ board, device, server }: Actors): Promise<readonly string[]> {
  const seen: string[] = [];
  if (board.remote)
    for (const command of ["identify", "log"])
      seen.push((await server.command(command, 10_000)) ?? "no answer");
  if (!board.setup) return seen;
  await device.clock.advance(15_000);
  for (const request of [
    get("/"),
    get("/state"),
    form("nowhere", "12345678"),
    form("nowhere", "12345678", "", "", ""),
  ])
    seen.push(JSON.stringify(await send(device, request, () => device.clock.advance(0))));
  return seen;
}

it("every pair of what a board has at home is in some board, or there is a reason", () => {
  expect(HOMES.length).toBeLessThanOrEqual(12);
  const all = new Set(pairwise(HOME, () => true).flatMap(pairsOf));
  for (const pair of HOMES.flatMap(pairsOf)) all.delete(pair);
  expect([...all].sort()).toEqual(Object.keys(APART).sort());
});

it.each(HOMES.map((row) => [Object.values(row).join(", "), row] as const))(
  "at home: %s",
  async (_name, row) => {
    const board = homeOf(row);
    const [off, on] = await build(board);
    const expected = await goThrough(board, off, liveAtHome);
    expect(expected.at(-1)?.length).toBeGreaterThan(100);
    if (board.setup) expect(expected.join()).toContain("</script>");
    if (board.remote) expect(expected.join()).toContain("blinking");
    if (board.sleep) expect(expected.join().split("MQTT").length).toBeGreaterThan(2); // it logged in again
    expect(await goThrough(board, on, liveAtHome)).toEqual(expected);
  },
);
