/** A virtual board on a local server, with nothing else in the world: the stage for `npm start` and for tests. */

import type { Board } from "../../src/board.ts";
import type { LocalOneNet } from "../local-onenet/index.ts";
import { createVirtualBoard, type VirtualBoard } from "../virtual-board/index.ts";
import { startServerSide, type ServerSide } from "./server-side.ts";

export interface Stage {
  readonly board: Board;
  readonly server: ServerSide;
  /** The local OneNET. @throws Error when the board is for a plain broker */
  readonly platform: LocalOneNet;
  /** Not switched on yet. */
  readonly device: VirtualBoard;
  /** Where names and ports lead for the device; what is changed counts from its next connection. */
  readonly network: Record<string, number>;
  close(): Promise<void>;
}

/**
 * The server knows the board's device, the air has its access point, and the server's name in its script leads to it:
 * the script runs as it would on a chip.
 * @param script the board's bundle
 * @param changes to the device as the platform knows it, for a test of what does not fit
 */
export async function setStage(board: Board, script: string, changes: object = {}): Promise<Stage> {
  const server = await startServerSide(
    board,
    changes,
    () => device,
    () => device.clock.now(),
  );
  const { ssid, password } = board.wifi;
  const network = { ...server.network };
  const device = createVirtualBoard({
    script,
    chip: board.chip,
    air: [{ ssid, ...(password ? { password } : {}) }],
    network,
  });
  return {
    board,
    server,
    get platform() {
      if (!server.onenet) throw new Error("a plain broker is no OneNET");
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
