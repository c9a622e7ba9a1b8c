import { afterEach, describe, expect, it } from "vitest";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { startPlainBroker, type PlainBroker } from "../../scripts/local-onenet/plain.ts";
import type { VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { startAnsweringPlatform } from "../support/answering-platform.ts";
import { createBoardAt } from "../support/board-at.ts";
import { plain, plainAt, QUALITIES } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";
import { watchConsole } from "../support/console.ts";

const BOARD = plain();
const SCRIPT = await buildScript(BOARD);

let broker: PlainBroker | undefined;
let device: VirtualBoard | undefined;
let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  await device?.stop();
  await broker?.close();
  broker = device = stage = undefined;
});

it("is shown online by a retained message and offline by its will", async () => {
  broker = await startPlainBroker({ user: { name: "teacher", password: "a password for tests" } });
  const { retained, port } = broker;
  device = createBoardAt(BOARD, SCRIPT, port);
  await device.start();
  await expect.poll(() => retained.get("home/lamp/status")?.toString()).toBe("online");
  await broker.publish("home/lamp/set", "on");
  await expect.poll(() => retained.get("home/lamp/state")?.toString()).toBe("on");
  await device.stop();
  await expect.poll(() => retained.get("home/lamp/status")?.toString()).toBe("offline");
});

it("reports a wrong password with a hint what to change", async () => {
  stage = await setStage(BOARD, SCRIPT.replaceAll("a password for tests", "another"));
  const console = watchConsole(stage.device);
  await stage.device.start();
  await console.next(
    /^OneNET: log-in refused, code [45]: check userName and password in the board file; next try/,
  );
});

describe.each(QUALITIES)("120 commands at once, at QoS %i, clean session %s", (qos, cleanSession) => {
  it("are all answered, with at most 16 messages in flight", async () => {
    const board = plainAt(qos, cleanSession);
    const platform = await startAnsweringPlatform();
    device = createBoardAt(board, await buildScript(board), platform.port);
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
      await platform.close();
    }
  });
});
