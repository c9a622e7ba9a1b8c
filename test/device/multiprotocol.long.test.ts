import { expect, it, onTestFinished } from "vitest";
import { setStage } from "../../scripts/stage/index.ts";
import { buildScript, shippedMultiprotocol } from "../support/bundles.ts";

const BOARD = shippedMultiprotocol("esp32-devkit");

it("also publishes at QoS 0 with a keep alive of 0 s", async () => {
  const board = { ...BOARD, onenet: { ...BOARD.onenet, qos: 0 as const, keepAlive: 0 } };
  const stage = await setStage(board, await buildScript(board));
  onTestFinished(() => stage.close());
  await stage.device.start();
  await expect.poll(() => stage.platform.datapoints(BOARD.onenet.device, "memory").length).toBeGreaterThan(0);
});
