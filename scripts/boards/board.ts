/**
 * A checked board file. Users edit `boards/*.json`; `boards/board.schema.json` describes them.
 *
 * Some fields, such as paths and access keys, stay on the computer; the firmware gets the type in `src/board.ts`.
 */

import type * as firmware from "../../src/board.ts";
import type { Address } from "../../src/app/link.ts";
import type { Chip, Led, Registration } from "../../src/board.ts";
import type { Part } from "./parts.ts";
import type { Then, When } from "./rule-language.ts";

export type { Chip, DimmedLed, GpioLed, Led, PwmLed, Registration, Rgb, Ws2812Led } from "../../src/board.ts";

/** A network's name or password: text, or bytes in another encoding than UTF-8. */
export type RadioText = string | { readonly hex: string };

/** A Wi-Fi network. */
export interface Network {
  readonly ssid: RadioText;
  /** Empty for an open network. */
  readonly password: RadioText;
  /** The board's own IPv4 address in it, and those it needs; undefined for one from the router. ESP8266 only. */
  readonly address?: {
    readonly ip: string;
    readonly gateway: string;
    readonly netmask: string;
    readonly dns: string;
  };
}

/** The servers of a board that has several. */
interface OtherServers {
  /** Those after the first, in the order of preference. */
  readonly otherServers?: readonly Address[];
}

/** 多协议接入 */
export interface Multiprotocol extends firmware.Multiprotocol, OtherServers {
  /** The device registers itself at its first boot; `device` and `authInfo` are then empty. */
  readonly registration?: Registration;
}

/** The source of a token. */
interface AccessKey {
  /** The access key, base64, if the board file has one; the firmware gets only the token. */
  readonly key?: string;
}

/** MQTT物联网套件 */
export interface Suite extends firmware.Suite, OtherServers, AccessKey {}

/** 物联网开放平台, with a thing model */
export interface Studio extends firmware.Studio, OtherServers, AccessKey {
  /** The thing model's identifiers of values of parts that are not called like the value. */
  readonly identifiers?: Readonly<Record<string, string>>;
}

/** Any other MQTT broker */
export interface Plain extends firmware.Plain, OtherServers {
  /** Empty for a broker without passwords. */
  readonly userName: string;
  /** Home Assistant's discovery prefix; the board does not announce itself if it is empty or missing. */
  readonly homeAssistant?: string;
}

export type OneNet = Multiprotocol | Suite | Studio | Plain;

/** Built-in sources. */
export type Source = "commands" | "led" | "lit" | "uptime" | "memory" | "rssi" | "analog" | "lost";

export interface Stream {
  /** Name of the data stream on the platform. */
  readonly id: string;
  /** A {@link Source}, a value of a part, or a source of the board's own code. */
  readonly source: string;
  /** GPIO number, for `analog` only. */
  readonly pin?: number;
  /** Time between two data points, in s. */
  readonly period: number;
  /** Whether a change is also reported at once; by default, for the sources that commands change. */
  readonly onChange?: boolean;
  /** Its `$dp` frame type; multiprotocol only. */
  readonly dpType: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  /** Its number in frames of type 7, for these only: 1–65535. */
  readonly number?: number;
}

/** Where the time of day comes from, and its format. */
export interface Time {
  /** Host name or IPv4 address of an SNTP server. */
  readonly server: string;
  /** Hours ahead of UTC, −12–14. */
  readonly zone: number;
}

/** How the board takes new programs over the network. */
export interface Update {
  /** Signs them: 16–64 bytes of printable ASCII. */
  readonly key: string;
  /** Host name or IPv4 address of the platform's HTTP API. */
  readonly server: string;
  /** Its TCP port. */
  readonly port: number;
}

/** How the board is set up by phone. */
export interface Setup {
  /** GPIO number of a button to ground that opens the access point at boot. */
  readonly button?: number;
  /** The access point's password, 8–63 characters of printable ASCII; empty for the MAC address. */
  readonly password: string;
}

/** What an operator can do from afar. */
export interface Remote {
  /** Which lines of the console are sent at first. */
  readonly log: "off" | "problems" | "all";
}

/** When the board is awake: every so many s, or when a pin has a level. */
export type Sleep =
  | { readonly every: number }
  | { readonly wakePin: { readonly pin: number; readonly level: 0 | 1 } };

/** Access to the board's console. */
export interface Console {
  /** Its password, 1–20 bytes of printable ASCII; none if empty. */
  readonly password: string;
  /** Whether telnet may open it; requires a password. */
  readonly telnet: boolean;
}

/** What `boards/<name>.ts` adds to a board (src/board-code.ts). */
export interface Code {
  /** Its absolute path. */
  readonly file: string;
  /** Whether it has a `start`. */
  readonly starts: boolean;
  /** Names of its sources. */
  readonly sources: readonly string[];
  /** Names of its commands. */
  readonly commands: readonly string[];
  /** Its parts, if any. */
  readonly parts?: readonly OwnPartCode[];
}

/** What the own code of a board says of one of its parts. */
export interface OwnPartCode {
  readonly name: string;
  /** Whether it has a `set`. */
  readonly isSettable: boolean;
  /** Names of its commands. */
  readonly commands: readonly string[];
}

/** A text that stands for a command. */
export interface Word {
  readonly text: string;
  readonly command: string;
}

/** What the board does by itself. */
export interface Rule {
  /** What has to hold, or the time of day. */
  readonly when: When | DailyTime;
  readonly command: string;
  /** A second command, later. */
  readonly then?: Then;
}

/** A time of day on some days of the week, in the board's time zone. */
export interface DailyTime {
  /** In min since midnight. */
  readonly at: number;
  /** 0–6, from Monday. */
  readonly days: readonly number[];
}

/** A checked board file. */
export interface Board {
  /** The board file's name without `.json`; also the bundle's. */
  readonly name: string;
  /** The board's display name. */
  readonly title: string;
  readonly chip: Chip;
  /** The LED of `on`, `off` and `toggle`: the file's `led`, or its first part that is a light; undefined without any. */
  readonly led: Led | undefined;
  /** The parts, in the order of the file, beginning with a light named `led` if the file has `led` and parts, words or rules. */
  readonly parts?: readonly Part[];
  readonly words?: readonly Word[];
  /** In a board with parts. */
  readonly rules?: readonly Rule[];
  /** The network that is preferred. */
  readonly wifi: Network;
  /** Those after it, in the order of preference. */
  readonly otherNetworks?: readonly Network[];
  /** The board's name for its router, if it has one. */
  readonly hostname?: string;
  readonly console: Console;
  readonly onenet: OneNet;
  /** If present, data points carry their time if their frame supports it. */
  readonly time?: Time;
  /** Those of the file, and those of the parts' values that the file does not report itself. */
  readonly streams: readonly Stream[];
  readonly code?: Code;
  readonly update?: Update;
  readonly setup?: Setup;
  readonly remote?: Remote;
  readonly sleep?: Sleep;
  /** Most bytes of data points kept until the platform is reachable. */
  readonly outbox: number;
  /** When it is full, its older reports are thinned; otherwise the oldest are dropped. */
  readonly thinsOutbox?: true;
  /** After an outage, the newest report is sent before the older ones. */
  readonly newestFirst?: true;
  readonly reconnect: {
    /** Longest delay between attempts, in s. */
    readonly maximum: number;
  };
  readonly reboot: {
    /** Time without a platform after which the board restarts, in s; 0: never. */
    readonly withoutPlatform: number;
  };
}
