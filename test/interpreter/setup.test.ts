/** The set-up by phone on a real Espruino: its sockets, its text, its files and its memory are the interpreter's. */

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { startFromFlash, type Running } from "../../scripts/bench/interpreter.ts";
import { plain } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";
import { form, get, post } from "../support/phone.ts";
import { chanceOf } from "../support/random-programs.ts";
import { bytesOf, TEXTS } from "../support/texts.ts";
import { ESPRUINO, WITHOUT } from "./espruino.ts";

const BOARD = plain({ name: "by-phone", title: "温室 <1>", setup: { button: 0, password: "" } });
/** In place of 80 and 53, which only root may have. */
const HTTP = 28_080;
const DNS = 28_053;
/** How many times as fast the board's time passes. */
const HASTE = 10;
/** Variables that three requests of the greatest length may take, and what else comes in a flood. */
const PEAK = 1500;
/** By how many variables two readings of the same state may differ, with data points that wait for the platform. */
const TOLERANCE = 24;

interface Point {
  /** As bytes, one character each. */
  readonly ssid: string;
  /** Empty for an open network. */
  readonly password: string;
}

/** A name and a password of each kind of text, and a name in GBK, which is no UTF-8. */
const POINTS: readonly Point[] = [
  ...TEXTS.map(([, text]) => ({ ssid: bytesOf(text), password: bytesOf(`${text} 密码 "\\`) })),
  { ssid: "\xd6\xd0\xb9\xfa", password: "" },
];
const [HOME = { ssid: "", password: "" }] = POINTS;

/**
 * What Linux lacks: a button that is held, and a radio with the rules of the ESP32's module (jswrap_esp32_network.c): names
 * of 31 bytes, passwords of 63, one look at a time, an event for each outcome. `global.used` is the peak of the variables.
 */
function standIns(points: readonly Point[]): string {
  return `
  var later = setTimeout, began = Date.now(), now = Date.now;
  global.setTimeout = function (f, ms) { return later(f, ms / ${HASTE}); };
  Date.now = function () { return began + ${HASTE} * (now() - began); };
  Modules.addCached("Wifi", function () {
    var listeners = {}, points = ${literal(points)}, scanning, joined;
    exports.on = function (e, f) { listeners[e] = f; };
    exports.save = exports.setHostname = function () {};
    exports.startAP = function (name, o) { print("startAP " + name + " " + o.password); };
    exports.stopAP = function () { print("stopAP"); };
    function lost(reason, msg) { joined = undefined; listeners.disconnected({ reason: reason, msg: msg }); }
    exports.disconnect = function () { if (joined) later(lost, 10, "8", "ASSOC_LEAVE"); };
    exports.connect = function (ssid, o) {
      ssid = ssid.substr(0, 31);
      if (o && o.password !== undefined && typeof o.password != "string") throw new Error("Expecting options.password to be a string");
      var point = points.find(function (p) { return p.ssid == ssid; }), password = (o.password || "").substr(0, 63);
      if (!point) later(lost, 30, "201", "NO_AP_FOUND");
      else if (point.password != password) later(lost, 30, "15", "4WAY_HANDSHAKE_TIMEOUT");
      else later(function () { joined = point; listeners.connected({ ip: "127.0.0.1" }); }, 30);
    };
    exports.scan = function (f) {
      if (scanning) throw new Error("A scan is already in progress");
      scanning = 1;
      later(function () {
        scanning = 0;
        f(points.concat([{ ssid: "", password: "" }, points[0]]).map(function (p) {
          return { rssi: -60, authMode: p.password ? "wpa2" : "open", ssid: p.ssid, mac: "24:0a:c4:00:4c:1f", channel: "6" };
        }));
        print("scanned");
      }, 30);
    };
  });
  global.getSerial = function () { return "240ac400-4c1f"; };
  global.digitalRead = function () { return 1; };
  var peak = 0;
  global.sample = function () { peak = Math.max(peak, process.memory().usage); };
  setInterval(function () {
    print("USAGE " + process.memory().usage + " " + peak);
    var kept = require("Storage").read("setup");
    if (kept) print("KEPT " + kept);
  }, 300);
  var net = require("net"), create = net.createServer, dgram = require("dgram");
  Modules.addCached("dgram", function () {
    exports.createSocket = function (type) {
      var socket = dgram.createSocket(type), send = socket.send;
      // Looking a name up would block.
      socket.send = function (bytes, port, host) { if (/^[0-9.]+$/.test(host)) send.call(socket, bytes, port, host); };
      return socket;
    };
  });
  Modules.addCached("net", function () {
    exports.connect = function (o, f) { return net.connect({ host: "127.0.0.1", port: 9 }, f); };
    exports.createServer = function (f) {
      return create(function (socket) { f(socket); socket.on("data", sample); });
    };
  });`;
}

/** JSON in ASCII. */
function literal(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[\x80-\xff]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`);
}

/** Opens a connection to the board's page. */
function open(): Socket {
  return connect({ port: HTTP, host: "127.0.0.1" }).on("error", () => undefined);
}

/** Resolves when it is closed, for whatever reason. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

/** Sends a request, and reads until the board closes. */
async function send(request: string | Uint8Array): Promise<string> {
  const socket = open();
  let text = "";
  socket.on("data", (bytes) => (text += bytes.toString("latin1")));
  socket.write(request);
  await closed(socket);
  return text;
}

/** The phase, what went wrong, and the networks. */
async function state(): Promise<string[]> {
  return ((await send(get("/state"))).split("\r\n\r\n")[1] ?? "").split("\n");
}

async function until(phase: number): Promise<string[]> {
  return expect
    .poll(state)
    .toEqual(expect.arrayContaining([String(phase)]))
    .then(state);
}

/** Asks the name server, again and again. @returns its answer */
async function ask(question: Uint8Array): Promise<Buffer> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  const answer = once(socket, "message") as Promise<[Buffer]>;
  const timer = setInterval(() => socket.send(question, DNS, "127.0.0.1"), 300);
  try {
    return (await answer)[0];
  } finally {
    clearInterval(timer);
    socket.close();
  }
}

/** A question for the address of `captive.apple.com` [RFC 1035, 4.1]. */
const QUESTION = Buffer.from(
  "\xab\xcd\x01\0\0\x01\0\0\0\0\0\0\x07captive\x05apple\x03com\0\0\x01\0\x01",
  "latin1",
);

function hexOf(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("hex");
}

function fields({ ssid, password }: Point): string {
  return form(Buffer.from(ssid, "latin1"), Buffer.from(password, "latin1"), "", "", "");
}

let running: Running | undefined;
afterEach(() => running?.stop());

/** @param files beside the program */
async function start(binary: string, files: Readonly<Record<string, string>> = {}): Promise<Running> {
  const script = (await buildScript(BOARD)).replace("listen(80)", `listen(${HTTP})`);
  running = await startFromFlash(binary, {
    ".boot0": standIns(POINTS),
    ".bootcde": script.replace("bind(53)", `bind(${DNS})`),
    ...files,
  });
  return running;
}

/** Starts the board, and waits until its page has the networks. */
async function begin(binary: string): Promise<Running> {
  const board = await start(binary);
  await board.next(/^startAP setup-4c1f 240ac4004c1f$/);
  await board.next(/^scanned$/);
  return board;
}

/** The lowest of three readings, because one may coincide with a tick's work, and the peak. */
async function usage(board: Running): Promise<{ now: number; peak: number }> {
  board.skip();
  const readings: number[][] = [];
  while (readings.length < 3) readings.push((await board.next(/^USAGE /)).split(" ").slice(1).map(Number));
  return { now: Math.min(...readings.map(([now = NaN]) => now)), peak: readings.at(-1)?.[1] ?? NaN };
}

const MISHAP = /Uncaught|rror|MEMORY|CALLBACK/;
const mishaps = (board: Running) => board.lines.filter((line) => MISHAP.test(line));

describe.skipIf(ESPRUINO === undefined)(ESPRUINO ? "on a real Espruino" : WITHOUT, () => {
  const binary = ESPRUINO ?? "";

  it("lists networks, tells of a wrong password, keeps the right one, closes, and joins after a restart", async () => {
    const board = await begin(binary);
    expect((await send(get("/"))).endsWith("</script>")).toBe(true);
    const names = POINTS.map(({ ssid, password }) => hexOf(ssid) + (password ? "*" : ""));
    expect(await state()).toEqual(["0", "", ...names]);
    const address = await ask(QUESTION);
    expect(address.subarray(0, 8)).toEqual(Buffer.from("abcd818000010001", "hex"));
    expect([...address.subarray(-4)]).toEqual([192, 168, 4, 1]);

    await send(form("nowhere", "12345678", "", "", ""));
    await board.next(/^Setup: trying nowhere$/);
    expect(await until(2)).toEqual(["2", "disconnected, NO_AP_FOUND", ...names]);
    for (const point of POINTS.filter(({ password }) => password)) {
      await send(fields({ ...point, password: `${point.password}?` }));
      await board.next(/^Setup: undone$/);
      expect(await until(2)).toEqual(["2", "disconnected, 4WAY_HANDSHAKE_TIMEOUT", ...names]);
    }
    expect(board.lines.filter((line) => line.startsWith("KEPT"))).toEqual([]);
    await send(fields(HOME));
    await board.next(/^Setup: kept$/);
    expect((await until(3))[0]).toBe("3");
    for (const path of ["/", "/state", "/setup"])
      expect(await send(get(path))).not.toMatch(new RegExp(`${hexOf(HOME.password)}|密码`));
    const kept = (await board.next(/^KEPT /)).slice(5);
    await board.next(/^Setup: access point closed$/);
    expect(board.lines).toContain("stopAP");
    expect(await send(get("/"))).toBe("");
    expect(mishaps(board)).toEqual([]);
    await board.stop();

    const next = await start(binary, { setup: kept });
    await next.next(new RegExp(`^Wi-Fi: joining ${HOME.ssid}$`));
    await next.next(/^Wi-Fi: connected/);
  });

  it.for(
    POINTS.slice(1).map((point) => [Buffer.from(point.ssid, "latin1").toString("utf8"), point] as const),
  )("joins %s and keeps it", async ([, point]) => {
    const board = await begin(binary);
    await send(fields(point));
    await board.next(/^Setup: kept$/);
    const kept = (await board.next(/^KEPT /)).slice(5);
    await board.stop();
    const next = await start(binary, { setup: kept });
    await next.next(/^Wi-Fi: joining /);
    await next.next(/^Wi-Fi: connected/);
    expect(next.lines).toContain(`Wi-Fi: joining ${point.ssid}`);
  });

  it("refuses what is not its page's", async () => {
    const board = await begin(binary);
    for (const [status, request] of [
      [403, post("61,,,,", "Accept: */*")],
      [403, post("61,,,,", "Origin: http://evil.example")],
      [403, post("61,,,,", "X: \r\r\nOrigin: http://192.168.4.1.evil.example")],
      [400, post(",".repeat(2000))],
      [400, post("61,,,,\r\n\r\nPOST / HTTP/1.1")],
      [400, form("a", "1234567", "", "", "")],
      [400, form("a\0", "", "", "", "")],
      [400, form("a", "12345678\r\n", "", "", "")],
      [411, "POST / HTTP/1.1\r\nHost: 192.168.4.1\r\nOrigin: http://192.168.4.1\r\n\r\n"],
      [411, post("61,,,,").replace(/Length: \d+/, "Length: -1")],
      [403, `POST / HTTP/1.1\r\nHost:${" ".repeat(2900)}\r\n\r\n`],
      [302, `GET /${"%00".repeat(900)} HTTP/1.1\r\n\r\n`],
      [302, get("/generate_204")],
      [302, Buffer.from([0, 255, 254, 13, 10, 13, 10])],
    ] as const) {
      const text = String(request).slice(0, 200);
      expect([(await send(request)).slice(9, 12), text]).toEqual([String(status), text]);
    }
    // Whether the answer arrives is up to TCP, as the board closes while more is on its way.
    for (const request of [
      "x".repeat(4000),
      `GET / HTTP/1.1\r\nHost:${" ".repeat(4000)}`,
      post("61", undefined, 9e9).padEnd(4000),
      post("", `Origin: http://192.168.4.1\r\nX:${"9".repeat(2600)}`, 1e99).padEnd(4000),
    ])
      expect(await send(request)).toMatch(/^$|^HTTP\/1.1 413 /);
    expect((await state())[0]).toBe("0");
    expect(mishaps(board)).toEqual([]);
  });

  it("holds its memory through floods, and its name server answers after them", async () => {
    const board = await begin(binary);
    const { below, of } = chanceOf(20);
    await state();
    const before = await usage(board);
    const junk = (most: number) => Buffer.from(Array.from({ length: below(most) }, () => below(256)));

    // Nothing, a byte at a time, and all that a request may have: at once, so that each is held until its time is over.
    const slow = [open(), open(), open()];
    const long = `GET / HTTP/1.1\r\nX: ${"x".repeat(3000)}`;
    for (const socket of slow) socket.write(long);
    const refused = open();
    await Promise.all([refused, ...slow].map((socket) => closed(socket.resume())));
    const peak = (await usage(board)).peak;

    const names = createSocket("udp4");
    for (let i = 0; i < 300; i++) {
      names.send(
        of([junk(700), junk(40), QUESTION.subarray(0, below(QUESTION.length)), QUESTION]),
        DNS,
        "127.0.0.1",
      );
      const socket = open();
      const request = of([junk(5000), Buffer.from(get("/")), Buffer.from(long), Buffer.alloc(0)]);
      socket.write(request);
      if (below(3) === 0) socket.resetAndDestroy();
      else setTimeout(() => socket.destroy(), below(500));
      await delay(5);
    }
    for (let i = 0; i < 3; i++) {
      names.send(Buffer.alloc(0), DNS, "127.0.0.1"); // closes the interpreter's socket
      await delay(300);
    }
    names.close();
    await delay(1500);
    expect([...(await ask(QUESTION)).subarray(-4)]).toEqual([192, 168, 4, 1]);
    expect((await state())[0]).toBe("0");
    const after = await usage(board);
    console.log(
      `access point open: ${before.now} variables, ${peak} with three long requests, ${after.peak} in a flood, ${after.now} after it`,
    );
    expect(Math.max(peak, after.peak) - before.now).toBeLessThanOrEqual(PEAK);
    expect(Math.abs(after.now - before.now)).toBeLessThanOrEqual(TOLERANCE);
    expect(mishaps(board)).toEqual([]);
  });
});
