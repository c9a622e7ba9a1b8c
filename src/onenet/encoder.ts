/** Encoders: how data points become the payload of a publish. */

import type { Value } from "./json";

/**
 * Turns values into a payload. Made once for the data streams that share a frame.
 * @param values one for each of its streams, in order; null for one that is not reported now, but never for all
 * @param at when they were measured, in ms since 1970; 0 or undefined if the board did not know the time
 * @throws Error that says what the frame cannot carry
 */
export type Encoder = (values: readonly (Value | null)[], at: number | undefined) => string;

/** The names of the data streams that share a frame. A new list each time: a constant one would stay in memory. */
export type Names = () => readonly string[];

/** Writes a time, given in ms since 1970, in the platform's format. */
export type TimeFormat = (at: number) => string;

/**
 * Joins the names and values of the streams that are reported.
 * @param before comes before each name
 * @param names of the streams, as the frame writes them
 * @param after comes between a name and its value
 * @param end comes after each value
 * @param separator comes between two streams
 */
export function joined(
  before: string,
  names: readonly string[],
  after: string,
  values: readonly (Value | null)[],
  end: string,
  separator: string,
  text: (value: Value) => string,
): string {
  let all = "";
  for (let i = 0; i < names.length; i++) {
    const value = values[i] as Value | null;
    if (value !== null) {
      all += (all ? separator : "") + before + (names[i] as string) + after + text(value) + end;
    }
  }
  return all;
}
