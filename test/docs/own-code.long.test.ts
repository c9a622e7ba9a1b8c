/** The part in docs/own-code.md works as the page says. */

import { readFileSync } from "node:fs";
import { expect, it, onTestFinished } from "vitest";
import { loadBoard } from "../../scripts/boards/index.ts";
import { setStage } from "../../scripts/stage/index.ts";
import { buildScript } from "../support/bundles.ts";
import { foldersIn } from "../support/own-code-folder.ts";

const folder = foldersIn("own-code-page");

/** The board file and the code of the part on a page. */
function partOn(page: string): [board: string, code: string] {
  const text = readFileSync(page, "utf8");
  const blocks = (language: string) =>
    [...text.matchAll(new RegExp("```" + language + "\\n([^]*?)```", "g"))].map(([, found = ""]) => found);
  const having = (text: string) => (block: string) => block.includes(text);
  return [blocks("json").find(having('"own"')) ?? "", blocks("ts").find(having("parts: {")) ?? ""];
}

it("a blind moves, stops, and is reported", async () => {
  const [file, code] = partOn("docs/own-code.md");
  expect(partOn("docs/zh-CN/own-code.md")).toEqual([file, code]);
  const directory = await folder(code, JSON.parse(file) as object);
  const board = loadBoard("kitchen", { directory });
  const stage = await setStage(board, await buildScript(board));
  onTestFinished(() => stage.close());
  const { device, server } = stage;
  const send = (text: string) => server.command(text, 10_000);
  await device.start();
  for (let s = 0; s < 100 && !server.isReady(); s++) await device.clock.advance(100);
  const answers = [await send("blind 40"), await send("blind 101")];
  await device.clock.advance(4000);
  const up = device.pin(26).value;
  const down = device.pin(27).value;
  expect([up, down]).toEqual([0, 1]);
  answers.push(await send("停"));
  await device.clock.advance(6000);
  expect([device.pin(26).value, device.pin(27).value]).toEqual([0, 0]);
  answers.push(await send("blind"));
  expect(answers).toEqual([
    "0",
    "error: blind takes stop or a number from 0 to 100",
    expect.stringMatching(/^(19|2\d)$/),
    answers[2],
  ]);
  expect(server.lastDataPoint("blind")?.value).toBe(Number(answers[2]));
});
