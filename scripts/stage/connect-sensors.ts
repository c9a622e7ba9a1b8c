/** Connects the sensors of a board file to its virtual board. */

import type { Board } from "../boards/board.ts";
import type { SensorKind, VirtualBoard } from "../virtual-board/index.ts";

/** Addresses of a BME280 or BMP280, in the order of the virtual board's index. */
const ADDRESSES = [0x76, 0x77];

export function connectSensors({ parts = [] }: Board, device: VirtualBoard): void {
  /** By the pin that the virtual board knows a bus by. */
  const connected = new Map<number, (SensorKind | undefined)[]>();
  for (const part of parts) {
    switch (part.kind) {
      case "dht11":
      case "dht22":
        connected.set(part.pin, [part.kind]);
        break;
      case "ds18b20":
        connected.set(part.pin, Array<SensorKind>(part.count).fill(part.kind));
        break;
      case "bme280":
      case "bmp280": {
        const bus = connected.get(part.sda) ?? [];
        bus[ADDRESSES.indexOf(part.address)] = part.kind;
        connected.set(part.sda, bus);
        break;
      }
      default:
    }
  }
  for (const [pin, kinds] of connected) device.sensors.connect(pin, [...kinds]);
}
