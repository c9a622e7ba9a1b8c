import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openPort, withoutToken } from "../../../scripts/flash/port.ts";
import { serveConsole, type ConsoleServer } from "../../../scripts/virtual-board/console-server.ts";
import { atTestEnd, bench, HOME, online } from "./lib.ts";

const BROWSER = "closed an HTTP or TLS connection, probably from a web page; executed none of it";
const NO_TOKEN = "closed a connection without the token; executed none of it";
/** Output that a program would not print by itself. */
const CODE = `\nprint("ran")\n`;

let server: ConsoleServer;
let lines: string[];
let refusals: string[];

beforeEach(async () => {
  const run = await bench("");
  lines = run.lines;
  refusals = [];
  server = await serveConsole(run.board, 0, (why) => refusals.push(why));
  atTestEnd(() => server.close());
});

afterEach(() => vi.useRealTimers());

function open(): Socket {
  return connect(server.port, "127.0.0.1").on("error", () => undefined);
}

function token(): string {
  return new URL(server.address).password;
}

/** Everything a connection receives until it closes. */
async function send(...pieces: readonly (string | Buffer)[]): Promise<string> {
  const socket = open();
  const closed = once(socket, "close");
  let heard = "";
  socket.on("data", (bytes) => (heard += bytes.toString("latin1")));
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closed;
  return heard;
}

describe("closes and reports a browser's connection, and runs none of it:", () => {
  it.each([
    [
      "a form",
      `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n${CODE}`,
    ],
    ["text", `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n\r\n${CODE}`],
    ["an image", `GET /?${encodeURIComponent(CODE)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`],
    ["a WebSocket", `GET / HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n${CODE}`],
    ["a preflight request", `OPTIONS / HTTP/1.1\r\nOrigin: http://evil.example\r\n\r\n${CODE}`],
    ["a request through a proxy", `GET http://127.0.0.1/ HTTP/1.1\r\n\r\n${CODE}`],
    ["a call of HTTP/2", `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${CODE}`],
  ])("%s", async (_, text) => {
    expect(await send(text)).toBe("");
    expect(refusals).toEqual([BROWSER]);
    expect(lines).toEqual([]);
  });

  it("TLS", async () => {
    expect(await send(Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]), CODE)).toBe("");
    expect(refusals).toEqual([BROWSER]);
    expect(lines).toEqual([]);
  });

  it("byte by byte", async () => {
    expect(await send(...Array.from("POST / HTTP/1.1\r\n"), CODE)).toBe("");
    expect(refusals).toEqual([BROWSER]);
    expect(lines).toEqual([]);
  });

  it("even with the token where a page could put it", async () => {
    await send(`POST /${token()} HTTP/1.1\r\n${token()}: ${token()}\r\n\r\n${token()}\n${CODE}`);
    expect(lines).toEqual([]);
  });
});

describe("without the token", () => {
  it.each([
    ["no token", CODE],
    ["an empty line", `\n${CODE}`],
    ["a wrong one", `wrong${CODE}`],
    ["a line without an end", "x".repeat(1000) + CODE],
    ["a line of 101 bytes", "x".repeat(101) + CODE],
  ])("runs nothing: %s", async (_, text) => {
    expect(await send(text)).toMatch(/^This console needs its token: /);
    expect(refusals).toEqual([NO_TOKEN]);
    expect(lines).toEqual([]);
  });

  it("sends nothing of the console", async () => {
    const socket = open();
    let heard = "";
    socket.on("data", (bytes) => (heard += String(bytes)));
    await once(socket, "connect");
    const terminal = await openPort(server.address);
    terminal.write("print('secret')\n");
    await expect.poll(() => lines).toEqual(["secret"]);
    expect(heard).toBe("");
    socket.destroy();
    terminal.destroy();
  });

  it("rejects part of the token, or more", async () => {
    await send(`${token().slice(0, -1)}${CODE}`);
    await send(`${token()}x${CODE}`);
    await send(` ${token()}${CODE}`);
    expect(lines).toEqual([]);
  });

  it("closes a silent connection after a while", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const socket = open();
    const closed = once(socket.resume(), "close");
    await once(socket, "connect");
    await expect.poll(() => vi.getTimerCount(), { interval: 1 }).toBeGreaterThan(0);
    await vi.advanceTimersByTimeAsync(10_000);
    await closed;
    expect(refusals).toEqual([NO_TOKEN]);
  });

  it("many connections take up neither memory nor the terminal", async () => {
    const idle = Array.from({ length: 40 }, open);
    await expect.poll(() => idle.filter((socket) => socket.closed).length).toBeGreaterThanOrEqual(20);
    for (const socket of idle) socket.destroy();
    await expect.poll(() => idle.every((socket) => socket.closed)).toBe(true);
    await expect
      .poll(async () => {
        const terminal = await openPort(server.address);
        terminal.on("error", () => undefined).write("print('here')\n");
        await Promise.race([once(terminal, "data"), once(terminal, "close")]);
        terminal.destroy();
        return lines.includes("here");
      })
      .toBe(true);
  });

  it("many silent connections do not keep out one with the token", async () => {
    const idle = Array.from({ length: 40 }, open);
    await expect.poll(() => idle.filter((socket) => socket.closed).length).toBe(20);
    const terminal = await openPort(server.address);
    terminal.on("error", () => undefined).write("print('here')\n");
    await Promise.race([once(terminal, "data"), once(terminal, "close")]);
    await expect.poll(() => lines).toContain("here");
    for (const socket of [...idle, terminal]) socket.destroy();
  });

  it("reports a repeated refusal once", async () => {
    for (let times = 0; times < 5; times++) await send("GET / HTTP/1.1\r\n\r\n");
    await send("wrong\n");
    expect(refusals).toEqual([BROWSER, NO_TOKEN]);
  });
});

describe("with the token", () => {
  it("runs lines sent with it or after it", async () => {
    const socket = open();
    socket.write(`${token()}\r\nprint("one")\n`);
    await expect.poll(() => lines).toEqual(["one"]);
    socket.write(`print("two")\n`);
    await expect.poll(() => lines).toEqual(["one", "two"]);
    socket.destroy();
  });

  it("accepts it in pieces", async () => {
    const socket = open();
    for (const char of `${token()}\nprint("one")\n`) socket.write(char);
    await expect.poll(() => lines).toEqual(["one"]);
    socket.destroy();
  });

  it("uses a different one for each server, and long enough", async () => {
    const other = await serveConsole((await bench("")).board);
    atTestEnd(() => other.close());
    expect(new URL(other.address).password).not.toBe(token());
    expect(Buffer.from(token(), "base64url").length).toBeGreaterThanOrEqual(16);
  });

  it("hides it in a port's displayed name", () => {
    expect(withoutToken(server.address)).toBe(`tcp://127.0.0.1:${server.port}`);
    expect(withoutToken("tcp://board")).toBe("tcp://board");
    expect(withoutToken("/dev/tty@1")).toBe("/dev/tty@1");
  });

  it("hides it in errors about the port", async () => {
    await server.close();
    const { address } = server;
    server = await serveConsole((await bench("")).board);
    await expect(openPort(address)).rejects.toThrow(`nothing listens on ${withoutToken(address)}:`);
    await expect(openPort("tcp://:secret@host/path")).rejects.toThrow(
      "tcp://host/path is not a valid address",
    );
  });
});

it("a board's telnet server also rejects browsers", async () => {
  const run = await bench(online(`print("up");`), { air: HOME });
  await run.seen("up");
  await expect.poll(() => run.board.doors().telnet).toBeGreaterThan(0);
  const telnet = connect(run.board.doors().telnet ?? 0, "127.0.0.1").on("error", () => undefined);
  telnet.write(`POST / HTTP/1.1\r\n\r\n${CODE}`);
  await once(telnet.resume(), "close");
  expect(run.lines).toEqual(["up"]);
});
