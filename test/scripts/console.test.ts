/** A terminal, and a pipe, joined to a board's console. */

import { once } from "node:events";
import { Duplex, PassThrough } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { linkTo } from "../../scripts/lib/board-link.ts";
import { openPort } from "../../scripts/lib/port.ts";
import { talk } from "../../scripts/lib/talk.ts";
import { serveConsole, type ConsoleServer } from "../../scripts/virtual-board/console-server.ts";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { start } from "../lib/run.ts";

const QUIET = { hint: () => undefined, onDeaf: () => undefined };

describe("npm run console", () => {
  let board: VirtualBoard;
  let server: ConsoleServer;
  const port = () => `tcp://127.0.0.1:${server.port}`;

  async function boot(): Promise<void> {
    board = createVirtualBoard({ script: "", chip: "esp32" });
    server = await serveConsole(board);
    await board.start();
  }
  afterEach(async () => {
    await server.close();
    await board.stop();
  });

  it("sends the lines of a pipe, shows the answers, and ends", async () => {
    await boot();
    const { child, finished } = start("console", ["--port", port()]);
    child.stdin?.end("6*7\n");
    expect(await finished).toMatchObject({ code: 0, stderr: "", stdout: "6*7\r\n=42\r\n>\n" });
  });

  it("gives keys through, Ctrl-C too, until Ctrl-]", async () => {
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
    await until(screen, /abc\x1b\[D\x1b\[D\x1b\[D\r\x1b\[J>$/); // eslint-disable-line no-control-regex -- Ctrl-C clears the line
    keys.write("7\n\x1dnever()\n");
    await ended;
    expect(raw).toEqual([true, false]);
  });
});

it("a pipe gets nothing that moves a cursor, which may come in pieces, and every other byte", async () => {
  const output = new PassThrough();
  const board = new Duplex({ read: () => undefined, allowHalfOpen: false });
  const ended = talk(linkTo(board), new PassThrough(), output, QUIET);
  for (const bytes of ["温度\x1b[?7", "l=21\x1b", "[J\r\n"]) board.push(bytes);
  board.push(null);
  await expect(ended).rejects.toThrow("the port closed");
  expect(String(output.read())).toBe("温度=21\r\n\n");
});

/** Resolves when what a stream gave so far matches. */
async function until(stream: PassThrough, pattern: RegExp): Promise<void> {
  for (let text = ""; !pattern.test(text);) {
    const [bytes] = (await once(stream, "data")) as [Buffer];
    text += bytes.toString("latin1");
  }
}
