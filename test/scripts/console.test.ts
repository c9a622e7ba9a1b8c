/** A terminal and a pipe connected to a board's console. */

import { once } from "node:events";
import { Duplex, PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AWAY, linkTo } from "../../scripts/flash/board-link.ts";
import { createEchoWatch } from "../../scripts/flash/echo-watch.ts";
import { openPort } from "../../scripts/flash/port.ts";
import { talk } from "../../scripts/flash/talk.ts";
import { serveConsole, type ConsoleServer } from "../../scripts/virtual-board/console-server.ts";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { fakePort, type FakePort } from "../support/fake-port.ts";
import { runHere } from "../support/run-here.ts";

const QUIET = { hint: () => undefined, onDeaf: () => undefined };

describe("npm run console", () => {
  let board: VirtualBoard;
  let server: ConsoleServer;
  const port = () => server.address;

  async function boot(): Promise<void> {
    board = createVirtualBoard({ script: "", chip: "esp32" });
    server = await serveConsole(board);
    await board.start();
  }
  afterEach(async () => {
    await server.close();
    await board.stop();
  });

  it("sends a pipe's lines, shows the answers, and ends", async () => {
    await boot();
    expect(await runHere("console", ["--port", port()], { stdin: "6*7\n" })).toMatchObject({
      code: 0,
      stderr: "",
      stdout: "6*7\r\n=42\r\n>\n",
    });
  });

  it("passes keys on, even Ctrl-C, until Ctrl-]", async () => {
    await boot();
    const keys = new PassThrough();
    const screen = Object.assign(new PassThrough(), { isTTY: true });
    const raw: boolean[] = [];
    const terminal = Object.assign(keys, {
      isTTY: true,
      setRawMode: (isRaw: boolean) => raw.push(isRaw),
    });
    const ended = talk(linkTo(await openPort(port())), terminal, screen, QUIET);
    keys.write("abc\x03");
    await until(screen, /abc\x1b\[D\x1b\[D\x1b\[D\r\x1b\[J>$/); // oxlint-disable-line no-control-regex -- Ctrl-C clears the line
    keys.write("7\n\x1dnever()\n");
    await ended;
    expect(raw).toEqual([true, false]);
  });
});

describe("a console with a password", () => {
  /** Like Espruino's, with another board behind it once unlocked. */
  function locked(): FakePort {
    let isLocked = true;
    return fakePort((line, print) => {
      if (!isLocked) return print(`\r\n=${line}\r\n>`);
      isLocked = line !== "sesame";
      print(isLocked ? "\r\n  Invalid password\r\npassword>" : "\r\n  Logged in.\r\n>");
    });
  }
  const terminal = () => {
    const keys = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
    const screen = Object.assign(new PassThrough(), { isTTY: true });
    return { keys, screen };
  };

  it("gets the one from the board file", async () => {
    const { keys, screen } = terminal();
    const ended = talk(linkTo(locked()), keys, screen, { ...QUIET, password: "sesame" });
    keys.write("\n");
    await until(screen, /Logged in/);
    keys.write("7\n");
    await until(screen, /=7/);
    keys.write("\x1d");
    await ended;
  });

  it("and a wrong one in the board file: reports it, and the user types another", async () => {
    const { keys, screen } = terminal();
    const hints: string[] = [];
    const options = { ...QUIET, password: "wrong1", passwordFrom: "boards/x.json" };
    const hint = (text: string) => void hints.push(text);
    const ended = talk(linkTo(locked()), keys, screen, { ...options, hint });
    keys.write("\n");
    await until(screen, /Invalid[^]*Invalid[^]*password>$/);
    expect(hints).toEqual([
      expect.stringMatching(/console.password in boards\/x\.json.*; type the correct one$/),
    ]);
    expect(hints.join()).not.toContain("wrong1");
    keys.write("sesame\n");
    await until(screen, /Logged in/);
    keys.write("\x1d");
    await ended;
  });

  it("does not unlock for a pipe without it", async () => {
    const lines = new PassThrough();
    const ended = talk(linkTo(locked()), lines, new PassThrough(), { ...QUIET, passwordFrom: "x.json" });
    lines.write("1\n");
    await expect(ended).rejects.toThrow("the board's console needs a password, but x.json has none");
  });
});

describe("input without an echo", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** @returns whether the port was reported as deaf, and if so whether it prints */
  function watch(typed: string, heard: string, time = AWAY): boolean | undefined {
    const onDeaf = vi.fn();
    const echo = createEchoWatch(onDeaf);
    echo.typed(typed);
    if (heard) echo.heard(heard);
    vi.advanceTimersByTime(time);
    echo.end();
    return onDeaf.mock.calls[0]?.[0] as boolean | undefined;
  }

  it("is noticed after the longest time a board may be busy, and no sooner", () => {
    expect(watch("reset()\r", "Wi-Fi: joining\r\n>")).toBe(true);
    expect(watch("reset()\r", "")).toBe(false);
    expect(watch("reset()\r", "Wi-Fi: joining\r\n>", 27_000)).toBeUndefined();
  });

  it.each([
    ["echoed", "reset()\r", "reset()\r\n=undefined\r\n>"],
    ["echoed around the drivers' log", "reset()\r", "resI (5) wifi:x\r\net()\r\n"],
    ["too short to tell", "1\r", "OneNET\r\n"],
    ["edited", "reset(\b()\r", "OneNET\r\n"],
    ["no whole line", "reset()", "OneNET\r\n"],
  ])("is not suspected of input that is %s", (_what, typed, heard) => {
    expect(watch(typed, heard)).toBeUndefined();
  });
});

it("a pipe gets every byte except cursor sequences, even split ones", async () => {
  const output = new PassThrough();
  const board = new Duplex({ read: () => undefined, allowHalfOpen: false });
  const ended = talk(linkTo(board), new PassThrough(), output, QUIET);
  for (const bytes of ["温度\x1b[?7", "l=21\x1b", "[J\r\n"]) board.push(bytes);
  board.push(null);
  await expect(ended).rejects.toThrow("the port closed");
  expect(String(output.read())).toBe("温度=21\r\n\n");
});

/** Resolves when a stream's output so far, or since the last match, matches. */
async function until(stream: PassThrough, pattern: RegExp): Promise<void> {
  for (let text = ""; !pattern.test(text);) {
    const bytes = stream.read() as Buffer | null;
    if (bytes) text += bytes.toString("latin1");
    else await once(stream, "readable");
  }
}
