/** A board's own access point, a look for networks, and its servers. */

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, it } from "vitest";
import type { VirtualBoard } from "../../../scripts/virtual-board/index.ts";
import { bench } from "./lib.ts";

const OPEN = `var W = require("Wifi"); W.startAP("mine", { password: "12345678", authMode: "wpa2" }, function (e) { print("open " + e); });`;
const SERVER = `
  var S = require("net").createServer(function (s) {
    print("accepted");
    s.on("data", function (d) { print("data " + d); if (d == "bye") s.end("ended"); else s.write(d); });
    s.on("close", function () { print("closed"); });
  });
  S.listen(80);`;

/** Connects to the board's port 80, and collects what it sends. */
async function visit(board: VirtualBoard): Promise<{ socket: Socket; text(): string }> {
  const socket = connect({ port: board.tcpPort(80) ?? 0, host: "127.0.0.1" });
  let text = "";
  socket.on("data", (bytes) => (text += bytes.toString("latin1"))).on("error", () => undefined);
  await once(socket, "connect");
  return { socket, text: () => text };
}

it("is open until it is stopped, or the board is off", async () => {
  const { board, seen } = await bench(
    `${OPEN} setTimeout(function () { W.stopAP(); print("stopped"); }, 500);`,
  );
  const seenPoints: unknown[] = [];
  board.on("accessPoint", (point) => seenPoints.push(point));
  await seen("open null");
  expect(board.accessPoint()).toEqual({ ssid: "mine", password: "12345678" });
  await seen("stopped");
  expect([board.accessPoint(), seenPoints]).toEqual([undefined, [undefined]]);
});

it("refuses a password that is too short", async () => {
  const { seen } = await bench(`require("Wifi").startAP("mine", { password: "1234567" });`);
  expect(await seen("Uncaught")).toContain("Password must be string of at least 8 characters");
});

it("stays beside a station, except on a C3", async () => {
  const script = `${OPEN} W.connect("home", {});`;
  for (const [chip, isThere] of [
    ["esp32", true],
    ["esp32c3", false],
  ] as const) {
    const { board, seen } = await bench(script, { chip, air: [{ ssid: "home" }] });
    await seen("open null");
    expect(board.accessPoint() !== undefined).toBe(isThere);
  }
});

it("finds networks, the strongest first; while joining, never again until a restart", async () => {
  const air = [
    { ssid: "far", password: "12345678", rssi: -80 },
    { ssid: { hex: "d6d0" }, rssi: -40 },
  ];
  const show = `function (l) { print("found " + l.map(function (p) { return (p.ssid == "far" ? p.ssid : p.ssid.charCodeAt(0) + "." + p.ssid.charCodeAt(1)) + "/" + p.authMode + "/" + p.rssi; }).join()); }`;
  const { seen } = await bench(`var W = require("Wifi"); W.scan(${show});`, { air });
  expect(await seen("found")).toBe("found 214.208/open/-40,far/wpa2/-80");
  const joining = `var W = require("Wifi"); W.connect("none", {}); W.scan(${show}); setTimeout(function () { W.scan(${show}); }, 5000);`;
  const other = await bench(joining, { air });
  await other.board.clock.advance(6000);
  expect(await other.seen("Uncaught")).toContain("A scan is already in progress");
  expect(other.lines.some((line) => line.startsWith("found"))).toBe(false);
});

it("its server takes connections, answers, and is told of their ends", async () => {
  const { board, lines, seen } = await bench(OPEN + SERVER);
  await seen("open null");
  await expect.poll(() => board.tcpPort(80)).toBeDefined();
  const one = await visit(board);
  one.socket.write("hello");
  await expect.poll(() => one.text()).toBe("hello");
  one.socket.write("bye");
  await once(one.socket, "end");
  expect(one.text()).toBe("helloended");
  const other = await visit(board);
  await expect.poll(() => lines.filter((line) => line === "accepted")).toHaveLength(2);
  other.socket.end();
  await expect.poll(() => lines.filter((line) => line === "closed")).toHaveLength(2);
});

it("nobody reaches a server of a board without a network", async () => {
  const { board } = await bench(SERVER);
  await board.clock.advance(100);
  expect(board.tcpPort(80)).toBeUndefined();
});
