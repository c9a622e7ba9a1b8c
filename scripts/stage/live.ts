/** `npm start` in the terminal: what a board's LED or its parts do, its traffic, and commands to type. */

import { createInterface } from "node:readline";
import type { Board } from "../boards/board.ts";
import { takes, type Part } from "../boards/parts.ts";
import { printable, printableJson } from "../local-onenet/text.ts";
import { answerInTime } from "./answer-in-time.ts";
import { untilInterrupted } from "../cli/command.ts";
import { LONGEST_LINE } from "../cli/console-text.ts";
import { readLight, watchLight } from "./light.ts";
import type { Stage } from "./index.ts";
import { describeOutput, watchOutputs } from "./outputs.ts";
import { out, paint } from "../cli/terminal.ts";
import { watchTraffic } from "./traffic.ts";
import { padEnd } from "../cli/columns.ts";
import { inLanguage, t } from "../cli/language.ts";

const HELP = t`Type on, off, toggle or (for a colour LED) #rrggbb to send it to the board; help for this text; Ctrl-C to quit`;
/** The same for a board with parts. */
const HELP_WITH_PARTS = t`Type a command to send it to the board; help for this text; Ctrl-C to quit`;

const shown = (value: unknown) => printableJson(value, LONGEST_LINE);

type Write = (line: string) => void;

/** Runs until Ctrl-C or `quit`: sends what is typed to the board that is on the stage. */
export async function runLive(stage: () => Stage, write: Write): Promise<void> {
  const input = createInterface({ input: process.stdin });
  input.on("line", (line) => void handle(line.trim()));
  const quit = new Promise<void>((resolve) => {
    input.on("line", (line) => {
      if (/^(quit|exit)$/.test(line.trim())) resolve();
    });
  });
  await Promise.race([untilInterrupted(), quit]);
  input.close();

  async function handle(text: string): Promise<void> {
    if (text === "" || /^(quit|exit)$/.test(text)) return;
    const { board, server } = stage();
    if (text === "help") {
      for (const line of helpFor(board)) write(line);
      return;
    }
    try {
      const send = (timeout: number) => server.command(text, timeout);
      const report = (outcome: string) =>
        writeLine(write, out.green(padEnd(t`you`, 8)), `${text} → ${outcome}`);
      const late = (answer: string) => report(t`${shown(answer)}, late`);
      const answer = await answerInTime(board.onenet.generation, send, late);
      report(answer === undefined ? out.yellow(t`no reply yet`) : shown(answer));
    } catch (error) {
      writeLine(
        write,
        out.green(padEnd(t`you`, 8)),
        out.yellow(printable(inLanguage((error as Error).message), LONGEST_LINE)),
      );
    }
  }
}

/** @param who eight columns of a terminal */
function writeLine(write: Write, who: string, text: string): void {
  write(`${out.dim(new Date().toTimeString().slice(0, 8))} ${who}  ${text}`);
}

/** Writes what happens on a stage. Call this before the board is switched on. */
export function showLive({ board, device, server }: Stage, write: Write): void {
  const line = (who: string, text: string) => writeLine(write, who, text);
  show();

  function show(): void {
    const itself = out.cyan(padEnd(t`board`, 8));
    if (board.sleep)
      line(itself, t`stays awake for 30 s after this first start; after a sleep, only as long as it needs`);
    device.on("console", (text) => line(itself, printable(text, LONGEST_LINE)));
    device.on("reboot", () => line(itself, out.yellow(t`reboots`)));
    device.on("sleep", () => {
      const { awake, asleep, radio, flashWrites } = device.usage();
      const seconds = (ms: number) => (ms / 1000).toFixed(1);
      const text = t`sleeps; so far awake ${seconds(awake)} s of ${seconds(awake + asleep)} s, radio ${seconds(radio)} s, ${flashWrites} writes to flash`;
      line(itself, out.yellow(text));
    });
    device.on("fault", (text) => line(itself, out.red(printable(inLanguage(text), LONGEST_LINE))));
    if (board.parts === undefined) watchLight(board.led, device, led);
    else watchOutputs(board.parts, device, output);
    watchTraffic(device, (way, text) => line(out.dim(way === "up" ? "  ↑     " : "  ↓     "), out.dim(text)));
    const who = out.magenta(padEnd(t`platform`, 8));
    server.events.on("online", () => line(who, t`device online`));
    server.events.on("offline", (why) => line(who, t`device offline: ${inLanguage(why)}`));
    server.events.on("refused", (why) => line(who, out.red(t`log-in refused: ${inLanguage(why)}`)));
    server.events.on("violation", (text) => line(who, out.red(t`rule broken: ${inLanguage(text)}`)));
    server.events.on("datapoint", (stream, { value, at }) =>
      line(
        who,
        at
          ? t`stored ${shown(stream)} = ${shown(value)} at ${at}`
          : t`stored ${shown(stream)} = ${shown(value)}`,
      ),
    );
  }

  function led(): void {
    const { colour, pins } = readLight(board.led, device);
    const isLit = colour.some((part) => part > 0);
    line(out.bold("LED     "), `${isLit ? paint(colour, "●") : out.dim("○")} ${pins}`);
  }

  function output(part: Part): void {
    const { colour } = readLight(part.kind === "light" ? part.led : undefined, device);
    const isLit = colour.some((level) => level > 0);
    const dot = part.kind !== "light" ? "" : isLit ? `${paint(colour, "●")} ` : `${out.dim("○")} `;
    line(out.bold(part.name.padEnd(8)), dot + describeOutput(part, device));
  }
}

function helpFor({ parts }: Board): string[] {
  if (parts === undefined) return [HELP];
  const commands = parts.map((part) => [part.name, takes(part)] as const);
  const width = Math.max(...commands.map(([name]) => name.length));
  return [
    HELP_WITH_PARTS,
    ...commands.map(([name, taken]) =>
      taken === t`nothing` ? `  ${name}` : `  ${name.padEnd(width)}  ${taken}`,
    ),
  ];
}
