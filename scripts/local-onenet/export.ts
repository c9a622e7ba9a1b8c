/** Data points as a file: CSV for spreadsheets, JSON for programs. */

import type { DeviceRecord } from "./devices.ts";
import { nameOf } from "./devices.ts";
import type { JsonValue } from "./json.ts";
import type { Range } from "./data.ts";
import type { Store } from "./store.ts";

export const FORMATS = ["csv", "json"] as const;

export type Format = (typeof FORMATS)[number];

/** The media type of each format. */
export const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  csv: "text/csv; charset=utf-8; header=present",
  json: "application/json; charset=utf-8",
};

/** Approximate characters of a piece of the text. */
const PIECE = 64 * 1024;

/** The byte order mark: without it, Excel takes UTF-8 for the local encoding and garbles Chinese. */
const BOM = "\ufeff";

interface Row {
  /** Beijing time. */
  readonly at: string;
  /** Its name on the platform. */
  readonly device: string;
  readonly title: string;
  readonly stream: string;
  readonly value: JsonValue;
}

const COLUMNS = ["at", "device", "title", "stream", "value"] as const satisfies readonly (keyof Row)[];

/**
 * The data points of devices, by device and data stream, each in order of time, in pieces.
 * @param range the times to include
 */
export function exportPoints(
  source: Pick<Store, "names" | "points">,
  devices: Iterable<DeviceRecord>,
  range: Omit<Range, "newestFirst">,
  format: Format,
): Generator<string, undefined> {
  const rows = rowsOf(source, devices, range);
  return inPieces(format === "csv" ? csvOf(rows) : jsonOf(rows));
}

function* rowsOf(
  source: Pick<Store, "names" | "points">,
  devices: Iterable<DeviceRecord>,
  range: Omit<Range, "newestFirst">,
): Generator<Row> {
  for (const record of devices) {
    const device = nameOf(record);
    for (const stream of source.names(device))
      for (const { at, value } of source.points(device, stream, { ...range, newestFirst: false }))
        yield { at, device, title: record.title ?? "", stream, value };
  }
}

/** A table as in RFC 4180. */
function* csvOf(rows: Iterable<Row>): Generator<string> {
  yield `${BOM}${COLUMNS.join(",")}\r\n`;
  for (const row of rows) yield `${COLUMNS.map((column) => cellOf(row[column])).join(",")}\r\n`;
}

function cellOf(value: JsonValue): string {
  if (typeof value === "number") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  // A spreadsheet runs a text that begins like a formula, and devices send any text.
  // With Chinese or Japanese settings, it takes full-width signs for the others.
  const safe = /^[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** An array with an object on each line. */
function* jsonOf(rows: Iterable<Row>): Generator<string> {
  let before = "[\n";
  for (const row of rows) {
    yield before + JSON.stringify(row);
    before = ",\n";
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}

function* inPieces(texts: Iterable<string>): Generator<string, undefined> {
  let piece = "";
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
  return undefined;
}
