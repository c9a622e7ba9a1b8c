/** What the web console's server sends to its page, and what the page calls. Types only: both sides import it. */

import type { Text } from "../cli/text.ts";
import type { Output } from "../stage/output.ts";
import type { Input } from "../virtual-board/input-types.ts";
import type { SensorFault, SensorKind } from "../virtual-board/sensors.ts";

/** The LED to draw: one lamp, or a strip of pixels with a colour each. */
export interface LedView {
  /** `unknown` until a real board's answers show whether it has colours. */
  readonly kind: "gpio" | "pwm" | "ws2812" | "unknown";
  /** LEDs in the strip; otherwise 1. */
  readonly count: number;
}

/** An input of a virtual board that the page can set. */
export interface InputView extends Input {
  /** The data stream that reports it; empty if unknown. */
  readonly stream: string;
  /**
   * The part that reads it; empty for none. `index` then counts the part's own sensors, and a level rests while its
   * button is not pressed, its contact closed, its motion sensor still.
   */
  readonly part: string;
}

/** As in `scripts/boards/parts.ts`, which the page cannot import: code for Node may come with it. */
export type PartKind =
  | "light"
  | "switch"
  | "dimmer"
  | "servo"
  | "buzzer"
  | "button"
  | "contact"
  | "motion"
  | "analog"
  | "counter"
  | "setting"
  | "own"
  | SensorKind;

/** What a command may say after a part's name. */
export interface CommandsView {
  readonly words: readonly string[];
  readonly number?: { readonly least: number; readonly most: number };
  /** `#rrggbb` */
  readonly isColour?: boolean;
  /** A text of at most so many bytes. */
  readonly longest?: number;
}

/** How a board looks: the development kits of ESP32, C3 and S3, the mPython board, and the TPYBoard. */
export type BoardForm = "devkit" | "c3" | "s3" | "mpython" | "tpyboard";

/** A pin that the board file uses. */
export interface PinView {
  /** GPIO number. */
  readonly pin: number;
  /** As the board calls it: `2`, `A0`. */
  readonly name: string;
  /** What for: `LED`, a part, a data stream. */
  readonly use: string;
}

/** A part of a virtual board; constant while the console runs. */
export interface PartView {
  readonly name: string;
  readonly kind: PartKind;
  /** Its pins, as text; empty without any. */
  readonly pins: string;
  /** What may follow its name in a command, as far as its server can send it. */
  readonly commands: CommandsView;
  readonly values: readonly ValueView[];
  /** How levels of an analogue input, 0–1, become values; null for other parts. */
  readonly scale: { readonly from: readonly [number, number]; readonly to: readonly [number, number] } | null;
  /** The value of a setting that was never set; empty for other parts. */
  readonly preset: string;
}

export interface ValueView {
  readonly unit: string;
  readonly quantity?: "temperature" | "humidity" | "pressure";
  /** The data stream that reports it; empty if none does. */
  readonly stream: string;
}

/** What a part does now, or what is wrong with each of its sensors; null for a part with neither. */
export type PartState =
  | Output
  | { readonly does: "measure"; readonly faults: readonly (SensorFault | "none")[] }
  | null;

/** A board's outbox: reports the platform has not acknowledged yet. */
export interface OutboxView {
  readonly reports: number;
  readonly bytes: number;
  /** Most bytes it holds; over it, the oldest reports are dropped. */
  readonly limit: number;
  /** Reports dropped. */
  readonly lost: number;
}

/** What a board that sleeps has used, as of its last deep sleep; times in ms. */
export interface SleepView {
  /** In deep sleep now. */
  readonly isAsleep: boolean;
  /** When it fell asleep or woke; ms since 1970. */
  readonly since: number;
  /** How often it fell asleep; 0 before the first time. */
  readonly sleeps: number;
  readonly awake: number;
  readonly asleep: number;
  /** With its radio on. */
  readonly radio: number;
  /** Files written to flash or erased. */
  readonly flashWrites: number;
}

/** The board's program, and the task that updates it. */
export interface UpdateView {
  /** Of its program, as the board reported it; empty while unknown. */
  readonly version: string;
  /** The newest package for it; empty if there is none. */
  readonly offer: string;
  /** Of the last task: the version it is to have; empty without a task. */
  readonly target: string;
  readonly state: "" | "waiting" | "downloading" | "upgrading" | "done" | "failed" | "cancelled";
  /** How much of the package was sent, 0–100. */
  readonly percent: number;
  /** The last step that the board reported; 0 for none. */
  readonly step: number;
}

export interface BoardView {
  /** The console's own id; it never changes while the console runs. */
  readonly id: string;
  readonly title: string;
  /** Its name on the platform; empty while unknown. */
  readonly device: string;
  readonly generation: string;
  readonly isVirtual: boolean;
  /** The chip's common name; empty for a real board. */
  readonly chip: string;
  /** The development kit of its chip for a board of unknown shape. */
  readonly form: BoardForm;
  /** The pins that its file uses, in order; empty for a real board. */
  readonly uses: readonly PinView[];
  /** Commands of its own code. */
  readonly orders: readonly string[];
  /** The units of its data streams, as far as they have one, by name. */
  readonly units: Readonly<Record<string, string>>;
  /** null without one, or while it is unknown: a real board's is derived from its answers. */
  readonly led: LedView | null;
  /** `#rrggbb` of each LED, in order. */
  readonly pixels: readonly string[];
  /** A readable list of the pins; empty for a real board. */
  readonly pins: Text;
  /** null for a real board. */
  readonly wifi: "off" | "connecting" | "connected" | null;
  readonly isOnline: boolean;
  /** When it came online or went offline, or was added; ms since 1970. */
  readonly since: number;
  /** How often it has come online. It may drop and return between two batches. */
  readonly sessions: number;
  /** The faults caused for it that last, the oldest first. */
  readonly faults: readonly FaultView[];
  /** Why it is offline; empty if it is online or never was. */
  readonly why: Text;
  readonly inputs: readonly InputView[];
  /** Without the board's own LED. */
  readonly parts: readonly PartView[];
  /** Of each part. */
  readonly states: readonly PartState[];
  /** null for a real board. */
  readonly outbox: OutboxView | null;
  /** null for a board that does not sleep, and for a real one. */
  readonly sleep: SleepView | null;
  /** null if the board has neither reported a version nor a package for it. */
  readonly update: UpdateView | null;
  /** It has more data streams than there is room for. */
  readonly isLost: boolean;
}

/** What has changed of a board; all of it if the board is new. */
export type BoardChange = Partial<BoardView> & Pick<BoardView, "id">;

export type Value = string | number | boolean;

/** Time in ms since 1970, as the platform has it. */
export type Point = readonly [board: string, stream: string, time: number, value: Value];

/**
 * The kept data points of one stream. The first time is in ms since 1970, each later one in ms since the one before.
 */
export type Series = readonly [
  board: string,
  stream: string,
  times: readonly number[],
  values: readonly Value[],
];

export type Way = "up" | "down";

/** A whole MQTT packet, passwords masked. */
export interface Packet {
  /** Numbers packets from 1. */
  readonly seq: number;
  /** ms since 1970 */
  readonly time: number;
  /** `up`: from the board. */
  readonly way: Way;
  /** Empty if the connection belongs to no known board. */
  readonly board: string;
  /** The label: the device, or the client identifier. */
  readonly who: string;
  /** Numbers connections from 1. */
  readonly connection: number;
  /** The bytes kept, in base64. */
  readonly bytes: string;
  /** Length of the whole packet; only its first bytes may be kept. */
  readonly length: number;
}

/** A line of the log. */
export interface Line {
  readonly time: number;
  readonly board: string;
  readonly from: "board" | "platform" | "you";
  readonly text: Text;
}

export type AlertKind = "refused" | "violation" | "fault" | "uncaught" | "own" | "notice" | "wire";

/** Something that needs attention. A repeat replaces the one with the same `id`. */
export interface Alert {
  readonly id: string;
  /** When it last occurred. */
  readonly time: number;
  readonly board: string;
  /** The label of whom it concerns. */
  readonly who: string;
  readonly kind: AlertKind;
  /** The platform's rule that was broken; empty for other kinds. */
  readonly rule: string;
  readonly text: Text;
  /** Where in own code it happened: `boards/lamp.ts:12`; empty while unknown. */
  readonly place: string;
  /** How often it occurred. */
  readonly count: number;
}

/** Faults that last until they are taken back. */
export type LastingFault = "wifi" | "stall" | "platform";

/** `cut` ends a board's connection, once. */
export type FaultName = LastingFault | "cut";

/** A fault that lasts. */
export interface FaultView {
  readonly name: LastingFault;
  /** ms since 1970 */
  readonly since: number;
}

/** What goes wrong with an update; `cut`: the link, in the middle of the package. */
export type UpdateFaultName = "none" | "cut" | "hash" | "signature";

/** A board that follows its files, and may be exchanged for another. */
export interface EditView {
  /** Name of the board that runs, or is to once its mistakes are corrected. */
  readonly board: string;
  /** Names of the boards to choose from. */
  readonly boards: readonly string[];
  /** A change is being built. */
  readonly isBuilding: boolean;
  /** What is wrong with the latest change, a line each: the board from before it goes on. */
  readonly mistakes: readonly Text[];
}

/** A page whose site has changed gets a new snapshot. */
export interface Site {
  readonly title: Text;
  /** A readable address of the platform. */
  readonly address: Text;
  /** Of a board that follows its files; missing in other consoles. */
  readonly edit?: EditView | undefined;
  /** The faults on offer. */
  readonly faults: readonly FaultName[];
  /** Whether `GET /api/points?format=csv` (or `json`) answers with all data points. */
  readonly isExportable: boolean;
}

/** News since the last batch. */
export interface Batch {
  readonly boards: readonly BoardChange[];
  readonly points: readonly Point[];
  readonly packets: readonly Packet[];
  readonly lines: readonly Line[];
  readonly alerts: readonly Alert[];
  /** The `id`s of alerts whose cause is over. */
  readonly over: readonly string[];
  readonly answers: readonly LateAnswer[];
}

/**
 * The first event of every stream, sent again to a page that has fallen behind. Long lists follow: packets and lines
 * in batches, data points as series, then a `whole`.
 */
export interface Snapshot extends Batch {
  readonly boards: readonly BoardView[];
  readonly site: Site;
  /** The server's time, in ms since 1970: a phone's may differ. */
  readonly now: number;
  readonly series: readonly Series[];
}

/** Bodies of the calls, each a POST to `/api/<name>`. */
export interface Calls {
  readonly command: { readonly board: string; readonly text: string };
  /** To a topic without wildcards, at the platform of a board. */
  readonly publish: { readonly board: string; readonly topic: string; readonly payload: string };
  /** A command to several boards: the answer is a line of JSON for each, a {@link GroupAnswer}, as it answers. */
  readonly commands: { readonly boards: readonly string[]; readonly text: string };
  /** Causes a fault, or takes it back. */
  readonly fault: { readonly board: string; readonly fault: FaultName; readonly isOn: boolean };
  readonly input: { readonly board: string; readonly input: string; readonly value: number };
  /** Disturbs a sensor of a part, counted from 0, or mends it. */
  readonly sensor: {
    readonly board: string;
    readonly part: string;
    readonly sensor: number;
    readonly fault: SensorFault | "none";
  };
  /** Updates a board to the newest package for it. */
  readonly update: { readonly board: string; readonly fault: UpdateFaultName };
  /** Runs another board. */
  readonly board: { readonly name: string };
  readonly "log-in": { readonly password: string };
}

export interface GroupAnswer {
  readonly board: string;
  /** The board's answer; null on timeout, or if it was not sent. */
  readonly answer: string | null;
  /** Why it was not sent. */
  readonly error?: string;
}

export interface Answer {
  /** Identifies the command: its answer may come later, in {@link Batch.answers}. */
  readonly command: string;
  /** The board's answer; null on timeout. */
  readonly answer: string | null;
}

/** An answer that came after its command had timed out. */
export interface LateAnswer {
  readonly command: string;
  readonly answer: string;
}

/** Of `GET /api/session`. */
export interface SessionView {
  /** Whether to `POST /api/log-in` first. */
  readonly needsPassword: boolean;
}
