/** When rules act. */

import { describe, expect, test } from "vitest";
import { createRules, isDue, isOn } from "../../../src/parts/rules.ts";

const REST = 10_000;

/** One rule that is looked at each second. */
function makeRule(hold: number, ...second: readonly [end?: string, after?: number]) {
  const lines: string[] = [];
  const rules = createRules((line) => lines.push(line));
  let now = 0;

  /** Lets seconds pass. @returns the commands, each with its second */
  function pass(seconds: number, isTrue: boolean): string[] {
    const seen: string[] = [];
    for (let count = 0; count < seconds; count++) {
      now += 1000;
      rules.look(
        0,
        isTrue,
        now,
        hold * 1000,
        REST,
        (command) => seen.push(`${now / 1000} ${command}`),
        "on",
        ...second,
      );
    }
    return seen;
  }
  /** Time passes in which nothing can happen. */
  function block(seconds: number): void {
    now += seconds * 1000;
  }
  return { pass, block, lines };
}

describe("a rule", () => {
  test("acts once when its condition becomes true, and again after it was false", () => {
    const { pass, lines } = makeRule(0);
    expect(pass(5, false)).toEqual([]);
    expect(pass(100, true)).toEqual(["6 on"]);
    expect(pass(1, false)).toEqual([]);
    expect(pass(100, true)).toEqual(["107 on"]);
    expect(lines).toEqual(["Rule 1: on", "Rule 1: on"]);
  });

  test("waits until its condition has held for its time, without a break", () => {
    const { pass } = makeRule(60);
    expect(pass(60, true)).toEqual([]);
    expect(pass(1, false)).toEqual([]);
    expect(pass(60, true)).toEqual([]);
    expect(pass(60, true)).toEqual(["122 on"]);
  });

  test("acts at most every 10 s: a condition that lasts acts later, one that is over does not", () => {
    const { pass } = makeRule(0);
    const seen: string[] = [];
    for (let second = 0; second < 40; second++) seen.push(...pass(1, second % 2 === 0));
    expect(seen).toEqual(["1 on", "11 on", "21 on", "31 on"]);
    expect(pass(1, false)).toEqual([]);
    expect(pass(1, true)).toEqual(["42 on"]);
    pass(1, false);
    pass(1, true);
    pass(1, false);
    expect(pass(20, true)).toEqual(["52 on"]);
  });

  test("gives its second command later, whether or not its condition still holds", () => {
    const { pass, lines } = makeRule(0, "off", 30_000);
    expect(pass(31, true)).toEqual(["1 on", "31 off"]);
    pass(1, false);
    expect(pass(1, true)).toEqual(["33 on"]);
    expect(pass(60, false)).toEqual(["63 off"]);
    expect(lines).toEqual(["Rule 1: on", "Rule 1: off", "Rule 1: on", "Rule 1: off"]);
  });

  test("counts the time of the second command anew when it acts again", () => {
    const { pass } = makeRule(0, "off", 30_000);
    pass(1, true);
    pass(19, false);
    expect(pass(1, true)).toEqual(["21 on"]);
    expect(pass(60, true)).toEqual(["51 off"]);
  });

  test("gives the second command before the first, if both are due", () => {
    const { pass } = makeRule(0, "off", 30_000);
    pass(1, true);
    pass(29, false);
    expect(pass(1, true)).toEqual(["31 off", "31 on"]);
    expect(pass(60, true)).toEqual(["61 off"]);
  });

  test("catches up once after a time in which the board could not act", () => {
    const { pass, block } = makeRule(60, "off", 30_000);
    pass(10, true);
    block(200);
    expect(pass(1, true)).toEqual(["211 on"]);
    block(200);
    expect(pass(100, true)).toEqual(["412 off"]);
  });
});

test("rules do not disturb each other", () => {
  const seen: string[] = [];
  const rules = createRules((line) => seen.push(line));
  const look = (rule: number, isTrue: boolean, now: number) =>
    rules.look(rule, isTrue, now, 0, REST, () => undefined, `do ${rule}`);
  look(2, true, 1000);
  look(0, false, 1000);
  look(1, true, 1000);
  look(0, true, 2000);
  look(2, true, 2000);
  expect(seen).toEqual(["Rule 3: do 2", "Rule 2: do 1", "Rule 1: do 0"]);
});

describe("a time of day", () => {
  const HOUR = 3_600_000;
  const AT = 7.5 * HOUR;
  const WORKDAYS = 31;
  /** Local times, as ms since 1970. */
  const at = (text: string) => Date.parse(`${text}Z`);
  const OLD = 1000 * HOUR;

  test.each([
    ["2026-03-02T07:29:59", false],
    ["2026-03-02T07:30:00", true],
    ["2026-03-02T08:29:59", true],
    ["2026-03-02T08:30:00", false],
    ["2026-03-02T23:30:00", false],
  ])("is due in the hour after it: %s %s", (text, isTrue) => {
    expect(isDue(at(text), AT, OLD)).toBe(isTrue);
  });

  test.each([
    ["mon", "2026-03-02", true],
    ["fri", "2026-03-06", true],
    ["sat", "2026-03-07", false],
    ["sun", "2026-03-08", false],
    ["leap day, a thursday", "2024-02-29", true],
  ])("on its days: %s", (_day, date, isTrue) => {
    expect(isOn(at(`${date}T07:30:05`), AT, WORKDAYS)).toBe(isTrue);
  });

  test.each(["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((day, index) => [day, index] as const))(
    "%s alone",
    (_day, index) => {
      const due = Array.from({ length: 7 }, (_, day) =>
        isOn(at(`2026-03-0${day + 2}T07:31:00`), AT, 1 << index),
      );
      expect(due.indexOf(true)).toBe(index);
      expect(due.filter(Boolean)).toHaveLength(1);
    },
  );

  test("just before midnight belongs to the day before", () => {
    expect(isOn(at("2026-03-07T00:10:00"), 23.75 * HOUR, WORKDAYS)).toBe(true);
    expect(isOn(at("2026-03-08T00:10:00"), 23.75 * HOUR, WORKDAYS)).toBe(false);
    expect(isOn(at("2026-03-02T00:10:00"), 23.75 * HOUR, WORKDAYS)).toBe(false);
  });

  test("is due after midnight, too", () => {
    expect(isDue(at("2026-03-07T00:10:00"), 23.75 * HOUR, OLD)).toBe(true);
    expect(isDue(at("2026-03-07T00:00:00"), 0, OLD)).toBe(true);
  });

  test("is never due while the time is unknown", () => {
    expect([isDue(NaN, AT, OLD), isOn(NaN, AT, 127) && isDue(NaN, AT, OLD)]).toEqual([false, false]);
  });

  test("before the boot is over and done", () => {
    expect(isDue(at("2026-03-02T07:30:20"), AT, 30_000)).toBe(true);
    expect(isDue(at("2026-03-02T07:30:40"), AT, 30_000)).toBe(false);
  });
});
