/** Joins a board file with what it extends. */

import { isObject } from "./mistake.ts";

type Fields = Record<string, unknown>;

/** What of a base's `onenet` fits any generation. */
const GENERAL = ["keepAlive", "pingPeriod", "qos"];

/** Fields of `onenet` that cannot stand side by side: who writes one of a row does without the base's other. */
const ALTERNATIVES: readonly (readonly [string[], string[]])[] = [
  [["device", "authInfo"], ["registration"]],
  [["key", "expires", "method"], ["token"]],
];

/** Objects are joined field by field; any other value, and what does not fit what is above, is replaced. */
export function joinBoards(below: Fields, above: Fields): Fields {
  return merge(withoutMisfits(below, above), above);
}

function merge(below: Fields, above: Fields): Fields {
  const joined = Object.entries(above).map(([key, value]): [string, unknown] => {
    const old = Object.hasOwn(below, key) ? below[key] : undefined;
    return [key, isObject(value) && isObject(old) ? merge(old, value) : value];
  });
  return Object.fromEntries([...Object.entries(below), ...joined]);
}

/** A base without the LED of another kind, and without what belongs to another generation or another log-in. */
function withoutMisfits(below: Fields, above: Fields): Fields {
  const { led, onenet, streams, ...rest } = below;
  const mends = isOther("generation", onenet, above["onenet"]);
  const fitting = {
    led: isOther("kind", led, above["led"]) ? undefined : led,
    onenet: mends ? pick(onenet, (key) => GENERAL.includes(key)) : withoutAlternatives(onenet, above),
    streams: mends && Array.isArray(streams) ? streams.map(withoutFrame) : streams,
  };
  return { ...rest, ...pick(fitting, (key) => fitting[key as keyof typeof fitting] !== undefined) };
}

function isOther(name: string, below: unknown, above: unknown): boolean {
  if (!isObject(below) || !isObject(above)) return false;
  return above[name] !== undefined && above[name] !== below[name];
}

function withoutAlternatives(onenet: unknown, { onenet: above }: Fields): unknown {
  if (!isObject(above)) return onenet;
  const dropped = ALTERNATIVES.flatMap(([one, other]) => [
    ...(other.some((key) => Object.hasOwn(above, key)) ? one : []),
    ...(one.some((key) => Object.hasOwn(above, key)) ? other : []),
  ]);
  return pick(onenet, (key) => !dropped.includes(key));
}

/** The frames of `$dp` are multiprotocol's; a stream that comes from there is one like any other. */
function withoutFrame(stream: unknown): unknown {
  return pick(stream, (key) => key !== "dpType" && key !== "number");
}

/** An object's fields of these names; anything else as it is. */
function pick<T>(value: T, fits: (key: string) => boolean): T | Fields {
  return isObject(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => fits(key))) : value;
}
