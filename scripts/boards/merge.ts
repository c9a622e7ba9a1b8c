/** Joins a board file with what it extends. */

import { isObject } from "./mistake.ts";

type Fields = Record<string, unknown>;

/** The two sections for a board's server; a board has one of them. */
export const SECTIONS = ["onenet", "mqtt"] as const;

export type Section = (typeof SECTIONS)[number];

/** Fields of a base's `onenet` or `mqtt` that suit any server. */
export const GENERAL: readonly string[] = ["keepAlive", "pingPeriod", "qos"];

/** Fields of `onenet` that exclude each other: writing one of a row drops the base's others. */
const ALTERNATIVES: readonly (readonly [string[], string[]])[] = [
  [["device", "authInfo"], ["registration"]],
  [["key", "expires", "method"], ["token"]],
];

/** The section a file uses for its server; undefined if it has none, or both. */
export function sectionOf(file: Readonly<Fields>): Section | undefined {
  const [isOneNet, isMqtt] = [Object.hasOwn(file, "onenet"), Object.hasOwn(file, "mqtt")];
  if (isOneNet === isMqtt) return undefined;
  return isOneNet ? "onenet" : "mqtt";
}

/** Objects are joined field by field; other values, and anything that conflicts with the file above, are replaced. */
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

/** A base without an LED or parts of another kind, and without fields of another server or log-in. */
function withoutMisfits(below: Fields, above: Fields): Fields {
  const { led, parts, onenet, mqtt, streams, ...rest } = below;
  const section = sectionOf(above);
  const isMoved =
    (section === "mqtt" && onenet !== undefined) || (section === "onenet" && mqtt !== undefined);
  const mends = isMoved || isOther("generation", onenet, above["onenet"]);
  const fitting = {
    led: isOther("kind", led, above["led"]) ? undefined : led,
    parts: withoutOthers(parts, above["parts"]),
    ...serverOf(below, above),
    streams: mends && Array.isArray(streams) ? streams.map(withoutFrame) : streams,
  };
  return { ...rest, ...pick(fitting, (key) => fitting[key as keyof typeof fitting] !== undefined) };
}

/** A base's parts without those that the file above makes another kind of, or drives in another way. */
function withoutOthers(below: unknown, above: unknown): unknown {
  if (!isObject(above)) return below;
  return pick(below, (name) => {
    const [old, own] = [(below as Fields)[name], Object.hasOwn(above, name) ? above[name] : undefined];
    return !isOther("kind", old, own) && !isOther("driver", old, own);
  });
}

/** A base's `onenet` and `mqtt`, reduced to what suits the file above. */
function serverOf({ onenet, mqtt }: Fields, above: Fields): Record<Section, unknown> {
  const section = sectionOf(above);
  if (section === "mqtt") return { onenet: undefined, mqtt: mqtt ?? general(onenet) };
  const fitting = isOther("generation", onenet, above["onenet"])
    ? general(onenet)
    : withoutAlternatives(onenet, above);
  return section === "onenet"
    ? { onenet: fitting ?? general(mqtt), mqtt: undefined }
    : { onenet: fitting, mqtt };
}

function general(server: unknown): unknown {
  return pick(server, (key) => GENERAL.includes(key));
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

/** `$dp` frames exist only in multiprotocol; elsewhere an inherited stream is an ordinary one. */
function withoutFrame(stream: unknown): unknown {
  return pick(stream, (key) => key !== "dpType" && key !== "number");
}

/** An object's fields with these names; any other value unchanged. */
function pick<T>(value: T, fits: (key: string) => boolean): T | Fields {
  return isObject(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => fits(key))) : value;
}
