/**
 * The board as the firmware sees it: types of the constants in the module `virtual:board` (board-module.d.ts), which the
 * build writes from a board file. Constants let the bundler drop the code that this board does not use. The whole board
 * file, with what stays on the computer, is `scripts/boards/board.ts`.
 *
 * In the module every text is a byte string: UTF-8, one character per byte.
 */

/** The chips that the firmware runs on. */
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

/** A strip of WS2812 (NeoPixel), or an RGBW strip such as SK6812, with a white LED in each pixel. */
export interface Ws2812Led {
  readonly kind: "ws2812";
  /** GPIO number of the data line. */
  readonly pin: number;
  /** Number of LEDs, 1–256. */
  readonly count: number;
  /** The order in which the strip takes its colours, a byte each: most often `grb`, or `grbw` for RGBW. */
  readonly order: "rgb" | "rbg" | "grb" | "gbr" | "brg" | "bgr" | "grbw" | "rgbw" | "wrgb";
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

/** One LED on one PWM pin, with a brightness; only as a part. */
export interface DimmedLed {
  readonly kind: "dimmed";
  /** GPIO number. */
  readonly pin: number;
  /** Lit by a low level. */
  readonly activeLow: boolean;
}

export type Led = GpioLed | Ws2812Led | PwmLed | DimmedLed;

/** The server, and how the board keeps in touch with it. */
interface Server {
  /** Host name or IPv4 address; of the first server, if there are several. */
  readonly server: string;
  /** TCP port. */
  readonly port: number;
  /** Encrypted; the interpreter does not verify the server. */
  readonly tls: boolean;
  /** MQTT's keep alive, in s. */
  readonly keepAlive: number;
  /** Time between two pings, in s. */
  readonly pingPeriod: number;
  /** QoS at which messages are published; 2 for a plain broker only. */
  readonly qos: 0 | 1 | 2;
  /** False where the server keeps the session while the board is offline; plain brokers only. */
  readonly cleanSession: boolean;
  /** Device id (multiprotocol), device name (suite, studio) or client id (plain): the MQTT client identifier. */
  readonly device: string;
}

/** How a device without an id gets one (多协议接入). */
export interface Registration {
  /** Registration code of the product (正式环境注册码). */
  readonly code: string;
  /** Serial number to register with; empty for the chip's MAC. */
  readonly sn: string;
  /** The device's title on the platform; none when empty. */
  readonly title: string;
  /** Host name or IPv4 address of the HTTP API. */
  readonly server: string;
  /** Its TCP port. */
  readonly port: number;
}

/** How a board is set up by phone. */
export interface Setup {
  /** GPIO number of the button that opens the access point at boot; undefined without one. */
  readonly button: number | undefined;
  /** What the interpreter reads from it while it is pressed. */
  readonly pressed: 0 | 1;
  /** The access point's password, 8–63 bytes; empty for the MAC address. */
  readonly password: string;
  /** How many fields of the platform the page has. */
  readonly fields: number;
}

/** Where a board gets its updates. */
export interface Update {
  /** Host name or IPv4 address of the HTTP API. */
  readonly server: string;
  /** Its TCP port. */
  readonly port: number;
}

/** 多协议接入 */
export interface Multiprotocol extends Server {
  readonly generation: "multiprotocol";
  /** Product id, the MQTT user name. */
  readonly product: string;
  /** Auth info (鉴权信息) of the device, or an API key of the product: the MQTT password. Empty with a registration. */
  readonly authInfo: string;
  /** Topics whose messages are commands, in addition to `$creq`. */
  readonly topics: readonly string[];
}

/** The log-in of suite and studio. */
interface TokenServer extends Server {
  /** Product id, the MQTT user name. */
  readonly product: string;
  /** The MQTT password, which the build makes from the access key. */
  readonly token: string;
}

/** MQTT物联网套件 */
export interface Suite extends TokenServer {
  readonly generation: "suite";
}

/** 物联网开放平台, with a thing model */
export interface Studio extends TokenServer {
  readonly generation: "studio";
  /** Identifiers of the LED's properties. */
  readonly properties: {
    /** Whether it is lit: bool. */
    readonly led: string;
    /** Its colour, of an RGB LED only: text `#rrggbb`. */
    readonly colour: string;
  };
  /** Identifiers of services; each is a command of the board. */
  readonly services: readonly string[];
  /** Identifier of the event that is posted each time the board comes online; none when empty. */
  readonly event: string;
}

/** Any other MQTT 3.1.1 broker. */
export interface Plain extends Server {
  readonly generation: "plain";
  /** Undefined for a broker without passwords. */
  readonly userName: string | undefined;
  readonly password: string;
  /** The beginning of the board's topics. */
  readonly topic: string;
}

export type OneNet = Multiprotocol | Suite | Studio | Plain;
