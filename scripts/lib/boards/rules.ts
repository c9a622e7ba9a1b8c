/** What must be right about a board beyond its schema: pins, names that meet, and times that depend on each other. */

import type { Chip, Led } from "../../../src/board.ts";
import { analogPin, CHIPS, ledPinFault, ledPins, listPins } from "../chips.ts";
import { fieldOf, isObject, quote, type Finding } from "./mistake.ts";

/** Checks as much of a board as has the right shape: one with mistakes of the schema comes here as well. */
export function checkRules(board: Record<string, unknown>): Finding[] {
  return [...checkPins(board), ...checkStreamIds(board), ...checkFrames(board), ...checkPing(board)];
}

function* checkPins(board: Record<string, unknown>): Generator<Finding> {
  const { chip } = board;
  if (!isChip(chip)) return;
  const used = new Map<number, string>();

  for (const { pointer, kind, pin } of pinsOfLed(board["led"])) {
    const fault = ledPinFault(chip, kind, pin);
    const other = used.get(pin);
    if (fault !== undefined)
      yield {
        pointer,
        causes: ["/chip", "/led/kind"],
        problem: `${pin} ${fault}`,
        remedy: `choose one of ${listPins(ledPins(chip, kind))}`,
      };
    else if (other !== undefined) yield usedTwice(pointer, pin, other);
    else used.set(pin, pointer);
  }

  for (const { pointer, pin } of analogPins(board["streams"])) {
    const { analog, title } = CHIPS[chip];
    const other = used.get(analogPin(chip, pin));
    if (analog.length === 0)
      yield {
        pointer,
        causes: ["/chip"],
        problem: `Espruino reads no analogue pin on ${title}`,
        remedy: "remove this stream or choose another source",
      };
    else if (!analog.includes(pin))
      yield {
        pointer,
        causes: ["/chip"],
        problem: `${pin} is not an analogue pin on ${title}`,
        remedy: chip === "esp8266" ? "write 0, which means A0" : `choose one of ${listPins(analog)}`,
      };
    else if (other !== undefined) yield usedTwice(pointer, pin, other);
  }
}

function* checkStreamIds({ streams }: Record<string, unknown>): Generator<Finding> {
  const seen = new Map<string, string>();
  for (const { pointer, stream } of objectsIn(streams)) {
    const { id } = stream;
    if (typeof id !== "string") continue;
    const at = `${pointer}/id`;
    const other = seen.get(id);
    if (other === undefined) seen.set(id, at);
    else
      yield {
        pointer: at,
        causes: [other],
        problem: `${quote(id)} is also ${fieldOf(other)}`,
        remedy: "give each stream its own id",
      };
  }
}

/** What a stream's type of `$dp` frame asks of it. */
function* checkFrames({ streams, led }: Record<string, unknown>): Generator<Finding> {
  const numbers = new Map<unknown, string>();
  for (const { pointer, stream } of objectsIn(streams)) {
    const { dpType, id, number, source } = stream;
    if ((dpType === 5 || dpType === 6) && typeof id === "string" && /[,;]/.test(id))
      yield {
        pointer: `${pointer}/id`,
        causes: [`${pointer}/dpType`],
        problem: `${quote(id)} holds a comma or a semicolon, which separate the fields of dpType ${dpType}`,
        remedy: "leave it out, or choose another dpType",
      };
    if (dpType !== 7) continue;
    const isRgb = isObject(led) && (led["kind"] === "ws2812" || led["kind"] === "pwm");
    if (source === "led" && isRgb)
      yield {
        pointer: `${pointer}/dpType`,
        causes: [`${pointer}/source`, "/led/kind"],
        problem: "7 carries numbers, but the state of an RGB LED is a text",
        remedy: "choose another dpType",
      };
    const other = numbers.get(number);
    if (typeof number !== "number") continue;
    if (other === undefined) numbers.set(number, `${pointer}/number`);
    else
      yield {
        pointer: `${pointer}/number`,
        causes: [other],
        problem: `${number} is also ${fieldOf(other)}`,
        remedy: "give each stream its own number",
      };
  }
}

function* checkPing({ onenet }: Record<string, unknown>): Generator<Finding> {
  if (!isObject(onenet)) return;
  const { keepAlive, pingPeriod } = onenet;
  if (!isCount(keepAlive) || !isCount(pingPeriod)) return;
  if (keepAlive === 0 || pingPeriod < keepAlive) return; // 0: the server waits for ever [MQTT 3.1.1, 3.1.2.10]
  yield {
    pointer: "/onenet/pingPeriod",
    causes: ["/onenet/keepAlive"],
    problem: `${pingPeriod} s is not shorter than keepAlive, ${keepAlive} s`,
    remedy: keepAlive > 1 ? `write less than ${keepAlive}` : "make keepAlive longer",
  };
}

function usedTwice(pointer: string, pin: number, other: string): Finding {
  return {
    pointer,
    causes: [other],
    problem: `${pin} is also ${fieldOf(other)}`,
    remedy: "give each its own pin",
  };
}

function pinsOfLed(led: unknown): { pointer: string; kind: Led["kind"]; pin: number }[] {
  if (!isObject(led)) return [];
  const { kind, pin, pins } = led;
  if ((kind === "gpio" || kind === "ws2812") && isPin(pin)) return [{ pointer: "/led/pin", kind, pin }];
  if (kind !== "pwm" || !isObject(pins)) return [];
  return ["red", "green", "blue"].flatMap((colour) => {
    const of = pins[colour];
    return isPin(of) ? [{ pointer: `/led/pins/${colour}`, kind, pin: of }] : [];
  });
}

function analogPins(streams: unknown): { pointer: string; pin: number }[] {
  return objectsIn(streams).flatMap(({ pointer, stream }) => {
    const { source, pin } = stream;
    return source === "analog" && isPin(pin) ? [{ pointer: `${pointer}/pin`, pin }] : [];
  });
}

function objectsIn(streams: unknown): { pointer: string; stream: Record<string, unknown> }[] {
  if (!Array.isArray(streams)) return [];
  return streams.flatMap((stream: unknown, index) =>
    isObject(stream) ? [{ pointer: `/streams/${index}`, stream }] : [],
  );
}

function isChip(value: unknown): value is Chip {
  return typeof value === "string" && Object.hasOwn(CHIPS, value);
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65535;
}

/** A number that the schema has nothing against. */
function isPin(value: unknown): value is number {
  return isCount(value) && value <= 48;
}
