import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startFaultProxy, type Fault, type FaultProxy } from "../../../../scripts/stage/faults/index.ts";
import { planFaults } from "../../../../scripts/stage/faults/plan.ts";
import { createClock, type BoardClock } from "../../../../scripts/virtual-board/clock.ts";

let clock: BoardClock;
let proxy: FaultProxy;
/** What reached the platform and the board, piece by piece. */
let up: string[];
let down: string[];
/** Calls to the platform. */
let platform: string[];
let board: Socket;
let atPlatform: Socket;
const server = createServer({ allowHalfOpen: true }, (socket) => {
  atPlatform = socket;
  socket.on("data", (data) => up.push(data.toString()));
  socket.on("end", () => up.push("end"));
  socket.on("error", () => up.push("reset"));
});

beforeEach(async () => {
  [up, down, platform] = [[], [], []];
  clock = createClock(0);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  proxy = await startFaultProxy({
    target: (server.address() as AddressInfo).port,
    clock,
    platform: {
      stop: () => Promise.resolve(void platform.push("stop")),
      start: () => Promise.resolve(void platform.push("start")),
    },
  });
  await join();
});

afterEach(async () => {
  board.destroy();
  await proxy.close();
  atPlatform.destroy();
  server.close();
});

/** Connects a board. */
async function join(): Promise<void> {
  board = connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true });
  board.on("data", (data) => down.push(data.toString()));
  board.on("end", () => down.push("end"));
  board.on("error", (error: NodeJS.ErrnoException) => down.push(error.code ?? ""));
  await clock.advance(0);
}

/** Sends from both sides and lets time pass. */
async function talk(text: string, ms = 0): Promise<void> {
  board.write(text);
  atPlatform.write(text.toUpperCase());
  await clock.advance(ms);
}

it("passes on data and closes both ways", async () => {
  await talk("a");
  board.end();
  await clock.advance(0);
  atPlatform.end("B");
  await clock.advance(0);
  expect([up, down]).toEqual([
    ["a", "end"],
    ["A", "B", "end"],
  ]);
});

describe("a cut", () => {
  it("resets both sides", async () => {
    proxy.strike({ kind: "cut", how: "reset" });
    await clock.advance(0);
    expect([up, down]).toEqual([["reset"], ["ECONNRESET"]]);
  });

  it("closes both sides in order", async () => {
    proxy.strike({ kind: "cut", how: "end" });
    await clock.advance(0);
    expect([up, down]).toEqual([["end"], ["end"]]);
  });

  it("comes after its trigger's number of bytes", async () => {
    proxy.strike({ kind: "cut", how: "end" }, { way: "up", bytes: 5 });
    await talk("abc");
    // Only the board sends: unread bytes from the platform would turn the close into a reset.
    board.write("defg");
    await clock.advance(0);
    expect(up).toEqual(["abc", "de", "end"]);
  });
});

describe("a stall", () => {
  it("holds back one way until it ends, and loses nothing", async () => {
    proxy.strike({ kind: "stall", ways: ["up"], ms: 1000 });
    await talk("a", 999);
    expect([up, down]).toEqual([[], ["A"]]);
    await talk("b", 1);
    expect([up.join(""), down]).toEqual(["ab", ["A", "B"]]);
  });

  it("also holds back a close, until it is healed", async () => {
    proxy.strike({ kind: "stall", ways: ["up", "down"], ms: Infinity });
    await talk("a");
    board.end();
    await clock.advance(3_600_000);
    expect([up, down]).toEqual([[], []]);
    proxy.heal();
    await clock.advance(0);
    expect([up, down]).toEqual([["a", "end"], ["A"]]);
  });
});

it("loses dropped bytes for good, but not those of a new connection", async () => {
  proxy.strike({ kind: "drop", way: "down" });
  await talk("a");
  proxy.heal();
  await talk("b");
  expect([up, down]).toEqual([["a", "b"], []]);
  board.destroy();
  await join();
  await talk("c");
  expect(down).toEqual(["C"]);
});

it("delivers split bytes piece by piece", async () => {
  proxy.strike({ kind: "split", size: 2, ms: 1000 });
  await talk("abcde", 10);
  expect([up, down]).toEqual([
    ["ab", "cd", "e"],
    ["AB", "CD", "E"],
  ]);
});

it("delivers delayed bytes late, and in order after the delay ends", async () => {
  proxy.strike({ kind: "delay", by: 500, ms: 100 });
  await talk("a", 100);
  await talk("b", 399);
  expect(up).toEqual([]);
  await clock.advance(1);
  expect(up.join("")).toBe("ab");
});

it("refuses connections for a while, then accepts them on the same port", async () => {
  proxy.strike({ kind: "refuse", ms: 1000 });
  board.destroy();
  await clock.advance(999);
  await join();
  expect(down).toEqual(["ECONNREFUSED"]);
  await clock.advance(1);
  await join();
  await talk("a");
  expect(down.at(-1)).toBe("A");
});

describe("a restart", () => {
  it("stops the platform for its duration", async () => {
    proxy.strike({ kind: "restart", ms: 1000 });
    await clock.advance(999);
    expect(platform).toEqual(["stop"]);
    await clock.advance(1);
    expect(platform).toEqual(["stop", "start"]);
  });

  it("ends when the proxy closes", async () => {
    proxy.strike({ kind: "restart", ms: Infinity });
    await proxy.close();
    expect(platform).toEqual(["stop", "start"]);
    proxy = await startFaultProxy({ target: proxy.port, clock });
    expect(() => proxy.strike({ kind: "restart", ms: 1 })).toThrow("no platform");
  });
});

describe("a plan", () => {
  it("repeats only for the same seed", () => {
    expect(planFaults(7, 100)).toEqual(planFaults(7, 100));
    expect(planFaults(7, 100)).not.toEqual(planFaults(8, 100));
  });

  it("has faults of every kind, with and without triggers", () => {
    const plan = planFaults(1, 1000);
    const kinds: Fault["kind"][] = ["cut", "stall", "drop", "split", "delay", "refuse", "restart"];
    expect(new Set(plan.map(({ fault }) => fault.kind))).toEqual(new Set(kinds));
    const triggered = plan.filter(({ trigger }) => trigger).length;
    expect(triggered).toBeGreaterThan(400);
    expect(triggered).toBeLessThan(600);
  });
});
