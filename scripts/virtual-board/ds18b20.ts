/** A DS18B20 on a 1-Wire bus, bit by bit, from its data sheet. */

/** A turn on the bus: the device yields the bit it puts there, where 1 leaves the wire alone, and gets the wire's level. */
export type Turns = Generator<0 | 1, void, 0 | 1>;

export interface OneWireDevice {
  /** The talk after a reset of the bus. */
  talk(): Turns;
}

export interface Ds18b20Parts {
  /** Counts the sensors of a bus in the order of a search. */
  readonly index: number;
  readonly pin: number;
  /** In °C. */
  readonly temperature: () => number;
  /** In ms. */
  readonly now: () => number;
  /** Whether the check sum of what it sends is wrong. */
  readonly isDamaged: () => boolean;
}

const FAMILY = 0x28;
/** Longest conversion at 12 bits, in ms; half of it for each bit less. */
const CONVERSION = 750;

const Rom = { search: 0xf0, read: 0x33, match: 0x55, skip: 0xcc } as const;
const Command = { convert: 0x44, write: 0x4e, read: 0xbe, copy: 0x48, recall: 0xb8, supply: 0xb4 } as const;

export function createDs18b20({ index, pin, temperature, now, isDamaged }: Ds18b20Parts): OneWireDevice {
  const serial = [FAMILY, reversed(index), pin, 0x5c, 0x17, 0x01, 0x00];
  const rom = [...serial, crc8(serial)];
  /** Alarms and configuration, as shipped. */
  const settings: [number, number, number] = [0x4b, 0x46, 0x7f];
  let kept = [...settings];
  /** In sixteenths of °C; 85 °C until it has measured. */
  let result = 85 * 16;
  let conversion: { readonly result: number; readonly readyAt: number } | undefined;

  const bits = () => 9 + ((settings[2] >> 5) & 3);

  function scratchpad(): number[] {
    finish();
    const bytes = [result & 255, (result >> 8) & 255, ...settings, 0xff, 0x10 - (result & 15), 0x10];
    return [...bytes, crc8(bytes) ^ (isDamaged() ? 1 : 0)];
  }

  function finish(): void {
    if (!conversion || now() < conversion.readyAt) return;
    ({ result } = conversion);
    conversion = undefined;
  }

  function convert(): void {
    const unit = 2 ** (12 - bits());
    const measured = Math.round((temperature() * 16) / unit) * unit;
    conversion = { result: measured, readyAt: now() + CONVERSION / unit };
  }

  function* talk(): Turns {
    const command = yield* receive();
    if (command === Rom.search) {
      for (const bit of bitsOf(rom)) {
        yield bit;
        yield bit === 1 ? 0 : 1;
        if ((yield 1) !== bit) return;
      }
    } else if (command === Rom.match) for (const bit of bitsOf(rom)) if ((yield 1) !== bit) return;
    if (command === Rom.read) yield* send(rom);
    else if (command !== Rom.search && command !== Rom.match && command !== Rom.skip) return;
    yield* obey(yield* receive());
  }

  function* obey(command: number): Turns {
    if (command === Command.read) yield* send(scratchpad());
    else if (command === Command.write) for (let i = 0; i < 3; i++) settings[i] = yield* receive();
    else if (command === Command.copy) kept = [...settings];
    else if (command === Command.recall) settings.splice(0, 3, ...kept);
    else if (command === Command.supply) yield 1; // it has its own
    else if (command === Command.convert) {
      convert();
      for (;;) {
        yield conversion ? 0 : 1; // the master may ask whether it is ready
        finish();
      }
    }
  }

  return { talk };
}

function* receive(): Generator<0 | 1, number, 0 | 1> {
  let byte = 0;
  for (let bit = 0; bit < 8; bit++) byte |= (yield 1) << bit;
  return byte;
}

function* send(bytes: readonly number[]): Turns {
  for (const bit of bitsOf(bytes)) yield bit;
}

/** The lowest bit of each byte first. */
function bitsOf(bytes: readonly number[]): (0 | 1)[] {
  return bytes.flatMap((byte) => Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1) as (0 | 1)[]);
}

/** A search follows the lowest bits first. */
function reversed(byte: number): number {
  return bitsOf([byte]).reduce<number>((all, bit) => all * 2 + bit, 0);
}

/** CRC-8 with the polynomial x⁸ + x⁵ + x⁴ + 1, lowest bits first. */
export function crc8(bytes: readonly number[]): number {
  return bitsOf(bytes).reduce<number>((sum, bit) => (sum >> 1) ^ ((sum ^ bit) & 1 ? 0x8c : 0), 0);
}
