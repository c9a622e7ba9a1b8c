import { afterEach, expect, it } from "vitest";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { startPlainBroker, type PlainBroker } from "../../scripts/local-onenet/plain.ts";
import type { VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { createBoardAt } from "../support/board-at.ts";
import { plain } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";
import { watchConsole } from "../support/console.ts";
import { answersManyCommands } from "../support/many-commands.ts";

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

it.each([
  [0, true],
  [2, false],
] as const)("120 commands at once, at QoS %i, clean session %s, are all answered", answersManyCommands);
