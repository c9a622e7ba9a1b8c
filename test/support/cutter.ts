/** A proxy that recognises MQTT packets and cuts the link before or after one chosen by the test. */

import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { PacketType } from "../../src/mqtt/packet.ts";

export interface Cut {
  /** From the client ("up") or to it ("down"). */
  readonly way: "up" | "down";
  readonly type: PacketType;
  /** Whether the packet is lost with the link or is the last to arrive. */
  readonly when: "before" | "after";
}

export interface Cutter {
  readonly port: number;
  /** Cuts once, at the next such packet. Resolves afterwards. */
  cut(at: Cut): Promise<void>;
  /** Cuts all connections; accepts none until {@link join}. */
  part(): void;
  join(): void;
  /** Number of packets of this kind so far. */
  passed(way: Cut["way"], type: PacketType): number;
  close(): Promise<void>;
}

/** @param server port on 127.0.0.1 that all connections lead to */
export async function startCutter(server: number): Promise<Cutter> {
  const ends = new Set<Socket>();
  const counts = new Map<string, number>();
  let isParted = false;
  let armed: { readonly at: Cut; readonly done: () => void } | undefined;

  /** Passes packets on until the link is cut; returns false then. */
  function pass(packet: Buffer, way: Cut["way"], from: Socket, to: Socket): boolean {
    const type = (packet[0] ?? 0) >> 4;
    const cut = armed?.at.way === way && (armed.at.type as number) === type ? armed : undefined;
    if (!cut || cut.at.when === "after") {
      counts.set(`${way} ${type}`, (counts.get(`${way} ${type}`) ?? 0) + 1);
      if (!cut) to.write(packet);
      else to.end(packet);
    } else to.destroy();
    if (!cut) return true;
    from.destroy();
    armed = undefined;
    cut.done();
    return false;
  }

  function join(way: Cut["way"], from: Socket, to: Socket): void {
    let rest = Buffer.alloc(0);
    ends.add(from);
    from.on("data", (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      for (let end = packetEnd(rest); end > 0; end = packetEnd(rest)) {
        if (to.writableEnded || to.destroyed || !pass(rest.subarray(0, end), way, from, to)) return;
        rest = rest.subarray(end);
      }
    });
    from.on("error", () => undefined).on("end", () => to.end());
    from.on("close", () => {
      ends.delete(from);
      if (!to.writableEnded) to.destroy();
    });
  }

  const listener = createServer((client) => {
    if (isParted) {
      client.destroy();
      return;
    }
    const upstream = connect(server, "127.0.0.1");
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    join("up", client, upstream);
    join("down", upstream, client);
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");

  function part(): void {
    isParted = true;
    for (const end of ends) end.destroy();
  }

  return {
    port: (listener.address() as AddressInfo).port,
    cut: (at) => new Promise((done) => (armed = { at, done })),
    part,
    join: () => void (isParted = false),
    passed: (way, type) => counts.get(`${way} ${type}`) ?? 0,
    async close() {
      part();
      listener.close();
      await once(listener, "close");
    },
  };
}

/** End of the first packet; 0 until it is complete. */
function packetEnd(bytes: Buffer): number {
  let length = 0;
  for (let at = 1; at < 5 && at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    length += (byte & 127) * 128 ** (at - 1);
    if (byte < 128) return bytes.length < at + 1 + length ? 0 : at + 1 + length;
  }
  return 0;
}
