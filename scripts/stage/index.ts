/** A virtual board and its local server, with nothing else around them: the stage for `npm start` and for tests. */

import type { Board } from "../boards/board.ts";
import { accessPointsOf } from "../boards/wifi.ts";
import type { LocalOneNet, ThingModel } from "../local-onenet/index.ts";
import { createVirtualBoard, type VirtualBoard } from "../virtual-board/index.ts";
import { connectParts } from "./connect-parts.ts";
import { startServerSide, type ServerSide } from "./server-side.ts";

export interface Stage {
  readonly board: Board;
  readonly server: ServerSide;
  /** The local OneNET. @throws Error if the board uses a plain broker */
  readonly platform: LocalOneNet;
  /** Not switched on yet. */
  readonly device: VirtualBoard;
  /** Where names and ports lead for the device. Changes take effect at its next connection. */
  readonly network: Record<string, number>;
  close(): Promise<void>;
}

/**
 * Sets up the server with the board's device, its access point, and a route from the server's name in its script: the
 * script runs as on a chip.
 * @param script the board's bundle
 * @param changes overrides for the device on the platform, for tests of mismatches
 * @param thingModel of the product on the platform; that of the board by default
 */
export async function setStage(
  board: Board,
  script: string,
  changes: object = {},
  thingModel?: ThingModel,
): Promise<Stage> {
  const server = await startServerSide(
    board,
    changes,
    () => device,
    () => device.clock.now(),
    thingModel,
  );
  const network = { ...server.network };
  const device = createVirtualBoard({
    script,
    chip: board.chip,
    air: accessPointsOf(board),
    network,
  });
  connectParts(board, device);
  return {
    board,
    server,
    get platform() {
      if (!server.onenet) throw new Error("a plain broker is not OneNET");
      return server.onenet;
    },
    device,
    network,
    async close() {
      await device.stop();
      await server.close();
    },
  };
}
