/** A virtual board that takes updates, with its platform and the service for updates. */

import type { Board } from "../../scripts/boards/board.ts";
import { makePackage } from "../../scripts/boards/update/package.ts";
import { identityOf } from "../../scripts/boards/update/identity.ts";
import { filesOf } from "../../scripts/boards/update/slots.ts";
import { startServerSide, type ServerSide } from "../../scripts/stage/server-side.ts";
import {
  createVirtualBoard,
  type Files,
  type Power,
  type VirtualBoard,
} from "../../scripts/virtual-board/index.ts";
import { studio } from "./boards.ts";
import { buildScript } from "./bundles.ts";
import { startOtaPlatform, type OtaPlatform } from "./ota-platform.ts";

export const UPDATE_KEY = "a key for the updates of tests";
export const UPDATABLE = {
  ...studio(),
  update: { key: UPDATE_KEY, server: "iot-api.heclouds.com", port: 80 },
} satisfies Board;
/** What the programs print first: that which the board was flashed with, and that of the first update. */
export const OLDER = "the older program";
export const NEWER = "the newer program";

/** @param first its first line on the console */
export async function programOf(first: string, board: Board = UPDATABLE): Promise<string> {
  const script = await buildScript(board);
  return `print("${first}");\n${script.slice(identityOf(board).length)}`;
}

/** A package, of 2000 and `time` s since 1970, version `v<time>`. */
export function packageOf(program: string, time: number, key = UPDATE_KEY): string {
  return makePackage({ version: `v${time}`, time: 2000 + time, program }, key);
}

/** Most steps in which something has to happen. */
const MOST_STEPS = 4000;

export interface Updatable {
  readonly platform: OtaPlatform;
  readonly server: ServerSide;
  readonly files: Files;
  readonly power: Power;
  readonly device: VirtualBoard;
  /** Since the board was last switched on. */
  readonly lines: string[];
  /** Lets time pass on the board until something holds. */
  readonly until: (holds: () => boolean, step?: number) => Promise<void>;
  close(): Promise<void>;
}

/** @param old the program that the board was flashed with */
export async function setUpdatable(
  old: string,
  files: Files = installed(old),
  power: Power = { written: Infinity, received: Infinity },
): Promise<Updatable> {
  const { onenet, wifi, chip } = UPDATABLE;
  if (onenet.generation !== "studio") throw new Error("no studio board");
  const platform = await startOtaPlatform(onenet.product, onenet.device, onenet.token);
  const server = await startServerSide(UPDATABLE, {}, () => device);
  const device = createVirtualBoard({
    script: "",
    chip,
    air: [{ ssid: wifi.ssid, password: wifi.password }],
    network: { ...server.network, "iot-api.heclouds.com:80": platform.port },
    storage: files,
    power,
  });
  const lines: string[] = [];
  device.on("console", (line) => lines.push(line));
  return {
    platform,
    server,
    files,
    power,
    device,
    lines,
    async until(holds, step = 1000) {
      for (let count = 0; !holds(); count++) {
        if (count > MOST_STEPS)
          throw new Error(`it never held: ${String(holds)}\n${lines.slice(-20).join("\n")}`);
        await device.clock.advance(step);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    async close() {
      await device.stop();
      await server.close();
      await platform.close();
    },
  };
}

/** The flash of a board that was flashed with a program. */
export function installed(program: string): Files {
  return new Map(filesOf(UPDATABLE, packageOf(program, 0)));
}
