/** Identifies the other end of a port, and explains a port that receives no input. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AWAY, linkTo } from "../../../scripts/flash/board-link.ts";
import type { FoundPort } from "../../../scripts/flash/serial-ports.ts";
import {
  chipOfBootText,
  explainAbsence,
  isOlder,
  whoIsThere,
  type Presence,
} from "../../../scripts/flash/who-is-there.ts";
import { answerTo, fakePort, type FakePort } from "../../support/fake-port.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ESPRUINO = '{"VERSION":"2v29","BOARD":"ESP32C3_IDF4"}';
const BOOT = "ESP-ROM:esp32c3-api1-20210207\r\nBuild:Feb  7 2021\r\nrst:0x1 (POWERON),boot:0xc\r\n";

/** Advances time until it settles. */
async function find(port: FakePort, search = {}): Promise<Presence> {
  const presence = whoIsThere(linkTo(port), search);
  await vi.advanceTimersByTimeAsync(2 * AWAY);
  return presence;
}

describe("at the other end is", () => {
  it("an Espruino that was busy for 20 s", async () => {
    const port = fakePort((line, print) => {
      setTimeout(() => print(answerTo(line, ESPRUINO) ?? "\r\n>"), 20_000);
    });
    expect(await find(port)).toEqual({
      kind: "espruino",
      environment: { VERSION: "2v29", BOARD: "ESP32C3_IDF4" },
    });
  });

  it("an Espruino whose version contains terminal escape sequences", async () => {
    const said = {
      VERSION: "2v29\x1b[31m\nOneNET: online",
      BOARD: `ESP32\x9b2J\x1b]0;x\x07\r${"y".repeat(500)}`,
      MODULES: 1,
    };
    const port = fakePort((line, print) => print(answerTo(line, JSON.stringify(said)) ?? "\r\n>"));
    expect(await find(port)).toEqual({
      kind: "espruino",
      environment: { VERSION: "2v29OneNET: online", BOARD: `ESP322J${"y".repeat(33)}` },
    });
  });

  it("a board that prints but receives nothing", async () => {
    const port = fakePort(() => undefined);
    const printing = setInterval(() => port.print("I (5) wifi:x\r\nOneNET: connecting\r\n>"), 5000);
    expect(await find(port)).toMatchObject({ kind: "deaf" });
    clearInterval(printing);
  });

  it("nothing, reported only after the longest time a board may be busy", async () => {
    const port = fakePort(() => undefined);
    const onWait = vi.fn();
    const presence = whoIsThere(linkTo(port), { onWait });
    let isKnown = false;
    void presence.then(() => (isKnown = true));
    await vi.advanceTimersByTimeAsync(27_000);
    expect(isKnown).toBe(false);
    expect(onWait).toHaveBeenCalledWith(
      expect.stringMatching(/does not respond.* for up to 27 s; waiting 26 s more/),
    );
    await vi.advanceTimersByTimeAsync(3000);
    expect(await presence).toEqual({ kind: "silent", heard: "" });
  });

  it.each([
    ["loader", "rst:0x1,boot:0x3 (DOWNLOAD_BOOT)\r\nwaiting for download\r\n"],
    ["other", "String.fromChar\r\nCode(2)+ SyntaxError: invalid syntax\r\n>>> "], // an echo
    ["other", "\xff\xfe\x80\x00\xf8"], // another speed
  ])("%s", async (kind, text) => {
    const port = fakePort((_line, print, index) => {
      if (index === 0) print(text);
    });
    expect(await find(port)).toMatchObject({ kind });
  });
});

describe("a silent chip behind a serial port", () => {
  function withLines(boots: (port: FakePort) => void) {
    const lines: unknown[] = [];
    const port: FakePort = fakePort((line, print) => {
      if (lines.length > 1) print(isBack ? (answerTo(line, ESPRUINO) ?? "") : "");
    });
    let isBack = false;
    const set = (state: { dtr: boolean; rts: boolean }, done: () => void) => {
      lines.push(state);
      if (!state.rts) boots(port);
      done();
    };
    return { port: Object.assign(port, { set }), lines, answers: () => (isBack = true) };
  }

  it("is restarted by RTS alone, and counts as deaf if only its boot text follows", async () => {
    const { port, lines } = withLines((board) => board.print(BOOT));
    expect(await find(port)).toMatchObject({ kind: "deaf", chip: "esp32c3" });
    expect(lines).toEqual([
      { dtr: false, rts: true },
      { dtr: false, rts: false },
    ]);
  });

  it("answers after the restart if a program kept it busy", async () => {
    const board = withLines(() => board.answers());
    expect(await find(board.port)).toMatchObject({ kind: "espruino" });
  });

  it("is left alone if it must not be interrupted", async () => {
    const { port, lines } = withLines(() => undefined);
    expect(await find(port, { mayInterrupt: false })).toMatchObject({ kind: "silent" });
    expect(lines).toEqual([]);
    expect(port.typed()).not.toContain("\x03");
  });
});

describe("a deaf port", () => {
  const DEAF = { kind: "deaf", heard: "Wi-Fi: joining attic\r\n>" } as const;
  const bridge: FoundPort = { path: "/dev/ttyUSB0", what: "", isLikely: true, socket: "bridge" };
  const own: FoundPort = { path: "/dev/ttyACM0", what: "", isLikely: true, socket: "own" };

  it("of a C3: names the right port, the socket and the wires", () => {
    const text = explainAbsence(DEAF, bridge.path, "esp32c3", [bridge, own]);
    expect(text).toMatch(
      /^\/dev\/ttyUSB0 prints output but receives no input; its last line: Wi-Fi: joining/,
    );
    expect(text).toMatch(/ESP32-C3 takes console input only from the chip's own USB/);
    expect(text).toMatch(/--port \/dev\/ttyACM0/);
    expect(text).toMatch(/marked USB.*303a:1001/);
    expect(text).toMatch(/D- to GPIO18, D\+ to GPIO19/);
  });

  it("of an S3: names other wires, and only existing ports", () => {
    const text = explainAbsence(DEAF, bridge.path, "esp32s3", [bridge]);
    expect(text).toMatch(/D- to GPIO19, D\+ to GPIO20/);
    expect(text).not.toContain("--port");
  });

  it("is explained for the chip that booted, not the one in the board file", () => {
    const heard = { ...DEAF, chip: "esp32c3" } as const;
    expect(explainAbsence(heard, bridge.path, "esp32", [])).toMatch(/ESP32-C3 takes console input/);
  });

  it("on the chip's own USB, or of an ESP32: suggests no other socket", () => {
    expect(explainAbsence(DEAF, own.path, "esp32c3", [own])).toMatch(/the right port: press EN or RST/);
    const esp32 = explainAbsence(DEAF, bridge.path, "esp32", [bridge, own]);
    expect(esp32).not.toMatch(/socket|GPIO/);
    expect(esp32).toMatch(/RX/);
  });
});

it("recognises chips by their boot loader's text", () => {
  expect(chipOfBootText(BOOT)).toBe("esp32c3");
  expect(chipOfBootText("ESP-ROM:esp32s3-20210327\r\n")).toBe("esp32s3");
  expect(chipOfBootText("ets Jun  8 2016 00:22:57\r\n")).toBe("esp32");
  expect(chipOfBootText(">")).toBeUndefined();
});

it("compares versions as numbers", () => {
  expect(isOlder("2v08", "2v19")).toBe(true);
  expect(isOlder("1v99", "2v19")).toBe(true);
  expect(isOlder("2v19", "2v19")).toBe(false);
  expect(isOlder("2v29.277", "2v19")).toBe(false);
  expect(isOlder("3v01", "2v19")).toBe(false);
});
