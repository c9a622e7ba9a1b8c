/** Parts that the questions add: how they are asked for, and that the board file with them is valid. */

import { describe, expect, test } from "vitest";
import { BOARDS_DIRECTORY, checkUnwritten, loadBoard } from "../../../../scripts/boards/index.ts";
import { draftOf } from "../../../../scripts/boards/new/draft.ts";
import { holdInterview } from "../../../../scripts/boards/new/interview.ts";
import { PARTS_QUESTION } from "../../../../scripts/boards/new/parts-question.ts";
import type { Answers, Asked } from "../../../../scripts/boards/new/question.ts";
import { summaryOf, without } from "../../../../scripts/boards/new/review.ts";
import { PART_KINDS } from "../../../../scripts/boards/parts.ts";

const BASES = new Map(
  ["esp32-devkit", "esp32-s3-devkitc", "tpyboard-v202", "esp32-doorbell"].map((name) => [
    name,
    loadBoard(name, { local: false }),
  ]),
);
const LAMP = {
  ...{ board: "esp32-devkit", title: "lamp", led: "gpio", "led-pin": "2", "active-low": "no" },
  ...{ ssid: "attic", "open-network": "yes", generation: "mqtt", server: "mqtt.lan", topic: "a" },
  "mqtt-user": "",
  setup: "no",
};
/** What a user answers: to this text, this; each entry serves once, and in this order. */
type Script = readonly (readonly [text: string, answer: string])[];

/** Accepts defaults for what the script does not say. A wrong answer is followed by the next entry of its text. */
async function hold(script: Script, given: Answers = {}) {
  const left = [...script];
  const heard: Asked[] = [];
  const refused: string[] = [];
  const reported: string[] = [];
  const ask = (question: Asked): Promise<string> => {
    heard.push(question);
    for (;;) {
      const isNext = left[0] !== undefined && question.text.includes(left[0][0]);
      const answer = (isNext ? left.shift()?.[1] : question.standard) ?? "";
      const wrong = question.fault(answer);
      if (wrong === undefined) return Promise.resolve(answer);
      refused.push(wrong);
      if (!isNext) return Promise.reject(new Error(`${question.text}: ${answer}: ${wrong}`));
    }
  };
  const { answers } = await holdInterview({
    ...{ directory: BOARDS_DIRECTORY, bases: BASES, name: "lamp" },
    ...{ given: { ...LAMP, ...given }, explicit: new Set<string>(), ask },
    report: (line) => reported.push(line),
  });
  expect(left).toEqual([]);
  const file = draftOf(answers, BASES);
  expect(checkUnwritten("lamp", file)).toEqual([]);
  return { answers, parts: file["parts"], heard, refused, reported };
}

const KIND = "What else";
const NAME = "What do you call it?";
const PIN = "Which GPIO";

test("no part by default", async () => {
  const { parts, answers } = await hold([]);
  expect(parts).toBeUndefined();
  expect(summaryOf(answers).join("\n")).toMatch(/What else is connected +\(none\)/);
});

test("one after another, with the fields that matter for their kinds", async () => {
  const { parts, answers, refused, heard } = await hold([
    ...([
      [KIND, "switch"],
      [NAME, "pump"],
      ["low level", "yes"],
      [PIN, "26"],
    ] as const),
    ...([
      [KIND, "button"],
      ["Which command", "pump toggle"],
      [PIN, "13"],
    ] as const),
    ...([
      [KIND, "analog"],
      ["which two levels", "0.8, 0.3"],
      ["Which values", "0,100"],
    ] as const),
    ...([
      ["unit", "%"],
      [PIN, "32"],
    ] as const),
    ...([
      [KIND, "setting"],
      ["least", "-5"],
      ["largest", "40"],
      ["at first", "21.5"],
      ["unit", "°C"],
    ] as const),
    ...([
      [KIND, "setting"],
      ["hold", "text"],
      ["How long", "12"],
      ["at first", "温室 🌱"],
    ] as const),
    ...([
      [KIND, "setting"],
      ["hold", "switch"],
      ["on at first", "yes"],
    ] as const),
    ...([
      [KIND, "light"],
      ["sort of light", "pwm"],
      [PIN, "18,19, 21"],
    ] as const),
    ...([
      [KIND, "bme280"],
      ["address", "0x77"],
      [PIN, "22,23"],
    ] as const),
    [KIND, "none"],
  ]);
  expect(refused).toEqual([]);
  expect(parts).toEqual({
    pump: { kind: "switch", activeLow: true, pin: 26 },
    button: { kind: "button", activeLow: true, press: "pump toggle", pin: 13 },
    level: { kind: "analog", from: [0.8, 0.3], to: [0, 100], unit: "%", pin: 32 },
    setting: { kind: "setting", from: -5, to: 40, default: 21.5, unit: "°C" },
    setting2: { kind: "setting", longest: 12, default: "温室 🌱" },
    setting3: { kind: "setting", default: true },
    lamp: { kind: "light", driver: "pwm", activeLow: false, pins: { red: 18, green: 19, blue: 21 } },
    climate: { kind: "bme280", address: "0x77", sda: 22, scl: 23 },
  });
  const review = summaryOf(answers).join("\n");
  expect(review).toContain("pump (switch, activeLow true, pin 26); button (button,");
  expect(review).toContain('press "pump toggle", pin 13');
  expect(heard.map(({ where }) => where)).toContain("So far: pump, button.");
});

/** The questions cannot write the code of an own part. */
const ASKED = PART_KINDS.filter((kind) => kind !== "own");

test("the list has every kind that needs no code", async () => {
  const { heard } = await hold([]);
  const [list] = heard;
  expect(list?.choices?.map(({ value }) => value)).toEqual(["none", ...ASKED]);
});

test.each(ASKED.map((kind) => [kind]))("%s: with defaults on free pins", async (kind) => {
  const taken: string[] = [];
  let kindsLeft = [kind, kind];
  const ask = ({ text, where, standard, fault }: Asked): Promise<string> => {
    let answer = standard ?? "";
    if (text.startsWith(KIND)) {
      const [next = "none", ...rest] = kindsLeft;
      kindsLeft = rest;
      answer = next;
    } else if (text.includes(PIN)) {
      const free = expanded(where);
      const count = text.includes(" and ") ? (text.includes(",") ? 3 : 2) : 1;
      for (const pin of taken) expect(free).not.toContain(pin);
      answer = free.slice(0, count).join(",");
      taken.push(...free.slice(0, count));
    }
    expect(fault(answer), `${text} ${answer}`).toBeUndefined();
    return Promise.resolve(answer);
  };
  const { answers } = await holdInterview({
    ...{ directory: BOARDS_DIRECTORY, bases: BASES, name: "lamp", given: LAMP, explicit: new Set<string>() },
    ...{ ask, report: () => undefined },
  });
  const file = draftOf(answers, BASES);
  expect(Object.values(file["parts"] as object)).toMatchObject([{ kind }, { kind }]);
  expect(checkUnwritten("lamp", file)).toEqual([]);
});

/** The pins in a hint, such as `free for it on ESP32: 4, 5, 12–14.` */
function expanded(where: string): string[] {
  const [, list = ""] = /: ([^:]*)\.$/.exec(where) ?? [];
  return list.split(", ").flatMap((run) => {
    const [first = 0, last = first] = run.split("–").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
  });
}

describe("answers are checked at once, by the rules of board files", () => {
  const cases: [name: string, script: Script, refused: string, given?: Answers][] = [
    [
      "a name",
      [
        [KIND, "switch"],
        [NAME, "2 pumps"],
        [NAME, "pump"],
        [PIN, "4"],
      ],
      '"2 pumps" is not a valid name of a part; start with a letter, followed by letters, digits and _, at most 30 in all; use words for others',
    ],
    [
      "a name that is a source",
      [
        [KIND, "analog"],
        [NAME, "memory"],
        [NAME, "soil"],
        ["which two levels", "0,1"],
        [PIN, "32"],
      ],
      '"memory" is a built-in source; give the part another name',
    ],
    [
      "a name used before",
      [
        [KIND, "motion"],
        [PIN, "4"],
        [KIND, "motion"],
        [NAME, "motion"],
        [NAME, "hall"],
        [PIN, "5"],
      ],
      '"motion" is already a part; choose another name',
    ],
    [
      "the name of a part of the base",
      [
        [KIND, "buzzer"],
        [NAME, "bell"],
        [NAME, "gong"],
        [PIN, "4"],
      ],
      '"bell" is already a part; choose another name',
      { board: "esp32-doorbell" },
    ],
    [
      "the pin of the LED",
      [
        [KIND, "switch"],
        [PIN, "2"],
        [PIN, "4"],
      ],
      "2 is also led.pin; give each its own pin",
    ],
    [
      "a pin of another part",
      [
        [KIND, "dht22"],
        [PIN, "4"],
        [KIND, "switch"],
        [PIN, "4"],
        [PIN, "5"],
      ],
      "4 is also parts.air.pin; give each its own pin",
    ],
    [
      "a pin's label",
      [
        [KIND, "dht22"],
        [PIN, "D4"],
        [PIN, "4"],
      ],
      '"D4" is not valid; write a whole number',
    ],
    [
      "too few pins",
      [
        [KIND, "light"],
        ["sort of light", "pwm"],
        [PIN, "4,5"],
        [PIN, "4,5,18"],
      ],
      '"4,5" is not valid; write 3 GPIO numbers separated by commas',
    ],
    [
      "an unknown command",
      [
        [KIND, "button"],
        ["Which command", "pmup on"],
        ["Which command", "toggle"],
        [PIN, "13"],
      ],
      '"pmup on" is not a command of this board; choose one of "on", "off", "toggle", "button"',
    ],
    [
      "a number",
      [
        [KIND, "setting"],
        ["least", "1e9"],
        ["least", "0"],
        ["at first", "30"],
      ],
      '"1e9" is not valid; write a number',
    ],
    [
      "a text that is too long",
      [
        [KIND, "setting"],
        ["hold", "text"],
        ["How long", "5"],
        ["at first", "温室"],
        ["at first", "温"],
      ],
      "is 6 bytes long in UTF-8; use at most longest, 5",
    ],
    [
      "a range",
      [
        [KIND, "setting"],
        ["least", "200"],
        ["largest", "100"],
        ["largest", "300"],
        ["at first", "250"],
      ],
      "100 is not more than from, 200; write a larger number",
    ],
    [
      "a pin that the chip cannot use",
      [
        [KIND, "dimmer"],
        [PIN, "36"],
        [PIN, "4"],
      ],
      "36 is an input-only pin on ESP32; choose one of 2, 4, 5, 12–19, 21–23, 27, 32, 33",
    ],
    [
      "a kind that the chip cannot have",
      [
        [KIND, "analog"],
        [KIND, "none"],
      ],
      "no free pin of ESP32-S3 can do this; choose another",
      { board: "esp32-s3-devkitc" },
    ],
  ];
  test.each(cases)("%s", async (_name, script, refused, given) => {
    expect((await hold(script, given)).refused).toEqual([refused]);
  });
});

test("back leaves a part without adding it", async () => {
  const { parts } = await hold([
    ...([
      [KIND, "switch"],
      [NAME, "back"],
    ] as const),
    ...([
      [KIND, "switch"],
      [PIN, "back"],
    ] as const),
    ...([
      [KIND, "counter"],
      ["unit", " back "],
    ] as const),
    ...([
      [KIND, "switch"],
      [NAME, "pump"],
      [PIN, "26"],
    ] as const),
  ]);
  expect(parts).toEqual({ pump: { kind: "switch", activeLow: false, pin: 26 } });
});

describe("as an option", () => {
  const pump = '{"pump": {"kind": "switch", "pin": 26}}';

  test("is not asked", async () => {
    const { parts, heard } = await hold([], { parts: pump });
    expect(parts).toEqual({ pump: { kind: "switch", pin: 26 } });
    expect(heard).toEqual([]);
  });

  test.each([
    ["pump", '--parts: "pump" is not valid; write the parts as in a board file'],
    ["[]", '--parts: "[]" is not valid; write the parts as in a board file'],
    [pump.replace("26", "36"), "--parts: parts.pump.pin: 36 is an input-only pin on ESP32; choose one of"],
    [
      '{"__proto__": {"kind": "switch", "pin": 26}}',
      '--parts: parts.__proto__: "__proto__" is not a valid name',
    ],
  ])("%s is refused", async (parts, fault) => {
    const { faults } = await holdInterview({
      ...{ directory: BOARDS_DIRECTORY, bases: BASES, name: "lamp", ask: undefined },
      ...{ given: { ...LAMP, parts }, explicit: new Set(["parts"]), report: () => undefined },
    });
    expect(faults).toEqual([expect.stringContaining(fault)]);
  });

  test("is asked again with another board, whose pins differ", () => {
    expect(PARTS_QUESTION.when).toEqual({ board: [] });
    expect(without({ ...LAMP, parts: pump }, "board")).not.toHaveProperty("parts");
    expect(without({ ...LAMP, parts: pump }, "led-pin")).toHaveProperty("parts");
  });
});
