/** A virtual board whose server is wherever a test has one. */

import type { Board } from "../../src/board.ts";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";

/** @param port of 127.0.0.1, where the server of the board file leads; the air has its access point */
export function createBoardAt({ chip, wifi, onenet }: Board, script: string, port: number): VirtualBoard {
  return createVirtualBoard({
    script,
    chip,
    air: [{ ssid: wifi.ssid, password: wifi.password }],
    network: { [`${onenet.server}:${onenet.port}`]: port },
  });
}
