import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { atTestEnd, bench, HOME, online, type Bench } from "./lib.ts";

const UP = online(`print("up");`);

/** Waits for the telnet server. @returns its port */
async function listening({ board }: Bench): Promise<number> {
  await expect.poll(() => board.doors().telnet).toBeGreaterThan(0);
  return board.doors().telnet ?? 0;
}

interface Terminal {
  readonly socket: Socket;
  /** Its output. */
  readonly text: () => string;
}

async function terminal(port: number): Promise<Terminal> {
  const socket = connect(port, "127.0.0.1");
  let output = "";
  socket.on("data", (bytes: Buffer) => (output += bytes.toString("latin1")));
  socket.on("error", () => undefined);
  await once(socket, "connect");
  atTestEnd(() => Promise.resolve(socket.destroy()));
  return { socket, text: () => output };
}

describe.each(["esp32", "esp32s3", "esp8266"] as const)("telnet on an %s", (chip) => {
  it("opens with the network and closes without it [chip F13]", async () => {
    const run = await bench(UP, { chip, air: HOME });
    expect(run.board.doors().telnet).toBeUndefined();
    const port = await listening(run);
    const { socket, text } = await terminal(port);
    socket.write("1+2\n");
    await expect.poll(text).toContain("=3");
    run.board.air.drop();
    await once(socket, "close");
    expect(run.board.doors().telnet).toBeUndefined();
  });

  it("closes and opens by TelnetServer.setOptions", async () => {
    const script = `var T = require("TelnetServer"); T.setOptions({mode: "off"}); ${UP}`;
    const run = await bench(script, { chip, air: HOME });
    await run.seen("up");
    expect(run.board.doors().telnet).toBeUndefined();
    run.board.type(`T.setOptions({mode: "on"})\n`);
    await listening(run);
    run.board.type(`T.setOptions({mode: "off"})\n`);
    expect(run.board.doors().telnet).toBeUndefined();
  });

  it("reopens after reset(): only a program closes it", async () => {
    const script = `require("TelnetServer").setOptions({mode: "off"}); ${UP}`;
    const run = await bench(script, { chip, air: HOME });
    await run.seen("up");
    run.board.type(`reset()\n`);
    await expect.poll(() => run.board.timers()).toBe(0);
    run.board.type(`require("Wifi").connect("home")\n`);
    await listening(run);
  });
});

it("telnet gives its console to the newest terminal", async () => {
  const run = await bench(UP, { air: HOME });
  const port = await listening(run);
  const first = await terminal(port);
  const closed = once(first.socket, "close");
  const second = await terminal(port);
  await closed;
  second.socket.write("7*6\n");
  await expect.poll(second.text).toContain("=42");
});

it("telnet asks for the program's password", async () => {
  const run = await bench(`E.setPassword("open sesame"); E.lockConsole(); ${UP}`, { air: HOME });
  const { socket, text } = await terminal(await listening(run));
  socket.write("print('in')\n");
  await expect.poll(text).toContain("Invalid password");
  expect(run.lines).not.toContain("in");
  socket.write("open sesame\nprint('in')\n");
  await run.seen("in");
});

it("a lock survives reset() and load(), its password does not: only a restart opens it [chip F19]", async () => {
  const run = await bench(`if (!require("Storage").read("x")) {
    require("Storage").write("x", "1"); E.setPassword("abc"); E.lockConsole(); setTimeout(load, 1); } else print("again");`);
  await run.seen("again");
  run.board.type("abc\nprint('in')\n");
  expect(run.lines).not.toContain("in");
  await run.board.stop();
  await run.board.start();
  run.board.type("print('in')\n");
  await run.seen("in");
});

describe("a chip without the feature in its image", () => {
  it("has no telnet on a C3", async () => {
    const run = await bench(`try { require("TelnetServer"); } catch (e) { print(e.message); } ${UP}`, {
      chip: "esp32c3",
      air: HOME,
    });
    await run.seen("up");
    expect(run.lines[0]).toBe('Module "TelnetServer" not found');
    expect(run.board.doors()).toEqual({ telnet: undefined, bluetooth: true, upload: false });
  });

  it("has no Bluetooth on an ESP8266, which accepts firmware from the network instead", async () => {
    const run = await bench(`print(typeof NRF); ${UP}`, { chip: "esp8266", air: HOME });
    expect(run.board.doors()).toEqual({ telnet: undefined, bluetooth: false, upload: false });
    await run.seen("up");
    expect(run.lines[0]).toBe("undefined");
    expect(run.board.doors()).toMatchObject({ bluetooth: false, upload: true });
  });
});

describe.each(["esp32", "esp32c3", "esp32s3"] as const)("Bluetooth on an %s", (chip) => {
  it("offers the console from boot until it sleeps or drops its serial port [chip F15]", async () => {
    const { board } = await bench("", { chip });
    const isOpen = () => board.doors().bluetooth;
    expect(isOpen()).toBe(true);
    board.type("NRF.sleep()\n");
    expect(isOpen()).toBe(false);
    board.type("NRF.wake()\n");
    expect(isOpen()).toBe(true);
    board.type("NRF.setServices({}, {uart:false})\n");
    expect(isOpen()).toBe(false);
    board.type("reset()\n");
    await expect.poll(isOpen).toBe(true);
    await board.stop();
    expect(isOpen()).toBe(false);
  });
});
