/**
 * The board of `npm start` while its files change: a change that is right takes the running board's place, with the page's
 * data kept; one that is wrong is reported, and the board goes on. The page may also choose another board.
 */

import type { Board } from "../boards/board.ts";
import { BoardError } from "../boards/index.ts";
import { inBoth, language, speaking, type Language } from "../cli/language.ts";
import type { Text } from "../cli/text.ts";
import { UserError } from "../cli/user-error.ts";
import type { Builder } from "../compile/builder.ts";
import type { Bundle } from "../compile/bundle.ts";
import { ingredientsOf } from "../compile/ingredients.ts";
import type { Stage } from "../stage/index.ts";
import type { Feed } from "./feed.ts";
import type { Actions, Watched } from "./index.ts";
import type { Site } from "./protocol.ts";
import { overEdit, watchStage } from "./stage-console.ts";

export interface LiveBoardOptions {
  /** Name of the first board. */
  readonly name: string;
  /** Names of the boards that the page offers. */
  readonly names: () => readonly string[];
  /** @throws UserError if there is no such board or its files are wrong */
  readonly load: (name: string) => Board | Promise<Board>;
  readonly builder: Pick<Builder, "build">;
  /** Sets the stage for a board, which is not switched on yet. */
  readonly setStage: (board: Board, script: string) => Promise<Stage>;
  readonly feed: Feed;
  /** Called with each stage before its board is switched on, and with the bundle it runs. */
  readonly onStage: (stage: Stage, bundle: Bundle) => void | Promise<void>;
  /** Called with each stage before it ends, if another follows. */
  readonly onEnd: (stage: Stage) => void;
  /** Called with the mistakes of a change, a line each. */
  readonly onMistakes: (lines: readonly string[]) => void;
}

export interface LiveBoard {
  readonly actions: Actions;
  readonly site: Pick<Site, "title" | "address" | "edit">;
  readonly stage: () => Stage;
  /** Looks whether anything has changed that the board is made of. */
  readonly refresh: () => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Running {
  readonly name: string;
  /** Of everything it was made of. */
  readonly key: string;
  readonly stage: Stage;
  readonly watched: Watched;
}

/** That the command does not speak, and the page may. */
const OTHER: Language = language === "en" ? "zh-CN" : "en";

/** @throws UserError if the first board cannot be built */
export async function createLiveBoard(options: LiveBoardOptions): Promise<LiveBoard> {
  const { feed } = options;
  let wanted = options.name;
  let mistakes: readonly Text[] = [];
  /** The same, in the command's language. */
  let told: readonly string[] = [];
  let isBuilding = false;
  /** The key of the latest change that was looked at. */
  let seen = "";
  const closing = new AbortController();
  const isClosing = () => closing.signal.aborted;
  let running = await run(wanted, await build(wanted, await options.load(wanted)));
  seen = running.key;
  let last = Promise.resolve();

  interface Built {
    readonly board: Board;
    readonly bundle: Bundle;
    readonly key: string;
  }

  function keyOf(name: string, board: Board): string {
    return `${name} ${ingredientsOf(board)?.key ?? performance.now()}`;
  }

  async function build(name: string, board: Board): Promise<Built> {
    const key = keyOf(name, board);
    return { board, bundle: await options.builder.build(board), key };
  }

  async function run(name: string, { board, bundle, key }: Built): Promise<Running> {
    const stage = await options.setStage(board, bundle.code);
    const watched = await watchStage(feed, stage);
    await options.onStage(stage, bundle);
    return { name, key, stage, watched };
  }

  async function look(): Promise<void> {
    if (isClosing()) return;
    const name = wanted;
    try {
      const board = await options.load(name);
      const key = keyOf(name, board);
      if (key === running.key) settle([]);
      if (key === running.key || key === seen) return;
      seen = key;
      isBuilding = true;
      feed.renew();
      const built = await build(name, board);
      if (isClosing()) return;
      const before = running;
      options.onEnd(before.stage);
      await end(before);
      if (name === before.name) overEdit(feed);
      else feed.clear();
      running = await run(name, built);
      settle([]);
      await running.stage.device.start();
    } catch (error) {
      const lines = linesOf(error);
      const others = await linesInOther(name);
      if (!isClosing()) settle(lines, others);
    }
  }

  /** The mistakes of a board in the language that the command does not speak: it is tried once more. */
  async function linesInOther(name: string): Promise<readonly string[]> {
    try {
      await options.builder.build(await speaking(OTHER, () => options.load(name)), OTHER);
      return [];
    } catch (error) {
      return speaking(OTHER, () => linesOf(error));
    }
  }

  /** @param others the lines in the other language, if they are known */
  function settle(lines: readonly string[], others: readonly string[] = []): void {
    const isOther = lines.join("\n") !== told.join("\n");
    const isNews = isBuilding || isOther;
    isBuilding = false;
    if (lines.length > 0) seen = "";
    if (isOther && lines.length > 0) options.onMistakes(lines);
    told = lines;
    const hasOthers = others.length === lines.length;
    mistakes = lines.map((line, index) => (hasOthers ? inTwo(line, others[index] ?? line) : line));
    if (isNews) feed.renew();
  }

  /** One look at a time. */
  function refresh(): Promise<void> {
    return (last = last.then(look));
  }

  return {
    stage: () => running.stage,
    refresh,
    site: {
      get title() {
        return running.stage.board.title;
      },
      get address() {
        return inBoth(() => running.stage.server.address());
      },
      get edit() {
        return { board: wanted, boards: options.names(), isBuilding, mistakes };
      },
    },
    actions: {
      command: (...command) => running.watched.actions.command(...command),
      turn: (...turn) => running.watched.actions.turn?.(...turn),
      disturb: (...disturb) => running.watched.actions.disturb?.(...disturb),
      get faults() {
        return running.watched.actions.faults;
      },
      get export() {
        return running.watched.actions.export;
      },
      get update() {
        return running.watched.actions.update;
      },
      async choose(name) {
        wanted = name;
        await refresh(); // the page shows its mistakes
      },
    },
    async close() {
      closing.abort();
      await last;
      await end(running);
    },
  };
}

async function end({ stage, watched }: Running): Promise<void> {
  await stage.device.stop();
  await watched.close();
  await stage.close();
}

function inTwo(own: string, other: string): Text {
  const [en, zh] = language === "en" ? [own, other] : [other, own];
  return en === zh ? en : { en, zh };
}

function linesOf(error: unknown): readonly string[] {
  if (error instanceof BoardError) return error.lines;
  if (error instanceof UserError) return error.message.split("\n");
  return [error instanceof Error ? error.message : String(error)];
}
