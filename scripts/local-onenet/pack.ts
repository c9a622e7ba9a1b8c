/** `thing/pack/post` and `thing/history/post`: properties and events of a device, or of a gateway's sub-devices. */

import type { DeviceRecord } from "./devices.ts";
import { isObject, type JsonValue } from "./json.ts";
import { MAXIMUM_POINTS } from "./limits.ts";
import { CODE, quote, readPoint, type Check, type Failure, type Timed } from "./one-json.ts";
import { english } from "../cli/language.ts";

/** Most entries of a message, one for each device. */
const MAXIMUM_DEVICES = 10;
/** Most properties and events of a device in a message. */
const MAXIMUM_IDENTIFIERS = 100;
/** Most values of one property, or one event, of a device in a `history/post`. */
const MAXIMUM_VALUES = 100;

export type PackKind = "pack/post" | "history/post";

/** A device that a message may have an entry of, and what is valid for it. */
export interface Subject {
  readonly record: DeviceRecord;
  readonly properties: Check;
  readonly events: Check;
}

/** The entry of a device. */
export interface Entry {
  readonly record: DeviceRecord;
  readonly properties: Timed[];
  readonly events: Timed[];
}

/**
 * Reads `[{"identity":{…},"properties":{"<identifier>":{"value":…,"time":…}},"events":{…}}]`, all of it or nothing; in a
 * `history/post`, each identifier has a list of values. Either member may be missing.
 * @param subjectOf the device that an `identity` names, which may be missing as well
 */
export function readPack(
  kind: PackKind,
  params: JsonValue,
  subjectOf: (identity: JsonValue | undefined) => Subject | Failure,
): Entry[] | Failure {
  if (!Array.isArray(params) || params.length === 0 || params.length > MAXIMUM_DEVICES) {
    return shape(english`params must be an array of 1 to ${MAXIMUM_DEVICES} devices`);
  }
  const entries: Entry[] = [];
  for (const given of params) {
    const entry = isObject(given)
      ? readEntry(kind, given, subjectOf(given["identity"]))
      : shape(english`each of params must be {"properties":…,"events":…}`);
    if ("code" in entry) return entry;
    entries.push(entry);
  }
  const count = entries.reduce((sum, { properties, events }) => sum + properties.length + events.length, 0);
  if (count === 0) return shape(english`there must be at least one property or event`);
  if (count > MAXIMUM_POINTS) return shape(english`a message may have at most ${MAXIMUM_POINTS} values`);
  return entries;
}

function readEntry(
  kind: PackKind,
  given: Readonly<Record<string, JsonValue>>,
  subject: Subject | Failure,
): Entry | Failure {
  if ("code" in subject) return subject;
  const entry: Entry = { record: subject.record, properties: [], events: [] };
  let count = 0;
  for (const member of ["properties", "events"] as const) {
    const values = given[member] ?? {};
    if (!isObject(values)) return shape(english`${member} must be an object of identifiers`);
    count += Object.keys(values).length;
    if (count > MAXIMUM_IDENTIFIERS) {
      return shape(
        english`a device may have at most ${MAXIMUM_IDENTIFIERS} properties and events in a message`,
      );
    }
    const read = kind === "history/post" ? readLists : readValues;
    const failure = read(values, subject[member], entry[member]);
    if (failure !== undefined) return failure;
  }
  return entry;
}

/** Adds the values of `{"<identifier>":{"value":…},…}` to a list. */
function readValues(
  values: Readonly<Record<string, JsonValue>>,
  check: Check,
  into: Timed[],
): Failure | undefined {
  for (const [identifier, given] of Object.entries(values)) {
    const point = readPoint(identifier, given, check);
    if ("code" in point) return point;
    into.push(point);
  }
  return undefined;
}

/** Adds the values of `{"<identifier>":[{"value":…},…],…}` to a list. */
function readLists(
  values: Readonly<Record<string, JsonValue>>,
  check: Check,
  into: Timed[],
): Failure | undefined {
  for (const [identifier, list] of Object.entries(values)) {
    if (!Array.isArray(list) || list.length === 0 || list.length > MAXIMUM_VALUES) {
      return shape(english`${quote(identifier)} must be an array of 1 to ${MAXIMUM_VALUES} values`);
    }
    for (const each of list) {
      const failure = readValues({ [identifier]: each }, check, into);
      if (failure !== undefined) return failure;
    }
  }
  return undefined;
}

function shape(message: string): Failure {
  return { code: CODE.shape, message };
}
