/** A board that is set up by phone, on the virtual board: its access point, its name server, its page. */

import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { createClock } from "../../scripts/virtual-board/clock.ts";
import {
  createVirtualBoard,
  type AccessPoint,
  type VirtualBoard,
} from "../../scripts/virtual-board/index.ts";
import { plain } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";
import { ask, form, get, mumble, post, send, stateOf, type Answer, type State } from "../support/phone.ts";

const BOARD = plain({ name: "by-phone", title: "温室 <1>", setup: { button: 0, password: "" } });
const SCRIPT = await buildScript(BOARD);
/** What the board says as it joins the network of its file. */
const JOINING_OWN = `Wi-Fi: joining ${BOARD.wifi.ssid as string}`;
const HOME: AccessPoint = { ssid: "家里", password: "密码-好的" };
const GBK: AccessPoint = { ssid: { hex: "d6d0b9fa" }, rssi: -70 };

let files: Map<string, string>;
let device: VirtualBoard;
let lines: string[];

/** @param broker its port */
function make(air: readonly AccessPoint[], broker?: number, script = SCRIPT): void {
  device = createVirtualBoard({
    script,
    chip: "esp32",
    clock: createClock(1e12),
    storage: files,
    air,
    ...(broker === undefined ? {} : { network: { "broker.example:1883": broker } }),
    mac: "24:0a:c4:00:4c:1f",
  });
  lines = [];
  device.on("console", (line) => lines.push(line));
}

beforeEach(() => {
  files = new Map();
  make([HOME, GBK]);
});
afterEach(() => device.stop());

const settle = () => device.clock.advance(0);
const pass = (s: number) => device.clock.advance(s * 1000);
const talk = (request: string | Uint8Array): Promise<Answer> => send(device, request, settle);
const state = async (): Promise<State> => stateOf(await talk(get("/state")));

/** Starts the board and waits until its access point is open, as no network of its own answers. */
async function open(): Promise<void> {
  await device.start();
  await pass(61);
}

it("opens an access point of its own after a minute without a network", async () => {
  await device.start();
  await pass(58);
  expect([device.accessPoint(), device.tcpPort(80)]).toEqual([undefined, undefined]);
  await pass(3);
  expect(device.accessPoint()).toEqual({ ssid: "setup-4c1f", password: "240ac4004c1f" });
  expect(lines).toContain("Setup: access point setup-4c1f is open");
});

it("tells of a wrong password, takes the right one, and closes", async () => {
  await open();
  await pass(15);
  expect((await talk(get("/"))).status).toBe(200);
  const found = [`${Buffer.from("家里").toString("hex")}*`, "d6d0b9fa"];
  expect(await state()).toEqual({ phase: 0, detail: "", networks: found });
  expect((await talk(form("家里", "12345678", "", "", ""))).status).toBe(200);
  expect((await state()).phase).toBe(1);
  await pass(5);
  expect(await state()).toEqual({
    phase: 2,
    detail: "disconnected, 4WAY_HANDSHAKE_TIMEOUT",
    networks: found,
  });
  expect(files.has("setup")).toBe(false);
  lines.length = 0;
  await pass(30);
  expect(lines).not.toContain(JOINING_OWN);
  expect((await talk(form("家里", "密码-好的", "", "", ""))).status).toBe(200);
  await pass(5);
  expect((await state()).phase).toBe(3);
  expect(device.accessPoint()).toBeDefined();
  await pass(21);
  expect([device.accessPoint(), device.tcpPort(80), device.udpPort(53)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(lines).toContain("Setup: access point closed");
  await device.stop();
  make([HOME]);
  await device.start();
  await pass(3);
  expect(lines).toContain("Wi-Fi: connected, address 192.168.1.20");
  await pass(100);
  expect(device.accessPoint()).toBeUndefined();
});

it("is open for ten minutes only", async () => {
  await open();
  await pass(590);
  expect([(await state()).phase, device.accessPoint()]).toEqual([0, expect.anything()]);
  await pass(12);
  expect([device.accessPoint(), device.tcpPort(80)]).toEqual([undefined, undefined]);
  await pass(1000);
  expect(lines.filter((line) => line.endsWith("is open"))).toHaveLength(1);
});

it("closes by itself when a network answers and no phone is there", async () => {
  await open();
  device.air.add({ ssid: "lab", password: "" });
  const { ssid, password } = BOARD.wifi;
  device.air.add(password === "" ? { ssid } : { ssid, password });
  await pass(120);
  expect([device.accessPoint(), lines.at(-1)]).toEqual([undefined, expect.anything()]);
  expect(lines).toContain("Setup: access point closed");
});

describe("with its button held at boot", () => {
  it("opens beside its own network, and goes back to it after a failure", async () => {
    const { ssid, password } = BOARD.wifi;
    await device.stop();
    make([password === "" ? { ssid } : { ssid, password }, HOME]);
    await device.start();
    device.setLevel(0, 0);
    await pass(5);
    expect(lines).toContain("Wi-Fi: connected, address 192.168.1.20");
    expect(device.accessPoint()).toBeDefined();
    await talk(form("家里", "not the one", "", "", ""));
    await pass(5);
    expect((await state()).phase).toBe(2);
    lines.length = 0;
    await pass(70);
    expect(lines).toContain("Wi-Fi: connected, address 192.168.1.20");
    expect(files.has("setup")).toBe(false);
  });

  it("does not open later", async () => {
    const { ssid, password } = BOARD.wifi;
    await device.stop();
    make([password === "" ? { ssid } : { ssid, password }]);
    await device.start();
    await pass(10);
    device.setLevel(0, 0);
    await pass(60);
    expect(device.accessPoint()).toBeUndefined();
  });
});

describe("the platform's fields", () => {
  /** Sets the board up with another user name, and passes its restart. */
  async function setFields(userName: string): Promise<void> {
    await open();
    await talk(form("家里", "密码-好的", "", userName, ""));
    await pass(5);
    expect((await state()).phase).toBe(4);
    expect(device.accessPoint()).toBeDefined();
    await pass(22);
    expect(lines.filter((line) => line === BOARD.title)).toHaveLength(2);
  }

  it("stay when the platform accepts them", async () => {
    const broker = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (bytes) => {
        const isAccepted = bytes.includes("another");
        if (bytes[0] === 0x10) socket.write(Uint8Array.of(0x20, 2, 0, isAccepted ? 0 : 5));
      });
    }).listen(0, "127.0.0.1");
    await once(broker, "listening");
    await device.stop();
    make([HOME], (broker.address() as AddressInfo).port);
    await setFields("another");
    await pass(10);
    expect((await state()).phase).toBe(7);
    await pass(25);
    expect([device.accessPoint(), files.has("setup0")]).toEqual([undefined, false]);
    expect(files.get("setup")).toContain("another");
    await device.stop();
    broker.close();
  });

  it("are undone when the platform is not reached with them; the network stays", async () => {
    await setFields("another");
    expect((await state()).phase).toBe(5);
    await pass(185);
    expect(lines.filter((line) => line === BOARD.title)).toHaveLength(3);
    expect((await state()).phase).toBe(6);
    expect(lines.slice(lines.lastIndexOf(BOARD.title))).toContain("Wi-Fi: joining 家里");
    expect(files.get("setup")).not.toContain("another");
    await pass(605);
    expect([device.accessPoint(), files.has("setup0")]).toEqual([undefined, false]);
  });
});

it("with updates, what a phone has not set comes from the loader", async () => {
  const board = {
    ...BOARD,
    name: "by-phone-with-updates",
    setup: { password: "open the page" },
    update: { key: "a key for the updates of tests", server: "192.168.1.5", port: 80 },
    remote: { log: "all" },
  } satisfies Board;
  let logIn = Buffer.alloc(0);
  const broker = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      if (bytes[0] !== 0x10) return;
      logIn = bytes;
      socket.write(Uint8Array.of(0x20, 2, 0, 0));
    });
  }).listen(0, "127.0.0.1");
  await once(broker, "listening");
  await device.stop();
  make([HOME], (broker.address() as AddressInfo).port, await buildScript(board));
  await open();
  expect(lines[0]).toBe(BOARD.title);
  expect(lines).toContain(JOINING_OWN);
  expect(device.accessPoint()).toEqual({ ssid: "setup-4c1f", password: "open the page" });
  expect((await talk(get("/"))).body).toContain(String.raw`T="\u6e29\u5ba4 \u003c1>",`);
  await talk(form("家里", "密码-好的", "", "another", ""));
  await pass(30);
  expect((await state()).phase).toBe(7);
  for (const text of [board.onenet.device, "another", "a password for tests"])
    expect(logIn.includes(text)).toBe(true);
  await device.stop();
  broker.close();
});

describe("whatever comes over its access point", () => {
  it("a form that is not the page's changes nothing", async () => {
    await open();
    const hex = (text: string) => Buffer.from(text).toString("hex");
    for (const [status, request] of [
      [400, post("")],
      [400, post(",".repeat(2000))],
      [400, form("家里")],
      [400, form("家里", "12345678", "", "", "", "")],
      [400, form("", "12345678", "", "", "")],
      [400, form("x".repeat(32), "12345678", "", "", "")],
      [400, form("a\0b", "12345678", "", "", "")],
      [400, form("家里", "1234567", "", "", "")],
      [400, form("家里", "x".repeat(64), "", "", "")],
      [400, form("家里", "1234\n5678", "", "", "")],
      [400, form("家里", "12345678", "x".repeat(256), "", "")],
      [400, form("家里", "12345678", "a b", "", "")],
      [400, post(`${hex("家里")},3,,,`)],
      [400, post(`${hex("家里")},zz,,,`)],
      [400, post(`${hex("家里").toUpperCase()},,,,`)],
      [403, post(`${hex("家里")},,,,`, "Accept: */*")],
      [403, post(`${hex("家里")},,,,`, "Origin: http://evil.example")],
      [403, post(`${hex("家里")},,,,`, "Origin: null")],
      [403, post(`${hex("家里")},,,,`, "Origin: http://evil.example").replace("192.168.4.1", "evil.example")],
      [411, "POST / HTTP/1.1\r\nHost: 192.168.4.1\r\nOrigin: http://192.168.4.1\r\n\r\n"],
      [413, post("x".repeat(4000))],
      [413, `GET / HTTP/1.1\r\nCookie: ${"x".repeat(4000)}`],
      [302, get("/generate_204", "connectivitycheck.gstatic.com")],
      [302, get("/setup")],
      [302, "\0\x01\r\n\r\n"],
    ] as const) {
      const answer = await talk(request);
      expect([answer.status, request.slice(0, 200)]).toEqual([status, request.slice(0, 200)]);
      if (status === 302) expect(answer.head).toContain("\r\nLocation: http://192.168.4.1/\r\n");
    }
    expect([(await state()).phase, files.has("setup")]).toEqual([0, false]);
    expect(lines.filter((line) => /Uncaught|Setup: trying/.test(line))).toEqual([]);
  });

  it("a connection that says nothing does not keep others out for long", async () => {
    await open();
    const mute = await Promise.all(["", "GET", "POST / HTTP/1.1\r\n"].map((text) => mumble(device, text)));
    await settle();
    expect((await talk(get("/state"))).body).toBe("");
    expect(mute.map((each) => each.isEnded())).toEqual([false, false, false]);
    await pass(11);
    expect(mute.map((each) => each.isEnded())).toEqual([true, true, true]);
    for (const each of mute) each.close();
    await settle();
    expect((await state()).phase).toBe(0);
  });

  it("nothing that was set can be read back", async () => {
    await open();
    await talk(form("家里", "密码-好的", "", "", ""));
    await pass(5);
    for (const path of ["/", "/state", "/setup", "/.wificfg"]) {
      const { body, head } = await talk(get(path));
      for (const secret of ["密码-好的", Buffer.from("密码-好的").toString("hex"), "a password for tests"])
        expect(head + body).not.toContain(secret);
    }
  });

  it("takes a network whose name is not UTF-8", async () => {
    await open();
    await talk(form(Buffer.from("d6d0b9fa", "hex"), "", "", "", ""));
    await pass(5);
    expect((await state()).phase).toBe(3);
    expect(lines).toContain("Wi-Fi: connected, address 192.168.1.20");
  });

  it("every name leads to its page, and other questions get no answer", async () => {
    await open();
    const name = Buffer.from("\x07captive\x05apple\x03com\0", "latin1");
    const head = Buffer.from("123401000001000000000000", "hex");
    const question = (type: number, rest = name) =>
      Buffer.concat([Buffer.from("abcd", "hex"), head.subarray(2), rest, Buffer.from([0, type, 0, 1])]);
    const address = await ask(device, Buffer.concat([question(1)]), settle);
    expect(address?.subarray(0, 2).toString("hex")).toBe("abcd");
    expect(address?.subarray(-4)).toEqual(Buffer.from([192, 168, 4, 1]));
    expect(address?.readUInt16BE(6)).toBe(1);
    expect((await ask(device, question(28), settle))?.readUInt16BE(6)).toBe(0);
    expect(await ask(device, question(1).subarray(0, 20), settle)).toBeUndefined();
    expect(await ask(device, Buffer.alloc(12, 255), settle)).toBeUndefined();
    expect(await ask(device, Buffer.alloc(0), settle)).toBeUndefined(); // closes the interpreter's socket
    await pass(2);
    expect((await ask(device, question(1), settle))?.readUInt16BE(6)).toBe(1);
    expect((await state()).phase).toBe(0);
  });
});

it("nothing of it is in the script of a board that does not ask for it", async () => {
  const script = await buildScript(plain());
  for (const word of ["startAP", "createServer", "192.168.4.1", "setup"]) {
    expect([SCRIPT.includes(word), script.includes(word)]).toEqual([true, false]);
  }
});
