/** `npm start`: a board, its LED and its traffic in the terminal, and commands typed there. */

import { createInterface } from "node:readline";
import pc from "picocolors";
import { readLight } from "./light.ts";
import type { Stage } from "./stage.ts";
import { watchTraffic } from "./traffic.ts";

const HELP = "on, off, toggle or #rrggbb is sent to the board as a command; help shows this; Ctrl-C ends";

/** How long to wait for the board's answer to a command, in ms. */
const ANSWER_TIMEOUT = 5000;

/**
 * Runs until the user ends it: Ctrl-C, or `quit`.
 * @param write gets each line for the screen
 */
export async function runLive(stage: Stage, write: (line: string) => void): Promise<void> {
  const { board, device, platform } = stage;
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
    platform.on("online", () => line(pc.magenta("platform"), "device online"));
    platform.on("offline", ({ why }) => line(pc.magenta("platform"), `device offline: ${why}`));
    platform.on("datapoint", ({ stream, value, at }) =>
      line(pc.magenta("platform"), `stored ${JSON.stringify(stream)} = ${JSON.stringify(value)} at ${at}`),
    );
    platform.on("violation", ({ sentence, detail }) =>
      line(pc.magenta("platform"), pc.red(`rule broken: ${sentence}: ${detail}`)),
    );
    platform.on("login-refused", ({ why }) => line(pc.magenta("platform"), pc.red(`log-in refused: ${why}`)));
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
      const { response } = await platform.sendCommand(board.onenet.device, text, ANSWER_TIMEOUT);
      const answer = response ? JSON.stringify(response.toString("utf8")) : pc.yellow("no answer");
      line(pc.green("you     "), `${text} → ${answer}`);
    } catch (error) {
      line(pc.green("you     "), pc.yellow((error as Error).message));
    }
  }
}

/** A text in a colour of 24 bits, where the terminal shows colours. */
function paint(colour: readonly number[], text: string): string {
  return pc.isColorSupported ? `\x1b[38;2;${colour.join(";")}m${text}\x1b[39m` : text;
}
