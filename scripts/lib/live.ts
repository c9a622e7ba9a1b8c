/** `npm start`: a board, its LED and its traffic in the terminal, and commands typed there. */

import { createInterface } from "node:readline";
import pc from "picocolors";
import { readLight } from "./light.ts";
import type { Stage } from "./stage.ts";
import { watchTraffic } from "./traffic.ts";

const HELP =
  "on, off, toggle, and #rrggbb where the LED has colours, are sent to the board; help shows this; Ctrl-C ends";

/** How long to wait for the board's answer to a command, in ms. */
const ANSWER_TIMEOUT = 5000;

/**
 * Runs until the user ends it: Ctrl-C, or `quit`.
 * @param write gets each line for the screen
 */
export async function runLive(stage: Stage, write: (line: string) => void): Promise<void> {
  const { board, device, server } = stage;
  show();
  const input = createInterface({ input: process.stdin });
  input.on("line", (line) => void obey(line.trim()));

  await device.start();
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
    input.on("line", (line) => {
      if (/^(quit|exit)$/.test(line.trim())) resolve();
    });
  });
  input.close();

  function line(who: string, text: string): void {
    write(`${pc.dim(new Date().toTimeString().slice(0, 8))} ${who.padEnd(9)} ${text}`);
  }

  function show(): void {
    device.on("console", (text) => line(pc.cyan("board   "), text));
    device.on("reboot", () => line(pc.cyan("board   "), pc.yellow("reboots")));
    device.on("fault", (text) => line(pc.cyan("board   "), pc.red(text)));
    for (const event of ["pin", "pwm", "pixels"] as const) device.on(event, led);
    watchTraffic(device, (way, text) => line(pc.dim(way === "up" ? "  ↑     " : "  ↓     "), pc.dim(text)));
    const who = pc.magenta("platform");
    server.events.on("online", () => line(who, "device online"));
    server.events.on("offline", (why) => line(who, `device offline: ${why}`));
    server.events.on("refused", (why) => line(who, pc.red(`log-in refused: ${why}`)));
    server.events.on("violation", (text) => line(who, pc.red(`rule broken: ${text}`)));
    server.events.on("datapoint", (stream, { value, at }) =>
      line(who, `stored ${JSON.stringify(stream)} = ${JSON.stringify(value)}${at ? ` at ${at}` : ""}`),
    );
  }

  function led(): void {
    const { colour, pins } = readLight(board.led, device);
    const isLit = colour.some((part) => part > 0);
    line(pc.bold("LED     "), `${isLit ? paint(colour, "●") : pc.dim("○")} ${pins}`);
  }

  async function obey(text: string): Promise<void> {
    if (text === "" || /^(quit|exit)$/.test(text)) return;
    if (text === "help") {
      write(HELP);
      return;
    }
    try {
      const answer = await server.command(text, ANSWER_TIMEOUT);
      const shown = answer === undefined ? pc.yellow("no answer") : JSON.stringify(answer);
      line(pc.green("you     "), `${text} → ${shown}`);
    } catch (error) {
      line(pc.green("you     "), pc.yellow((error as Error).message));
    }
  }
}

/** A text in a colour of 24 bits, where the terminal shows colours. */
function paint(colour: readonly number[], text: string): string {
  return pc.isColorSupported ? `\x1b[38;2;${colour.join(";")}m${text}\x1b[39m` : text;
}
