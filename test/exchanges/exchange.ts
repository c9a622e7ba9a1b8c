/**
 * An exchange between a board and a scripted platform: every byte the platform sends, and every moment, is specified.
 */

import type { Board } from "../../scripts/boards/board.ts";

export interface Exchange {
  readonly name: string;
  readonly board: Board;
  /** An Espruino module the board's code uses. */
  readonly module?: "DHT22";
  /** A peculiarity of the board: JavaScript that Espruino runs before the bundle at each boot. */
  readonly before?: string;
  /** What happens after power-on. */
  readonly steps: readonly Step[];
}

/** One event or one observation. Everything settles before the next one. */
export type Step =
  | { readonly kind: "accept" }
  | { readonly kind: "take"; readonly start: string; readonly containing: string }
  | { readonly kind: "take-request"; readonly containing: string }
  | { readonly kind: "give"; readonly pieces: readonly string[] }
  | { readonly kind: "give-and-end"; readonly bytes: string; readonly way: Ending }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "end"; readonly way: Ending }
  | { readonly kind: "listen"; readonly isOn: boolean }
  | { readonly kind: "see"; readonly line: RegExp }
  | { readonly kind: "level"; readonly pin: number; readonly level: 0 | 1 }
  | {
      readonly kind: "climate";
      readonly pin: number;
      readonly climate: Climate | undefined;
      readonly index: number;
    }
  | { readonly kind: "drop" }
  | { readonly kind: "air"; readonly network: number; readonly isThere: boolean }
  | { readonly kind: "clock"; readonly ms: number }
  | { readonly kind: "time-server"; readonly isOn: boolean }
  | { readonly kind: "power" };

/** How the platform ends a connection: both ways, by a reset, or only its own direction. */
export type Ending = "close" | "reset" | "half-close";

/** The board opens a connection, at once or after a wait. The following steps refer to it. */
export const accept: Step = { kind: "accept" };

/**
 * A packet that starts with these bytes arrives, at once or after a wait; earlier packets are skipped.
 * @param start hexadecimal bytes, and ASCII text in single quotes
 * @param containing ASCII text somewhere in it
 */
export function take(start: string, containing = ""): Step {
  return { kind: "take", start, containing };
}

/**
 * A complete HTTP request arrives.
 * @param containing text somewhere in it
 */
export function takeRequest(containing = ""): Step {
  return { kind: "take-request", containing };
}

/**
 * The platform sends bytes, each argument separately: hexadecimal, ASCII text in single quotes, and `ID` for the last
 * packet identifier received.
 */
export function give(...pieces: readonly string[]): Step {
  return { kind: "give", pieces };
}

/** The platform sends each byte separately. */
export function giveEach(packet: string): Step {
  return give(...(packet.match(/'[^']*'|ID|[0-9a-f]{2}/g) ?? []).flatMap(single));
}

/** Time passes; everything due meanwhile happens and is answered. */
export function pass(ms: number): Step {
  return { kind: "pass", ms };
}

export function end(way: Ending = "close"): Step {
  return { kind: "end", way };
}

/** The platform sends bytes and ends the connection at the same time. */
export function giveAndEnd(bytes: string, way: Ending): Step {
  return { kind: "give-and-end", bytes, way };
}

/** From now on the platform refuses connections. */
export const refuse: Step = { kind: "listen", isOn: false };

export const listen: Step = { kind: "listen", isOn: true };

/** The board has printed this line, or driven its LED (`PIN 2 1`, `PIXELS 17 0 0 255`), since the last line seen. */
export function see(line: RegExp): Step {
  return { kind: "see", line };
}

/** What the sensor on a pin measures, in tenths: °C, % relative humidity, and hPa. */
export interface Climate {
  readonly temperature: number;
  readonly humidity: number;
  readonly pressure?: number;
}

/** A pin's level changes from outside, as by a button. */
export function level(pin: number, level: 0 | 1): Step {
  return { kind: "level", pin, level };
}

/**
 * Sets the measurements of the sensor on a pin; undefined removes it.
 * @param index 1 and more: of another DS18B20 on the pin, which is there from then on
 */
export function climate(pin: number, climate: Climate | undefined, index = 0): Step {
  return { kind: "climate", pin, climate, index };
}

/** The Wi-Fi connection breaks: the board loses its sockets, and the platform does not notice. */
export const drop: Step = { kind: "drop" };

/** The access point of one of the board's networks goes. */
export function vanish(network: number): Step {
  return { kind: "air", network, isThere: false };
}

/** It is back. */
export function appear(network: number): Step {
  return { kind: "air", network, isThere: true };
}

/** The chip's own clock jumps by this many ms, forward or back; elapsed time is unaffected. */
export function moveClock(ms: number): Step {
  return { kind: "clock", ms };
}

/** From now on, time requests get no answer. */
export const silenceTime: Step = { kind: "time-server", isOn: false };

export const tellTime: Step = { kind: "time-server", isOn: true };

/** Power off and on; flash is kept. */
export const powerCycle: Step = { kind: "power" };

/** A packet from the platform, with its Remaining Length filled in [MQTT-2.2.3]: `packet("30", "00 01 't' 'on'")`. */
export function packet(first: string, body = ""): string {
  const size = sizeOf(body);
  const length = size < 128 ? [size] : [(size % 128) + 128, Math.floor(size / 128)];
  return [first, ...length.map(hexByte), body].join(" ");
}

/** A PUBLISH at QoS 0; `topic` and `payload` are ASCII without quotes. */
export function message(topic: string, payload: string): string {
  return packet("30", `${text(topic)} '${payload}'`);
}

/** Length-prefixed text [MQTT-1.5.3]. */
export function text(content: string): string {
  return `${hexByte(content.length >> 8)} ${hexByte(content.length & 255)} '${content}'`;
}

function sizeOf(body: string): number {
  let size = 0;
  for (const [part] of body.matchAll(/'[^']*'|ID|[0-9a-f]{2}/g))
    size += part.startsWith("'") ? part.length - 2 : part === "ID" ? 2 : 1;
  return size;
}

function single(part: string): readonly string[] {
  return part.startsWith("'") ? Array.from(part.slice(1, -1), (char) => `'${char}'`) : [part];
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
