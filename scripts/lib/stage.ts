/** A virtual board on a local OneNET, with nothing else in the world: the stage for `npm start` and for tests. */

import type { Board } from "../../src/board.ts";
import { startLocalOneNet, type LocalOneNet, type MultiprotocolDevice } from "../local-onenet/index.ts";
import { createVirtualBoard, type VirtualBoard } from "../virtual-board/index.ts";

export interface Stage {
  readonly board: Board;
  readonly platform: LocalOneNet;
  /** Not switched on yet. */
  readonly device: VirtualBoard;
  close(): Promise<void>;
}

/**
 * The platform knows the board's device, the air has its access point, and the server's name in its script leads to
 * the platform: the script runs as it would on a chip.
 * @param script the board's bundle
 * @param changes to the device as the platform knows it
 */
export async function setStage(
  board: Board,
  script: string,
  changes: Partial<MultiprotocolDevice> = {},
): Promise<Stage> {
  const { generation, product, device: id, authInfo, server, port } = board.onenet;
  const platform = await startLocalOneNet({
    devices: [{ generation, product, device: id, authInfo, title: board.title, ...changes }],
  });
  const { ssid, password } = board.wifi;
  const device = createVirtualBoard({
    script,
    chip: board.chip,
    air: [{ ssid, ...(password ? { password } : {}) }],
    network: { [`${server}:${port}`]: platform.mqttPort },
  });
  return {
    board,
    platform,
    device,
    async close() {
      await device.stop();
      await platform.close();
    },
  };
}
