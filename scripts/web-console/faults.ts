/** The faults that the page can cause for a virtual board: in its Wi-Fi, its link and its platform. */

import type { Board } from "../boards/board.ts";
import { serversOf } from "../boards/servers.ts";
import { accessPointsOf } from "../boards/wifi.ts";
import { startFaultProxy, type FaultProxy } from "../stage/faults/index.ts";
import type { VirtualBoard } from "../virtual-board/index.ts";
import type { Actions } from "./index.ts";

/** A server that can stop, and start again on the same ports. */
export interface Restartable {
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** How long dropped Wi-Fi, or a restarting platform, stays down, in ms. */
const DOWNTIME = 3000;

/**
 * Routes a board's MQTT through a proxy. Call this before the board is switched on.
 * @param network the board's; it is modified
 */
export async function addProxy(
  board: Board,
  device: VirtualBoard,
  network: Record<string, number>,
): Promise<FaultProxy> {
  const names = serversOf(board).map(({ host, port }) => `${host}:${port}`);
  const proxy = await startFaultProxy({ target: network[names[0] ?? ""] ?? 0, clock: device.clock });
  for (const name of names) network[name] = proxy.port;
  return proxy;
}

/** @param find looks up a board of the feed by id */
export function faultsOf(
  board: Board,
  platform: Restartable,
  find: (id: string) => { readonly device: VirtualBoard; readonly proxy: FaultProxy },
): Actions["faults"] {
  let restarting: Promise<void> | undefined;

  async function restart(): Promise<void> {
    try {
      await platform.stop();
      await new Promise((resolve) => setTimeout(resolve, DOWNTIME));
      await platform.start();
    } catch (error) {
      const { code, port = 0 } = error as NodeJS.ErrnoException & { port?: number };
      if (code !== "EADDRINUSE") throw error;
      throw new Error(
        `the platform is down: another program took port ${port}; close it, then restart the platform again`,
        { cause: error },
      );
    } finally {
      restarting = undefined;
    }
  }

  return {
    cut: (id) => find(id).proxy.strike({ kind: "cut", how: "reset" }),
    stall: (id) => find(id).proxy.strike({ kind: "stall", ways: ["up", "down"], ms: Infinity }),
    heal: (id) => find(id).proxy.heal(),
    wifi: (id) => dropWifi(board, find(id).device),
    restart: () => (restarting ??= restart()),
  };
}

/** Takes the preferred access point down for {@link DOWNTIME} ms. */
function dropWifi(board: Board, { air }: VirtualBoard): void {
  const [point] = accessPointsOf(board);
  if (point === undefined) return;
  air.remove(point.ssid);
  setTimeout(() => air.add(point), DOWNTIME);
}
