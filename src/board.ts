/**
 * The board as the firmware sees it: what a checked board file says, as constants of the build.
 *
 * `boards/*.json` is the file that people edit and `boards/board.schema.json` describes it; the build turns one
 * into the module `virtual:board`, whose constants let the bundler drop the code that this board does not use.
 * Every text is a byte string: UTF-8, one character a byte.
 */

/** The chips that the build knows the pins of. */
export type Chip = "esp32" | "esp32c3" | "esp32s3" | "esp8266";

/** A colour as red, green, blue, each 0–255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** One LED on one pin, on or off. */
export interface GpioLed {
  readonly kind: "gpio";
  /** GPIO number. */
  readonly pin: number;
  /** Lit by a low level. */
  readonly activeLow: boolean;
}

/** A strip of WS2812 (NeoPixel). */
export interface Ws2812Led {
  readonly kind: "ws2812";
  /** GPIO number of the data line. */
  readonly pin: number;
  /** Number of LEDs, 1–256. */
  readonly count: number;
  /** The order in which the strip takes its colours, most often `grb`. */
  readonly order: "rgb" | "rbg" | "grb" | "gbr" | "brg" | "bgr";
  /** The colour of `on`. */
  readonly on: Rgb;
}

/** An RGB LED on three PWM pins. */
export interface PwmLed {
  readonly kind: "pwm";
  /** GPIO numbers of red, green, blue. */
  readonly pins: readonly [red: number, green: number, blue: number];
  /** Lit by a low level (common anode). */
  readonly activeLow: boolean;
  /** The colour of `on`. */
  readonly on: Rgb;
}

export type Led = GpioLed | Ws2812Led | PwmLed;

export interface Wifi {
  readonly ssid: string;
  /** Empty for an open network. */
  readonly password: string;
}

/** What the board connects to, and how often it says that it is there. */
interface Server {
  /** Host name or IPv4 address. */
  readonly server: string;
  /** TCP port. */
  readonly port: number;
  /** Encrypted; the interpreter does not verify whom it talks to. */
  readonly tls: boolean;
  /** Keep alive that the server is told, in s. */
  readonly keepAlive: number;
  /** Time between two pings, in s. */
  readonly pingPeriod: number;
  /** QoS at which messages are published; 2 for a plain broker only. */
  readonly qos: 0 | 1 | 2;
  /** False where the server keeps the session while the board is away; plain brokers only. */
  readonly cleanSession: boolean;
  /** Device id (multiprotocol), device name (suite, studio) or client id (plain): the MQTT client identifier. */
  readonly device: string;
}

/** How a device that has no id yet gets one (多协议接入). */
export interface Registration {
  /** Registration code of the product (正式环境注册码). */
  readonly code: string;
  /** Serial number that the device registers with; the chip's MAC when empty. */
  readonly sn: string;
  /** What the platform shows as the device's title; none when empty. */
  readonly title: string;
  /** Host name or IPv4 address of the HTTP API. */
  readonly server: string;
  /** Its TCP port. */
  readonly port: number;
}

/** 多协议接入 */
export interface Multiprotocol extends Server {
  readonly generation: "multiprotocol";
  /** The device registers itself at its first boot; `device` and `authInfo` are empty then. */
  readonly registration?: Registration;
  /** Product id, the MQTT user name. */
  readonly product: string;
  /** Auth info (鉴权信息) of the device, or an API key of the product: the MQTT password. */
  readonly authInfo: string;
  /** Topics whose messages are commands, beside `$creq`. */
  readonly topics: readonly string[];
}

/** What suite and studio log in with. */
interface TokenServer extends Server {
  /** Product id, the MQTT user name. */
  readonly product: string;
  /** The MQTT password, made from the access key by the build. */
  readonly token: string;
  /** The access key, base64, where the board file has one; it stays on the computer and is in no bundle. */
  readonly key?: string;
}

/** MQTT物联网套件 */
export interface Suite extends TokenServer {
  readonly generation: "suite";
}

/** 物联网开放平台, with a thing model */
export interface Studio extends TokenServer {
  readonly generation: "studio";
  /** Identifiers of the properties that the LED is. */
  readonly properties: {
    /** Whether it is lit: bool. */
    readonly led: string;
    /** Its colour, of an RGB LED only: text `#rrggbb`. */
    readonly colour: string;
  };
  /** Identifiers of services, each a command of the board: `on`, `off`, `toggle`. */
  readonly services: readonly string[];
  /** Identifier of the event that is posted each time that the board comes online; none when empty. */
  readonly event: string;
}

/** Any other MQTT 3.1.1 broker. */
export interface Plain extends Server {
  readonly generation: "plain";
  /** Empty for a broker that asks for none. */
  readonly userName: string;
  readonly password: string;
  /** What the board's topics begin with. */
  readonly topic: string;
}

export type OneNet = Multiprotocol | Suite | Studio | Plain;

/** What every board can report. */
export type Source = "commands" | "led" | "lit" | "uptime" | "memory" | "rssi" | "analog" | "lost";

export interface Stream {
  /** Name of the data stream at the platform. */
  readonly id: string;
  /** What it reports: a {@link Source}, or one of the board's own code. */
  readonly source: string;
  /** GPIO number, for `analog` only. */
  readonly pin?: number;
  /** Time between two data points, in s. */
  readonly period: number;
  /** Whether a change is reported at once, too; where it is not said, that of what commands do is. */
  readonly onChange?: boolean;
  /** `$dp` frame type that carries it; multiprotocol only. */
  readonly dpType: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  /** Its name in frames of type 7, for them only: 1–65535. */
  readonly number?: number;
}

/** Where the time of day comes from, and how it is written. */
export interface Time {
  /** Host name or IPv4 address of an SNTP server. */
  readonly server: string;
  /** Hours ahead of UTC, −12–14. */
  readonly zone: number;
}

/** What `boards/<name>.ts` adds to a board (board-code.ts). */
export interface Code {
  /** Its absolute path. */
  readonly file: string;
  /** Whether it has a `start`. */
  readonly starts: boolean;
  /** Names of its sources. */
  readonly sources: readonly string[];
  /** Names of its commands. */
  readonly commands: readonly string[];
}

/** A checked board file. */
export interface Board {
  /** The board file's name without `.json`; also that of the bundle. */
  readonly name: string;
  /** What people call the board. */
  readonly title: string;
  readonly chip: Chip;
  readonly led: Led;
  readonly wifi: Wifi;
  readonly onenet: OneNet;
  /** Data points carry their time where this is given and their frame has a place for it. */
  readonly time?: Time;
  readonly streams: readonly Stream[];
  readonly code?: Code;
  /** Most bytes of data points that wait for the platform. */
  readonly outbox: number;
  readonly reconnect: {
    /** Longest wait between two tries, in s. */
    readonly maximum: number;
  };
  /** Who may use the interpreter's console. */
  readonly console: {
    /** What every console asks for first: 1–20 characters of ASCII; empty for none. */
    readonly password: string;
    /** The network reaches it as well, at port 23. */
    readonly telnet: boolean;
  };
  readonly reboot: {
    /** Time without a platform after which the board restarts, in s; 0: never. */
    readonly withoutPlatform: number;
  };
}
