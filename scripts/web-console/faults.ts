/** The faults that the page can cause for a virtual board: in its Wi-Fi, its link and its platform. */

import type { Board } from "../boards/board.ts";
import { serversOf } from "../boards/servers.ts";
import { accessPointsOf } from "../boards/wifi.ts";
import { startFaultProxy, type FaultProxy } from "../stage/faults/index.ts";
import type { VirtualBoard } from "../virtual-board/index.ts";
import type { Feed } from "./feed.ts";
import type { Actions } from "./index.ts";
import type { LastingFault } from "./protocol.ts";
import { english } from "../cli/language.ts";

/** A server that can stop, and start again on the same ports. */
export interface Restartable {
  stop(): Promise<void>;
  start(): Promise<void>;
}

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

/**
 * @param ids the boards of the feed, which show what lasts
 * @param find looks up a board of the feed by id
 */
export function faultsOf(
  board: Board,
  platform: Restartable,
  feed: Feed,
  ids: readonly string[],
  find: (id: string) => { readonly device: VirtualBoard; readonly proxy: FaultProxy },
): Actions["faults"] {
  const [preferred] = accessPointsOf(board);
  /** Resolves once the platform is as it was last asked to be. */
  let turned = Promise.resolve();

  function show(id: string, name: LastingFault, isOn: boolean): void {
    const others = (feed.board(id)?.faults ?? []).filter((fault) => fault.name !== name);
    feed.update(id, { faults: isOn ? [...others, { name, since: Date.now() }] : others });
  }

  async function turnPlatform(isDown: boolean): Promise<void> {
    const isAlready = ids.some((id) => feed.board(id)?.faults.some(({ name }) => name === "platform"));
    if (isAlready === isDown) return;
    try {
      await (isDown ? platform.stop() : platform.start());
    } catch (error) {
      const { code, port = 0 } = error as NodeJS.ErrnoException & { port?: number };
      if (code !== "EADDRINUSE") throw error;
      throw new Error(
        english`the platform stays down: another program took port ${port}; close it, then try again`,
        {
          cause: error,
        },
      );
    }
    for (const id of ids) show(id, "platform", isDown);
  }

  return {
    wifi(id, isOn) {
      const { air } = find(id).device;
      if (preferred === undefined) return;
      if (isOn) air.remove(preferred.ssid);
      else air.add(preferred);
      show(id, "wifi", isOn);
    },
    stall(id, isOn) {
      const { proxy } = find(id);
      if (isOn) proxy.strike({ kind: "stall", ways: ["up", "down"], ms: Infinity });
      else proxy.heal();
      show(id, "stall", isOn);
    },
    platform(_id, isOn) {
      const next = turned.then(() => turnPlatform(isOn));
      turned = next.catch(() => undefined);
      return next;
    },
    cut: (id) => find(id).proxy.strike({ kind: "cut", how: "reset" }),
  };
}
