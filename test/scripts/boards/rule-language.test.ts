/** What texts of the rules' language mean. Its mistakes are in board-mistakes-rules.ts. */

import { describe, expect, test } from "vitest";
import {
  readDays,
  readThen,
  readWhen,
  type Condition,
  type Operand,
  type Operator,
  type RuleName,
} from "../../../scripts/boards/rule-language.ts";

const NAMES: Readonly<Record<string, RuleName>> = {
  soil: { name: "soil", isNumber: true },
  drybelow: { name: "dryBelow", isNumber: true },
  lamp: { name: "lamp", isNumber: false, states: ["on", "off"] },
  door: { name: "door", isNumber: false, states: ["open", "closed"], events: ["opens", "closes"] },
  key: { name: "key", isNumber: true, events: ["pressed", "held"] },
};

function meaning(text: string) {
  const { meaning, mistakes } = readWhen(text, (name) => NAMES[name.toLowerCase()], Object.keys(NAMES));
  expect(mistakes).toEqual([]);
  return meaning;
}

function compare(left: Operand, operator: Operator, right: Operand): Condition {
  return { kind: "compare", left, operator, right };
}

function state(part: string, holds: boolean): Condition {
  return { kind: "state", part, holds };
}

function event(part: string, what: string): Condition {
  return { kind: "event", part, event: what };
}

const DRY = compare("soil", "<", 30);
const [LIT, OPEN] = [state("lamp", true), state("door", true)];

describe("a condition", () => {
  test.each<[string, Condition]>([
    ["soil < 30", DRY],
    ["  SOIL<30 ", DRY],
    ["soil<-3.5", compare("soil", "<", -3.5)],
    ["30 > soil", compare(30, ">", "soil")],
    ["soil != DRYBELOW", compare("soil", "!=", "dryBelow")],
    ["key = 3", compare("key", "=", 3)],
    ["Lamp IS On", LIT],
    ["door is closed", state("door", false)],
    ["key held", event("key", "held")],
    ["door opens or key pressed", { kind: "any", of: [event("door", "opens"), event("key", "pressed")] }],
    // `and` before `or`
    [
      "soil < 30 or lamp is on and door is open",
      { kind: "any", of: [DRY, { kind: "all", of: [LIT, OPEN] }] },
    ],
    [
      "(soil < 30 or lamp is on) and door is open",
      { kind: "all", of: [{ kind: "any", of: [DRY, LIT] }, OPEN] },
    ],
    ["soil < 30 and lamp is on and door is open", { kind: "all", of: [DRY, LIT, OPEN] }],
    ["((soil < 30))", DRY],
  ])("%s", (text, condition) => {
    expect(meaning(text)).toEqual({ condition, hold: 0 });
  });

  test.each<[string, Condition]>([
    ["not soil < 30", compare("soil", ">=", 30)],
    ["not soil <= 30", compare("soil", ">", 30)],
    ["not soil > 30", compare("soil", "<=", 30)],
    ["not soil >= 30", compare("soil", "<", 30)],
    ["not soil = 30", compare("soil", "!=", 30)],
    ["not soil != 30", compare("soil", "=", 30)],
    ["not not soil < 30", DRY],
    ["not lamp is off", LIT],
    // only the next statement
    ["not lamp is on and door is open", { kind: "all", of: [state("lamp", false), OPEN] }],
    [
      "not (lamp is on and soil < 30)",
      { kind: "any", of: [state("lamp", false), compare("soil", ">=", 30)] },
    ],
    ["not (lamp is on or not door is open)", { kind: "all", of: [state("lamp", false), OPEN] }],
  ])("without negation: %s", (text, condition) => {
    expect(meaning(text)).toEqual({ condition, hold: 0 });
  });

  test.each([
    ["soil < 30 for 60", 60],
    ["soil < 30 for 60 s", 60],
    ["soil < 30 FOR 5min", 300],
    ["soil < 30 for 1440 min", 86_400],
  ])("for a time: %s", (text, hold) => {
    expect(meaning(text)).toEqual({ condition: DRY, hold });
  });

  test("as long as a board file allows, nested", () => {
    expect(meaning(`${"(".repeat(120)}soil < 30${")".repeat(120)}`)).toEqual({ condition: DRY, hold: 0 });
  });
});

test.each([
  ["pump off after 30", { command: "pump off", after: 30 }],
  [" say it after eight  after 2 min ", { command: "say it after eight", after: 120 }],
  ["关灯 AFTER 1s", { command: "关灯", after: 1 }],
])("a second command: %s", (text, then) => {
  expect(readThen(text)).toEqual({ meaning: then, mistakes: [] });
});

test.each([
  ["daily", [0, 1, 2, 3, 4, 5, 6]],
  ["mon-fri", [0, 1, 2, 3, 4]],
  ["Sat, SUN", [5, 6]],
  ["fri-mon,wed", [0, 2, 4, 5, 6]],
  ["tue-tue", [1]],
])("days: %s", (text, days) => {
  expect(readDays(text)).toEqual({ meaning: days, mistakes: [] });
});
