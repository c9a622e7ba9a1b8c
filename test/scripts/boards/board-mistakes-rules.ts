/** Possible mistakes in `rules` of a board file, and the exact lines that report them, with their columns. */

import { kitchen, type Case } from "./board-case.ts";

const PARTS = {
  pump: { kind: "switch", pin: 26 },
  fan: { kind: "dimmer", pin: 32 },
  strip: { kind: "light", driver: "ws2812", pin: 17 },
  key: { kind: "button", pin: 13 },
  door: { kind: "contact", pin: 14 },
  way: { kind: "motion", pin: 36 },
  soil: { kind: "analog", pin: 34, to: [0, 100] },
  air: { kind: "dht22", pin: 4 },
  dryBelow: { kind: "setting", default: 30 },
  note: { kind: "setting", default: "hello" },
};

/** One rule of a board with many parts, beside the LED of the complete board. */
function rule(title: string, fields: object, ...lines: string[]): Case {
  return kitchen(
    title,
    { parts: PARTS, words: { 浇水: "pump on" }, time: {}, rules: [fields] },
    ...lines.map((line) => `boards/kitchen.json: rules[0]${line}`),
  );
}

function when(text: string, ...lines: string[]): Case {
  return rule(`when ${text}`, { when: text, do: "pump on" }, ...lines.map((line) => `.when: ${line}`));
}

const EXAMPLE = 'write one such as "soil < 30", "lamp is on" or "door opens"';
const TIMES = 'write whole seconds such as 60, or "5 min"';
const JOIN = 'continue with "and", "or" or "for"';

export const RULES: readonly Case[] = [
  rule(
    "no trigger",
    { do: "pump on" },
    ': has neither "when" nor "at"; add one, for example "when": "soil < 30", or "at": "07:30"',
  ),
  rule(
    "two triggers",
    { when: "soil < 3", at: "07:30", do: "on" },
    '.at: cannot be combined with "when"; make two rules of them',
  ),
  rule(
    "days without a time",
    { when: "soil < 3", on: "mon", do: "on" },
    '.on: is only for a rule with "at"; remove it',
  ),
  rule("no command", { when: "soil < 3" }, '.do: is missing; add it, for example "do": "toggle"'),
  rule(
    "an unknown field",
    { when: "soil < 3", do: "on", than: "off" },
    '.than: is an unknown field; did you mean "then"?',
  ),
  rule(
    "no text",
    { when: 3, do: "on" },
    '.when: is a number; write text in double quotes, for example "soil < 30 for 60"',
  ),
  rule(
    "an unknown command",
    { when: "soil < 3", do: "pomp on" },
    '.do: "pomp on" is not a command of this board; did you mean "pump"?',
  ),
  rule(
    "what a part does not take",
    { when: "soil < 3", do: "pump of" },
    '.do: "pump" does not take "of"; write "pump …" with on, off or toggle',
  ),
  rule(
    "a question",
    { when: "soil < 3", do: "Fan" },
    '.do: "Fan" only asks for the state; write "fan …" with on, off, toggle or a number from 0 to 100',
  ),
  rule(
    "a question that is all there is",
    { when: "soil < 3", do: "door" },
    '.do: "door" only asks for the state; write the command of another part',
  ),
  rule(
    "no time for then",
    { when: "soil < 3", do: "pump on", then: "pump off" },
    '.then: column 9: has no time; add it, for example "pump off after 30"',
  ),
  rule(
    "a unit of then",
    { when: "soil < 3", do: "浇水", then: "pump off after 5 h" },
    '.then: column 18: "h" is not a unit of time; write s or min',
  ),
  rule(
    "the command of then",
    { when: "soil < 3", do: "pump on", then: "pump of after 30" },
    '.then: "pump" does not take "of"; write "pump …" with on, off or toggle',
  ),
  rule(
    "too much after then",
    { when: "soil < 3", do: "pump on", then: "pump off after 30 s now" },
    '.then: column 21: "now" is not expected here; end with the time',
  ),
  rule(
    "a time of day",
    { at: "7:30", do: "on" },
    '.at: "7:30" is not valid; write a time from 00:00 to 23:59, for example 07:30',
  ),
  rule(
    "a day",
    { at: "07:30", on: "sat,sumday", do: "on" },
    '.on: column 5: "sumday" is not a day; choose one of "mon", "tue", "wed", "thu", "fri", "sat", "sun", "daily"',
  ),
  rule(
    "a long day",
    { at: "07:30", on: "Monday", do: "on" },
    '.on: column 1: "Monday" is not a day; write "mon"',
  ),
  rule(
    "half a range",
    { at: "07:30", on: "mon-", do: "on" },
    '.on: column 5: expected a day; choose one of "mon", "tue", "wed", "thu", "fri", "sat", "sun", "daily"',
  ),
  rule(
    "days without a comma",
    { at: "07:30", on: "sat sun", do: "on" },
    '.on: column 5: "sun" is not expected here; separate days with commas, for example "sat,sun"',
  ),
  rule(
    "daily, and more",
    { at: "07:30", on: "daily,mon", do: "on" },
    '.on: column 6: "," is not expected here; write "daily" alone',
  ),
  kitchen(
    "no time of day",
    { rules: [{ at: "07:30", do: "on" }] },
    'boards/kitchen.json: rules[0].at: needs the time of day; add "time": {} to the board file',
  ),
  kitchen(
    "a value of a part with mistakes is not reported",
    { parts: { air: { kind: "dht22" } }, rules: [{ when: "air_temperature < 3 and lux > 4", do: "on" }] },
    'boards/kitchen.json: parts.air.pin: is missing; add it, for example "pin": 2',
    'boards/kitchen.json: rules[0].when: column 25: "lux" is not a value of this board; choose one of "led"',
  ),
];

export const CONDITIONS: readonly Case[] = [
  when("soil < dryBelw", 'column 8: "dryBelw" is not a value of this board; did you mean "dryBelow"?'),
  when(
    "soul < 3 or dryBelow > lid",
    'column 1: "soul" is not a value of this board; did you mean "soil"?',
    'column 24: "lid" is not a value of this board; did you mean "led"?',
  ),
  when("😀 < 3", `column 1: expected a condition instead of "😀"; ${EXAMPLE}`),
  when(
    "soil < 3 and 温度 > 3 §",
    'column 14: "温度" is not a value of this board; choose one of "led", "pump", "fan", "strip", "key", "door", "way", "soil", "air_temperature", "air_humidity", "dryBelow"',
    `column 21: "§" is not expected here; ${JOIN}`,
  ),
  when("soil < 30%", "column 10: has a unit; write the number alone, in the unit of the value"),
  when("soil ≤ 30", 'column 6: "≤" is not part of the language; write "<="'),
  when("soil == 30", 'column 6: "==" is not part of the language; write "="'),
  when("soil < 3 && pump is on", 'column 10: "&&" is not part of the language; write "and"'),
  when("soil < 1e5", `column 9: "e5" is not expected here; ${JOIN}`),
  when("soil + 3 < 4", 'column 6: expected a comparison instead of "+"; write one of <, <=, >, >=, =, !='),
  when("pump < 3", 'column 1: "pump" is not a number; write "pump is on" or "pump is off"'),
  when("3 < strip", 'column 5: "strip" is not a number; write "strip is on" or "strip is off"'),
  when("note = 3", 'column 1: "note" is not a number; remove it'),
  when("note is hello", 'column 1: "note" has no states for "is"; remove it'),
  when("air < 4", 'column 1: "air" is not a number; choose one of "air_temperature", "air_humidity"'),
  when("5 < 3", "column 1: compares two numbers; write the name of a value in place of one of them"),
  when(
    "10 < soil < 30",
    'column 11: a comparison has two sides; join two with "and", for example "soil > 10 and soil < 30"',
  ),
  when("soil <", `column 7: expected a number or a name instead of the end; ${EXAMPLE}`),
  when("soil", 'column 5: expected a condition after "soil"; write "soil < 30"'),
  when(
    "fan and soil < 3",
    'column 5: expected a condition after "fan"; write "fan < 30", "fan is on" or "fan is off"',
  ),
  when("soil is dry", 'column 1: "soil" has no states for "is"; write "soil < 30"'),
  when("door is opened", 'column 9: "opened" is not a state of "door"; did you mean "open"?'),
  when("pump is not on", 'column 9: "not" is not a state of "pump"; choose one of "on", "off"'),
  when("door open", 'column 6: "open" is not an event of "door"; did you mean "opens"?'),
  when(
    "key held or pump begins",
    'column 18: "begins" is not an event of "pump"; write "pump is on" or "pump is off"',
  ),
  when(
    "not (way ends)",
    'column 6: "not" does not apply to an event, which lasts only for a moment; remove "not", or use a state',
  ),
  when(
    "door opens for 3",
    'column 12: an event lasts only for a moment; use a state, for example "door is open for 60"',
  ),
  when(
    "(soil < 3 for 4)",
    'column 11: "for" is inside parentheses; write it once, at the end of the whole condition',
  ),
  when(
    "(soil < 3",
    'column 10: expected ")" instead of the end; close the parenthesis, or continue the condition',
  ),
  when("soil < 3)", `column 9: ")" is not expected here; ${JOIN}`),
  when("soil < 3 pump is on", `column 10: "pump" is not expected here; ${JOIN}`),
  when("soil < 3 and", `column 13: expected a condition instead of the end; ${EXAMPLE}`),
  when(" ", `column 2: expected a condition instead of the end; ${EXAMPLE}`),
  when("soil < 3 for", `column 13: expected a time instead of the end; ${TIMES}`),
  when("soil < 3 for 2.5", `column 14: 2.5 is not a whole number; ${TIMES}`),
  when("soil < 3 for 0", "column 14: 0 is out of range; write a time from 1 to 86400 s"),
  when("soil < 3 for 1441 min", "column 14: 1441 is out of range; write a time from 1 to 86400 s"),
  when("soil < 3 for 2 h", 'column 16: "h" is not a unit of time; write s or min'),
];
