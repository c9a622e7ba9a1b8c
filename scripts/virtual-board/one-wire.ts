/** The class `OneWire`, and the DS18B20 on its wires. */
import { flatten } from "./globals.ts";
import { createDs18b20, type OneWireDevice, type Turns } from "./ds18b20.ts";
import type { Pins } from "./pins.ts";
import { EspruinoError, type Fn, type Realm } from "./realm.ts";
import type { Sensors } from "./sensors.ts";

/** Most sensors on a pin. */
const MOST = 8;
/** Most bytes of a read: a chip's memory holds no more. */
const LARGEST = 50_000;
const SEARCH = 0xf0;
const MATCH = 0x55;
const SKIP = 0xcc;

/** @param now in ms */
export function createOneWire(realm: Realm, pins: Pins, sensors: Sensors, now: () => number): Fn {
  return (target) => {
    const pin = pins.toPin(target);
    const object = realm.object({ pin: target });
    if (pin === undefined) {
      const nothing = () => undefined;
      realm.methods(object, {
        reset: () => false,
        ...{ select: nothing, skip: nothing, write: nothing, read: nothing, search: nothing },
      });
      return object;
    }
    const wire = createWire(pin, pins, sensors, now);
    realm.methods(object, {
      reset: () => wire.reset(),
      select(rom) {
        if (typeof rom !== "string" || rom.length !== 16)
          throw new EspruinoError(`Invalid OneWire device address ${JSON.stringify(rom)}`, "TypeError");
        wire.reset();
        wire.write(MATCH);
        for (let at = 0; at < 16; at += 2) wire.write(parseInt(rom.slice(at, at + 2), 16));
      },
      skip: () => wire.write(SKIP),
      write(data, leavesPower) {
        for (const byte of flatten([data])) wire.write(byte);
        pins.take(pin, leavesPower === true ? "output" : "input");
      },
      read(count) {
        if (typeof count !== "number") return wire.read();
        const length = Math.trunc(count) || 0;
        return length >= 0 && length <= LARGEST
          ? realm.bytes(Uint8Array.from({ length }, () => wire.read()))
          : undefined;
      },
      search(command) {
        const given = Number(command) || 0;
        return realm.array(search(wire, given <= 0 || given > 255 ? SEARCH : given));
      },
    });
    return object;
  };
}

interface Wire {
  /** @returns whether the wire is low after it, because of a device */
  reset(): boolean;
  /** One bit, which the devices may pull to 0. */
  bit(value: 0 | 1): 0 | 1;
  write(byte: number): void;
  read(): number;
}

function createWire(pin: number, pins: Pins, sensors: Sensors, now: () => number): Wire {
  interface Talk {
    readonly turns: Turns;
    next: IteratorResult<0 | 1, void>;
  }
  let talks: Talk[] = [];
  let isStuck = false;

  /** Looks what is on the pin. */
  function look(): OneWireDevice[] {
    isStuck = false;
    return Array.from({ length: MOST }, (_, index) => {
      const sensor = sensors.at(pin, index, "ds18b20");
      if (sensor?.kind !== "ds18b20" || sensor.fault === "away") return [];
      if (sensor.fault === "stuck") isStuck = true;
      const make = () =>
        createDs18b20({
          index,
          pin,
          now,
          temperature: () => sensor.measure("temperature"),
          isDamaged: () => sensors.at(pin, index, "ds18b20")?.fault === "damaged",
        });
      return [sensor.state(make)];
    }).flat();
  }

  function bit(value: 0 | 1): 0 | 1 {
    const level = isStuck || value === 0 || talks.some(({ next }) => next.value === 0) ? 0 : 1;
    for (const talk of talks) talk.next = talk.turns.next(level);
    return level;
  }

  return {
    reset() {
      talks = [];
      if (!pins.take(pin, "opendrain_pullup")) return false;
      talks = look().map((device) => {
        const turns = device.talk();
        return { turns, next: turns.next() };
      });
      return isStuck || talks.length > 0;
    },
    bit,
    write(byte) {
      for (let at = 0; at < 8; at++) bit(((byte >> at) & 1) as 0 | 1);
    },
    read() {
      let byte = 0;
      for (let at = 0; at < 8; at++) byte |= bit(1) << at;
      return byte;
    },
  };
}

/** The search of Maxim's application note 187, as the interpreter has it. */
function search(wire: Wire, command: number): string[] {
  const found: string[] = [];
  let path: (0 | 1)[] = [];
  let lastChoice = -1;
  do {
    if (!wire.reset()) return found;
    wire.write(command);
    let choice = -1;
    const taken: (0 | 1)[] = [];
    for (let at = 0; at < 64; at++) {
      const one = wire.bit(1);
      const other = wire.bit(1);
      if (one === 1 && other === 1) return found;
      const isChoice = one === other;
      const way = !isChoice ? one : at < lastChoice ? (path[at] ?? 0) : at === lastChoice ? 1 : 0;
      if (isChoice && way === 0) choice = at;
      taken.push(way);
      wire.bit(way);
    }
    path = taken;
    lastChoice = choice;
    const bytes = Array.from({ length: 8 }, (_, byte) =>
      taken.slice(byte * 8, byte * 8 + 8).reduce<number>((all, value, at) => all + (value << at), 0),
    );
    if (bytes[0] === 0) return found;
    found.push(bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(""));
  } while (lastChoice >= 0);
  return found;
}
