/** What the web console's server tells its page, and what the page asks of it. Types only: both sides import it. */

import type { Input } from "../virtual-board/inputs.ts";

/** The LED as it is to be drawn: one lamp, or so many pixels of their own colour. */
export interface LedView {
  /** `unknown` while a real board's answers have not shown whether it has colours. */
  readonly kind: "gpio" | "pwm" | "ws2812" | "unknown";
  /** LEDs in a row; 1 but for a strip. */
  readonly count: number;
}

/** Something outside of a virtual board that the page can turn. */
export interface InputView extends Input {
  /** The data stream that reports it; empty where that is not known. */
  readonly stream: string;
}

/** What waits in a board until the platform has acknowledged it. */
export interface OutboxView {
  readonly reports: number;
  readonly bytes: number;
  /** Most bytes that it may hold; then the oldest reports go. */
  readonly limit: number;
  /** Reports that had to go. */
  readonly lost: number;
}

export interface BoardView {
  /** The console's own name of it, which stays the same while the console runs. */
  readonly id: string;
  readonly title: string;
  /** As the platform names it; empty while that is not known. */
  readonly device: string;
  readonly generation: string;
  readonly isVirtual: boolean;
  /** What people call the chip; empty for a real board, which does not tell. */
  readonly chip: string;
  /** null where it is not known; a real board's is as its answers tell. */
  readonly led: LedView | null;
  /** `#rrggbb` of each LED, in their order. */
  readonly pixels: readonly string[];
  /** The pins in words; empty for a real board. */
  readonly pins: string;
  /** null for a real board. */
  readonly wifi: "off" | "connecting" | "connected" | null;
  readonly isOnline: boolean;
  /** How often it has come online: it may go and come back before the page hears of either. */
  readonly sessions: number;
  /** Why it is offline; empty when it is online, or never was. */
  readonly why: string;
  readonly inputs: readonly InputView[];
  /** null for a real board, which does not tell. */
  readonly outbox: OutboxView | null;
  /** It has more data streams than there is room for: some are not shown. */
  readonly isLost: boolean;
}

export type Value = string | number | boolean;

/** Time in ms since 1970, as the platform keeps it. */
export type Point = readonly [board: string, stream: string, time: number, value: Value];

export type Way = "up" | "down";

/** A whole MQTT packet, passwords masked. */
export interface Packet {
  /** Counts packets from 1. */
  readonly seq: number;
  /** ms since 1970 */
  readonly time: number;
  /** `up` from the board. */
  readonly way: Way;
  /** Empty for a connection of no board that is known. */
  readonly board: string;
  /** Who it is, for people: the device, or the client identifier. */
  readonly who: string;
  /** Counts connections from 1. */
  readonly connection: number;
  /** The bytes that were kept, base64. */
  readonly bytes: string;
  /** Length of the packet, of which only the first bytes may have been kept. */
  readonly length: number;
}

/** A line of what happened. */
export interface Line {
  readonly time: number;
  readonly board: string;
  readonly from: "board" | "platform" | "you";
  readonly text: string;
}

export type AlertKind = "refused" | "violation" | "fault" | "uncaught" | "own" | "notice" | "wire";

/** What someone should look at. One that comes again replaces the one before: same `id`. */
export interface Alert {
  readonly id: string;
  /** Of the last time. */
  readonly time: number;
  readonly board: string;
  /** Who it is about, for people. */
  readonly who: string;
  readonly kind: AlertKind;
  /** The platform's rule that was broken; empty for other kinds. */
  readonly rule: string;
  readonly text: string;
  /** How often it came. */
  readonly count: number;
}

export type FaultName = "cut" | "stall" | "heal" | "restart" | "wifi";

/** What stays the same while the console runs. */
export interface Site {
  readonly title: string;
  /** Where the platform listens, in words. */
  readonly address: string;
  /** The faults that can be made. */
  readonly faults: readonly FaultName[];
}

/** What is new since the last batch. */
export interface Batch {
  readonly boards: readonly BoardView[];
  readonly points: readonly Point[];
  readonly packets: readonly Packet[];
  readonly lines: readonly Line[];
  readonly alerts: readonly Alert[];
  /** The `id`s of alerts whose cause is over. */
  readonly over: readonly string[];
  readonly answers: readonly LateAnswer[];
}

/**
 * All that the server still has; the first event of every stream, and of one whose page has fallen behind once more. Data
 * points, packets and lines follow in batches.
 */
export interface Snapshot extends Batch {
  readonly site: Site;
}

/** Bodies of the calls, each a POST to `/api/<name>`. */
export interface Calls {
  readonly command: { readonly board: string; readonly text: string };
  readonly fault: { readonly board: string; readonly fault: FaultName };
  readonly input: { readonly board: string; readonly input: string; readonly value: number };
  readonly "log-in": { readonly password: string };
}

export interface Answer {
  /** Names the command, whose answer may come later: {@link Batch.answers}. */
  readonly command: string;
  /** The board's answer; null when none came in time. */
  readonly answer: string | null;
}

/** An answer that came when its command had been told to have none. */
export interface LateAnswer {
  readonly command: string;
  readonly answer: string;
}

/** Of `GET /api/session`. */
export interface SessionView {
  /** Whether `POST /api/log-in` has to come first. */
  readonly needsPassword: boolean;
}
