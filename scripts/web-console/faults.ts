/** The faults that the page offers: of Wi-Fi, of the link and of the platform of a virtual board. */

import type { Board } from "../../src/board.ts";
import { startFaultProxy, type FaultProxy } from "../fault-proxy/index.ts";
import type { VirtualBoard } from "../virtual-board/index.ts";
import type { Actions } from "./index.ts";

/** What can go down and come up again at the same ports. */
export interface Restartable {
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** How long the access point is away when Wi-Fi is dropped, and the platform when it is restarted, in ms. */
const AWAY = 3000;

/**
 * Leads a board's MQTT through a proxy. Call it before the board is switched on.
 * @param network the board's own, which is changed
 */
export async function addProxy(
  { onenet: { server, port } }: Board,
  device: VirtualBoard,
  network: Record<string, number>,
): Promise<FaultProxy> {
  const name = `${server}:${port}`;
  const proxy = await startFaultProxy({ target: network[name] ?? 0, clock: device.clock });
  network[name] = proxy.port;
  return proxy;
}

/** @param find what a board of the feed is made of */
export function faultsOf(
  board: Board,
  platform: Restartable,
  find: (id: string) => { readonly device: VirtualBoard; readonly proxy: FaultProxy },
): Actions["faults"] {
  let restarting: Promise<void> | undefined;

  async function restart(): Promise<void> {
    try {
      await platform.stop();
      await new Promise((resolve) => setTimeout(resolve, AWAY));
      await platform.start();
    } catch (error) {
      const { code, port = 0 } = error as NodeJS.ErrnoException & { port?: number };
      if (code !== "EADDRINUSE") throw error;
      throw new Error(
        `the platform is down: another program has taken port ${port} meanwhile; end that, and restart the platform again`,
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

/** The access point goes away, and comes back. */
function dropWifi({ wifi: { ssid, password } }: Board, { air }: VirtualBoard): void {
  air.remove(ssid);
  setTimeout(() => air.add({ ssid, ...(password ? { password } : {}) }), AWAY);
}
