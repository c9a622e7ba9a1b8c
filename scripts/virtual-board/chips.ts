/** What the virtual board must know about each chip, from Espruino 2v29's board files and the chips' data sheets. */
import type { Chip } from "../../src/board.ts";

/** `process.version`. */
export const VERSION = "2v29";

export interface ChipFacts {
  /** `process.env.BOARD`. */
  readonly board: string;
  /**
   * Interpreter variables: as many as the board file allows and memory holds. An ESP32 has 3400 to 4100 (Espruino
   * issues 1687 and 1777) where its file allows 16383; for an S3 no figure is known.
   */
  readonly variables: number;
  /** Highest GPIO number. */
  readonly lastPin: number;
  readonly inputOnly: readonly number[];
  /** GPIOs wired to the flash chip. */
  readonly flashPins: readonly number[];
  /** Pins that `analogRead` accepts; others give NaN. */
  readonly analogPins: readonly number[];
  /** Pins whose level the interpreter inverts, both reading and driving. */
  readonly negatedPins: readonly number[];
  /** Pins that `setWatch` refuses. */
  readonly unwatchedPins: readonly number[];
  /** First GPIO that obeys neither `digitalWrite` nor `setWatch`; nor do those above it. */
  readonly deadFrom: number;
  /** Pins for which `analogWrite` uses a digital-to-analogue converter, which only the ESP32 has. */
  readonly dacPins: readonly number[];
  /** Pins whose level may end a deep sleep. */
  readonly wakingPins: readonly number[];
  /** PWM channels. */
  readonly pwmChannels: number;
  /** Its I2C ports with the pins they use when none are named, and whether `I2C.find` knows those. */
  readonly i2c: readonly { readonly sda: number; readonly scl: number; readonly isFound: boolean }[];
  /** Pins by name, in addition to `D0`…. */
  readonly namedPins: Readonly<Record<string, number>>;
  /** Size of `require("Storage")`, in bytes. */
  readonly storageSize: number;
  /** How long it tries to connect to a silent address, in ms. */
  readonly connectTime: number;
  /** Most bytes a socket sends or receives in one turn of the idle loop. */
  readonly chunkSize: number;
  /** It sends another piece only while fewer bytes than this are in flight. */
  readonly sendWindow: number;
  /**
   * ESP8266: `net.connect` returns at once and reports failures as events; the SDK re-joins Wi-Fi by itself; a time
   * zone is a number.
   */
  readonly asynchronous: boolean;
  /** Whether lwIP's SNTP, which `Wifi.setSNTP` starts, ever gets an answer, and sets the clock under the timers. */
  readonly sntpAnswers: boolean;
  /** Whether the interpreter lets it be an access point and a station at once. */
  readonly accessPointBesideStation: boolean;
  /** Whether the image has the telnet server. The ESP8266's 4 MB image has, its 512 kB image has not. */
  readonly telnet: boolean;
  readonly bluetooth: boolean;
  /** Whether the image accepts firmware on port 88. */
  readonly upload: boolean;
}

/** The ESP8266 image for 512 kB of flash instead of the 4 MB one. */
export type Image = "ESP8266_BOARD";

export function factsOf(chip: Chip, image?: Image): ChipFacts {
  return image === undefined
    ? CHIPS[chip]
    : { ...CHIPS[chip], board: image, variables: 1700, storageSize: 4 * 4096, telnet: false };
}

const ESP32_STORAGE = 224 * 4096;

export const CHIPS: Readonly<Record<Chip, ChipFacts>> = {
  esp32: {
    board: "ESP32",
    variables: 3800,
    lastPin: 39,
    inputOnly: range(34, 39),
    flashPins: range(6, 11),
    analogPins: range(32, 39),
    negatedPins: [0],
    unwatchedPins: range(6, 12),
    deadFrom: 40,
    dacPins: [25, 26],
    wakingPins: [0, 2, 4, ...range(12, 15), ...range(25, 27), ...range(32, 39)],
    pwmChannels: 8,
    i2c: [
      { sda: 21, scl: 22, isFound: true },
      { sda: 17, scl: 16, isFound: true },
    ],
    namedPins: { LED1: 2, BTN1: 0 },
    storageSize: ESP32_STORAGE,
    connectTime: 10_500,
    chunkSize: 536,
    sendWindow: 5744,
    asynchronous: false,
    sntpAnswers: true,
    accessPointBesideStation: true,
    telnet: true,
    bluetooth: true,
    upload: false,
  },
  esp32c3: {
    board: "ESP32C3_IDF4",
    variables: 4095,
    lastPin: 21,
    inputOnly: [],
    flashPins: range(12, 17),
    analogPins: range(0, 4),
    negatedPins: [],
    unwatchedPins: [18, 19],
    deadFrom: 40,
    dacPins: [],
    wakingPins: [],
    pwmChannels: 6,
    i2c: [{ sda: 8, scl: 9, isFound: true }],
    namedPins: { LED1: 2, BTN1: 0 },
    storageSize: ESP32_STORAGE,
    connectTime: 19_500,
    chunkSize: 536,
    sendWindow: 5744,
    asynchronous: false,
    sntpAnswers: false,
    accessPointBesideStation: false,
    telnet: false,
    bluetooth: true,
    upload: false,
  },
  esp32s3: {
    board: "ESP32S3_IDF4",
    variables: 16383,
    lastPin: 48,
    inputOnly: [],
    flashPins: range(26, 32),
    analogPins: [], // 2v29's board file gives no pin an ADC channel
    negatedPins: [],
    unwatchedPins: range(6, 12),
    deadFrom: 40,
    dacPins: [25, 26],
    wakingPins: range(0, 21),
    pwmChannels: 8,
    i2c: [
      { sda: 8, scl: 9, isFound: true },
      { sda: 18, scl: 19, isFound: true },
    ],
    namedPins: { LED1: 2, BTN1: 0 },
    storageSize: ESP32_STORAGE,
    connectTime: 19_500,
    chunkSize: 536,
    sendWindow: 5744,
    asynchronous: false,
    sntpAnswers: false,
    accessPointBesideStation: true,
    telnet: true,
    bluetooth: true,
    upload: false,
  },
  esp8266: {
    board: "ESP8266_4MB",
    variables: 1600,
    lastPin: 16,
    inputOnly: [],
    flashPins: range(6, 11),
    analogPins: [17],
    negatedPins: [],
    unwatchedPins: [16],
    deadFrom: 40,
    dacPins: [],
    wakingPins: [],
    pwmChannels: 0,
    i2c: [{ sda: 13, scl: 12, isFound: false }],
    namedPins: { A0: 17 },
    storageSize: 48 * 4096,
    connectTime: 75_000,
    chunkSize: 268,
    sendWindow: 1,
    asynchronous: true,
    sntpAnswers: false,
    accessPointBesideStation: true,
    telnet: true,
    bluetooth: false,
    upload: true,
  },
};

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
