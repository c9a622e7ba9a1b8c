/** Connects the parts of a board file to its virtual board: sensors, and what holds a pin's level at rest. */

import type { Board } from "../boards/board.ts";
import { CHIPS } from "../boards/chips.ts";
import type { Part } from "../boards/parts.ts";
import type { SensorFault, SensorKind, VirtualBoard } from "../virtual-board/index.ts";
import { english } from "../cli/language.ts";

/** The sensors of a part, as the virtual board knows them. */
export interface PartSensors {
  readonly kind: SensorKind;
  /** The data pin. */
  readonly pin: number;
  /** The virtual board's index of the first. */
  readonly first: number;
  readonly count: number;
}

/** Addresses of a BME280 or BMP280, in the order of the virtual board's index. */
const ADDRESSES = [0x76, 0x77];

export function connectParts({ chip, parts = [] }: Board, device: VirtualBoard): void {
  /** By the pin that the virtual board knows a bus by. */
  const connected = new Map<number, (SensorKind | undefined)[]>();
  for (const part of parts) {
    const sensors = sensorsOf(part);
    if (sensors) {
      const bus = connected.get(sensors.pin) ?? [];
      for (let index = 0; index < sensors.count; index++) bus[sensors.first + index] = sensors.kind;
      connected.set(sensors.pin, bus);
    }
    // A contact is not closed until something closes it.
    if (part.kind === "button" || part.kind === "motion") device.setLevel(part.pin, restLevel(part, chip));
  }
  for (const [pin, kinds] of connected) device.sensors.connect(pin, [...kinds]);
}

/** undefined for a part without sensors. */
export function sensorsOf(part: Part): PartSensors | undefined {
  switch (part.kind) {
    case "dht11":
    case "dht22":
      return { kind: part.kind, pin: part.pin, first: 0, count: 1 };
    case "ds18b20":
      return { kind: part.kind, pin: part.pin, first: 0, count: part.count };
    case "bme280":
    case "bmp280":
      return { kind: part.kind, pin: part.sda, first: ADDRESSES.indexOf(part.address), count: 1 };
    default:
      return undefined;
  }
}

/**
 * @param name of the part
 * @param sensor which of its sensors, from 0
 * @param fault undefined: mends it
 * @throws Error if there is no such sensor
 */
export function disturbSensor(
  { parts = [] }: Board,
  device: VirtualBoard,
  name: string,
  sensor: number,
  fault: SensorFault | undefined,
): void {
  const part = parts.find((each) => each.name === name);
  const sensors = part && sensorsOf(part);
  if (!sensors || sensor < 0 || sensor >= sensors.count)
    throw new Error(english`the board has no such sensor`);
  device.sensors.disturb(sensors.pin, fault, sensors.first + sensor);
}

/** Parts that an outside level turns. */
export type LevelPart = Extract<Part, { readonly kind: "button" | "contact" | "motion" | "counter" }>;

/**
 * The level at the pin of a button that nobody presses, a closed contact, a motion sensor that sees nothing, a counter
 * between pulses. What the interpreter inverts for its program is not inverted at the pin.
 */
export function restLevel(part: LevelPart, chip: Board["chip"]): 0 | 1 {
  switch (part.kind) {
    case "button":
      return part.activeLow || CHIPS[chip].inverted.includes(part.pin) ? 1 : 0;
    case "contact":
      return part.openIs === 1 ? 0 : 1;
    case "motion":
      return part.activeLow ? 1 : 0;
    case "counter":
      return 1;
  }
}
