import { once } from "node:events";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { factsOf } from "../../../scripts/virtual-board/chips.ts";
import { createConnections } from "../../../scripts/virtual-board/connections.ts";
import { createSockets } from "../../../scripts/virtual-board/sockets.ts";
import { bench, closedPort, HOME, LOOPBACK, online, output, serve } from "./lib.ts";

const LOG = `
  function log(s) {
    s.on("data", function (d) { print("data " + d.length); });
    s.on("drain", function () { print("drain"); });
    s.on("error", function (e) { print("error " + e.code + " " + e.message); });
    s.on("end", function () { print("end"); });
    s.on("close", function (e) { print("close " + e); print("done"); });
    return s;
  }`;

function connect(port: number, then = ""): string {
  return (
    LOG + online(`log(require("net").connect({host: "127.0.0.1", port: ${port}}, function (s) { ${then} }));`)
  );
}

describe("net.connect", () => {
  it("throws InternalError, which is not an Error, at once when the connection is refused", async () => {
    const port = await closedPort();
    const script = online(`
      try { require("net").connect({host: "127.0.0.1", port: ${port}}, function () {}); }
      catch (e) { print(e.toString(), e.type, e instanceof InternalError, e instanceof Error); }
      print("done");`);
    expect(await output(script, { air: HOME })).toEqual([
      "ERROR: Connect failed (err 111)",
      "InternalError: Unable to create socket InternalError true false",
    ]);
  });

  it("throws when the name does not resolve", async () => {
    const script = online(`
      try { require("net").connect({host: "nowhere.example", port: 1}, function () {}); }
      catch (e) { print(e.toString()); }
      print("done");`);
    expect(await output(script, { air: HOME })).toEqual(["InternalError: Unable to locate host"]);
  });

  it("follows the board's network under the real name, and refuses a port without a route", async () => {
    const port = await serve((socket) => socket.end());
    const script =
      LOG +
      online(`
        try { require("net").connect({host: "mqtt.heclouds.com", port: 1883}, function () {}); }
        catch (e) { print(e.message); }
        log(require("net").connect({host: "mqtt.heclouds.com", port: 6002}, function () { print("connected"); }));`);
    const lines = await output(script, { air: HOME, network: { "mqtt.heclouds.com:6002": port } });
    expect(lines).toContain("Unable to create socket");
    expect(lines).toContain("connected");
  });

  it("throws while Wi-Fi is down, for names and addresses", async () => {
    const port = await serve(() => undefined);
    const script = `
      ["mqtt.heclouds.com", "127.0.0.1"].forEach(function (host) {
        try { require("net").connect({host: host, port: ${port}}, function () {}); } catch (e) { print(e.message); }
      });
      print("done");`;
    expect(await output(script, { network: { [`mqtt.heclouds.com:${port}`]: port } })).toEqual([
      "Unable to locate host",
      "ERROR: Connect failed (err 113)",
      "Unable to create socket",
    ]);
  });

  it("reports a refusal as events on ESP8266, without throwing", async () => {
    const lines = await output(connect(await closedPort()), { air: HOME, chip: "esp8266" });
    expect(lines).toEqual(["error -9 connection reset", "end", "close true"]);
  });

  it("reports an unknown name as events on ESP8266", async () => {
    const script = LOG + online(`log(require("net").connect({host: "nowhere.example", port: 1}));`);
    const lines = await output(script, { air: HOME, chip: "esp8266" });
    expect(lines).toEqual(["error -6 not found", "end", "close true"]);
  });
});

describe("a socket", () => {
  it("receives data in pieces of at most 536 bytes", async () => {
    const port = await serve((socket) => socket.end(Buffer.alloc(1500, 0xe6)));
    const lines = await output(connect(port), { air: HOME });
    const sizes = lines.filter((line) => line.startsWith("data")).map((line) => Number(line.slice(5)));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1500);
    expect(Math.max(...sizes)).toBe(536);
  });

  it("receives data in pieces of at most 268 bytes on ESP8266", async () => {
    const port = await serve((socket) => socket.end(Buffer.alloc(600)));
    const lines = await output(connect(port), { air: HOME, chip: "esp8266" });
    expect(lines.filter((line) => line.startsWith("data"))).toEqual(["data 268", "data 268", "data 64"]);
  });

  it("sends every byte once, in order, and only the low byte of wider characters", async () => {
    const parts: Buffer[] = [];
    let ended: () => void = () => undefined;
    const whole = new Promise<void>((resolve) => (ended = resolve));
    const port = await serve((socket) => {
      socket.on("data", (part) => parts.push(part));
      socket.on("end", ended);
    });
    const write = `
      var all = ""; for (var i = 0; i < 256; i++) all += String.fromCharCode(i);
      s.write(all + all + all); s.write("\\u6e29"); s.write(all); s.end();`;
    await bench(connect(port, write), { air: HOME });
    await whole;
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    expect(Buffer.concat(parts)).toEqual(Buffer.concat([all, all, all, Buffer.from(")"), all]));
  });

  it.each([
    ["esp32", 5896],
    ["esp8266", 268],
  ] as const)("keeps sending pieces until its window is full, %s %d bytes [chip F12]", async (chip, most) => {
    const port = await serve((socket) => socket.pause());
    const nothing = () => undefined;
    const connections = createConnections({
      chip: factsOf(chip),
      network: LOOPBACK,
      online: () => true,
      sockets: createSockets(() => 0),
      reach: () => 0,
      block: nothing,
      takes: () => true,
      after: nothing,
      fitsTls: true,
      wake: nothing,
      listener: { traffic: nothing, connect: nothing, close: nothing, print: nothing },
    });
    const connection = connections.open("127.0.0.1", port, false);
    let left: Buffer = Buffer.alloc(10_000);
    while (connection.canSend) left = connection.send(left);
    expect(10_000 - left.length).toBe(most);
    await connections.stop();
  });

  it("returns false from write, and drains once all is sent", async () => {
    const port = await serve((socket) => socket.once("data", () => socket.end()));
    const lines = await output(connect(port, `print("wrote " + s.write("x"));`), { air: HOME });
    expect(lines).toEqual(["wrote false", "drain", "drain", "end", "close false"]);
  });

  it("throws from write after end, and closes without an error", async () => {
    const port = await serve(() => undefined);
    const then = `s.write("x"); s.end(); try { s.write("y"); } catch (e) { print(e.toString()); }`;
    const lines = await output(connect(port, then), { air: HOME });
    expect(lines).toEqual(["Error: This socket is closed", "drain", "end", "close false"]);
  });

  it("reports a reset by the peer as a plain close on ESP32, as an error on ESP8266", async () => {
    const port = await serve((socket) => socket.once("data", () => socket.resetAndDestroy()));
    expect((await output(connect(port, `s.write("x");`), { air: HOME })).slice(-2)).toEqual([
      "end",
      "close false",
    ]);
    const lines = await output(connect(port, `s.write("x");`), { air: HOME, chip: "esp8266" });
    expect(lines.slice(-3)).toEqual(["error -9 connection reset", "end", "close true"]);
  });

  it("closes both ways when the peer half-closes", async () => {
    let closed: () => void = () => undefined;
    const whole = new Promise<void>((resolve) => (closed = resolve));
    const port = await serve((socket) => socket.on("end", closed).end("bye"));
    expect((await output(connect(port), { air: HOME })).slice(-3)).toEqual(["data 3", "end", "close false"]);
    await whole;
  });

  it.each([
    ["ends the connection when closed after every byte was read", `s.on("data", function () {});`, "end"],
    ["resets the connection when closed with unread bytes", "", "read ECONNRESET"],
  ])("%s", async (_name, reader, ending) => {
    const endings: string[] = [];
    const port = await serve((socket) => {
      socket.on("end", () => endings.push("end")).on("error", ({ message }) => endings.push(message));
      socket.resume().write("unasked");
    });
    const script = online(`
      var s = require("net").connect({host: "127.0.0.1", port: ${port}}, function () { print("up"); });
      ${reader}
      s.on("close", function (e) { print("close " + e); });
      setTimeout(function () { s.end(); }, 60000);`);
    const { board, seen } = await bench(script, { air: HOME });
    await seen("up");
    await board.clock.advance(61_000);
    expect(await seen("close")).toBe("close false");
    await expect.poll(() => endings).toEqual([ending]);
  });

  it("never calls back inside net.connect or write", async () => {
    const port = await serve((socket) => socket.end());
    const script = online(`
      var s = require("net").connect({host: "127.0.0.1", port: ${port}}, function () { print("connected"); });
      s.on("close", function () { print("done"); });
      s.write("x"); print("returned");`);
    expect((await output(script, { air: HOME })).slice(0, 2)).toEqual(["returned", "connected"]);
  });

  it("dies with the radio, without the peer noticing", async () => {
    let peer: Socket | undefined;
    const port = await serve((socket) => (peer = socket.resume()));
    const { board, seen } = await bench(connect(port, `print("up");`), { air: HOME });
    await seen("up");
    board.air.drop();
    expect(await seen("close")).toBe("close false");
    expect(peer?.readableEnded).toBe(false);
    expect(peer?.destroyed).toBe(false);
  });

  it("is reported with its bytes, both ways", async () => {
    const port = await serve((socket) => socket.once("data", () => socket.end("pong")));
    const script = connect(port, `s.write("ping");`).replace("127.0.0.1", "named.example");
    const { board, seen } = await bench(script, { air: HOME, network: () => port });
    const traffic: string[] = [];
    board.on("connect", ({ host }) => traffic.push(host));
    board.on("traffic", ({ way, bytes }) => traffic.push(`${way} ${bytes.toString("latin1")}`));
    board.on("close", () => traffic.push("close"));
    await seen("done");
    expect(traffic).toEqual(["named.example", "up ping", "down pong", "close"]);
  });

  it("is closed when the board is switched off", async () => {
    let peer: Socket | undefined;
    const port = await serve((socket) => (peer = socket.resume()));
    const { board, seen } = await bench(connect(port, `print("up");`), { air: HOME });
    await seen("up");
    if (peer === undefined) throw new Error("the server saw no connection");
    const closed = once(peer, "end");
    await board.stop();
    await closed;
  });
});
