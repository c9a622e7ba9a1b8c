/** Ctrl-C during `npm run flash`, at each stage: what it says is left, and that it ends within a second. */

import { connect, createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { shippedFile } from "../support/bundles.ts";
import { atEnd, BOARD, consoleOf, emptyBoard, endAfterEach } from "../support/empty-board.ts";
import { startHere, type StartedHere } from "../support/run-here.ts";
import { start } from "../support/run.ts";

await shippedFile(BOARD.name); // no test has the time to build it
endAfterEach();

const argumentsFor = (port: string) => ["esp32-devkit", "--port", port];
const flash = (port: string, ...args: string[]) => startHere("flash", [...argumentsFor(port), ...args]);

/** As a process of its own, which has to end as well. */
function flashAlone(port: string, ...args: string[]) {
  const { child, ...started } = start("flash", [...argumentsFor(port), ...args]);
  return { ...started, interrupt: () => void child.kill("SIGINT") };
}

/** Presses Ctrl-C. @returns the errors printed; none of them is about the board file */
async function interrupt(command: Pick<StartedHere, "interrupt" | "finished">): Promise<string> {
  const before = performance.now();
  command.interrupt();
  const { code, stderr } = await command.finished;
  const took = performance.now() - before;
  expect(code).toBe(130);
  // A second on an idle machine. What this tests for, the time-outs of the waits, take at least 5 s.
  expect(took).toBeLessThan(4000);
  return stderr.replace(/^warning: .*\n/gm, "");
}

describe("interrupted", () => {
  it("while it connects to an address that does not answer: nothing is left", async () => {
    // The queue of connections that are not accepted yet is full.
    const port = await impostor(() => undefined, 1);
    const others = Array.from({ length: 3 }, () => connect(Number(new URL(port).port), "127.0.0.1"));
    atEnd.push(() => others.forEach((socket) => socket.destroy()));
    const command = flashAlone(port, "--example-values");
    await command.printed(/ESP32 DevKit: /);
    expect(await interrupt(command)).toBe("error: interrupted\n");
  });

  it("while it identifies a silent board: nothing is left", async () => {
    let hasAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (hasAsked = resolve));
    const port = await impostor(() => hasAsked());
    const command = flash(port, "--example-values");
    await asked;
    expect(await interrupt(command)).toBe("error: interrupted\n");
  });

  it("after the previous program was erased, before anything was sent: says just that", async () => {
    const { stage } = await emptyBoard();
    stage.device.storage.set(".bootcde", "print('before')");
    let reached: () => void = () => undefined;
    const tool = new Promise<void>((resolve) => (reached = resolve));
    let isErased = false;
    const port = await consoleOf({
      ...stage.device,
      type(bytes: string) {
        isErased ||= bytes.includes(".erase(");
        const isOfTool = isErased && !/fromCharCode|^\s*$/.test(bytes.replaceAll("\x03", ""));
        if (isOfTool) reached();
        else stage.device.type(bytes);
      },
    });
    const command = flash(port);
    await tool;
    expect(await interrupt(command)).toBe(
      "error: interrupted; the board's previous program is erased, and nothing of the new one was sent: flash it again\n",
    );
    expect(stage.device.storage.get(".bootcde")).toBeUndefined();
  });

  it("during the upload: says that a part may be there, and releases the port", async () => {
    const { port, stage } = await emptyBoard();
    stage.device.storage.set(".bootcde", "print('before')");
    const command = flashAlone(port);
    await expect.poll(() => stage.device.storage.get(".bootcde")?.length).toBeGreaterThan(1000);
    expect(await interrupt(command)).toBe(
      "error: interrupted; the board may have only part of the script: flash it again\n",
    );
    await expect.poll(() => answers(port)).toBe(true);
  });

  it("while building: the board is unchanged, and nothing else is printed", async () => {
    const { port, stage } = await emptyBoard();
    stage.device.storage.set(".bootcde", "print('before')");
    const command = flash(port);
    await command.printed(/Espruino 2v29 on ESP32\n/);
    expect(await interrupt(command)).toBe("error: interrupted\n");
    expect(stage.device.storage.get(".bootcde")).toBe("print('before')");
  });

  it("while the board restarts: says that it has the whole script", async () => {
    const { port, stage } = await emptyBoard();
    stage.network[`${BOARD.onenet.server}:${BOARD.onenet.port}`] = 1; // it does not come online
    const command = flash(port);
    await command.printed(/Written to flash; the board restarts\n/);
    expect(await interrupt(command)).toBe(
      "error: interrupted; the board has the whole script and will carry on by itself\n",
    );
  });

  it("while a script runs from RAM: says how to get the program in flash back", async () => {
    const { port, stage } = await emptyBoard();
    stage.network[`${BOARD.onenet.server}:${BOARD.onenet.port}`] = 1;
    const command = flash(port, "--ram");
    await command.printed(/Wi-Fi: joining/);
    expect(await interrupt(command)).toBe(
      "error: interrupted; the program in the board's flash runs again after a restart: press EN or RST\n",
    );
  });
});

/** A TCP server in place of a board's console, which takes anything and says nothing. @returns its address */
async function impostor(onLine: () => void, backlog?: number): Promise<string> {
  const server = createServer((socket) => {
    atEnd.push(() => socket.destroy());
    socket.on("error", () => socket.destroy()).on("data", onLine);
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: "127.0.0.1", backlog }, resolve));
  atEnd.push(() => void server.close());
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Whether the console at an address accepts a connection and a line. */
function answers(port: string): Promise<boolean> {
  const { hostname, port: number } = new URL(port);
  return new Promise((resolve) => {
    const socket = connect(Number(number), hostname);
    const end = (result: boolean) => {
      resolve(result);
      socket.destroy();
    };
    socket.on("error", () => end(false)).on("close", () => end(false));
    socket.on("data", () => end(true));
    socket.write("1\n");
  });
}
