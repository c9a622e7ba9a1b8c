import { expect, it } from "vitest";
import { describeOutput, readOutput, watchOutputs } from "../../../scripts/stage/outputs.ts";
import { createClock } from "../../../scripts/virtual-board/clock.ts";
import { createVirtualBoard, type VirtualBoard } from "../../../scripts/virtual-board/index.ts";
import { equipped } from "../../support/equipped.ts";

const { parts = [] } = equipped("multiprotocol");

/** Runs a script, and another thing while the board is on. */
async function run(script: string, use: (device: VirtualBoard) => void): Promise<void> {
  const clock = createClock(Date.UTC(2026, 0));
  const device = createVirtualBoard({ script, chip: "esp32", clock });
  use(device);
  try {
    await device.start();
    await clock.advance(100);
    use(device);
  } finally {
    await device.stop();
  }
}

it.each([
  ["lamp", "digitalWrite(2, 1)", { does: "shine", pixels: ["#ff0000"] }, "pin 2 high"],
  ["spot", "analogWrite(5, 0.2)", { does: "shine", pixels: ["#330000"] }, "pin 5 20 %"],
  [
    "strip",
    'require("neopixel").write(17, [0, 50, 0, 1, 2, 3])',
    { does: "shine", pixels: ["#320000", "#020103"] },
    "pin 17: 0 50 0 1 2 3",
  ],
  ["pump", "digitalWrite(26, 0)", { does: "switch", isOn: true }, "on, pin 26 low"],
  ["pump", "digitalWrite(26, 1)", { does: "switch", isOn: false }, "off, pin 26 high"],
  ["valve", "digitalWrite(33, 1)", { does: "switch", isOn: true }, "on, pin 33 high"],
  ["fan", "analogWrite(32, 0.6)", { does: "drive", percent: 40 }, "40 %, pin 32 60 %"],
  ["lid", "analogWrite(27, 1.95 / 20, { freq: 50 })", { does: "turn", angle: 137 }, "137°, pin 27 9.8 %"],
  ["lid", "analogWrite(27, 0, { freq: 50 })", { does: "turn", angle: null }, "off, pin 27 0 %"],
  ["bell", "digitalWrite(25, 1)", { does: "sound", isOn: true }, "on, pin 25 high"],
  ["siren", "analogWrite(22, 0.5, { freq: 2000 })", { does: "sound", isOn: true }, "on, pin 22 50 %"],
  ["siren", "analogWrite(22, 0, { freq: 2000 })", { does: "sound", isOn: false }, "off, pin 22 0 %"],
])("reads what a %s does: %s", async (name, script, output, text) => {
  const part = parts.find((each) => each.name === name);
  if (!part) throw new Error(`no part ${name}`);
  const driven: string[] = [];
  let seen: unknown;
  await run(script, (device) => {
    if (seen === undefined) watchOutputs(parts, device, (each) => driven.push(each.name));
    seen = { output: readOutput(part, device), text: describeOutput(part, device) };
  });
  expect(seen).toEqual({ output, text });
  expect(driven).toEqual([name]);
});

it("is dark, off and without pulses until the program drives a pin, whatever its polarity", async () => {
  await run("", (device) => {
    const outputs = parts.flatMap((part) => readOutput(part, device) ?? []);
    expect(new Set(outputs.map(({ does }) => does)).size).toBe(5);
    expect(outputs.filter(isActive)).toEqual([]);
  });
});

function isActive(output: NonNullable<ReturnType<typeof readOutput>>): boolean {
  switch (output.does) {
    case "shine":
      return output.pixels.some((colour) => colour !== "#000000");
    case "switch":
    case "sound":
      return output.isOn;
    case "drive":
      return output.percent > 0;
    case "turn":
      return output.angle !== null;
  }
}
