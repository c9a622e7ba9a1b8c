/** The firmware's use of interpreter variables, whose size depends on the binary: Linux, ESP32 or ESP8266. */

import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { firmwareClient, firmwareInOutage, type Client } from "../../scripts/bench/clients.ts";
import {
  fromFlash,
  measureInterpreter,
  measurePeak,
  measureVariables,
  type Interpreter,
} from "../../scripts/bench/variables.ts";
import { MAXIMUM_PACKET } from "../../scripts/compile/board-module.ts";
import { CHIPS } from "../../scripts/boards/chips.ts";
import { VARIABLE_BUDGETS, type VariableBudget } from "../../scripts/compile/budgets.ts";
import type { Running } from "../../scripts/bench/interpreter.ts";
import { startTimeServer, type TimeServer } from "../../scripts/stage/time-server.ts";
import { startAnsweringPlatform, type AnsweringPlatform } from "../support/answering-platform.ts";
import { plain, studio, suite } from "../support/boards.ts";
import { UPDATABLE } from "../support/updatable.ts";
import { buildScript, shipped, shippedScript } from "../support/bundles.ts";
import { ESPRUINO, WITHOUT } from "./espruino.ts";
import { demand, type Demand } from "./largest.ts";
import { SHIPPED } from "../support/shipped-boards.ts";

/** A message over the limit. */
const TOO_LONG = 4096;
/** Most variables an ESP8266 may use of its 1600. */
const ESP8266_LIMIT = 1400;
/** Fewest records in a full outbox. */
const FULL = 30;

/** Of each stream of the board with ten values a report: the outage is long enough for 200. */
const MEASURED = { period: 10, dpType: 3 } as const;

/** Replaces the sensor's module, with the same size. */
const DHT22 = `Modules.addCached("DHT22", function() {
  function Sensor(pin) { this.pin = pin; }
  Sensor.prototype.read = function(done) { done({ raw: "", temp: 21.5, rh: 40 }); };
  exports.connect = function(pin) { return new Sensor(pin); };
});
`;

let interpreter: Interpreter | undefined;
let budget: VariableBudget | undefined;
beforeAll(async () => {
  if (!ESPRUINO) return;
  interpreter = await measureInterpreter(ESPRUINO);
  const { characters } = interpreter;
  budget = Object.values(VARIABLE_BUDGETS).find((each) => each.characters === characters);
});

let platform: AnsweringPlatform | undefined;
let time: TimeServer | undefined;
afterEach(async () => {
  await platform?.close();
  await time?.close();
  platform = time = undefined;
});

interface Stage {
  readonly binary: string;
  readonly interpreter: Interpreter;
  readonly budget: VariableBudget;
  readonly platform: AnsweringPlatform;
  readonly time: TimeServer;
}

async function start(skip: (why: string) => never): Promise<Stage> {
  if (!ESPRUINO || !interpreter) return skip(WITHOUT);
  if (!budget) {
    const { characters } = interpreter;
    return skip(`skipped: budgets.json has none for variables of ${characters.toFixed(1)} characters`);
  }
  platform = await startAnsweringPlatform();
  time = await startTimeServer(() => Date.now());
  return { binary: ESPRUINO, interpreter, budget, platform, time };
}

it("esp32-devkit stays within its budget once online", async ({ skip }) => {
  const { binary, budget, platform, time } = await start(skip);
  const client = firmwareClient(await shippedScript("esp32-devkit"), platform.port, time.port);
  const online = await measureVariables(binary, client, fromFlash);
  console.log(`esp32-devkit: ${online} variables above an empty interpreter, online`);
  expect(online).toBeLessThanOrEqual(budget.online);
});

describe("with a full outbox, the largest packet, two at once, and two that are too long [chip F41]", () => {
  it.for(SHIPPED)("%s stays within its budget, and obeys", { timeout: 300_000 }, async (name, { skip }) => {
    const { binary, platform, ...stage } = await start(skip);
    const client = await inOutage(name, true, { binary, platform, ...stage }, skip);
    platform.withhold();
    const board = shipped(name);
    const peak = await measurePeak(binary, client, async (running) => {
      await goThrough(running, platform, board).finally(() => expect(faults(running)).toEqual([]));
    });
    console.log(`${name}: ${peak} variables above an empty interpreter, at most`);
  });
});

// With half an outbox: what measures takes the place of the other half.
it(
  "an ESP8266 board of suite sends a full outbox in bulk, and obeys",
  { timeout: 300_000 },
  async ({ skip }) => {
    const { binary, interpreter, budget, platform, time } = await start(skip);
    if (budget !== VARIABLE_BUDGETS["esp8266"]) return skip("skipped: the variables are not an ESP8266's");
    const made = { ...shipped("tpyboard-v202"), onenet: suite().onenet, outbox: 1024, name: "esp8266-suite" };
    const { total, surrounded, empty } = interpreter;
    const without = Math.max(0, total - surrounded - (ESP8266_LIMIT - empty));
    const client = firmwareInOutage(await buildScript(made), platform.port, {
      ends: true,
      timePort: time.port,
      without,
    });
    platform.withhold();
    const peak = await measurePeak(binary, client, async (running) => {
      await running.next(/^OneNET: online/);
      await platform.until(() => platform.unacknowledged() > 0);
      platform.acknowledge();
      await platform.until(() => reportsIn(platform.data) > FULL / 2 && platform.unacknowledged() === 0);
      const { length } = platform.topics;
      platform.send(demand(made, 200).packet);
      await platform.until(() => platform.topics.slice(length).some((topic) => topic.includes("response")));
      expect(faults(running)).toEqual([]);
    });
    console.log(`an ESP8266 board of suite: ${peak} variables above an empty interpreter, at most`);
    expect(platform.data.some((payload) => reportsIn([payload]) > 3)).toBe(true);
  },
);

it(
  "an ESP32 board with ten values a report sends 200 reports in a tenth of the messages, in the memory people have",
  { timeout: 300_000 },
  async ({ skip }) => {
    const { binary, interpreter, budget, platform, time } = await start(skip);
    if (budget !== VARIABLE_BUDGETS["esp32"]) return skip("skipped: the variables are not an ESP32's");
    const made = {
      ...shipped("esp32-devkit-suite"),
      name: "wide-suite",
      streams: [
        ...["commands", "led", "uptime", "rssi", "lost"].map((id) => ({ ...MEASURED, id, source: id })),
        ...[32, 33, 34, 35, 36].map((pin) => ({ ...MEASURED, id: `level${pin}`, source: "analog", pin })),
      ],
      outbox: 14_000,
    };
    const { total, surrounded, empty } = interpreter;
    const client = firmwareInOutage(await buildScript(made), platform.port, {
      ends: true,
      timePort: time.port,
      without: total - surrounded - ((CHIPS.esp32.variables.least ?? 0) - empty),
    });
    const peak = await measurePeak(binary, client, async (running) => {
      await running.next(/^OneNET: online/);
      await platform.until(() => platform.data.length === 4);
      expect(reportsIn(platform.data)).toBeGreaterThanOrEqual(4 * 10.5);
      for (const payload of platform.data)
        expect(Object.keys((JSON.parse(payload) as Posted).dp)).toHaveLength(10);
      expect(faults(running)).toEqual([]);
    });
    console.log(`a board with ten values a report: ${peak} variables above an empty interpreter, at most`);
  },
);

describe("a full outbox survives a restart", () => {
  it.for(["esp32-devkit", "tpyboard-v202"])(
    "of %s within its budget",
    { timeout: 300_000 },
    async (name, { skip }) => {
      const stage = await start(skip);
      const running = await fromFlash(stage.binary, await inOutage(name, false, stage, skip));
      try {
        await running.next(/^Outbox full/);
        await running.next(/^No platform for 3600 s: rebooting/);
        await running.next(/^REBOOT/);
        expect(faults(running)).toEqual([]);
      } finally {
        await running.stop();
      }
    },
  );
});

it("an ESP8266 board leaves some memory free", async ({ skip }) => {
  const { budget, interpreter } = await start(skip);
  if (budget !== VARIABLE_BUDGETS["esp8266"]) return skip("skipped: the variables are not an ESP8266's");
  for (const name of SHIPPED.filter((name) => shipped(name).chip === "esp8266")) {
    expect(interpreter.empty + (budget.peak[name] ?? Infinity), name).toBeLessThan(ESP8266_LIMIT);
  }
});

it.for([
  [60, "studio", UPDATABLE, studio()],
  [60, "a plain broker", plain({ update: UPDATABLE.update }), plain()],
] as const)(
  "updates take at most %i variables at rest, with %s",
  async ([most, , board, without], { skip }) => {
    const { binary, platform, time } = await start(skip);
    const online = async (board: Board) =>
      measureVariables(binary, firmwareClient(await buildScript(board), platform.port, time.port), fromFlash);
    const more = (await online(board)) - (await online(without));
    console.log(`updates: ${more} variables`);
    expect(more).toBeLessThanOrEqual(most);
  },
);

/** A board with only as many variables as its budget. */
async function inOutage(
  name: string,
  ends: boolean,
  { interpreter, budget, platform, time }: Stage,
  skip: (why: string) => never,
): Promise<Client> {
  const { total, surrounded } = interpreter;
  const most = budget.peak[name];
  if (most === undefined) throw new Error(`budgets.json has no peak of ${name}`);
  const without = total - surrounded - most;
  if (without < 0)
    skip(`skipped: needs an interpreter with ${surrounded + most} variables, and this has ${total}`);
  const script = await shippedScript(name);
  return firmwareInOutage((script.includes('"DHT22"') ? DHT22 : "") + script, platform.port, {
    ends,
    timePort: time.port,
    without,
  });
}

async function goThrough(running: Running, platform: AnsweringPlatform, board: Board): Promise<void> {
  const { topics, data } = platform;
  await running.next(/^OneNET: online/);
  await platform.until(() => platform.unacknowledged() > 0);

  async function ask(...demands: readonly Demand[]): Promise<void> {
    const before = topics.length;
    platform.send(...demands.map(({ packet }) => packet));
    const answers = () => topics.slice(before).filter((topic) => topic === demands[0]?.answerTopic);
    await platform.until(() => answers().length === demands.length);
  }
  const largest = () => demand(board, MAXIMUM_PACKET);
  await ask(largest());
  await ask(largest(), largest());
  platform.send(demand(board, TOO_LONG).packet, demand(board, TOO_LONG).packet);
  for (let i = 0; i < 2; i++) await running.next(/^OneNET: a message of 40\d\d bytes was too long/);

  platform.acknowledge();
  await platform.until(() => reportsIn(data) > FULL && platform.unacknowledged() === 0);
  await ask(demand(board, 200));
}

interface Posted {
  readonly dp: Readonly<Record<string, unknown>>;
}

/** The number of reports in messages, some of which hold many, each with its time. */
function reportsIn(data: readonly string[]): number {
  const times = (payload: string) => new Set(payload.match(/"(?:time|t)":\d+/g) ?? [""]).size;
  return data.reduce((sum, payload) => sum + times(payload), 0);
}

/** Problems reported by the interpreter and the firmware. */
function faults({ lines }: Running): string[] {
  return lines.filter((line) => /MEMORY|Uncaught|Interrupted|not sent|lost|reboot.*fail/.test(line));
}
