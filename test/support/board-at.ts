/** A virtual board with a server of the test's choice. */

import type { Board } from "../../scripts/boards/board.ts";
import { serverRoutes } from "../../scripts/stage/server-side.ts";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";

/**
 * The board file's access point is in reach.
 * @param port port on 127.0.0.1 that the board file's servers are routed to
 * @param timePort the same for its time server; without it, data points wait half a minute for the time
 */
export function createBoardAt(board: Board, script: string, port: number, timePort?: number): VirtualBoard {
  const { chip, wifi, time } = board;
  return createVirtualBoard({
    script,
    chip,
    air: [{ ssid: wifi.ssid, password: wifi.password }],
    network: {
      ...serverRoutes(board, port),
      ...(time && timePort !== undefined ? { [`${time.server}:123/udp`]: timePort } : {}),
    },
  });
}
