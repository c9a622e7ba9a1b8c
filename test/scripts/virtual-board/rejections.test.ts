import { afterEach, beforeEach, expect, it } from "vitest";
import { createClock } from "../../../scripts/virtual-board/clock.ts";
import { watchRejections } from "../../../scripts/virtual-board/rejections.ts";
import { bench } from "./lib.ts";

/** The test runner's listeners, which treat every rejection as a failure. */
let others: NodeJS.UnhandledRejectionListener[] = [];

beforeEach(() => {
  others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
});

afterEach(() => {
  process.removeAllListeners("unhandledRejection");
  for (const listener of others) process.on("unhandledRejection", listener);
});

/** Node reports rejections after everything that was ready has run. */
const rejectionsReported = () => new Promise((resolve) => setImmediate(resolve));

it.each([
  ["Promise.reject(7);", "7"],
  ["new Promise(function () { throw new TypeError('odd'); });", "TypeError: odd"],
  ["Promise.resolve().then(function () { nothing.x; });", "ReferenceError: nothing is not defined"],
  ["Promise.reject({ toString: function () { return 'mine'; } });", "mine"],
])("%s is reported, and the board keeps running", async (script, what) => {
  const clock = createClock(0);
  const { lines } = await bench(`setTimeout(function () { print("on"); }, 50); ${script}`, { clock });
  await rejectionsReported();
  await clock.advance(100);
  expect(lines).toEqual([`Uncaught Error: Unhandled promise rejection: ${what}`, "on"]);
});

it("a rejection with any promise or reason never ends the process", async () => {
  const clock = createClock(0);
  const script = `Promise.reject({ toString: function () { throw 1; } }); Promise.reject({ toString: function () { return {}; } });
    var bare = Promise.reject(1); Object.setPrototypeOf(bare, null); var late = Promise.reject(2);
    setTimeout(function () { late.catch(function () { print("late"); }); }, 50);`;
  const { lines } = await bench(script, { clock });
  await rejectionsReported();
  await clock.advance(100);
  await rejectionsReported();
  expect(lines).toContain("late");
});

it("a restart within a reaction reports nothing", async () => {
  const clock = createClock(0);
  const { board, lines } = await bench("Promise.resolve().then(function () { E.reboot(); });", { clock });
  await new Promise((resolve) => board.once("reboot", () => resolve(undefined)));
  await board.stop();
  await rejectionsReported();
  expect(lines).toEqual([]);
});

it("one of Node's own rejections still ends the process", () => {
  watchRejections({}, () => undefined);
  const reason = new Error("of Node's");
  const promise = Promise.resolve();
  expect(() => process.emit("unhandledRejection", reason, promise)).toThrow(reason);
  process.on("unhandledRejection", () => undefined);
  expect(() => process.emit("unhandledRejection", reason, promise)).not.toThrow();
});
