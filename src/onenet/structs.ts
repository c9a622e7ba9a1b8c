/** Properties of a thing model that are structs. To the program, `air.temperature` is the member `temperature` of `air`. */

import { jsonString, jsonValue, member, type JsonObject, type Value } from "./json";
import type { Properties } from "./profile";

/**
 * The value of a thing model's property in a report, as JSON: `{"temperature":21.5}` for the struct `air`.
 * @param names of the values: `air.temperature` is a member of the struct `air`; those of a struct are next to each other
 * @param index of the property's value, or of the last member; of any other member there is no text, as if it had no value
 */
export function structured(
  names: readonly string[],
  values: readonly (Value | null)[],
  index: number,
): string {
  const property = propertyOf(names[index] as string);
  if (propertyOf(names[index + 1] || "") === property) return "";
  let all = "";
  names.forEach((name, at) => {
    const value = values[at] as Value | null;
    if (value === null || propertyOf(name) !== property) return;
    if (name !== property) all += (all ? "," : "{") + jsonString(name.substring(property.length + 1)) + ":";
    all += jsonValue(value);
  });
  return all && property !== names[index] ? all + "}" : all;
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
