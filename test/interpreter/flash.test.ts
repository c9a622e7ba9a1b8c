/** The real espruino tool and `npm run flash` with a real Espruino. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { linkTo } from "../../scripts/flash/board-link.ts";
import { flash, type FlashOptions } from "../../scripts/flash/index.ts";
import { closePort, openPort } from "../../scripts/flash/port.ts";
import { startServerSide, type ServerSide } from "../../scripts/stage/server-side.ts";
import { standIns } from "../../scripts/bench/stand-ins.ts";
import { shipped, shippedFile } from "../support/bundles.ts";
import { CONSOLE_FACTS, withoutLogo } from "../scripts/virtual-board/console-facts.ts";
import { startBoard, type InterpreterBoard } from "./board.ts";
import { ESPRUINO, WITHOUT } from "./espruino.ts";

const BOARD = shipped("esp32-devkit");
if (ESPRUINO) await shippedFile(BOARD.name); // not during an upload

describe("the console matches the virtual board's", () => {
  test.for(CONSOLE_FACTS)("$name", async ({ steps }, { skip }) => {
    if (!ESPRUINO) return skip(WITHOUT);
    const board = await startBoard(ESPRUINO);
    try {
      await expect.poll(() => withoutLogo(board.printed())).toBe("(logo)>");
      for (const { keys, output } of steps) {
        const before = board.printed().length;
        board.type(keys);
        await expect.poll(() => withoutLogo(board.printed().slice(before))).toBe(output);
      }
    } finally {
      await board.stop();
    }
  });
});

describe("a bundle flashed to a real Espruino", () => {
  let server: ServerSide;
  let board: InterpreterBoard;

  beforeEach(async (context) => {
    if (!ESPRUINO) return context.skip(WITHOUT);
    server = await startServerSide(BOARD, {}, () => {
      throw new Error("there is no virtual board");
    });
    const port = Object.values(server.network)[0] ?? 0;
    board = await startBoard(ESPRUINO, standIns(port, server.time.port));
  });
  afterEach(async () => {
    if (!ESPRUINO) return;
    await board.stop();
    await server.close();
  });

  async function run(port: string, changes: Partial<FlashOptions> = {}): Promise<string[]> {
    const shown: string[] = [];
    await flash({
      port,
      chip: BOARD.chip,
      build: () => shippedFile(BOARD.name),
      toRam: false,
      patience: 20_000,
      signal: new AbortController().signal,
      show: {
        step: (text) => void shown.push(text),
        progress: () => undefined,
        wait: () => undefined,
        left: () => undefined,
        board: (line) => void shown.push(line),
      },
      ...changes,
    });
    return shown;
  }

  /** The value of an expression on the board. */
  async function ask(expression: string): Promise<unknown> {
    const link = linkTo(await openPort(board.port));
    try {
      return (await link.ask(expression)).value;
    } finally {
      await link.close();
    }
  }

  it("runs from flash, after its restart and after a power cycle", async () => {
    const shown = await run(board.port);
    expect(shown.join("\n")).toMatch(
      /^Espruino 2v\d+.* on LINUX.*\nWritten to flash[^]*AP off\n[^]*OneNET: online$/,
    );

    const before = board.printed().length;
    board.powerCycle();
    await expect.poll(() => board.printed().slice(before)).toMatch(/OneNET: online/);
  });

  it("runs from RAM after a restart, and is gone after another", async () => {
    expect(await run(board.port, { toRam: true })).toContain("OneNET: online");
    expect(board.starts()).toBe(2); // nothing of the previous program stays
    const before = board.printed().length;
    board.powerCycle();
    await expect.poll(() => board.printed().slice(before)).toMatch(/Donate\r\n\r\n>$/);
    expect(board.printed().slice(before)).not.toMatch(/OneNET/);
  });

  it("can be uploaded over a pseudo terminal, like over a serial port", async (context) => {
    const pty = await openPty(board.port);
    if (!pty) return context.skip("skipped: python3 makes the pseudo terminal");
    try {
      expect(await run(pty.path)).toContain("OneNET: online");
      const other = await openPort(pty.path);
      await expect(run(pty.path)).rejects.toThrow(`${pty.path} is in use: close the program that has it`);
      await closePort(other);
    } finally {
      await pty.close();
    }
  });

  it("does not fit: reports the free space and how to make room, and the previous program stays", async () => {
    const link = linkTo(await openPort(board.port));
    await link.ask('require("Storage").write(".bootcde","print(1)")');
    await link.ask('require("Storage").write("photos","x",0,260000)');
    await link.close();
    await expect(run(board.port)).rejects.toThrow(
      /^the board's flash is full: the script needs \d+ bytes, and at most \d+ can be freed; [^]*eraseAll/,
    );
    expect(await ask('require("Storage").read(".bootcde")')).toBe("print(1)");
  });

  it("replaces a program that runs from flash after erased ones", async () => {
    // Its functions are in flash, after space that a compaction frees, and run ten times a second.
    const old = "x=0;setInterval(function(){x++;print('runs');},100);";
    for (const line of [
      `write("old","a",0,200000)`,
      `write("kept","b",0,2000)`,
      `write(".bootcde",${JSON.stringify(`${old}//`)}.padEnd(30000,"y"))`,
      `write(".bootrst","print('of a restart')")`,
      `erase("old")`,
    ]) {
      await ask(`require("Storage").${line}`);
    }
    const before = board.printed().length;
    board.powerCycle();
    await expect.poll(() => board.printed().slice(before)).toMatch(/of a restart/);
    await ask('require("Storage").erase(".bootrst")');
    board.powerCycle();
    await expect.poll(() => board.printed().slice(before)).toMatch(/runs\r\n[^]*runs\r\n/);

    const shown = await run(board.port);
    expect(shown.join("\n")).toMatch(
      /Flash compacted: \d+ bytes are free\nWritten to flash[^]*OneNET: online$/,
    );
    expect(await ask(`require("Storage").getStats().trashBytes`)).toBeLessThan(100); // what the program wrote since
    expect(await ask('require("Storage").read("kept",0,1)')).toBe("b");
    expect(shown.join("\n")).not.toMatch(/Uncaught|runs/);
  });

  it("replaces a program that would restart at each reset()", async () => {
    await ask(`require("Storage").write(".bootrst","print('of a restart')")`);
    const shown = await run(board.port);
    expect(shown).not.toContain("of a restart");
    expect(await ask('require("Storage").list()')).not.toContain(".bootrst");
  });

  it("waits for a busy interpreter, and does not mistake a late answer for another", async () => {
    await expect.poll(() => board.printed()).toMatch(/>$/);
    board.pause();
    const shown = run(board.port);
    setTimeout(() => board.resume(), 9000);
    expect(await shown).toContain("OneNET: online");
  });

  it("can be uploaded through a password-protected console only with the password", async () => {
    await ask(`require("Storage").write(".bootcde","E.setPassword('sesame');E.lockConsole();")`);
    board.powerCycle();
    await expect.poll(() => board.printed()).toMatch(/password>$/);
    await expect(run(board.port, { passwordFrom: "boards/x.json" })).rejects.toThrow(
      /boards\/x\.json has none/,
    );
    await expect(run(board.port, { password: "tree", passwordFrom: "boards/x.json" })).rejects.toThrow(
      "the board's console has a different password: console.password in boards/x.json must match",
    );
    expect(await run(board.port, { password: "sesame" })).toContain("OneNET: online");

    await ask(`require("Storage").write(".bootcde","E.setPassword('sesame');E.lockConsole();")`);
    board.powerCycle();
    await expect.poll(() => board.printed()).toMatch(/password>$/);
    expect(await run(board.port, { password: "sesame", toRam: true })).toContain("OneNET: online");
  });

  it("is uploaded with the modules it requires", async () => {
    const directory = await mkdtemp(join(tmpdir(), "flash-"));
    const file = join(directory, "script.js");
    await writeFile(join(directory, "greeting.js"), 'exports.word = function () { return "hello"; };');
    const code =
      'setTimeout(function () { print(require("greeting").word()); print("OneNET: online"); }, 50);';
    await writeFile(file, `${code}//${"x".repeat(600)}\n`);
    try {
      const modules = { directory, url: "http://127.0.0.1:1" };
      expect(await run(board.port, { build: () => Promise.resolve(file), modules })).toContain("hello");
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("throws at boot: shows the error and its position", async () => {
    const directory = await mkdtemp(join(tmpdir(), "flash-"));
    const file = join(directory, "script.js");
    await writeFile(file, `lamp.on();//${"x".repeat(600)}\n`);
    try {
      await expect(run(board.port, { build: () => Promise.resolve(file) })).rejects.toThrow(
        /^the program stopped with an error: ReferenceError: "lamp" is not defined\n +at boot code/,
      );
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

/** A pseudo terminal whose other end is a TCP connection; undefined without python3. */
async function openPty(port: string): Promise<{ path: string; close(): Promise<void> } | undefined> {
  const { hostname, port: number } = new URL(port);
  const python = spawn("python3", ["-u", "-c", PTY, hostname, number], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const first = await Promise.race([
    once(python.stdout, "data") as Promise<[Buffer]>,
    once(python, "error").then(() => undefined),
  ]).catch(() => undefined);
  if (!first) return undefined;
  return {
    path: first[0].toString().trim(),
    async close() {
      const exited = once(python, "exit");
      python.kill();
      await exited;
    },
  };
}

const PTY = `
import os, pty, select, socket, sys, tty
master, slave = pty.openpty()
tty.setraw(slave)
net = socket.create_connection((sys.argv[1], int(sys.argv[2])))
print(os.ttyname(slave))
while True:
    for source in select.select([master, net], [], [])[0]:
        data = os.read(master, 4096) if source is master else net.recv(4096)
        if not data: sys.exit()
        if source is master: net.sendall(data)
        else: os.write(master, data)
`;
