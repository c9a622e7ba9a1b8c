/** How data points become the payload of a publish: the one thing that telemetry need not know of a generation. */

import type { Value } from "./json";

/**
 * Turns values into a payload. It is made once for the data streams that share a frame, with all that is constant.
 * @param values one for each of its streams, in their order; null for one that is not reported now. At least one is
 *   there
 * @param at when they were measured, in ms since 1970; undefined when the board does not know the time
 * @throws Error with what a frame cannot carry, in words
 */
export type Encoder = (values: readonly (Value | null)[], at: number | undefined) => string;

/** The names of the data streams that share a frame, made anew each time: a list would stay in memory. */
export type Names = () => readonly string[];

/** Writes a time, in ms since 1970, as the platform reads it. */
export type TimeFormat = (at: number) => string;

/**
 * The values that are there, each with what stands around it, and a separator between.
 * @param before what stands before each name
 * @param names of the streams, as the frame writes them
 * @param after what stands between a name and its value
 * @param end what stands behind each value
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
