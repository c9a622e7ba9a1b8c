/** Encoders: how data points become the payload of a publish. */

import { jsonString, type Value } from "./json";

/**
 * Turns values into a payload. Made once for the data streams that share a frame.
 * @param values one for each of its streams, in order; null for one that is not reported now, but never for all
 * @param at when they were measured, in ms since 1970; 0 or undefined if the board did not know the time
 * @throws Error that says what the frame cannot carry
 */
export type Encoder = (values: readonly (Value | null)[], at: number | undefined) => string;

/**
 * Puts reports of several times into one message, for a generation whose platform takes that. `points` has the data points
 * of each property so far, as JSON, separated by commas; those of a struct at the place of its last member.
 */
export interface Batch {
  /**
   * Adds a report, given like an {@link Encoder}'s.
   * @param points empty at first
   * @returns by how many bytes they grew, without separators
   */
  add(points: string[], values: readonly (Value | null)[], at: number | undefined): number;
  /**
   * The payload.
   * @param points lose their texts
   * @param isMany whether they are of several reports
   */
  payload(points: string[], isMany: boolean): string;
}

/** The encoder for one report at a time. */
export function oneByOne(batch: Batch): Encoder {
  return (values, at) => {
    const points: string[] = [];
    batch.add(points, values, at);
    return batch.payload(points, false);
  };
}

/** Adds a data point to those of a property. @returns its length */
export function append(points: string[], index: number, point: string): number {
  // In place: the interpreter copies the text otherwise.
  if (points[index]) points[index] += "," + point;
  else points[index] = point;
  return point.length;
}

/**
 * Joins the data points of several properties, `"led":[…],"uptime":[…]`, and empties their list: a chip has no room for
 * both.
 * @param names of the properties, at their places in `points`
 */
export function joinedPoints(
  names: readonly string[],
  before: string,
  points: string[],
  after: string,
): string {
  let all = "";
  points.forEach((point, index) => {
    all += (all ? "," : "") + jsonString(names[index] as string) + before + point + after;
    points[index] = "";
  });
  return all;
}

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
