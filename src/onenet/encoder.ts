/** Encoders: how data points become the payload of a publish. */

import { jsonString, type Value } from "./json";

/**
 * Turns values into a payload. Made once for the data streams that share a frame.
 * @param values one for each of its streams, in order; null for one that is not reported now, but never for all
 * @param at when they were measured, in ms since 1970; 0 or undefined if the board did not know the time
 * @throws Error that says what the frame cannot carry
 */
export type Encoder = (values: readonly (Value | null)[], at: number | undefined) => string;

/** A message in pieces, by their number, from 0 up; empty after the last. Piece 0 begins it again. */
export type Pieces = (index: number) => string;

/** The reports of a message: calls `visit` for each of them, oldest first, with what an {@link Encoder} takes. */
export type Reports = (visit: (values: readonly (Value | null)[], at: number | undefined) => void) => void;

/**
 * Puts reports of several times into one message, for a generation whose platform takes that. A piece has the data points of
 * a few properties: a chip has no room for all of them at once.
 */
export type Batch = (reports: Reports, isMany: boolean) => Pieces;

/** Bytes after which a piece is long enough: in a short message, the data points of each property are few. */
const PIECE = 256;

/** The encoder for one report at a time. */
export function oneByOne(batch: Batch): Encoder {
  return (values, at) => {
    const pieces = batch((visit) => visit(values, at), false);
    let all = "";
    let piece;
    for (let index = 0; (piece = pieces(index)); index++) all += piece;
    return all;
  };
}

/**
 * The pieces of a message with properties, `"led":[…]`, between `head` and `tail`.
 * @param nameOf the name of the property that a stream belongs to
 * @param point the data point of a stream in a report, as JSON; empty if there is none
 */
export function inPieces(
  reports: Reports,
  names: Names,
  nameOf: (stream: string) => string,
  point: (stream: number, values: readonly (Value | null)[], at: number | undefined) => string,
  head: string,
  before: string,
  after: string,
  tail: string,
): Pieces {
  let stream = 0;
  return (index) => {
    const streams = names();
    let piece = "";
    if (!index) {
      stream = 0;
      piece = head;
    }
    while (piece.length < PIECE && stream < streams.length) {
      let points = "";
      reports((values, at) => {
        const text = point(stream, values, at);
        if (text) points += (points && ",") + text;
      });
      if (points)
        piece +=
          (piece === head ? "" : ",") +
          jsonString(nameOf(streams[stream] as string)) +
          before +
          points +
          after;
      if (++stream === streams.length) piece += tail;
    }
    return piece;
  };
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
