/** `npm run doctor` at a real Espruino, whose Linux build has neither Wi-Fi nor a chip. */

import { afterEach, beforeEach, expect, it } from "vitest";
import { standIns } from "../../scripts/bench/stand-ins.ts";
import { boardFolder, COMPLETE } from "../scripts/boards/board-folder.ts";
import { look, type Found } from "../scripts/flash/doctor/stand-in.ts";
import { startBoard, type InterpreterBoard } from "./board.ts";
import { ESPRUINO, WITHOUT } from "./espruino.ts";

let board: InterpreterBoard;

beforeEach(async (context) => {
  if (!ESPRUINO) return context.skip(WITHOUT);
  board = await startBoard(ESPRUINO, standIns(1));
});
afterEach(async () => {
  if (ESPRUINO) await board.stop();
});

it("Espruino understands every question", async () => {
  const found = await look({ port: board.port });
  expect(found.row("console")).toMatchObject({ state: "ok" });
  expect(found.row("interpreter").found).toMatch(/^Espruino 2v\d+.*, build LINUX/);
  expect(found.row("chip")).toMatchObject({ state: "warning" });
  expect(found.row("memory").found).toMatch(/^\d+ of \d+ variables are free, each of \d+ to \d+ characters$/);
  expect(found.row("flash").found).toMatch(/^\d+ of \d+ bytes are free, 0 more after compaction$/);
  expect(found.row("program")).toMatchObject({ state: "warning", found: "none in flash" });
  expect(found.row("before the program")).toMatchObject({
    state: "warning",
    found: expect.stringMatching(/^\.boot0 runs first/) as string,
  });
  expect(found.row("clock")).toMatchObject({ state: "ok" });
  expect(found.row("Bluetooth").found).toMatch(/^this version cannot report/); // the stand-in of NRF
  expect(found.row("saved Wi-Fi")).toMatchObject({ state: "ok" });
  expect(thrown(found)).toEqual([]);
});

it("finds the program, and the space it leaves", async () => {
  board.type('\x10E.setBootCode("print(\\"OneNET: here\\");")\n');
  board.type('\x10require("Storage").write("photos","x",0,require("Storage").getFree()-4000)\n');
  const found = await look({ port: board.port });
  expect(found.row("program")).toMatchObject({ state: "ok" });
  expect(found.row("flash")).toMatchObject({
    state: "wrong",
    found: expect.stringContaining("nearly full") as string,
  });
});

it("the variables of a string are as large as process.memory() reports [chip F41]", async () => {
  expect((await look({ port: board.port })).fact("F41")).toMatchObject({ state: "as expected" });
});

it("a late interval runs once for each missed period [chip F2]", async () => {
  const found = await look({ port: board.port, tryAll: true });
  expect(found.fact("F2")).toMatchObject({ state: "as expected", seen: "runs once for each missed period" });
  expect(found.fact("F3").seen).toMatch(/^(waits as long|setTime does not move the clock here)$/); // Linux keeps its own
});

it("stops no running program, and leaves nothing behind", async () => {
  board.type("\x10var ticks=0;setInterval(function(){ticks++},20)\n");
  const names = "\x10print('NAMES '+Object.keys(global).sort().join())\n";
  const globals = async () => {
    const before = board.printed().length;
    board.type(names);
    await expect.poll(() => board.printed().slice(before)).toMatch(/NAMES .*\r\n/);
    const [, all = ""] = /NAMES (.*)/.exec(board.printed().slice(before)) ?? [];
    // A built-in becomes a variable when first used.
    return all.split(",").filter((name) => /^[a-z_]/.test(name) && name !== "process");
  };
  const before = await globals();
  await look({ port: board.port, tryAll: false });
  expect(await globals()).toEqual(before);
  board.type("\x10setTimeout(function(t){print('WENT ON '+(ticks>t))},200,ticks)\n");
  await expect.poll(() => board.printed()).toContain("WENT ON true");
});

it("asks nothing of a console whose password it lacks [chip F19]", async () => {
  board.type('\x10E.setPassword("sesame");E.lockConsole()\n');
  const found = await look({ port: board.port });
  expect(found.row("console")).toMatchObject({
    state: "wrong",
    found: expect.stringContaining("needs a password") as string,
  });
  expect(found.row("memory")).toMatchObject({ state: "skipped" });
});

it("unlocks the console with the board file's password, and locks it again [chip F19]", async () => {
  board.type('\x10E.setPassword("sesame");E.lockConsole()\n');
  const console = { password: "sesame" };
  const directory = boardFolder({ "attic.json": { ...COMPLETE, console } });
  const found = await look({ name: "attic", port: board.port }, { directory });
  expect(found.row("console")).toMatchObject({ state: "ok" });
  expect(found.row("console password")).toMatchObject({ state: "ok", found: "the console asks for one" });
  const before = board.printed().length;
  board.type("print('OPEN')\n");
  await expect.poll(() => board.printed().slice(before)).toContain("Invalid password");
});

/** Errors of questions, except those caused by features missing from the Linux build. */
function thrown({ rows, facts }: Found): string[] {
  const said = [
    ...rows.map(({ check, found }) => `${check}: ${found}`),
    ...facts.map(({ fact, seen }) => `${fact}: ${seen}`),
  ];
  return said.filter((text) => text.includes("the board says") && !/Wi-Fi|network of its own/.test(text));
}
