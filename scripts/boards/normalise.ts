/** Turns a checked board file into a `Board`. */

import type { Board, Code, GpioLed, Led, PwmLed, Rgb, Stream, Wifi, Ws2812Led } from "./board.ts";
import schema from "../../boards/board.schema.json" with { type: "json" };
import { analogPin } from "./chips.ts";
import { plainOf, type MqttFile } from "./mqtt.ts";
import { onenetOf, type OneNetFile } from "./onenet.ts";

/** A board file checked by the schema and filled with its defaults. Colours are `#rrggbb`. */
export type BoardFile = Omit<Board, "name" | "led" | "onenet" | "code"> & {
  readonly led: LedFile;
} & ({ readonly onenet: OneNetFile } | { readonly mqtt: MqttFile });

type LedFile =
  | GpioLed
  | (Omit<Ws2812Led, "on"> & { readonly on: string })
  | (Omit<PwmLed, "on" | "pins"> & {
      readonly on: string;
      readonly pins: { readonly red: number; readonly green: number; readonly blue: number };
    });

/**
 * Fields in a fixed order, so that the same board always gives the same bundle.
 * @param code the board's own, `boards/<name>.ts`
 * @param now in s since 1970, for a token with a relative expiry
 */
export function normalise(name: string, file: BoardFile, code: Code | undefined, now: number): Board {
  return {
    name,
    title: file.title,
    chip: file.chip,
    led: ledOf(file.led),
    wifi: wifiOf(file.wifi),
    onenet: "mqtt" in file ? plainOf(file.mqtt, name) : onenetOf(file.onenet, now),
    ...timeOf(file),
    streams: file.streams.map(({ id, source, pin, period, onChange, dpType, number }): Stream => {
      return {
        id,
        source,
        ...(pin === undefined ? {} : { pin: analogPin(file.chip, pin) }),
        period,
        ...(onChange === undefined ? {} : { onChange }),
        dpType,
        ...(number === undefined ? {} : { number }),
      };
    }),
    ...(code === undefined ? {} : { code }),
    outbox: file.outbox,
    reconnect: { maximum: file.reconnect.maximum },
    reboot: { withoutPlatform: file.reboot.withoutPlatform },
    console: { password: file.console.password, telnet: file.console.telnet },
  };
}

function ledOf(led: LedFile): Led {
  switch (led.kind) {
    case "gpio":
      return { kind: led.kind, pin: led.pin, activeLow: led.activeLow };
    case "ws2812":
      return { kind: led.kind, pin: led.pin, count: led.count, order: led.order, on: rgb(led.on) };
    case "pwm": {
      const { red, green, blue } = led.pins;
      return { kind: led.kind, pins: [red, green, blue], activeLow: led.activeLow, on: rgb(led.on) };
    }
  }
}

/** A frame of type 4 requires the time. */
function timeOf({ time, streams }: BoardFile): Pick<Board, "time"> {
  const { server, zone } = schema.properties.time.properties;
  if (time !== undefined) return { time: { server: time.server, zone: time.zone } };
  if (streams.every(({ dpType }) => dpType !== 4)) return {};
  return { time: { server: server.default, zone: zone.default } };
}

function wifiOf({ ssid, password }: Wifi): Wifi {
  return { ssid, password };
}

function rgb(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
