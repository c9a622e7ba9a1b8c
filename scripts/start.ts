/** `npm start`: builds a board's script and runs it on a virtual board against a local OneNET. */

import { InvalidArgumentError } from "commander";
import pc from "picocolors";
import type { Board } from "../src/board.ts";
import { DEFAULT_BOARD, loadBoard } from "./lib/boards.ts";
import { parsePort, runCommand, UserError } from "./lib/command.ts";
import type { LocalOneNet } from "./local-onenet/index.ts";

interface Options {
  board: string;
  boards?: number;
  period?: number;
  once?: true;
  tls?: true;
  consolePort?: number;
  host: string;
  port?: number;
  open: boolean;
}

/** Most boards at once: each takes some MB and a share of a processor. */
const MAXIMUM_BOARDS = 200;

const EXAMPLES = `
Examples:
  npm start                               a board, its LED and its web console
  npm start -- --board mpython --period 1 another board, with data points every second
  npm start -- --boards 30                a class of boards
  npm start -- --once                     every step once, for a quick check
`;

const write = (line: string) => console.log(line);

await runCommand(
  "start",
  "Runs a board with no hardware and no account: its script on a virtual board, against a local OneNET.",
  (command) =>
    command
      .option("--board <name>", "name of a file in boards/", DEFAULT_BOARD)
      .option("--tls", "over TLS, whatever the board file says")
      .option("--boards <number>", `so many boards of multiprotocol, up to ${MAXIMUM_BOARDS}`, (text) =>
        whole(text, MAXIMUM_BOARDS),
      )
      .option("--period <s>", "time between two data points, whatever the board file says", (text) =>
        whole(text, 86_400),
      )
      .option(
        "--console-port <port>",
        "the board's own console, over TCP, on 127.0.0.1; 0 for a free one",
        parsePort,
      )
      .option("--host <address>", "of the web console; any but 127.0.0.1 asks for a password", "127.0.0.1")
      .option("--port <port>", "of the web console (default: 8484, or a free one)", parsePort)
      .option("--no-open", "do not open the web console in a browser")
      .option("--once", "go through Wi-Fi, log-in, on, off, toggle, a data point and a ping, then end")
      .addHelpText("after", EXAMPLES),
  async (command) => {
    const options = command.opts<Options>();
    const file = loadBoard(options.board);
    const timed = options.period === undefined ? file : withPeriod(file, options.period);
    const board = options.tls ? overTls(timed) : timed;
    if (options.once) await runOnce(board);
    else if (options.boards !== undefined) await runMany(board, options.boards, options);
    else await runOne(board, options);
  },
);

// TypeScript, Rollup and the broker take a second to load: the functions below load them when they are needed.

/** @returns the board on its stage, not switched on */
async function stageFor(board: Board) {
  const { buildBundle } = await import("./lib/bundle.ts");
  const { setStage } = await import("./lib/stage.ts");
  const { file, code } = await buildBundle(board);
  write(pc.bold(`${board.title}: ${file}, ${code.length} bytes`));
  return setStage(board, code);
}

async function runOnce(board: Board): Promise<void> {
  const { StepError, walkThrough } = await import("./lib/walkthrough.ts");
  const stage = await stageFor(board);
  try {
    await walkThrough(stage, ({ step, seen }) => write(`${pc.green("✓")} ${step.padEnd(10)} ${seen}`));
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    throw new UserError(`✗ ${error.step.padEnd(10)} ${error.message}`);
  } finally {
    await stage.close();
  }
}

async function runOne(board: Board, { consolePort, host, port, open }: Options): Promise<void> {
  const { runLive } = await import("./lib/live.ts");
  const { showConsole } = await import("./lib/show-console.ts");
  const { serveConsole } = await import("./virtual-board/console-server.ts");
  const { createFeed } = await import("./web-console/feed.ts");
  const { watchStage } = await import("./web-console/stage-console.ts");
  const stage = await stageFor(board);
  const { device, server } = stage;
  const ending: (() => unknown)[] = [() => stage.close()];
  try {
    const feed = createFeed();
    const watched = await watchStage(feed, stage);
    ending.push(
      () => watched.close(),
      () => device.stop(),
    );
    const site = { title: board.title, address: server.address };
    const page = await showConsole({ host, port, open }, site, feed, watched.actions, write);
    ending.push(
      () => page.close(),
      () => feed.close(),
    );
    write(server.address);
    if (consolePort !== undefined) {
      const terminal = await serveConsole(device, consolePort);
      ending.push(() => terminal.close());
      write(`console of the board at tcp://127.0.0.1:${terminal.port}`);
    }
    write(`Type on, off, toggle${board.led.kind === "gpio" ? "" : " or #00ff00"}; Ctrl-C ends.`);
    // The first thing that there is to see is a lit LED.
    server.events.once("ready", () => void server.command("on", 5000).catch(() => undefined));
    await runLive(stage, write);
  } finally {
    for (const end of ending.reverse()) await end();
  }
}

async function runMany(board: Board, count: number, { host, port, open }: Options): Promise<void> {
  const { setClassroom } = await import("./lib/classroom.ts");
  const { showConsole } = await import("./lib/show-console.ts");
  const { createFeed } = await import("./web-console/feed.ts");
  const { watchClassroom } = await import("./web-console/classroom-console.ts");
  const ended = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  const classroom = await setClassroom(board, count);
  const { platform } = classroom;
  const address = `Local OneNET: MQTT at 127.0.0.1:${platform.mqttPort}, HTTP at 127.0.0.1:${platform.httpPort}`;
  const site = { title: `${board.title} × ${count}`, address };
  const ending: (() => unknown)[] = [() => classroom.close()];
  try {
    const feed = createFeed();
    const watched = await watchClassroom(feed, classroom);
    ending.push(() => watched.close());
    const page = await showConsole({ host, port, open }, site, feed, watched.actions, write);
    ending.push(
      () => page.close(),
      () => feed.close(),
    );
    write(address);
    tellOfClass(platform, count);
    write("Ctrl-C ends.");
    await classroom.start();
    await ended;
  } finally {
    for (const end of ending.reverse()) await end();
  }
}

/** Greets each board with a lit LED; says when all are there, and what goes wrong. */
function tellOfClass(platform: LocalOneNet, count: number): void {
  const greeted = new Set<string>();
  let online = 0;
  const tell = () => write(`${online} of ${count} boards online`);
  platform.on("online", ({ device }) => {
    if (!greeted.has(device)) void platform.sendCommand(device, "on").catch(() => undefined);
    greeted.add(device);
    if (++online === count) tell();
  });
  platform.on("offline", () => {
    if (online-- === count) tell();
  });
  platform.on("violation", ({ device, detail }) => write(pc.red(`${device} breaks a rule: ${detail}`)));
}

/** @throws UserError where the platform has no TLS */
function overTls({ onenet, ...rest }: Board): Board {
  if (onenet.generation === "multiprotocol") {
    throw new UserError("OneNET's multiprotocol access has no TLS: leave --tls out, or choose another board");
  }
  return { ...rest, onenet: { ...onenet, tls: true, port: 8883 } };
}

function withPeriod(board: Board, period: number): Board {
  return { ...board, streams: board.streams.map((stream) => ({ ...stream, period })) };
}

function whole(text: string, maximum: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > maximum) {
    throw new InvalidArgumentError(`A whole number from 1 to ${maximum} is right.`);
  }
  return number;
}
