/** `npm start`: builds a board's script and runs it on a virtual board against a local OneNET. */

import type { Board } from "./boards/board.ts";
import {
  BoardError,
  BOARDS_DIRECTORY,
  DEFAULT_BOARD,
  formatMistake,
  listBoards,
  loadBoard,
  placeFindings,
} from "./boards/index.ts";
import { serverKind } from "./boards/mqtt.ts";
import { boardOf } from "./boards/arguments.ts";
import {
  examples,
  EXIT,
  parsePort,
  printJson,
  runCommand,
  untilInterrupted,
  UserError,
  warn,
  wholeNumber,
} from "./cli/command.ts";
import { createBuilder } from "./compile/builder.ts";
import { createProgress } from "./cli/progress.ts";
import { out } from "./cli/terminal.ts";
import { watchFolders } from "./cli/watch-folders.ts";
import type { LocalOneNet, ThingModel } from "./local-onenet/index.ts";
import type { ConsoleServer } from "./virtual-board/console-server.ts";
import { padEnd } from "./cli/columns.ts";
import { inBoth, t } from "./cli/language.ts";

interface Options {
  boards?: number;
  period?: number;
  once?: true;
  json?: true;
  tls?: true;
  consolePort?: number;
  host: string;
  port?: number;
  open: boolean;
  thingModel?: string;
}

/** Most boards at once: each takes several MB and processor time. */
const MAXIMUM_BOARDS = 200;

/** How long after the start the build is prepared for the first change, in ms: until then, the board needs the processor. */
const WARM_AFTER = 2000;

const write = (line: string) => console.log(line);

await runCommand(
  "start",
  t`Runs a board without hardware or an account: its script on a virtual board, against a local OneNET.`,
  (command) =>
    command
      .argument("[board]", t`name of a file in boards/ (default: ${DEFAULT_BOARD})`)
      .option("--board <name>", t`same as the [board] argument`)
      .option("--tls", t`use TLS, whatever the board file says`)
      .option(
        "--boards <number>",
        t`number of boards, of a multiprotocol board file, up to ${MAXIMUM_BOARDS}`,
        wholeNumber(MAXIMUM_BOARDS),
      )
      .option(
        "--period <seconds>",
        t`time between two data points, whatever the board file says`,
        wholeNumber(86_400),
      )
      .option(
        "--console-port <port>",
        t`open the board's console over TCP on 127.0.0.1, protected by a token; 0 for a free port`,
        parsePort,
      )
      .option(
        "--host <address>",
        t`address of the web console; any but 127.0.0.1 asks for a password`,
        "127.0.0.1",
      )
      .option("--port <port>", t`port of the web console (default: 8484, or a free one)`, parsePort)
      .option("--no-open", t`do not open the web console in a browser`)
      .option(
        "--thing-model <file>",
        t`use a thing model exported from OneNET's console, not the one that the board needs`,
      )
      .option("--once", t`run Wi-Fi, log-in, on, off, toggle, a data point and a ping once, then exit`)
      .option("--json", t`with --once: print the steps as JSON, for programs`)
      .addHelpText(
        "after",
        examples(
          [
            ["npm start", t`a board, its LED, its web console; follows changes of its files`],
            ["npm start -- mpython --period 1", t`another board, with data points every second`],
            ["npm start -- --boards 30", t`a class of boards`],
            ["npm start -- --once", t`every step once, for a quick check`],
          ],
          "docs/web-console.md",
        ),
      ),
  async (command) => {
    const options = command.opts<Options>();
    if (options.json && !options.once) throw new UserError(t`--json requires --once`, EXIT.usage);
    if (options.once && options.boards !== undefined)
      throw new UserError(t`--once runs one board: omit --boards`, EXIT.usage);
    const name = boardOf(command);
    const load: Load = async (wanted) => {
      const file = loadBoard(wanted);
      const isGiven = options.thingModel !== undefined && wanted === name;
      const thingModel = isGiven ? await givenModel(name, file, options.thingModel ?? "") : undefined;
      const timed = options.period === undefined ? file : withPeriod(file, options.period);
      return { board: options.tls ? overTls(timed) : timed, thingModel };
    };
    if (!options.once && options.boards === undefined) return runOne(name, load, options);
    const { board, thingModel } = await load(name);
    if (options.once) await runOnce(board, thingModel, options.json ?? false);
    else await runMany(board, options.boards ?? 1, options);
  },
);

/** Loads a board as the options change it, with the thing model given for it. @throws UserError */
type Load = (name: string) => Promise<{ readonly board: Board; readonly thingModel: ThingModel | undefined }>;

// TypeScript, Rollup and the broker take a second to load: the functions below load them when needed.

/** @throws BoardError if the board does not fit the model */
async function givenModel(name: string, board: Board, file: string): Promise<ThingModel> {
  const { onenet } = board;
  if (onenet.generation !== "studio")
    throw new UserError(t`--thing-model is for studio: ${board.name} is ${serverKind(board)}`, EXIT.usage);
  const { readModel } = await import("./local-onenet/model-file.ts");
  const { doubtsOf, misfitsOf } = await import("./local-onenet/model-fit.ts");
  const model = readModel(file);
  const misfits = misfitsOf(board, onenet, model);
  if (misfits.length > 0) throw new BoardError(placeFindings(name, misfits));
  placeFindings(name, doubtsOf(board, onenet, model))
    .map(formatMistake)
    .forEach(warn);
  return model;
}

async function build(board: Board) {
  const progress = createProgress();
  progress.show(t`building ${board.name}`);
  const { buildBundle } = await import("./compile/bundle.ts");
  const bundle = await buildBundle(board).finally(progress.clear);
  bundle.warnings.forEach(warn);
  return bundle;
}

async function runOnce(board: Board, thingModel: ThingModel | undefined, isJson: boolean): Promise<void> {
  const { setStage } = await import("./stage/index.ts");
  const { StepError, walkThrough } = await import("./stage/walkthrough.ts");
  const { file, code } = await build(board);
  const found = { board: board.name, file, bytes: code.length, steps: [] as object[] };
  if (!isJson) write(headOf(board, found));
  const stage = await setStage(board, code, {}, thingModel);
  try {
    await walkThrough(stage, (seen) => {
      found.steps.push(seen);
      if (!isJson) write(`${out.green("✓")} ${padEnd(seen.step, 10)} ${seen.seen}`);
    });
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    throw new UserError(t`${error.step}: ${error.message}`, EXIT.failed, found);
  } finally {
    await stage.close();
  }
  if (isJson) printJson(found);
}

function headOf({ title }: Board, { file, bytes }: { file: string; bytes: number }): string {
  return out.bold(t`${title}: ${file}, ${bytes} bytes`);
}

async function runOne(name: string, load: Load, options: Options): Promise<void> {
  const { consolePort, host, port, open } = options;
  const builder = createBuilder();
  const ending: (() => unknown)[] = [builder.close];
  const progress = createProgress();
  try {
    const first = load(name);
    progress.show(t`building ${name}`);
    // The packages load while the script is built.
    const built = builder.build((await first).board).catch((error: unknown) => ({ error }));
    const { runLive, showLive } = await import("./stage/live.ts");
    const { showConsole } = await import("./web-console/show.ts");
    const { explainListen } = await import("./cli/listen-error.ts");
    const { serveConsole } = await import("./virtual-board/console-server.ts");
    const { createFeed } = await import("./web-console/feed.ts");
    const { createLiveBoard } = await import("./web-console/live-board.ts");
    const { readLight } = await import("./stage/light.ts");
    const { setStage } = await import("./stage/index.ts");
    const result = await built;
    progress.clear();
    if ("error" in result) throw result.error;

    let terminal: ConsoleServer | undefined;
    let isLit = true; // start with a lit LED
    const feed = createFeed();
    const live = await createLiveBoard({
      name,
      names: () => {
        const { shipped, local } = listBoards();
        return [...new Set([...shipped, ...local])].sort();
      },
      load: async (wanted) => (await load(wanted)).board,
      builder,
      setStage: async (board, script) => setStage(board, script, {}, (await load(board.name)).thingModel),
      feed,
      async onStage(stage, bundle) {
        const { board, device, server } = stage;
        write(headOf(board, { file: bundle.file, bytes: bundle.code.length }));
        bundle.warnings.forEach(warn);
        showLive(stage, write);
        if (board.led && isLit)
          server.events.once("ready", () => void server.command("on", 5000).catch(() => undefined));
        if (consolePort === undefined) return;
        await terminal?.close();
        const refused = (why: string) => write(out.red(t`The console's port ${why}`));
        terminal = await serveConsole(device, consolePort, refused).catch((error: unknown) => {
          const place = { host: "127.0.0.1", port: consolePort, forPort: "--console-port", forHost: "" };
          throw explainListen(error, place);
        });
        write(t`Console of the board, with its token: ${terminal.address}`);
      },
      onEnd: ({ board, device }) => {
        isLit = readLight(board.led, device).colour.some((part) => part > 0);
      },
      onMistakes: (lines) => {
        for (const line of lines) write(out.red(line));
        write(out.yellow(t`The board from before this change goes on.`));
      },
    });
    ending.push(
      () => live.close(),
      () => terminal?.close(),
    );
    const page = await showConsole({ host, port, open }, live.site, feed, live.actions, write);
    ending.push(
      () => page.close(),
      () => feed.close(),
    );
    const { board, device, server } = live.stage();
    write(server.address());
    write(t`Type ${exampleOf(board)}; Ctrl-C ends.`);
    const unwatch = watchFolders(
      [BOARDS_DIRECTORY, "src"],
      () => void live.refresh(),
      (folder, why) => warn(t`changes in ${folder} are not noticed: ${why}`),
    );
    ending.push(unwatch);
    const ended = runLive(live.stage, write);
    await device.start();
    setTimeout(() => builder.warm(board), WARM_AFTER).unref();
    await ended;
  } finally {
    progress.clear();
    for (const end of ending.reverse()) await end();
  }
}

async function runMany(board: Board, count: number, { host, port, open }: Options): Promise<void> {
  const { setClassroom } = await import("./stage/classroom.ts");
  const { showConsole } = await import("./web-console/show.ts");
  const { createFeed } = await import("./web-console/feed.ts");
  const { watchClassroom } = await import("./web-console/classroom-console.ts");
  const progress = createProgress();
  progress.show(t`building ${board.name}`);
  const classroom = await setClassroom(board, count).finally(progress.clear);
  const { platform } = classroom;
  write(out.bold(t`${board.title}: ${count} boards`));
  const address = () =>
    t`Local OneNET: MQTT at 127.0.0.1:${platform.mqttPort}, HTTP at 127.0.0.1:${platform.httpPort}`;
  const site = { title: `${board.title} × ${count}`, address: inBoth(address) };
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
    write(address());
    reportClass(platform, count, board.led !== undefined);
    write(t`Ctrl-C ends.`);
    const ended = untilInterrupted();
    await classroom.start();
    await ended;
  } finally {
    for (const end of ending.reverse()) await end();
  }
}

/** Lights each board's LED once it is online, if it has one; reports progress and problems. */
function reportClass(platform: LocalOneNet, count: number, hasLed: boolean): void {
  const greeted = new Set<string>();
  let online = 0;
  const report = () => write(t`${online} of ${count} boards online`);
  platform.on("online", ({ device }) => {
    if (hasLed && !greeted.has(device)) void platform.sendCommand(device, "on").catch(() => undefined);
    greeted.add(device);
    if (++online === count) report();
  });
  platform.on("offline", () => {
    if (online-- === count) report();
  });
  platform.on("violation", ({ device, detail }) => write(out.red(t`${device} broke a rule: ${detail}`)));
}

/** @throws UserError if the platform has no TLS */
function overTls({ onenet, ...rest }: Board): Board {
  if (onenet.generation === "multiprotocol") {
    throw new UserError(t`OneNET's multiprotocol access has no TLS: omit --tls, or choose another board`);
  }
  return { ...rest, onenet: { ...onenet, tls: true, port: 8883 } };
}

function withPeriod(board: Board, period: number): Board {
  return { ...board, streams: board.streams.map((stream) => ({ ...stream, period })) };
}

/** Commands to try. */
function exampleOf({ led, parts = [] }: Board): string {
  const [first] = parts;
  if (led === undefined)
    return first === undefined ? t`a command` : t`help, or a command such as ${first.name}`;
  return "on" in led ? t`on, off, toggle or #00ff00` : t`on, off, toggle`;
}
