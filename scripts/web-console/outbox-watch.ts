/**
 * Tracks a virtual board's outbox from outside: by the JSON the program writes (an outbox record is `[stamp, group,
 * value, …]`, src/app/outbox.ts), what it sends, and what is acknowledged.
 */

import { isDeepStrictEqual } from "node:util";
import type { Board } from "../boards/board.ts";
import type { Saved } from "../../src/app/restart.ts";
import { SHORTEST_SPAN, thin } from "../../src/app/thinning.ts";
import type { VirtualBoard } from "../virtual-board/index.ts";
import { readStorageJson } from "../virtual-board/json.ts";
import { createFraming, type Framing } from "../local-onenet/wire/framing.ts";
import type { OutboxView } from "./protocol.ts";

interface Report {
  /** Its JSON. */
  readonly record: string;
  /** Its packet identifier while in flight; 0 if it must be sent again; undefined if never sent. */
  id: number | undefined;
}

/** How long changes gather, in ms. A report acknowledged within it never counts as waiting. */
const GATHER = 200;

/** The firmware's file for state that survives a restart. */
const FILE = "outbox";

const RECORD = /^\[\d+,\d+,/;

const DATA_TOPIC = /^\$dp$|\/(dp\/post\/json|property\/post|history\/post|data)$/;

/** A topic whose messages may hold several reports. */
const BULK_TOPIC = /\/(dp\/post\/json|history\/post)$/;

/** Bytes read of each packet: enough for the longest message in bulk. */
const KEPT = 65_536;

const CONNACK = 2;
const PUBLISH = 3;
const PUBACK = 4;
const PUBCOMP = 7;

/**
 * Call this before the board is switched on.
 * @param changed called with each new state
 */
export function watchOutbox(
  { outbox: limit, thinsOutbox }: Board,
  device: VirtualBoard,
  changed: (outbox: OutboxView) => void,
): void {
  let reports: Report[] = [];
  let lost = 0;
  let span = SHORTEST_SPAN;
  let reported: OutboxView = { reports: 0, bytes: 0, limit, lost };
  let timer: NodeJS.Timeout | undefined;
  const links = new Map<number, Record<"up" | "down", Framing>>();

  function notify(): void {
    timer = undefined;
    const now = { reports: reports.length, bytes: sizeOf(reports), limit, lost };
    if (isDeepStrictEqual(now, reported)) return;
    reported = now;
    changed(now);
  }

  function put(changed: Report[]): void {
    reports = changed;
    timer ??= setTimeout(notify, GATHER).unref();
  }

  function add(record: string): void {
    const all: Report[] = [...reports, { record, id: undefined }];
    // Reports already sent stay: they may have arrived.
    const inFlight = all.filter(({ id }) => id !== undefined).length;
    const drop = (at: number) => {
      all.splice(at, 1);
      lost++;
    };
    if (thinsOutbox && sizeOf(all) > limit) {
      const records = all.map((report) => report.record);
      span = thin(
        records,
        inFlight,
        () => sizeOf(all) > limit - limit / 8,
        span,
        (at) => {
          records.splice(at, 1);
          drop(at);
        },
      );
    }
    while (sizeOf(all) > limit && inFlight < all.length) drop(inFlight);
    put(all);
  }

  /** The report that the program sends next. */
  function next(): Report | undefined {
    return reports.find(({ id }) => id === 0) ?? reports.find(({ id }) => id === undefined);
  }

  function remove(report: Report | undefined): void {
    span = SHORTEST_SPAN;
    put(reports.filter((other) => other !== report));
  }

  function sent(bytes: Uint8Array): void {
    const { type, flags, body } = parts(bytes);
    const qos = (flags >> 1) & 3;
    if (type !== PUBLISH) return;
    const topic = text(body);
    if (!DATA_TOPIC.test(topic)) return;
    if (qos === 0 && !BULK_TOPIC.test(topic)) return put([]); // nothing to acknowledge: everything goes at once
    const payload = 2 + u16(body, 0) + (qos === 0 ? 0 : 2);
    const id = u16(body, payload - 2);
    if (qos > 0 && reports.some((one) => one.id === id)) return; // a re-send
    const count = BULK_TOPIC.test(topic) ? reportsIn(body.subarray(payload)) : 1;
    for (let i = 0; i < count; i++) {
      const report = next();
      if (qos === 0) remove(report);
      else if (report) report.id = id;
    }
  }

  function received(bytes: Uint8Array): void {
    const { type, body } = parts(bytes);
    if (type === PUBACK || type === PUBCOMP) {
      const id = u16(body, 0);
      if (!reports.some((one) => one.id === id)) return;
      span = SHORTEST_SPAN;
      put(reports.filter((one) => one.id !== id));
    }
    // Without a session, nothing is in flight.
    if (type === CONNACK && body[0] === 0) for (const report of reports) if (report.id) report.id = 0;
  }

  device.on("boot", () => {
    const outbox = readSaved(device.storage.get(FILE));
    lost = outbox.lost;
    span = SHORTEST_SPAN;
    put(outbox.reports);
  });
  device.on("json", (json) => {
    if (RECORD.test(json)) add(json);
  });
  device.on("console", (line) => {
    if (line.startsWith("Not reported: ")) remove(next()); // it does not fit its frame
  });
  device.on("traffic", ({ way, bytes, connection }) => {
    const link = links.get(connection) ?? { up: createFraming(KEPT), down: createFraming(KEPT) };
    links.set(connection, link);
    for (const frame of link[way].push(bytes)) (way === "up" ? sent : received)(frame.bytes);
  });
  device.on("close", ({ connection }) => links.delete(connection));
}

function sizeOf(reports: readonly Report[]): number {
  return reports.reduce((sum, { record }) => sum + record.length, 0);
}

/**
 * How many reports a message holds: a report has at most one data point of each stream, and one time, which is in whole
 * seconds in suite.
 */
function reportsIn(payload: Uint8Array): number {
  const most = new Map<unknown, number>();
  for (const list of listsIn(payload)) {
    const counts = new Map<unknown, number>();
    for (const { t, time = t } of list) counts.set(time, (counts.get(time) ?? 0) + 1);
    for (const [time, count] of counts) most.set(time, Math.max(count, most.get(time) ?? 0));
  }
  return Math.max(
    1,
    [...most.values()].reduce((sum, count) => sum + count, 0),
  );
}

interface Point {
  readonly t?: number;
  readonly time?: number;
}

/** The data points of each stream; none if the message is not that of a board. */
function listsIn(payload: Uint8Array): readonly (readonly Point[])[] {
  try {
    const { dp, params } = JSON.parse(Buffer.from(payload).toString()) as Bulk;
    return Object.values(dp ?? params?.[0]?.properties ?? {});
  } catch {
    return [];
  }
}

interface Bulk {
  readonly dp?: Readonly<Record<string, readonly Point[]>>;
  readonly params?: readonly { readonly properties?: Readonly<Record<string, readonly Point[]>> }[];
}

/** The outbox at boot. */
function readSaved(file = "{}"): { reports: Report[]; lost: number } {
  const { outbox, session } = parse(file);
  if (!outbox) return { reports: [], lost: 0 };
  const inFlight = session ? outbox.sent : [];
  return {
    reports: outbox.records.map((record, index) => ({ record, id: inFlight[index] })),
    lost: outbox.lost,
  };
}

/** Like the firmware, treats a damaged file as missing. */
function parse(file: string): Partial<Saved> {
  try {
    return readStorageJson(file) as Partial<Saved>;
  } catch {
    return {};
  }
}

function parts(bytes: Uint8Array): { type: number; flags: number; body: Uint8Array } {
  const first = bytes[0] ?? 0;
  let at = 1;
  while ((bytes[at] ?? 0) & 0x80) at++;
  return { type: first >> 4, flags: first & 15, body: bytes.subarray(at + 1) };
}

/** The text at the start of a packet's body. */
function text(body: Uint8Array): string {
  return Buffer.from(body.subarray(2, 2 + u16(body, 0))).toString("latin1");
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
}
