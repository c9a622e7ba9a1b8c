/** A virtual board whose server is wherever a test has one. */

import type { Board } from "../../scripts/boards/board.ts";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";

/**
 * The air has the access point of the board file.
 * @param port of 127.0.0.1, where the server of the board file leads
 * @param timePort where its time server leads; without one, what is measured waits for it for half a minute
 */
export function createBoardAt(
  { chip, wifi, onenet, time }: Board,
  script: string,
  port: number,
  timePort?: number,
): VirtualBoard {
  return createVirtualBoard({
    script,
    chip,
    air: [{ ssid: wifi.ssid, password: wifi.password }],
    network: {
      [`${onenet.server}:${onenet.port}`]: port,
      ...(time && timePort !== undefined ? { [`${time.server}:123/udp`]: timePort } : {}),
    },
  });
}
