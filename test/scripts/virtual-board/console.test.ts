/** The virtual board's console, as a terminal sees it over TCP. */

import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it, test } from "vitest";
import { serveConsole, type ConsoleServer } from "../../../scripts/virtual-board/console-server.ts";
import { createVirtualBoard } from "../../../scripts/virtual-board/index.ts";
import { CONSOLE_FACTS, withoutLogo } from "./console-facts.ts";
import { atTestEnd, bench, HOME, online } from "./lib.ts";

describe("behaves like the interpreter's console", () => {
  test.for(CONSOLE_FACTS)("$name", async ({ steps }) => {
    const { board } = await bench("");
    let output = "";
    board.on("output", (bytes) => (output += bytes));
    await expect.poll(() => withoutLogo(output)).toBe(">"); // the prompt after the logo came earlier
    for (const step of steps) {
      output = "";
      board.type(step.keys);
      await expect.poll(() => withoutLogo(output)).toBe(step.output);
    }
  });
});

describe("flash", () => {
  it("keeps a program written in pieces over a restart and power-off", async () => {
    const { board, lines, seen } = await bench("print('first')");
    await seen("first");
    board.type(`\x10require("Storage").write(".bootcde","print('sec",0,15);\n`);
    board.type(`\x10require("Storage").write(".bootcde","ond')",10);\nE.reboot()\n`);
    await seen("second");
    await board.stop();
    lines.length = 0;
    await board.start();
    await seen("second");
    expect(lines).not.toContain("first");
  });

  it("is empty after reset(true)", async () => {
    const { board, lines, seen } = await bench("print('first');ran=1");
    await seen("first");
    board.type("reset(true)\n");
    lines.length = 0;
    board.type("\x10print(typeof ran);load();print('loads')\n");
    await seen("undefined");
    await seen("loads");
    board.type("\x10print('end')\n");
    await seen("end");
    expect(lines).toEqual(["undefined", "loads", "end"]);
  });
});

describe("on TCP", () => {
  it("serves one terminal at a time, and the next once it has gone", async () => {
    const board = createVirtualBoard({ script: "", chip: "esp32" });
    const server = await serveConsole(board);
    atTestEnd(async () => {
      await server.close();
      await board.stop();
    });
    await board.start();

    const first = connect(server.port, "127.0.0.1");
    await once(first, "connect");
    first.write(`${tokenOf(server)}\n1+1\n`);
    await answer(first, /=2\r\n>$/);

    const second = connect(server.port, "127.0.0.1");
    second.write(`${tokenOf(server)}\n`);
    await once(second, "close");

    first.destroy();
    await expect
      .poll(async () => {
        const third = connect(server.port, "127.0.0.1");
        third.on("error", () => undefined);
        third.write(`${tokenOf(server)}\n2+2\n`);
        return await answer(third, /=4\r\n>$/).finally(() => third.destroy());
      })
      .toBe(true);
  });

  it("keeps no more of a line than a chip could, and continues", async () => {
    const { board } = await bench("");
    let output = "";
    board.type("'" + "x".repeat(200_000) + "\n");
    board.on("output", (bytes) => (output += bytes));
    board.type("1+1\n");
    await expect.poll(() => output).toBe("1+1\r\n=2\r\n>");
  });
});

function tokenOf({ address }: ConsoleServer): string {
  return decodeURIComponent(new URL(address).password);
}

/** Whether a socket's data matches before it closes. */
function answer(socket: ReturnType<typeof connect>, pattern: RegExp): Promise<boolean> {
  return new Promise((resolve) => {
    let heard = "";
    socket.on("data", (bytes) => {
      heard += bytes.toString("latin1");
      if (pattern.test(heard)) resolve(true);
    });
    socket.on("close", () => resolve(false));
  });
}

describe("a deaf console [chip F37]", () => {
  it("prints but ignores keys; telnet still works", async () => {
    const { board, lines, seen } = await bench(online(`print("up");`), {
      chip: "esp32s3",
      air: HOME,
      deafConsole: true,
    });
    await seen("up");
    board.type("print('typed')\n");
    expect(lines).toEqual(["up"]);
    await expect.poll(() => board.doors().telnet).toBeGreaterThan(0);
    const socket = connect(board.doors().telnet ?? 0, "127.0.0.1");
    socket.write("print('by telnet')\n");
    await seen("by telnet");
    socket.destroy();
  });
});

describe("the driver log [chip F38]", () => {
  it("appears between and within the program's lines; console events have them whole", async () => {
    const start = `${online(`print("Wi-Fi is there"); print("next");`)} print("joining the network");`;
    const { board, lines, seen } = await bench("", { air: HOME, driverLog: true });
    let output = "";
    board.on("output", (bytes) => (output += bytes));
    board.type(`echo(0);${start}\n`);
    await seen("next");
    expect(lines).toEqual(["joining the network", "Wi-Fi is there", "next"]);
    expect(output).toMatch(/joining the?I \(\d+\) wifi:mode : sta [^]*network\r\n/);
    expect(output).toMatch(/\nI \(\d+\) wifi:connected with /);
    expect(output).not.toContain("Wi-Fi is there\r\n");
  });

  it("does not appear on an ESP8266", async () => {
    const { board, seen } = await bench("", { chip: "esp8266", air: HOME, driverLog: true });
    let output = "";
    board.on("output", (bytes) => (output += bytes));
    board.type(`${online(`print("up");`)}\n`);
    await seen("up");
    expect(output).not.toContain("wifi:");
  });
});
