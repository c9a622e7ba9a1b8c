/** A board that follows its files: what a change does, what a mistake does, and another board from the page. */

import { afterEach, beforeEach, expect, it } from "vitest";
import type { Board } from "../../../scripts/boards/board.ts";
import { BoardError } from "../../../scripts/boards/index.ts";
import { t } from "../../../scripts/cli/language.ts";
import { UserError } from "../../../scripts/cli/user-error.ts";
import { setStage, type Stage } from "../../../scripts/stage/index.ts";
import { createFeed, type Feed } from "../../../scripts/web-console/feed.ts";
import { createLiveBoard, type LiveBoard } from "../../../scripts/web-console/live-board.ts";
import { textIn } from "../../../scripts/web-console/page/words/text.ts";
import { shipped, shippedScript } from "../../support/bundles.ts";

const FIRST = shipped("esp32-devkit");
const SECOND = shipped("esp32-c3-devkitm");
const MISTAKE = {
  file: "boards/lamp.json",
  field: "led.pin",
  problem: "36 is input only",
  remedy: "choose 2",
};

let boards: Record<string, Board | Error>;
/** Set while a build is to fail, or to wait. */
let fault: Error | undefined;
let feed: Feed;
let live: LiveBoard;
let stages: Stage[];
let told: string[];
let renewals: number;

beforeEach(async () => {
  boards = { lamp: FIRST, other: SECOND };
  fault = undefined;
  stages = [];
  told = [];
  renewals = 0;
  feed = createFeed();
  feed.listen(
    () => undefined,
    () => renewals++,
  );
  live = await createLiveBoard({
    name: "lamp",
    names: () => Object.keys(boards),
    load(name) {
      const board = boards[name];
      if (board instanceof Error) throw board;
      if (!board) throw new UserError(t`there is no board ${name}`);
      return board;
    },
    builder: {
      async build(board) {
        if (fault) throw fault;
        return { file: "dist/x.js", code: await shippedScript(board.name), program: "", warnings: [] };
      },
    },
    setStage: (board, script) => setStage(board, script),
    feed,
    onStage: (stage) => void stages.push(stage),
    onEnd: () => void told.push("end"),
    onMistakes: (lines) => void told.push(...lines),
  });
  await live.stage().device.start();
});

afterEach(async () => {
  await live.close();
  feed.close();
});

const view = () => feed.board("board");
const edit = () => live.site.edit;

it("nothing has changed: goes on", async () => {
  await live.refresh();
  expect(stages).toHaveLength(1);
  expect([told, renewals]).toEqual([[], 0]);
});

it("a change takes the board's place; data points stay, alerts about the old program go", async () => {
  feed.point("board", "kept", 1, 7);
  feed.alert({ board: "board", who: "" }, "uncaught", "old");
  boards["lamp"] = { ...FIRST, title: "changed" };
  await live.refresh();
  expect(stages).toHaveLength(2);
  expect(live.stage()).toBe(stages[1]);
  expect([view()?.title, live.site.title, edit()?.isBuilding]).toEqual(["changed", "changed", false]);
  const { series, alerts } = feed.snapshot({ ...live.site, faults: [], isExportable: false });
  expect(series).toContainEqual(["board", "kept", [1], [7]]);
  expect(alerts).toEqual([]);
  expect(renewals).toBe(2); // as it is being built, and when it runs
  const online = new Promise((resolve) => stages[1]?.server.events.once("ready", () => resolve(undefined)));
  if (!stages[1]?.server.isReady()) await online;
  expect(await live.actions.command("board", "on", () => undefined)).toBe("on");
});

it("mistakes are told once, at their lines, and the board goes on; a correction takes them away", async () => {
  boards["lamp"] = new BoardError([MISTAKE, { ...MISTAKE, position: { line: 3, column: 5 }, field: "" }]);
  await live.refresh();
  await live.refresh();
  expect(edit()?.mistakes).toEqual([
    {
      en: "boards/lamp.json: led.pin: 36 is input only; choose 2",
      zh: "boards/lamp.json: led.pin: 36 is input only；choose 2",
    },
    {
      en: "boards/lamp.json:3:5: 36 is input only; choose 2",
      zh: "boards/lamp.json:3:5: 36 is input only；choose 2",
    },
  ]);
  expect(told).toEqual(edit()?.mistakes.map((text) => textIn("en", text)));
  expect(renewals).toBe(1);
  expect(stages).toHaveLength(1);
  boards["lamp"] = FIRST;
  await live.refresh();
  expect(edit()?.mistakes).toEqual([]);
  expect([stages.length, renewals]).toEqual([1, 2]); // it is what runs already
});

it("a change that cannot be built: the board goes on, and the same change may be tried again", async () => {
  fault = new UserError("boards/lamp.ts:1:1: no\nboards/lamp.ts:2:1: nor this");
  boards["lamp"] = { ...FIRST, title: "changed" };
  await live.refresh();
  expect(edit()?.mistakes).toEqual(["boards/lamp.ts:1:1: no", "boards/lamp.ts:2:1: nor this"]);
  expect([stages.length, edit()?.isBuilding]).toEqual([1, false]);
  fault = undefined;
  await live.refresh();
  expect([stages.length, edit()?.mistakes]).toEqual([2, []]);
});

it("another board from the page takes its place, and what was kept of the first goes", async () => {
  feed.point("board", "kept", 1, 7);
  await live.actions.choose?.("other");
  expect([view()?.title, edit()?.board, edit()?.boards]).toEqual([SECOND.title, "other", ["lamp", "other"]]);
  const { series } = feed.snapshot({ ...live.site, faults: [], isExportable: false });
  expect(series.map(([, stream]) => stream)).not.toContain("kept");
  await live.actions.choose?.("nobody");
  expect(edit()?.mistakes).toEqual([{ en: "there is no board nobody", zh: "没有开发板 nobody" }]);
  expect(told.at(-1)).toBe("there is no board nobody");
  expect(live.stage()).toBe(stages[1]);
});
