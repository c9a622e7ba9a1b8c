/** Parts that a board's own code defines, on the virtual board: commands, states, properties, and what the code does wrong. */

import { afterEach, describe, expect, it } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { discoveryOf } from "../../scripts/boards/home-assistant.ts";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { walkThrough, type Seen } from "../../scripts/stage/walkthrough.ts";
import { buildScript } from "../support/bundles.ts";
import { ownEquipped } from "../support/equipped.ts";
import { FLOAT, GATE } from "../support/own-parts-code.ts";
import { PATIENCE, startOn } from "../support/started.ts";

const PLAIN = ownEquipped("plain");
const STUDIO = ownEquipped("studio");
for (const board of [PLAIN, STUDIO]) await buildScript(board); // no test has the time to build it

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

async function set(board: Board) {
  stage = await setStage(board, await buildScript(board));
  const started = await startOn(stage);
  return { ...started, own: () => started.lines.filter((line) => line.startsWith("Own code")) };
}

describe("on a plain broker", () => {
  it("obeys commands, checked as the board file says, and answers with the state", async () => {
    const { send, pass, device } = await set(PLAIN);
    const answers: Record<string, string | undefined> = {};
    for (const text of [
      ...["blind", "blind 40", "blind 101", "blind up", "BLIND STOP", "blind jam", "blind x"],
      ...["gate on", "gate toggle", "gate 1", "label", "label  Grüße 温 ", "label 温室温度高", "label"],
      ...["label clear", "label x\u0007y", "depth", "depth 5", "wet", "wet on", "mode"],
      ...['{"gate":true,"label":"a","blind":10}', "停"],
    ])
      answers[text] = await send(text);
    expect(answers).toEqual({
      blind: "0",
      "blind 40": "0",
      "blind 101": "error: blind takes stop, jam or a number from 0 to 100",
      "blind up": "error: blind takes stop, jam or a number from 0 to 100",
      "BLIND STOP": "0",
      "blind jam": "error: the blind is jammed",
      "blind x": "error: blind takes stop, jam or a number from 0 to 100",
      "gate on": "on",
      "gate toggle": "off",
      "gate 1": "error: gate takes on, off or toggle",
      label: "Grüße 温",
      "label  Grüße 温 ": "Grüße 温",
      "label 温室温度高": "error: label takes clear or a text of at most 12 bytes",
      "label clear": "unknown",
      "label x\u0007y": "error: label takes clear or a text of at most 12 bytes",
      depth: "unknown",
      "depth 5": "error: depth takes nothing",
      wet: "off",
      "wet on": "error: wet takes nothing",
      mode: "idle",
      '{"gate":true,"label":"a","blind":10}': "gate: on, label: a, blind: 0",
      停: "0",
    });
    expect(device.pin(GATE).value).toBe(1);
    await send("blind 70");
    await pass(5000);
    expect([await send("blind"), await send("gate off")]).toEqual(["70", "error: the blind is down"]);
    expect(device.pin(GATE).value).toBe(1);
  });

  it("reports each state at once, a measurement in time, and nothing that is unknown", async () => {
    const { send, arrives, last, device, pass } = await set(PLAIN);
    await pass(2000);
    expect(["blind", "gate", "label", "depth", "wet", "mode"].map(last)).toEqual([
      ...[0, 0, undefined, undefined, 0, "idle"],
    ]);
    await send("gate on");
    await send("label 温");
    await send("blind 60");
    device.setLevel(FLOAT, 0);
    await pass(1500);
    expect(["gate", "label", "wet", "mode"].map(last)).toEqual([1, "温", 1, "bewegt, 动"]);
    await arrives("blind", 60);
    await send("depth_is 120.5");
    await arrives("depth", 120.5);
  });

  it("says once what the code does wrong, and goes on", async () => {
    const { send, own, pass, last, arrives } = await set(PLAIN);
    const answers: (string | undefined)[] = [];
    const reported: unknown[] = [];
    for (const value of ["100", "401", "-1", "text", "13", "x", "unknown", "12", "13"]) {
      await send(`depth_is ${value}`);
      answers.push(await send("depth"));
      await pass(7000);
      reported.push(last("depth"));
    }
    expect(reported).toEqual([...Array<number>(7).fill(100), 12, 12]);
    expect(answers).toEqual(["100", ...Array<string>(6).fill("unknown"), "12", "unknown"]);
    expect(own()).toEqual([
      "Own code: part depth failed: read returned 401",
      "Own code: part depth works again",
      "Own code: part depth failed: no echo",
    ]);
    expect(await send("gate on")).toBe("on");
    await arrives("gate", 1);
  });

  it("rules read them, and give them commands; neither on nor off is what is unknown", async () => {
    const { send, pass, device, arrives } = await set(PLAIN);
    await pass(12_000);
    await send("depth_is 301");
    await pass(2000);
    expect(await send("gate")).toBe("on");
    await send("depth_is 10");
    await pass(2000);
    expect(await send("blind")).toBe("0");
    device.setLevel(FLOAT, 0);
    await arrives("blind", 100);
  });

  it("Home Assistant has an entity for each", () => {
    const { cmps } = JSON.parse(discoveryOf(PLAIN)?.payload ?? "") as { cmps: Record<string, object> };
    const state = (name: string) => ({ stat_t: `home/lamp/${name}/state` });
    expect(cmps).toMatchObject({
      blind: { p: "number", ...state("blind"), cmd_tpl: "blind {{ value }}", max: 100, unit_of_meas: "%" },
      "blind-stop": { p: "button", pl_prs: "blind stop" },
      gate: { p: "switch", ...state("gate"), pl_on: "gate on", stat_off: "off" },
      label: { p: "text", ...state("label"), cmd_tpl: "label {{ value }}", max: 12 },
      depth: { p: "sensor", ...state("depth"), stat_cla: "measurement", unit_of_meas: "cm" },
      wet: { p: "binary_sensor", ...state("wet"), pl_on: "on", pl_off: "off" },
      mode: { p: "sensor", ...state("mode") },
    });
  });
});

describe("as properties", () => {
  it("are set if they fit, and reported with their types", async () => {
    const { server, pass, last, arrives, send } = await set(STUDIO);
    const set_ = async (values: Record<string, string | number | boolean>) => {
      const [record] = server.onenet?.devices() ?? [];
      const reply = await server.onenet
        ?.setProperty(record?.name ?? "", values, PATIENCE)
        .catch((error: unknown) => ({ code: "refused", message: String(error) }));
      return String(reply?.code);
    };
    await pass(2000);
    expect(["blind", "gate", "wet", "mode"].map(last)).toEqual([0, false, false, "idle"]);
    expect(await set_({ gate: true, blind: 30, label: "clear" })).toBe("200");
    await pass(2000);
    expect(["gate", "label"].map(last)).toEqual([true, "clear"]); // the text, not the command
    await arrives("blind", 30);
    for (const wrong of [{ blind: 101 }, { gate: 1 }, { label: "温室温度高" }, { depth: 1 }, { wet: true }])
      expect(await set_(wrong), JSON.stringify(wrong)).not.toBe("200");
    expect(await set_({ blind: 60 })).toBe("200");
    await arrives("blind", 60);
    expect(await set_({ gate: false })).toBe("400"); // the blind is down
    expect(await send("停")).toContain("60");
  });

  it("have desired values", async () => {
    const { device, server, pass, arrives } = await set(STUDIO);
    const name = server.onenet?.devices()[0]?.name ?? "";
    await device.stop();
    server.onenet?.setDesired(name, { blind: 20, gate: true, label: "温室" });
    await device.start();
    for (let s = 0; s < 100 && !server.isReady(); s++) await pass(100);
    await arrives("blind", 20);
    await arrives("gate", true);
    await arrives("label", "温室");
  });

  it("the walk-through leaves them to their code", async () => {
    stage = await setStage(STUDIO, await buildScript(STUDIO));
    const steps: Seen[] = [];
    await walkThrough(stage, (seen) => steps.push(seen));
    expect(steps.find(({ step }) => step === "own code")?.seen).toMatch(/./);
    expect(stage.server.violation()).toBeUndefined();
  });
});
