import { afterEach, beforeEach, expect, it } from "vitest";
import { createClock } from "../../../scripts/virtual-board/clock.ts";
import { watchRejections } from "../../../scripts/virtual-board/rejections.ts";
import { bench } from "./lib.ts";

/** Those of the test runner, which take every rejection for a failure. */
let others: NodeJS.UnhandledRejectionListener[] = [];

beforeEach(() => {
  others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
});

afterEach(() => {
  process.removeAllListeners("unhandledRejection");
  for (const listener of others) process.on("unhandledRejection", listener);
});

/** Node tells of rejections once all that was ready to run has run. */
const told = () => new Promise((resolve) => setImmediate(resolve));

it.each([
  ["Promise.reject(7);", "7"],
  ["new Promise(function () { throw new TypeError('odd'); });", "TypeError: odd"],
  ["Promise.resolve().then(function () { nothing.x; });", "ReferenceError: nothing is not defined"],
  ["Promise.reject({ toString: function () { return 'mine'; } });", "mine"],
])("%s is told, and the board goes on", async (script, what) => {
  const clock = createClock(0);
  const { lines } = await bench(`setTimeout(function () { print("on"); }, 50); ${script}`, { clock });
  await told();
  await clock.advance(100);
  expect(lines).toEqual([`Uncaught Error: Unhandled promise rejection: ${what}`, "on"]);
});

it("a rejection whose promise or reason is anything is told or not, and ends nothing", async () => {
  const clock = createClock(0);
  const script = `Promise.reject({ toString: function () { throw 1; } }); Promise.reject({ toString: function () { return {}; } });
    var bare = Promise.reject(1); Object.setPrototypeOf(bare, null); var late = Promise.reject(2);
    setTimeout(function () { late.catch(function () { print("late"); }); }, 50);`;
  const { lines } = await bench(script, { clock });
  await told();
  await clock.advance(100);
  await told();
  expect(lines).toContain("late");
});

it("a board that restarts in a reaction restarts, and tells nothing", async () => {
  const clock = createClock(0);
  const { board, lines } = await bench("Promise.resolve().then(function () { E.reboot(); });", { clock });
  await new Promise((resolve) => board.once("reboot", () => resolve(undefined)));
  await board.stop();
  await told();
  expect(lines).toEqual([]);
});

it("a rejection of Node's own ends the process, as ever", () => {
  watchRejections({}, () => undefined);
  const reason = new Error("of Node's");
  const promise = Promise.resolve();
  expect(() => process.emit("unhandledRejection", reason, promise)).toThrow(reason);
  process.on("unhandledRejection", () => undefined);
  expect(() => process.emit("unhandledRejection", reason, promise)).not.toThrow();
});
