import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { TURN, guard, type GuardOptions } from "../../../scripts/local-onenet/guard.ts";
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

/** A CONNECT and a function that marks it as answered, followed by a client's bytes. */
const CONNECT = hex("10 0d 00 04 4d 51 54 54 04 02 00 00 00 01 61");
const DIALECT = { isLenient: false, answersLevels: false };

/** A guard for a client that has logged in. */
async function openGuard(more: Pick<GuardOptions, "onDisconnect" | "take"> = {}) {
  const { near, far } = await openPair();
  const guarded = guard(near, { maximum: 100, dialect: DIALECT, ...more });
  far.write(CONNECT);
  await once(guarded, "readable");
  expect(guarded.read()).toEqual(CONNECT);
  guarded.open();
  return { near, far, guarded };
}

test("data received before the peer closed can still be read, and answering it is not an error", async () => {
  let disconnects = 0;
  const { near, far, guarded } = await openGuard({ onDisconnect: () => disconnects++ });
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

test("only the CONNECT passes before the log-in, even if the peer has gone", async () => {
  const { near, far } = await openPair();
  const guarded = guard(near, { maximum: 100, dialect: DIALECT });
  far.end(Buffer.concat([CONNECT, hex("30 03 00 01 74 e0 00")]));
  await once(guarded, "readable");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(guarded.read()).toEqual(CONNECT);
  expect(guarded.read()).toBeNull();
  guarded.open();
  await once(guarded, "readable");
  expect((guarded.read() as Buffer).toString("hex")).toBe("3003000174e000");
  const ended = once(guarded, "end");
  guarded.resume();
  await ended;
});

test("a packet of which a part comes before the log-in is read when the rest comes", async () => {
  const { near, far } = await openPair();
  const guarded = guard(near, { maximum: 100, dialect: DIALECT });
  far.write(Buffer.concat([CONNECT, hex("30 03 00")]));
  await once(guarded, "readable");
  expect(guarded.read()).toEqual(CONNECT);
  guarded.open();
  await new Promise((resolve) => setTimeout(resolve, 20));
  far.write(hex("01 74"));
  await once(guarded, "readable");
  expect((guarded.read() as Buffer).toString("hex")).toBe("3003000174");
});

test("the tap sees what is sent, and nothing once the connection is over", async () => {
  const { near, far } = await openPair();
  const seen: string[] = [];
  const guarded = guard(near, {
    maximum: 100,
    dialect: DIALECT,
    tap: (way, bytes) => seen.push(`${way} ${bytes.toString("hex")}`),
  });
  far.write(CONNECT);
  await once(guarded, "readable");
  guarded.write(hex("20020000"));
  far.resume().end();
  await once(near, "close");
  guarded.write(hex("d000"));
  expect(seen).toEqual([`up ${CONNECT.toString("hex")}`, "down 20020000"]);
});

test("a DISCONNECT inside another packet does not count", async () => {
  let disconnects = 0;
  const { far, guarded } = await openGuard({ onDisconnect: () => disconnects++ });
  far.end(hex("30 05 00 01 74 e0 00"));
  guarded.resume();
  await once(guarded, "close");
  expect(disconnects).toBe(0);
});

test("anything after a DISCONNECT is ignored", async () => {
  const { far, guarded } = await openGuard();
  far.end(hex("e000 0000 c000"));
  const ended = once(guarded, "end");
  guarded.resume();
  await ended;
  expect(guarded.errored).toBeNull();
});

test("data before a forbidden packet can still be read", async () => {
  const { far, guarded } = await openGuard();
  const chunks: Buffer[] = [];
  guarded.on("data", (chunk: Buffer) => chunks.push(chunk));
  const failed = once(guarded, "error");
  far.write(hex("c000 c100"));
  expect(String((await failed)[0])).toContain("2.2.2-2");
  expect(Buffer.concat(chunks).toString("hex")).toBe("c000");
});

test("thousands of packets in a chunk are handled in turns", async () => {
  const { far, guarded } = await openGuard();
  const turns: number[] = [];
  guarded.on("data", (chunk: Buffer) => turns.push(chunk.length / 2));
  far.end(Buffer.from("c000".repeat(5 * TURN), "hex"));
  await once(guarded, "end");
  expect(Math.max(...turns)).toBeLessThanOrEqual(TURN);
  expect(turns.reduce((sum, count) => sum + count)).toBe(5 * TURN);
});

test("a peer that was paused for its turn goes on once the fast path has taken everything", async () => {
  let taken = 0;
  const { near, far } = await openGuard({
    take(chunk, _write, atMost) {
      const packets = Math.min(chunk.length / 2, atMost);
      taken += packets;
      return { bytes: 2 * packets, packets };
    },
  });
  near.pause();
  near.unshift(Buffer.from("c000".repeat(TURN + 1), "hex")); // in one chunk
  near.resume();
  await expect.poll(() => taken).toBe(TURN + 1);
  far.write(Buffer.from("c000", "hex"));
  await expect.poll(() => taken).toBe(TURN + 2);
});

test("a peer is paused while the broker does not read", async () => {
  const { near, far, guarded } = await openGuard();
  far.on("error", () => undefined);
  const flood = Buffer.from("c000".repeat(50_000), "hex");
  let isFull = false;
  while (!isFull) isFull = !far.write(flood);
  await expect
    .poll(() => near.isPaused() && guarded.readableLength >= guarded.readableHighWaterMark)
    .toBe(true);
  expect(guarded.readableLength).toBeLessThan(1_000_000);
  guarded.read();
  await once(guarded, "readable");
  const closed = new Promise((resolve) => far.once("close", resolve));
  guarded.destroy();
  await closed;
});
