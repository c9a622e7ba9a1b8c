/** The sensors on a board's pins: which there are, what they measure, and what is wrong with them. */
import type { Input, Inputs } from "./input-types.ts";

export type SensorKind = "dht11" | "dht22" | "ds18b20" | "bme280" | "bmp280";

/** `away`: not connected. `stuck`: it holds its wire low. `damaged`: its check sum or its bytes are wrong. */
export type SensorFault = "away" | "stuck" | "damaged";

/** Quantities that sensors measure: °C, % and hPa. */
export type Measured = "temperature" | "humidity" | "pressure";

/**
 * Sensors from outside. A pin has whatever the program looks for: one DHT11 or DHT22, one DS18B20, and on the SDA of an
 * I2C bus one BME280 at the address 0x76. The index counts the sensors of a 1-Wire bus in the order in which a search
 * finds them, and is 0 or 1 for the addresses 0x76 and 0x77.
 */
export interface SensorControl {
  /** Connects sensors to a pin by their index, instead of those it had. They have just got their power. */
  connect(pin: number, kinds: readonly (SensorKind | undefined)[]): void;
  /** Sets what a sensor measures. */
  set(pin: number, quantity: Measured, value: number, index?: number): void;
  /** @param fault undefined for none */
  disturb(pin: number, fault: SensorFault | undefined, index?: number): void;
  /** What is wrong with a sensor; undefined for nothing. */
  faultOf(pin: number, index?: number): SensorFault | undefined;
}

export interface Sensor {
  readonly kind: SensorKind;
  readonly fault: SensorFault | undefined;
  /** What it measures, which the page can set from now on. */
  measure(quantity: Measured): number;
  /** What it remembers; made anew once it was without power. */
  state<T>(make: () => T): T;
}

export interface Sensors extends SensorControl {
  /** The sensor on a pin; undefined if there is none. @param wanted what the program looks for */
  at(pin: number, index: number, wanted: SensorKind): Sensor | undefined;
  /** All of them get their power. */
  powerOn(): void;
}

type Range = Pick<Input, "least" | "most" | "step" | "unit" | "rest">;

const HUMIDITY: Range = { least: 0, most: 100, step: 0.1, unit: "%", rest: 50 };
const PRESSURE: Range = { least: 300, most: 1100, step: 0.1, unit: "hPa", rest: 1013.2 };

const RANGES: Readonly<Record<SensorKind, Readonly<Partial<Record<Measured, Range>>>>> = {
  dht11: { temperature: temperature(-20, 60), humidity: { ...HUMIDITY, step: 1 } },
  dht22: { temperature: temperature(-40, 80), humidity: HUMIDITY },
  ds18b20: { temperature: temperature(-55, 125) },
  bme280: { temperature: temperature(-40, 85), pressure: PRESSURE, humidity: HUMIDITY },
  bmp280: { temperature: temperature(-40, 85), pressure: PRESSURE },
};

/** @param disturbed called when a fault has begun or is over */
export function createSensors(inputs: Inputs, disturbed: () => void): Sensors {
  /** By pin; other pins have what is looked for. */
  const connected = new Map<number, readonly (SensorKind | undefined)[]>();
  /** By {@link keyOf}. */
  const faults = new Map<string, SensorFault>();
  const states = new Map<string, unknown>();

  function disturb(pin: number, fault: SensorFault | undefined, index = 0): void {
    const key = keyOf(pin, index);
    if (fault === undefined) faults.delete(key);
    else faults.set(key, fault);
    if (fault === "away") states.delete(key);
    disturbed();
  }

  return {
    connect(pin, kinds) {
      connected.set(pin, kinds);
      for (const key of states.keys()) if (key.startsWith(`${pin} `)) states.delete(key);
    },
    set: (pin, quantity, value, index) => inputs.set(quantity, pin, value, index),
    disturb,
    faultOf: (pin, index = 0) => faults.get(keyOf(pin, index)),
    at(pin, index, wanted) {
      const there = connected.get(pin);
      const kind = there ? there[index] : index === 0 ? wanted : undefined;
      if (kind === undefined) return undefined;
      const key = keyOf(pin, index);
      const fault = faults.get(key);
      return {
        kind,
        fault,
        measure(quantity) {
          const range = RANGES[kind][quantity];
          if (!range) throw new Error(`a ${kind} does not measure ${quantity}`);
          inputs.found({ ...range, quantity, pin, index });
          return inputs.value(quantity, pin, range.rest, index);
        },
        state<T>(make: () => T): T {
          if (!states.has(key)) states.set(key, make());
          return states.get(key) as T;
        },
      };
    },
    powerOn: () => states.clear(),
  };
}

function keyOf(pin: number, index: number): string {
  return `${pin} ${index}`;
}

function temperature(least: number, most: number): Range {
  return { least, most, step: 0.1, unit: "°C", rest: 21 };
}
