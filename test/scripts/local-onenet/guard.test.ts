import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { guard } from "../../../scripts/local-onenet/guard.ts";
import { hex } from "./wire.ts";

/** Both ends of a connection. */
async function openPair(): Promise<{ near: Socket; far: Socket }> {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const far = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [near] = (await once(server, "connection")) as [Socket];
  return { near, far };
}

test("what came before the peer closed can still be read, and an answer to it is no error", async () => {
  const { near, far } = await openPair();
  let disconnects = 0;
  const guarded = guard(near, 100, () => disconnects++);
  far.end(hex("c000 e000"));
  await once(near, "close");
  guarded.write(hex("d000"));
  expect((guarded.read() as Buffer).toString("hex")).toBe("c000e000");
  expect(disconnects).toBe(1);
  const closed = once(guarded, "close");
  guarded.resume();
  await closed;
  expect(guarded.errored).toBeNull();
});

test("a DISCONNECT inside another packet is none", async () => {
  const { near, far } = await openPair();
  let disconnects = 0;
  const guarded = guard(near, 100, () => disconnects++);
  far.end(hex("30 05 00 01 74 e0 00"));
  guarded.resume();
  await once(guarded, "close");
  expect(disconnects).toBe(0);
});

test("a peer that is not read from has to wait", async () => {
  const { near, far } = await openPair();
  const guarded = guard(near, 100, () => undefined);
  far.on("error", () => undefined);
  while (!near.isPaused()) {
    far.write(Buffer.from("c000".repeat(50_000), "hex"));
    await once(near, "data");
  }
  expect(guarded.readableLength).toBeLessThan(1_000_000);
  guarded.read();
  await once(near, "data");
  guarded.destroy();
  await once(far, "close");
});
