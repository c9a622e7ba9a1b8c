/** `sleep` of a board file: what a board that is off most of the time cannot have, and what is probably not intended. */

import type { Board, Chip } from "./board.ts";
import { CHIPS, listPins } from "./chips.ts";
import { child, isObject, quote, type Finding } from "./mistake.ts";
import type { Part } from "./parts.ts";
import { list, t } from "../cli/language.ts";

/** The pin of an ESP8266 that has to be wired to RST, which wakes it. */
const ESP8266_ALARM = 16;

/** Pins whose level can end a deep sleep under Espruino 2v29: its API refuses all of a C3's (docs/chip.md, F45). */
const WAKING: Readonly<Record<Chip, readonly number[]>> = {
  esp32: [0, 2, 4, 12, 13, 14, 15, 25, 26, 27, 32, 33, 34, 35, 36, 37, 38, 39],
  esp32c3: [],
  esp32s3: Array.from({ length: 22 }, (_, pin) => pin),
  esp8266: [],
};

/** Sections that need a board which is awake, and why. */
const AWAKE: Readonly<Record<string, string>> = {
  rules: t`need a board that is awake, and this one is awake for seconds only`,
  remote: t`looks after a board that is awake, and this one is awake for seconds only`,
};

/** Kinds of parts that notice what happens, and miss it while the board sleeps. */
const NOTICING: Readonly<Partial<Record<string, string>>> = {
  button: t`a press`,
  counter: t`a pulse`,
};

/** Kinds of parts whose pins hold a level. */
const HOLDING: readonly Part["kind"][] = ["light", "switch", "dimmer", "servo", "buzzer"];

/**
 * Checks beyond the schema.
 * @param used the pins of the board, with pointers to them
 */
export function* checkSleep(
  board: Readonly<Record<string, unknown>>,
  used: ReadonlyMap<number, string>,
): Generator<Finding> {
  const { sleep, chip, setup, mqtt } = board;
  if (!isObject(sleep)) return;
  yield* checkWake(sleep, chip, used);
  for (const [section, why] of Object.entries(AWAKE)) {
    const value = board[section];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    yield { pointer: child("", section), causes: ["/sleep"], problem: why, remedy: t`remove it, or sleep` };
  }
  for (const [name, part] of Object.entries(isObject(board["parts"]) ? board["parts"] : {})) {
    const kind = isObject(part) && typeof part["kind"] === "string" ? part["kind"] : "";
    const missed = Object.hasOwn(NOTICING, kind) ? NOTICING[kind] : undefined;
    if (missed !== undefined)
      yield {
        pointer: child("/parts", name),
        causes: ["/sleep"],
        problem: t`misses ${missed} while the board sleeps`,
        remedy: t`remove it, or sleep; for what wakes a board, see docs/battery.md`,
      };
  }
  if (isObject(setup) && setup["button"] === undefined)
    yield {
      pointer: "/setup",
      causes: ["/sleep"],
      problem: t`needs a button: the board is asleep before its access point would open`,
      remedy: t`add "button"`,
    };
  for (const [index, stream] of (Array.isArray(board["streams"])
    ? (board["streams"] as unknown[])
    : []
  ).entries())
    if (isObject(stream) && stream["dpType"] === 4)
      yield {
        pointer: `/streams/${index}/dpType`,
        causes: ["/sleep"],
        problem: t`4 is sent only with the time, for which a board that sleeps cannot wait`,
        remedy: t`choose 1, which has the time once the board knows it`,
      };
  if (isObject(mqtt) && mqtt["qos"] === 2)
    yield {
      pointer: "/mqtt/qos",
      causes: ["/sleep"],
      problem: t`2 would write the session to flash at each sleep`,
      remedy: t`write 1`,
    };
}

/** What wakes the board. */
function* checkWake(
  { every, wakePin }: Readonly<Record<string, unknown>>,
  chip: unknown,
  used: ReadonlyMap<number, string>,
): Generator<Finding> {
  if (every === undefined && wakePin === undefined)
    yield {
      pointer: "/sleep",
      problem: t`says nothing that wakes the board`,
      remedy: t`add "every", for example "every": 600`,
    };
  if (every !== undefined && wakePin !== undefined)
    yield {
      pointer: "/sleep/wakePin",
      causes: ["/sleep/every"],
      problem: t`cannot be combined with every: Espruino's chips sleep until a time, or until a level`,
      remedy: t`remove one of them`,
    };
  if (typeof chip !== "string" || !Object.hasOwn(CHIPS, chip)) return;
  const { title } = CHIPS[chip as Chip];
  const waking = WAKING[chip as Chip];
  const pin = isObject(wakePin) ? wakePin["pin"] : undefined;
  if (isObject(wakePin) && waking.length === 0)
    yield {
      pointer: "/sleep/wakePin",
      causes: ["/chip"],
      problem: t`no pin wakes ${title} under Espruino, except its reset pin`,
      remedy: t`write "every" in its place; a button on the reset pin wakes the board as well`,
    };
  else if (typeof pin === "number" && !waking.includes(pin))
    yield {
      pointer: "/sleep/wakePin/pin",
      causes: ["/chip"],
      problem: t`${pin} cannot wake ${title}`,
      remedy: t`choose one of ${listPins(waking)}`,
    };
  const other = chip === "esp8266" ? used.get(ESP8266_ALARM) : undefined;
  if (other !== undefined)
    yield {
      pointer: other,
      causes: ["/sleep"],
      problem: t`${ESP8266_ALARM} wakes the board: it is wired to RST`,
      remedy: t`choose another pin`,
    };
}

/** @returns a sentence each */
export function sleepWarnings({ sleep, parts = [], led, time, onenet, name }: Board): string[] {
  if (!sleep) return [];
  const holding = parts.filter(({ kind }) => HOLDING.includes(kind)).map((part) => quote(part.name));
  const off = holding.length > 0 ? holding : led === undefined ? [] : [t`the LED`];
  return [
    ...(off.length > 0
      ? [
          off.length > 1
            ? t`the board sleeps, and meanwhile ${list(off)} are off`
            : t`the board sleeps, and meanwhile ${list(off)} is off`,
        ]
      : []),
    ...(time === undefined && onenet.generation !== "multiprotocol"
      ? [
          t`the board sleeps, and what it cannot send at once will get the time of its arrival: add "time": {} to ${name}`,
        ]
      : []),
  ];
}
