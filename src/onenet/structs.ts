/** Properties of a thing model that are structs. To the program, `air.temperature` is the member `temperature` of `air`. */

import { append } from "./encoder";
import { jsonString, jsonValue, member, type JsonObject, type Value } from "./json";
import type { Properties } from "./profile";

/**
 * Adds a report to the data points of a thing model's properties: `{"value":{"temperature":21.5},"time":…}` for the struct
 * `air`.
 * @param names of the values: `air.temperature` is a member of the struct `air`; those of a struct are next to each other
 * @param tail comes after each value
 * @returns as {@link append}
 */
export function addStructured(
  points: string[],
  names: readonly string[],
  values: readonly (Value | null)[],
  tail: string,
): number {
  let length = 0;
  let members = "";
  names.forEach((name, index) => {
    const value = values[index] as Value | null;
    const property = propertyOf(name);
    let all = value === null ? "" : jsonValue(value);
    if (property !== name) {
      if (all) members += (members ? "," : "") + jsonString(name.substring(property.length + 1)) + ":" + all;
      const isLast = propertyOf(names[index + 1] || "") !== property;
      all = isLast && members ? "{" + members + "}" : "";
      if (isLast) members = "";
    }
    if (all) length += append(points, index, '{"value":' + all + tail);
  });
  return length;
}

/** The property that a name is, or is a member of. */
export function propertyOf(name: string): string {
  return name.split(".")[0] as string;
}

/** Each of the names once. */
export function once<Name>(names: readonly Name[]): readonly Name[] {
  return names.filter((name, index) => names.indexOf(name) === index);
}

/** The same properties with structs, which are set by some of their members. */
export function withStructs(flat: Properties, members: (property: string) => readonly string[]): Properties {
  return {
    names: once(flat.names.map(propertyOf)),
    set(name, value) {
      if (!members(name).length) return flat.set(name, value);
      const given = Object.keys((value || {}) as JsonObject);
      const refused = given.filter((inner) => !flat.set(name + "." + inner, member(value, inner)));
      return given.length > 0 && !refused.length;
    },
    get: flat.get,
  };
}
