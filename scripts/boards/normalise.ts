/** Turns a checked board file into a `Board`. */

import type { Board, Code, GpioLed, Led, PwmLed, Stream, Update, Word, Ws2812Led } from "./board.ts";
import schema from "../../boards/board.schema.json" with { type: "json" };
import { rulesOf, type RuleFile } from "./board-rules.ts";
import { analogPin } from "./chips.ts";
import { ownStreams, partsOf, rgb, type PartFile } from "./normalise-parts.ts";
import { plainOf, type MqttFile } from "./mqtt.ts";
import { onenetOf, type OneNetFile } from "./onenet.ts";
import { spellingOf } from "./part-checks.ts";
import type { Part } from "./parts.ts";
import { setupOf } from "./setup.ts";
import { networkFields, type WifiFile } from "./wifi.ts";

/** A board file checked by the schema and filled with its defaults. Colours are `#rrggbb`. */
export type BoardFile = Omit<
  Board,
  | "name"
  | "led"
  | "parts"
  | "words"
  | "rules"
  | "wifi"
  | "otherNetworks"
  | "onenet"
  | "code"
  | "outbox"
  | "thinsOutbox"
> & {
  readonly outbox: number | { readonly bytes: number; readonly full: "drop" | "thin" };
  readonly wifi: WifiFile;
  /** May be missing in a file with parts. */
  readonly led?: LedFile;
  readonly parts?: Readonly<Record<string, PartFile>>;
  readonly words?: Readonly<Record<string, string>>;
  readonly rules?: readonly RuleFile[];
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
  const { led, parts } = partsIn(file, code);
  // In a thing model the property has a type, which is bool for the one that switches the LED.
  const switched =
    "onenet" in file && file.onenet.generation === "studio" ? file.onenet.properties.led : undefined;
  const { rules = [] } = file;
  const streams = file.streams.map(({ id, source, pin, period, onChange, dpType, number }): Stream => {
    return {
      id,
      source: id === switched && source === "led" ? "lit" : source,
      ...(pin === undefined ? {} : { pin: analogPin(file.chip, pin) }),
      period,
      ...(onChange === undefined ? {} : { onChange }),
      dpType,
      ...(number === undefined ? {} : { number }),
    };
  });
  const onenet = "mqtt" in file ? plainOf(file.mqtt, name) : onenetOf(file.onenet, now);
  return {
    name,
    title: file.title,
    chip: file.chip,
    led,
    ...(parts === undefined ? {} : { parts, words: wordsOf(file) }),
    ...(rules.length === 0 ? {} : { rules: rulesOf(rules, parts ?? [], code) }),
    ...networkFields(file.wifi),
    ...(file.hostname === undefined ? {} : { hostname: file.hostname }),
    onenet,
    ...timeOf(file),
    streams: [...streams, ...ownStreams(parts ?? [], streams, onenet)],
    ...(code === undefined ? {} : { code }),
    ...(file.update === undefined ? {} : { update: updateOf(file.update) }),
    ...(file.setup === undefined ? {} : { setup: setupOf(file.setup) }),
    ...(file.remote === undefined ? {} : { remote: { log: file.remote.log } }),
    ...(file.sleep === undefined ? {} : { sleep: file.sleep }),
    ...outboxOf(file.outbox),
    ...(file.newestFirst === true ? { newestFirst: true } : {}),
    reconnect: { maximum: file.reconnect.maximum },
    reboot: { withoutPlatform: file.reboot.withoutPlatform },
    console: { password: file.console.password, telnet: file.console.telnet },
  };
}

/** The light that takes `on` and `off`, and the parts of a file that has any, words or rules. */
function partsIn(
  file: BoardFile,
  code: Code | undefined,
): {
  readonly led: Led | undefined;
  readonly parts: readonly Part[] | undefined;
} {
  const { chip, parts = {}, words = {}, rules = [] } = file;
  const led = file.led && ledOf(file.led);
  const isPlain = Object.keys(parts).length === 0 && Object.keys(words).length === 0 && rules.length === 0;
  if (isPlain) return { led, parts: undefined };
  const own = partsOf(parts, code).map((part) =>
    part.kind === "analog" ? { ...part, pin: analogPin(chip, part.pin) } : part,
  );
  if (led !== undefined) return { led, parts: [{ name: "led", kind: "light", led, report: 0 }, ...own] };
  return { led: own.find((part) => part.kind === "light")?.led, parts: own };
}

function wordsOf({ words = {} }: BoardFile): Word[] {
  return Object.entries(words).map(([text, command]) => ({ text: spellingOf(text), command }));
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

function outboxOf(outbox: BoardFile["outbox"]): Pick<Board, "outbox" | "thinsOutbox"> {
  if (typeof outbox === "number") return { outbox };
  return { outbox: outbox.bytes, ...(outbox.full === "thin" ? { thinsOutbox: true } : {}) };
}

function updateOf({ key, server, port }: Update): Update {
  return { key, server, port };
}
