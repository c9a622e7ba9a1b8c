/** A broker in another process, whose answers the boards of this one wait for before their clock goes on. */

import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { createFraming } from "../../scripts/local-onenet/wire/framing.ts";
import { waitWhile } from "../../scripts/virtual-board/quiet.ts";

interface Broker {
  readonly port: number;
  close(): Promise<void>;
}

/** Types of the packets that get one answer each [MQTT-2.2.1]; a PUBLISH does so above QoS 0. */
const ASKING = { up: [1, 5, 6, 8, 10, 12], down: [2, 4, 5, 6, 7, 9, 11, 13] };
const PUBLISH = 3;

/** The same broker behind a port of this process, where its answers are counted. */
export async function awaited(broker: Broker): Promise<Broker> {
  /** The packets that each connection has had no answer to. */
  const owed = new Map<Socket, number>();
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: "127.0.0.1", port: broker.port, noDelay: true });
    const [up, down] = [createFraming(1), createFraming(1)];
    const count = (change: number) => owed.set(client, Math.max(0, (owed.get(client) ?? 0) + change));
    client.on("data", (chunk: Buffer) => {
      count(up.push(chunk).filter(({ bytes: [first = 0] }) => asks(first)).length);
      upstream.write(chunk);
    });
    upstream.on("data", (chunk: Buffer) => {
      count(-down.push(chunk).filter(({ bytes: [first = 0] }) => ASKING.down.includes(first >> 4)).length);
      client.write(chunk);
    });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on("end", () => to.end()).on("error", () => to.destroy());
      from.on("close", () => {
        owed.delete(client);
        to.destroySoon();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const release = waitWhile(() => [...owed.values()].some((count) => count > 0));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      release();
      for (const client of owed.keys()) client.destroy();
      await new Promise((resolve) => server.close(resolve));
      await broker.close();
    },
  };
}

function asks(first: number): boolean {
  return first >> 4 === PUBLISH ? ((first >> 1) & 3) > 0 : ASKING.up.includes(first >> 4);
}
