/** The parts of a board, on the virtual board, with each kind of server. */

import { resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { walkThrough, type Seen } from "../../scripts/stage/walkthrough.ts";
import { buildScript } from "../support/bundles.ts";
import { equipped, GENERATIONS, PARTS, type Generation } from "../support/equipped.ts";
import { PATIENCE, startOn } from "../support/started.ts";

const BOARDS = Object.fromEntries(
  GENERATIONS.map((generation) => [generation, equipped(generation)]),
) as Record<Generation, Board>;
for (const board of Object.values(BOARDS)) await buildScript(board); // no test has the time to build it

/** A board with own code beside its parts: the code's commands, and what it gives the board to obey. */
const MADE = equipped("plain", { parts: { pump: PARTS.pump }, led: { kind: "gpio", pin: 2 }, words: {} });
const WITH_CODE: Board = {
  ...MADE,
  name: "equipped-code",
  code: {
    file: resolve("test/support/lamp-code.ts"),
    starts: true,
    sources: ["lux"],
    commands: ["party", "write", "later", "fail", "echo", "blink"],
  },
  streams: [...MADE.streams, { id: "lux", source: "lux", period: 60, dpType: 3 }],
};

await buildScript(WITH_CODE);

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

async function set(board: Board) {
  stage = await setStage(board, await buildScript(board));
  return startOn(stage);
}

it.each(GENERATIONS)("every part of a board is walked through: %s", async (generation) => {
  stage = await setStage(BOARDS[generation], await buildScript(BOARDS[generation]));
  const steps: Seen[] = [];
  await walkThrough(stage, (seen) => steps.push(seen));
  const names = steps.map(({ step }) => step).join();
  for (const name of Object.keys(PARTS)) if (name !== "lamp") expect(names).toContain(name);
  expect(stage.server.violation()).toBeUndefined();
});

describe.each(GENERATIONS.filter((generation) => generation !== "studio"))("%s", (generation) => {
  it("obeys commands, words and JSON, and answers what it does not know", async () => {
    const { send, device, lines } = await set(BOARDS[generation]);
    const answers: Record<string, string | undefined> = {};
    for (const text of [
      ...[
        "pump",
        "PUMP On",
        "pump of",
        "fan 40%",
        "spot 25",
        "lid",
        "lid 90",
        "strip #00FF00",
        "toggle",
        "led",
      ],
      ...[
        "开灯",
        " 关灯 ",
        "1",
        "poweron",
        '{"LED":1}',
        "Ｏｎ",
        "ｏｆｆ",
        "Café",
        "door",
        "meter 7",
        "dryBelow 25.5",
      ],
      ...['{"lamp":"off","fan":0,"pump":false,"dryBelow":40,"nothing":1}', "dryBelow 101", "key press"],
    ])
      answers[text] = await send(text);
    expect(answers).toEqual({
      pump: "off",
      "PUMP On": "on",
      "pump of": "error: pump takes on, off or toggle",
      "fan 40%": "40%",
      "spot 25": "25%",
      lid: "off",
      "lid 90": "90",
      "strip #00FF00": "#00ff00",
      toggle: "on",
      led: expect.stringMatching(
        /^error: unknown command "led"; try on, off, toggle, lamp, spot, /,
      ) as string,
      开灯: "on",
      " 关灯 ": "off",
      "1": "on",
      poweron: "on",
      '{"LED":1}': "on",
      Ｏｎ: "on",
      ｏｆｆ: expect.stringMatching(/^error: unknown command "ｏｆｆ"; try /) as string,
      Café: "40%",
      door: "open",
      "meter 7": "7",
      "dryBelow 25.5": "25.5",
      '{"lamp":"off","fan":0,"pump":false,"dryBelow":40,"nothing":1}': expect.stringMatching(
        /^lamp: off, fan: off, pump: off, dryBelow: 40, nothing: error: unknown command "nothing 1"; try /,
      ) as string,
      "dryBelow 101": "error: dryBelow takes a number from 0 to 100",
      "key press": "1",
    });
    expect(device.pin(2).value).toBe(1); // key press toggles the lamp
    expect(device.pin(32).value).toBe(1); // the fan is off at a high level
    expect(lines).toContain("Command: on");
  });
});

describe("studio", () => {
  it("sets parts as properties, and refuses what does not fit", async () => {
    const { device, server, last, pass } = await set(BOARDS.studio);
    const { onenet } = server;
    const set_ = async (values: Record<string, string | number | boolean>) => {
      const [record] = onenet?.devices() ?? [];
      const reply = await onenet?.setProperty(record?.name ?? "", values, PATIENCE);
      return reply && `${reply.code} ${reply.message}`;
    };
    expect(
      await set_({
        pump: true,
        fan: 40,
        strip: "#00FF00",
        ring: "#ff8040",
        lid: 90,
        dryBelow: 12,
        lamp: true,
      }),
    ).toBe("200 success");
    expect([26, 2].map((pin) => device.pin(pin).value)).toEqual([0, 1]);
    expect(Math.round(device.pin(32).value * 100)).toBe(60);
    expect([...(device.pixels(15) ?? [])]).toEqual([191, 64, 0, 64, 191, 64, 0, 64, 0]);
    await pass(2000);
    expect(["pump", "fan", "strip", "lid", "dryBelow", "lamp", "door"].map(last)).toEqual([
      true,
      40,
      "#00ff00",
      90,
      12,
      true,
      true,
    ]);
    const refused: [string, string | number | boolean][] = [
      ["strip", "green"],
      ["door", false],
    ];
    for (const [name, value] of refused)
      expect(await set_({ [name]: value }).catch((error: unknown) => String(error))).toMatch(/400|rw|r\b/);
  });

  it("obeys commands as properties", async () => {
    const { device, send, pass, last } = await set(BOARDS.studio);
    const pin = (of: number) => device.pin(of).value;
    const toggled: number[] = [];
    for (const text of [
      "pump on",
      "pump toggle",
      "PUMP Toggle",
      "valve toggle",
      "fan toggle",
      "auto toggle",
    ]) {
      expect([text, await send(text)]).toEqual([text, "success"]);
      toggled.push(pin(26));
    }
    expect(toggled.slice(0, 3)).toEqual([0, 1, 0]); // active low
    await pass(2000);
    expect([pin(33), pin(32), last("auto")]).toEqual([1, 0, false]);
    expect([await send("fan toggle"), await send("lid 90"), await send("spot 25%")]).toEqual(
      Array.from({ length: 3 }, () => "success"),
    );
    const duty = pin(27);
    for (const text of ["lid off", "lid on", "lid 200", "lid 1e1", "dryBelow on", "bell toggle", "fan 40x"])
      expect([text, await send(text).catch(() => "refused")]).toEqual([text, "refused"]);
    expect([pin(27), pin(32), pin(5)]).toEqual([duty, 1, 0.25]);
    await expect(send("开灯")).rejects.toThrow("identifier not exist:identifier:开灯");
  });

  it("obeys a word that is a service", async () => {
    const { send, device } = await set(BOARDS.studio);
    expect(await send("PowerOn")).toBe('{"answer":"on"}');
    expect(device.pin(26).value).toBe(0);
  });
});

describe("desired values", () => {
  it("are set at the next log-in, except those that no longer fit", async () => {
    const { device, server, pass, lines } = await set(BOARDS.studio);
    const name = server.onenet?.devices()[0]?.name ?? "";
    await device.stop();
    server.onenet?.setDesired(name, {
      ...{ pump: true, fan: 60, strip: "#0000ff", dryBelow: 7 },
      ...{ note: "温室 🌱", auto: false },
    });
    await device.start();
    for (let s = 0; s < 100 && !server.isReady(); s++) await pass(100);
    await pass(1000);
    expect([26, 32].map((pin) => device.pin(pin).value)).toEqual([0, 0.4]);
    expect([...(device.pixels(17) ?? [])]).toEqual([0, 0, 255, 0, 0, 255]);
    expect(server.lastDataPoint("note")?.value).toBe("温室 🌱");
    expect(server.lastDataPoint("auto")?.value).toBe(false);
    expect(lines.filter((line) => line.includes("desired"))).toEqual([]);
  });
});

describe("own code beside parts", () => {
  it("has its commands, gives commands to parts, and reports", async () => {
    const { send, device, pass, arrives } = await set(WITH_CODE);
    const answers: (string | undefined)[] = [];
    for (const text of [
      "party",
      "pump on",
      "echo  A b ",
      "fail x",
      "led",
      "led off",
      'blink {"times":3}',
      "dance",
    ])
      answers.push(await send(text));
    expect(answers).toEqual([
      ...["on!", "on", "A b", "error: no x", "on", "off", "blinks 3"],
      'error: unknown command "dance"; try on, off, toggle, led, pump, party, write, later, fail, echo, blink',
    ]);
    await send("write 1"); // past the lamp, which sees it
    expect(await send("led")).toBe("on");
    device.setLevel(5, 0);
    await pass(100);
    expect(device.pin(2).value).toBe(0);
    await arrives("lux", 42.5);
    expect(await send('{"led":true,"pump":false,"echo":"é"}')).toBe("led: on, pump: off, echo: é");
  });
});

describe("inputs", () => {
  it("arrive at once: a button's presses, a door, a motion", async () => {
    const { device, pass, arrives, last } = await set(BOARDS.multiprotocol);
    const press = async (pin: number, ms: number) => {
      device.setLevel(pin, 0);
      await pass(ms);
      device.setLevel(pin, 1);
      await pass(60);
    };
    await press(13, 20);
    await pass(40);
    expect(device.pin(2).value).toBe(1);
    await press(0, 20); // the inverted pin of an ESP32
    await press(0, 20);
    expect(device.pin(33).value).toBe(1);
    device.setLevel(14, 0);
    device.setLevel(36, 1);
    await arrives("key", 1);
    await arrives("boot", 2);
    await arrives("door", 0);
    await arrives("way", 1);
    await arrives("lamp", 1);
    expect(last("valve")).toBe(1);
  });

  it.each([0, 60, 200])(
    "arrive when this computer runs the board %d ms late, turn after turn",
    async (late) => {
      const { device, pass, arrives } = await set(BOARDS.multiprotocol);
      const turn = (pin: number, levels: readonly number[]) => {
        const { id } = device.inputs().find((input) => input.pin === pin) ?? {};
        for (const level of levels) device.turn(id ?? "", level);
      };
      await arrives("door", 1); // it is read
      turn(0, Array(9).fill([0, 1]).flat());
      turn(16, Array(9).fill([0, 1]).flat());
      turn(14, [0, 1, 0, 1, 0]);
      for (let round = 0; round < 200; round++) {
        device.clock.skip(late);
        await pass(20);
      }
      await arrives("boot", 9);
      await arrives("meter", 9);
      await arrives("door", 0);
    },
  );

  it("a hold is no press", async () => {
    const { device, pass, send } = await set(BOARDS.multiprotocol);
    await send("pump on");
    device.setLevel(13, 0);
    await pass(1100);
    device.setLevel(13, 1);
    await pass(100);
    expect([device.pin(26).value, device.pin(2).value]).toEqual([1, 0]);
  });
});

describe("a switch with a longest time", () => {
  it("goes off without a platform, and after the clock was moved", async () => {
    const { device, pass, send, server, lines } = await set(BOARDS.plain);
    await send("pump on");
    await server.stop();
    await pass(300_000);
    expect(device.pin(26).value).toBe(0);
    device.moveClock(86_400_000);
    await pass(280_000);
    expect(device.pin(26).value).toBe(0);
    await pass(30_000);
    expect(device.pin(26).value).toBe(1);
    expect(lines).toContain("pump: off after 600 s");
    await server.start();
  });
});

describe("in safe mode", () => {
  it("a switch that is on after a boot goes off by itself", async () => {
    const pump = { ...PARTS.pump, atBoot: "on", longestOn: 60 };
    const { device, pass, lines } = await set(equipped("plain", { parts: { pump }, words: {} }));
    await pass(70_000);
    expect(device.pin(26).value).toBe(1);
    device.storage.set("boots", "5");
    device.type("E.reboot()\n");
    await pass(1000);
    expect(lines.at(-1)).toMatch(/^Safe mode/);
    expect(device.pin(26).value).toBe(0);
    await pass(62_000);
    expect(device.pin(26).value).toBe(1);
  });
});

describe("after a restart", () => {
  it("a switch and a setting are as before, and pins are set before Wi-Fi starts", async () => {
    const { device, pass, send } = await set(BOARDS.plain);
    expect(device.pin(33).value).toBe(0);
    await send("valve on");
    await send("dryBelow 12.5");
    await send("pump on");
    await pass(2000);
    await device.stop();
    const order: string[] = [];
    device.on("pin", ({ pin, value }) => order.push(`${pin} ${value}`));
    device.on("wifi", (state) => order.push(state));
    await device.start();
    expect(order.slice(0, order.indexOf("connecting"))).toEqual(expect.arrayContaining(["33 1", "26 1"]));
    for (let s = 0; s < 20; s++) await pass(1000);
    expect([await send("valve"), await send("dryBelow"), await send("pump")]).toEqual(["on", "12.5", "off"]);
  });

  it("a text and a switch setting are as before", async () => {
    const { device, pass, send, arrives } = await set(BOARDS.plain);
    expect([await send("note"), await send("auto")]).toEqual(["hello", "on"]);
    expect(await send("note  Grüße, 温室 🌱 ")).toBe("Grüße, 温室 🌱");
    expect([await send("auto toggle"), await send('{"note":"a\\nb"}')]).toEqual([
      "off",
      "note: error: note takes a text of at most 32 bytes",
    ]);
    for (const value of ["{}", '{"a":1}', "[1]", "null"])
      expect(await send(`{"note":${value}}`)).toBe("note: error: note takes a text of at most 32 bytes");
    await arrives("note", "Grüße, 温室 🌱");
    await pass(2000);
    await device.stop();
    await device.start();
    for (let s = 0; s < 20; s++) await pass(1000);
    expect([await send("note"), await send("auto")]).toEqual(["Grüße, 温室 🌱", "off"]);
    expect(await send("note " + "温".repeat(11))).toBe("error: note takes a text of at most 32 bytes");
    expect(await send("auto 1")).toBe("error: auto takes on, off or toggle");
  });

  it("flash is written at most once a minute", async () => {
    const { pass, send, device } = await set(BOARDS.plain);
    const written: (string | undefined)[] = [];
    const look = () => {
      const now = device.storage.get("parts");
      if (now !== written.at(-1)) written.push(now);
    };
    for (let second = 0; second < 50; second++) {
      await send(`dryBelow ${second}`);
      await pass(1000);
      look();
    }
    expect(written).toHaveLength(1);
    await pass(15_000);
    look();
    await pass(200_000);
    look();
    expect(written).toEqual([
      '{valve:0,dryBelow:0,note:"hello",auto:1}',
      '{valve:0,dryBelow:49,note:"hello",auto:1}',
    ]);
  });
});
