/** Parts on other chips than the ESP32, and as many as fit. */

import { afterEach, describe, expect, it } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { KEY } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";
import { equipped } from "../support/equipped.ts";
import { startOn } from "../support/started.ts";

/** What fits on chips with fewer pins, and without analogue ones. */
const SMALL = {
  lamp: { kind: "light", pin: 2 },
  fan: { kind: "dimmer", pin: 4 },
  lid: { kind: "servo", pin: 5 },
  pump: { kind: "switch", pin: 12, atBoot: "on" },
  key: { kind: "button", pin: 13, press: "pump toggle" },
  door: { kind: "contact", pin: 14 },
};
const CHIPS = (["esp8266", "esp32s3"] as const).map((chip) => ({
  chip,
  board: equipped("plain", {
    chip,
    parts: chip === "esp32s3" ? { ...SMALL, pump: { ...SMALL.pump, pin: 15 } } : SMALL,
    words: { 开灯: "lamp on" },
  }),
}));
let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

async function set(board: Board) {
  stage = await setStage(board, await buildScript(board));
  return startOn(stage);
}

describe.each(CHIPS)("on $chip", ({ board }) => {
  it("parts obey, and a button is heard", async () => {
    const { send, device, pass, lines } = await set(board);
    const faults: string[] = [];
    device.on("fault", (text) => faults.push(text));
    const pump = board.parts?.flatMap((part) => (part.kind === "switch" ? [part.pin] : []))[0] ?? -1;
    expect(device.pin(pump).value).toBe(1);
    expect([await send("开灯"), await send("fan 50"), await send("lid 0")]).toEqual(["on", "50%", "0"]);
    expect(device.pin(4).value).toBe(0.5);
    expect(device.pin(5).value).toBeCloseTo(0.025);
    device.setLevel(13, 0);
    await pass(20);
    device.setLevel(13, 1);
    await pass(100);
    expect([device.pin(pump).value, await send("key"), await send("door")]).toEqual([0, "1", "open"]);
    expect(faults).toEqual([]);
    expect(lines.filter((line) => /error|uncaught/i.test(line))).toEqual([]);
  });
});

it("as many properties as fit all have desired values", async () => {
  const names = Array.from({ length: 18 }, (_, index) => `setting${String(index).padStart(5, "0")}`);
  const board = equipped("studio", {
    parts: Object.fromEntries(names.map((name) => [name, { kind: "setting", default: 0, report: 0 }])),
    words: {},
    onenet: { generation: "studio", product: "469948", device: "Chic_D", key: KEY },
  });
  const { device, server, pass, lines, send } = await set(board);
  const name = server.onenet?.devices()[0]?.name ?? "";
  await device.stop();
  server.onenet?.setDesired(name, Object.fromEntries(names.map((each) => [each, 12.5])));
  await device.start();
  for (let s = 0; s < 100 && !server.isReady(); s++) await pass(100);
  await pass(2000);
  expect(lines.filter((line) => /too long|invalid|desired/.test(line))).toEqual([]);
  expect(device.storage.get("parts")?.match(/:12\.5/g)).toHaveLength(18);
  expect(await send(`${names[0] ?? ""} 13`)).toBe("success");
});
