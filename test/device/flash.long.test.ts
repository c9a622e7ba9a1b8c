/** How the firmware handles a full flash: it never lets files move while it runs from one of them. */

import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { createVirtualBoard, type Files, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { buildScript, shippedMultiprotocol } from "../support/bundles.ts";
import { watchConsole, type Console } from "../support/console.ts";

const MINUTE = 60_000;
/** Bytes of an ESP32's files. */
const FLASH = 224 * 4096;
const BOARD = { ...shippedMultiprotocol("esp32-devkit"), reboot: { withoutPlatform: 1800 } };

let script: string;
beforeAll(async () => {
  script = await buildScript(BOARD);
});

let device: VirtualBoard;
let faults: string[];
let reboots: number;
afterEach(() => device.stop());

function switchOn(storage: Files): Promise<Console> {
  device = createVirtualBoard({ script: "", chip: BOARD.chip, storage });
  faults = [];
  reboots = 0;
  device.on("reboot", () => reboots++);
  device.on("fault", (text) => faults.push(text));
  const console = watchConsole(device);
  return device.start().then(() => console);
}

/**
 * The firmware's file follows another one, which leaves little room.
 * @param isErased whether that one is trash, so that a compaction would make room and move the firmware
 */
async function behind(size: number, isErased: boolean): Promise<Console> {
  const storage: Files = new Map([["old", "x".repeat(size)]]);
  await switchOn(storage);
  device.type(`require("Storage").getFree()\n`); // that is where it lies now
  storage.set(".bootcde", script);
  device.type(`require("Storage")${isErased ? '.erase("old")' : ".getFree()"}\n`);
  await device.stop();
  return switchOn(storage);
}

describe("a nearly full flash [chip F22]", () => {
  it("is compacted at boot if that makes room, and the chip restarts", async () => {
    const console = await behind(FLASH - 14_000, true);
    await console.next(/^Compacting/);
    await console.next(/^ESP32 DevKit$/, MINUTE);
    await device.clock.advance(MINUTE);
    expect(reboots).toBe(1);
    expect(faults).toEqual([]);
    device.type(`print("trash", require("Storage").getStats().trashBytes)\n`);
    await console.next(/^trash 0$/);
  });

  it("stays unchanged if compacting would not make room, and nothing is written", async () => {
    const console = await behind(FLASH - 14_000, false);
    const { size } = device.storage;
    await console.next(/^Flash full: unsent data lost$/, 31 * MINUTE);
    await console.next(/^ESP32 DevKit$/);
    await device.clock.advance(61 * MINUTE);
    expect(device.storage.size).toBe(size);
    expect(console.lines.filter((line) => line.startsWith("Compacting"))).toEqual([]);
    expect(faults).toEqual([]);
  });

  it("is not compacted before a restart if it fills up while the firmware runs", async () => {
    const console = await behind(FLASH - 40_000, true);
    await console.next(/^Wi-Fi: joining/);
    device.type(`require("Storage").write("log", "x", 0, 25000)\n`);
    expect(console.lines.filter((line) => line.startsWith("Compacting"))).toEqual([]);
    await console.next(/^No platform for 1800 s: rebooting$/, 31 * MINUTE);
    await console.next(/^ESP32 DevKit$/, MINUTE);
    await device.clock.advance(30 * MINUTE);
    expect(faults).toEqual([]);
  });
});
