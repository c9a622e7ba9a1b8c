/**
 * The I2C ports, and the BME280 and BMP280 on their buses. ESP32, C3 and S3 have drivers that notice a missing device
 * and a stuck bus; an ESP8266 notices only the first. `new I2C()` is software, which does not even notice a
 * missing device.
 */
import { flatten } from "./globals.ts";
import { createBme280, type Bme280 } from "./bme280.ts";
import type { ChipFacts } from "./chips.ts";
import type { Pins } from "./pins.ts";
import { EspruinoError, type Fn, type Realm } from "./realm.ts";
import type { Sensors } from "./sensors.ts";

export interface I2cParts {
  readonly realm: Realm;
  readonly chip: ChipFacts;
  readonly pins: Pins;
  readonly sensors: Sensors;
  /** In ms. */
  readonly now: () => number;
  /** Blocks the interpreter for `ms`. */
  readonly block: (ms: number) => void;
}

/** The first address of a BME280 or BMP280. */
const FIRST = 0x76;
/** How long the driver of an ESP32 waits for a free bus, in ms. */
const PATIENCE = 1000;
/** Most bytes of a read, about what a chip's stack holds. */
const LARGEST = 8192;
/** ESP-IDF's code for a driver that is not installed. */
const INVALID_STATE = 259;

type Direction = "Read" | "Write";

/** What is known of a bus when the program uses it. */
type Answer = "missing" | "stuck" | { readonly device: Bme280; readonly isDamaged: boolean };

/** Defines the ports as globals. */
export function installI2c(parts: I2cParts): void {
  const { realm, chip, pins, sensors, now, block } = parts;

  function answerOf(sda: number, address: number): Answer {
    const all = [0, 1].map((index) => sensors.at(sda, index, "bme280"));
    if (all.some((sensor) => sensor?.fault === "stuck")) return "stuck";
    const sensor = all[address - FIRST];
    if (!sensor || (sensor.kind !== "bme280" && sensor.kind !== "bmp280") || sensor.fault === "away")
      return "missing";
    const hasHumidity = sensor.kind === "bme280";
    const measure = () => ({
      temperature: sensor.measure("temperature"),
      pressure: sensor.measure("pressure"),
      humidity: hasHumidity ? sensor.measure("humidity") : 0,
    });
    const device = sensor.state(() => createBme280({ hasHumidity, measure, now }));
    return { device, isDamaged: sensor.fault === "damaged" };
  }

  /** @param given pins of `setup` that are used if there are none in its options */
  function port(given: { readonly sda: number; readonly scl: number } | undefined): Record<string, unknown> {
    /** Undefined until `setup`. */
    let bus: { readonly sda: number; readonly scl: number } | undefined;

    function setup(options: unknown): void {
      const { sda, scl, bitrate } = (options ?? {}) as { sda?: unknown; scl?: unknown; bitrate?: unknown };
      if (bitrate !== undefined && !(Number(bitrate) >= 100)) throw new EspruinoError("Invalid I2C bitrate");
      const [data, clock] = [pins.toPin(sda) ?? given?.sda, pins.toPin(scl) ?? given?.scl];
      if (data === undefined || clock === undefined) bus = undefined;
      else if (![data, clock].every((pin) => pins.take(pin, "af_opendrain"))) {
        bus = undefined;
        if (given && !chip.asynchronous) throw new EspruinoError("jshI2CSetup: Invalid arguments");
      } else bus = { sda: data, scl: clock };
    }

    /** @throws EspruinoError as the port's driver does */
    function reach(address: number, direction: Direction): Exclude<Answer, string> | undefined {
      const answer = bus ? answerOf(bus.sda, address) : undefined;
      if (typeof answer === "object") return answer;
      if (!given) {
        if (answer === "stuck") throw new EspruinoError("I2C Error: Arbitration (start)");
        return undefined;
      }
      if (chip.asynchronous) {
        if (answer === "stuck") return undefined; // a low level is an acknowledgement, and zeros
        throw new EspruinoError(`I2C${direction}: No ACK 0`, "InternalError");
      }
      const name = `jshI2C${direction}:`;
      if (!answer) throw new EspruinoError(`${name}, unknown error code ${INVALID_STATE}`);
      if (answer === "missing") throw new EspruinoError(`${name} slave doesn't ACK the transfer`);
      block(PATIENCE);
      throw new EspruinoError(`${name}, Operation timeout because the bus is busy`);
    }

    function write(address: number, bytes: Uint8Array): void {
      if (bytes.length > 0) reach(address, "Write")?.device.write([...bytes]);
    }

    function read(address: number, count: number): Uint8Array | undefined {
      if (!(count > 0)) return undefined;
      if (count > LARGEST) throw new EspruinoError("Not enough stack memory for data");
      const answer = reach(address, "Read");
      if (answer && !answer.isDamaged) return realm.bytes(Uint8Array.from(answer.device.read(count)));
      const isLow = !answer && given && chip.asynchronous;
      return realm.bytes(new Uint8Array(count).fill(isLow ? 0 : 255));
    }

    const object = realm.object({});
    const methods: Record<string, Fn> = {
      setup,
      writeTo: (address, ...values) => write(addressOf(address), flatten(values)),
      readFrom: (address, count) => read(addressOf(address), Math.trunc(Number(count))),
      readReg(address, register, count) {
        write(addressOf(address), Uint8Array.of(Number(register)));
        return read(addressOf(address), Math.trunc(Number(count)));
      },
    };
    realm.methods(object, methods);
    return object;
  }

  const ports = chip.i2c.map(port);
  ports.forEach((object, at) => realm.define(`I2C${at + 1}`, object));
  realm.define("I2C", () => port(undefined));
  realm.methods(realm.evaluate("I2C") as object, {
    find(target) {
      const pin = pins.toPin(target);
      return ports[chip.i2c.findIndex(({ sda, scl, isFound }) => isFound && (pin === sda || pin === scl))];
    },
  });
}

function addressOf(given: unknown): number {
  const address =
    typeof given === "object" && given !== null ? (given as { address?: unknown }).address : given;
  return (Math.trunc(Number(address)) || 0) & 127;
}
