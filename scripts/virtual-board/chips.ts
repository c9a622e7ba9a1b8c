/** What the virtual board must know of each chip; from Espruino 2v29's board files and the chips' data sheets. */
import type { Chip } from "../../src/board.ts";

/** `process.version`. */
export const VERSION = "2v29";

export interface ChipFacts {
  /** `process.env.BOARD`. */
  readonly board: string;
  /**
   * Interpreter variables: of what the board file allows, as many as there is memory for. An ESP32 has 3400 to 4100 (its
   * issues 1687 and 1777) where the file allows 16383; of an S3 nobody has told.
   */
  readonly variables: number;
  /** Highest GPIO number. */
  readonly lastPin: number;
  readonly inputOnly: readonly number[];
  /** GPIOs wired to the flash chip. */
  readonly flashPins: readonly number[];
  /** Pins that `analogRead` knows; any other gives NaN. */
  readonly analogPins: readonly number[];
  /** Pins whose level the interpreter turns round, when it reads them and when it drives them. */
  readonly negatedPins: readonly number[];
  /** Pins that `setWatch` refuses. */
  readonly unwatchedPins: readonly number[];
  /** GPIO number from which on pins obey neither `digitalWrite` nor `setWatch`. */
  readonly deadFrom: number;
  /** Pins that `analogWrite` gives to a converter to a voltage, which only the ESP32 has. */
  readonly dacPins: readonly number[];
  /** Channels of the chip for PWM. */
  readonly pwmChannels: number;
  /** Named pins beside `D0`…: name, number. */
  readonly namedPins: Readonly<Record<string, number>>;
  /** Size of `require("Storage")`, in bytes. */
  readonly storageSize: number;
  /** How long it tries to connect to an address that does not answer, in ms. */
  readonly connectTime: number;
  /** Bytes that a socket takes or gives in one turn of the idle loop. */
  readonly chunkSize: number;
  /** A further piece is sent only while fewer bytes than this are on their way. */
  readonly sendWindow: number;
  /**
   * ESP8266: `net.connect` returns at once and tells failures through events; the SDK re-joins Wi-Fi by itself; a time
   * zone is a number.
   */
  readonly asynchronous: boolean;
  /** Whether lwIP's SNTP, which `Wifi.setSNTP` starts, ever gets an answer, and sets the clock under the timers. */
  readonly sntpAnswers: boolean;
  /** Whether the image has the telnet server. ESP8266's of 512 kB has none; this is the one of 4 MB. */
  readonly telnet: boolean;
  readonly bluetooth: boolean;
  /** Whether the image takes firmware on port 88. */
  readonly upload: boolean;
}

/** Which image the chip has where there is a choice: the one for 512 kB of flash in place of that for 4 MB. */
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
    pwmChannels: 8,
    namedPins: { LED1: 2, BTN1: 0 },
    storageSize: ESP32_STORAGE,
    connectTime: 10_500,
    chunkSize: 536,
    sendWindow: 5744,
    asynchronous: false,
    sntpAnswers: true,
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
    pwmChannels: 6,
    namedPins: { LED1: 2, BTN1: 0 },
    storageSize: ESP32_STORAGE,
    connectTime: 19_500,
    chunkSize: 536,
    sendWindow: 5744,
    asynchronous: false,
    sntpAnswers: false,
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
    analogPins: [], // the board file of 2v29 gives no pin an ADC channel
    negatedPins: [],
    unwatchedPins: range(6, 12),
    deadFrom: 40,
    dacPins: [25, 26],
    pwmChannels: 8,
    namedPins: { LED1: 2, BTN1: 0 },
    storageSize: ESP32_STORAGE,
    connectTime: 19_500,
    chunkSize: 536,
    sendWindow: 5744,
    asynchronous: false,
    sntpAnswers: false,
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
    pwmChannels: 0,
    namedPins: { A0: 17 },
    storageSize: 48 * 4096,
    connectTime: 75_000,
    chunkSize: 268,
    sendWindow: 1,
    asynchronous: true,
    sntpAnswers: false,
    telnet: true,
    bluetooth: false,
    upload: true,
  },
};

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
