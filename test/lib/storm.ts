/** A board, a fault proxy and a platform that live by one clock which stands still: the same seed makes the same storm. */

import { createRandom, planFaults } from "../../scripts/fault-proxy/plan.ts";
import { startFaultProxy, type Fault, type FaultProxy } from "../../scripts/fault-proxy/index.ts";
import { createClock, type BoardClock } from "../../scripts/virtual-board/clock.ts";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import type { Board } from "../../src/board.ts";

/** 2026-01-01 in ms since 1970. */
const START = 1_767_225_600_000;

export interface Storm {
  readonly device: VirtualBoard;
  readonly proxy: FaultProxy;
  readonly clock: BoardClock;
  readonly random: () => number;
  /** What happened, in order, with the time since the start in ms. */
  readonly trace: readonly string[];
  note(what: string): void;
  /** Has `count` faults strike one after another. @param between is called before each of them */
  rage(count: number, between?: () => void): Promise<void>;
  close(): Promise<void>;
}

/** @param port that of the platform, whose name in the script leads to it through the proxy */
export async function brew(
  { chip, wifi, onenet }: Board,
  script: string,
  port: number,
  platform: { stop(): Promise<void>; start(): Promise<void> },
  seed: number,
): Promise<Storm> {
  const clock = createClock(START);
  const random = createRandom(seed);
  const trace: string[] = [];
  const note = (what: string) => void trace.push(`${(clock.now() - START).toFixed(0)} ${what}`);
  const proxy = await startFaultProxy({
    target: port,
    clock,
    platform,
    struck: (fault: Fault) => note(JSON.stringify(fault)),
  });
  const device = createVirtualBoard({
    script,
    chip,
    clock,
    random,
    air: [{ ssid: wifi.ssid, password: wifi.password }],
    network: { [`${onenet.server}:${onenet.port}`]: proxy.port },
  });
  device.on("console", (line) => note(line));
  await device.start();

  return {
    device,
    proxy,
    clock,
    random,
    trace,
    note,
    async rage(count, between) {
      for (const { wait, fault, trigger } of planFaults(seed, count)) {
        await clock.advance(wait);
        between?.();
        proxy.strike(fault, trigger);
      }
      proxy.heal();
    },
    async close() {
      await device.stop();
      await proxy.close();
    },
  };
}
