/** More commands at once than a board has in flight. */

import { expect } from "vitest";
import { startAnsweringPlatform } from "./answering-platform.ts";
import { createBoardAt } from "./board-at.ts";
import { plainAt } from "./boards.ts";
import { buildScript } from "./bundles.ts";
import { watchConsole } from "./console.ts";

/** A board on a plain broker answers 120 commands, with at most 16 messages in flight. */
export async function answersManyCommands(qos: 0 | 1 | 2, cleanSession: boolean): Promise<void> {
  const board = plainAt(qos, cleanSession);
  const platform = await startAnsweringPlatform();
  const device = createBoardAt(board, await buildScript(board), platform.port);
  const console = watchConsole(device);
  try {
    await device.start();
    await platform.until(() => platform.topics.includes("home/lamp/state"));
    platform.withhold();
    const command = { cmd: "publish", topic: "home/lamp/set", qos: 0, retain: false, dup: false } as const;
    platform.send(...Array.from({ length: 120 }, () => ({ ...command, payload: "toggle" })));
    const obeyed = () => console.lines.filter((line) => line.startsWith("Command: ")).length;
    await expect.poll(obeyed).toBe(120);
    expect(platform.unacknowledged()).toBeLessThanOrEqual(16);
    platform.acknowledge();
    await platform.until(
      () => platform.topics.filter((topic) => topic === "home/lamp/answer").length === 120,
    );
    expect(console.lines.filter((line) => /not sent|next try/.test(line))).toEqual([]);
  } finally {
    await device.stop();
    await platform.close();
  }
}
