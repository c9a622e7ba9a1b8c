/** A BME280 or BMP280 on an I2C bus: its registers, from its data sheet. */

/** °C, hPa and %. */
export interface Climate {
  readonly temperature: number;
  readonly pressure: number;
  readonly humidity: number;
}

export interface Bme280 {
  /** A register's address, then a byte for it, then further pairs; or the address alone, for the next read. */
  write(bytes: readonly number[]): void;
  read(count: number): number[];
}

export interface Bme280Parts {
  readonly hasHumidity: boolean;
  readonly measure: () => Climate;
  /** In ms. */
  readonly now: () => number;
}

const ID = 0xd0;
const RESET = 0xe0;
const CONTROL_HUMIDITY = 0xf2;
const STATUS = 0xf3;
const CONTROL = 0xf4;
const CONFIG = 0xf5;
const DATA = 0xf7;
const MEASURING = 8;

/** The constants of a sensor: those of temperature and pressure are the BMP280's data sheet's example. */
export const T = [27504, 26435, -1000] as const;
export const P = [36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000] as const;
export const H = [75, 362, 0, 315, 50, 30] as const;

export function createBme280({ hasHumidity, measure, now }: Bme280Parts): Bme280 {
  const registers = new Uint8Array(256);
  let pointer = 0;
  /** What was measured, and when it is ready. */
  let pending: { readonly data: readonly number[]; readonly readyAt: number } | undefined;
  let hasMeasured = false;
  /** Oversampling of humidity in use. */
  let humidityRate = 0;
  const get = (register: number): number => registers[register] ?? 0;

  function reset(): void {
    registers.fill(0);
    registers[ID] = hasHumidity ? 0x60 : 0x58;
    registers.set(words([...T, ...P]), 0x88);
    if (hasHumidity) {
      registers[0xa1] = H[0];
      registers.set(words([H[1]]), 0xe1);
      registers.set([H[2], H[3] >> 4, (H[3] & 15) | ((H[4] & 15) << 4), H[4] >> 4, H[5]], 0xe3);
    }
    registers.set(dataOf(undefined), DATA);
    pending = undefined;
    hasMeasured = false;
    humidityRate = 0;
  }

  /** The bytes of a measurement; those that stand for none where it was left out. */
  function dataOf(climate: Climate | undefined): number[] {
    const control = get(CONTROL);
    const rates = [control >> 5, (control >> 2) & 7, humidityRate] as const;
    const raw = climate && rawOf(climate, rates[0], rates[1]);
    const pressure = raw && rates[1] > 0 ? raw.pressure : 0x80000;
    const temperature = raw && rates[0] > 0 ? raw.temperature : 0x80000;
    const humidity = raw && rates[2] > 0 ? raw.humidity : 0x8000;
    return [
      ...twenty(pressure),
      ...twenty(temperature),
      ...(hasHumidity ? [humidity >> 8, humidity & 255] : [0, 0]),
    ];
  }

  /** Longest time of a measurement, in ms. */
  function duration(): number {
    const control = get(CONTROL);
    const [temperature, pressure, humidity] = [control >> 5, (control >> 2) & 7, humidityRate].map(samples);
    return 1.25 + time(temperature, 0) + time(pressure, 0.575) + time(humidity, 0.575);
  }

  function begin(): void {
    pending = { data: dataOf(measure()), readyAt: now() + duration() };
  }

  /** Puts a finished measurement into the registers. In normal mode the next one follows. */
  function update(): void {
    const control = get(CONTROL);
    if (pending && now() >= pending.readyAt) {
      registers.set(pending.data, DATA);
      pending = undefined;
      hasMeasured = true;
      if ((control & 3) !== 3) registers[CONTROL] = control & ~3;
    }
    const isNormal = (get(CONTROL) & 3) === 3;
    if (isNormal && hasMeasured) registers.set(dataOf(measure()), DATA);
    registers[STATUS] = pending ? MEASURING : 0;
  }

  function set(register: number, value: number): void {
    if (register === RESET && value === 0xb6) reset();
    else if (register === CONFIG || (register === CONTROL_HUMIDITY && hasHumidity))
      registers[register] = value;
    else if (register === CONTROL) {
      registers[CONTROL] = value;
      humidityRate = get(CONTROL_HUMIDITY) & 7;
      if ((value & 3) === 0) pending = undefined;
      else begin();
    }
  }

  reset();
  return {
    write(bytes) {
      update();
      bytes.forEach((register, at) => {
        if (at % 2 === 1) return;
        pointer = register;
        const value = bytes[at + 1];
        if (value !== undefined) set(register, value);
      });
    },
    read(count) {
      update();
      return Array.from({ length: count }, () => get(pointer++ & 255));
    },
  };
}

function samples(rate: number | undefined): number {
  return rate === undefined || rate === 0 ? 0 : 2 ** (Math.min(rate, 5) - 1);
}

function time(count: number | undefined, more: number): number {
  return count === undefined || count === 0 ? 0 : 2.3 * count + more;
}

/** Signed or unsigned 16 bits, low byte first. */
function words(values: readonly number[]): number[] {
  return values.flatMap((value) => [value & 255, (value >> 8) & 255]);
}

/** 20 bits, high byte first, at the top of three bytes. */
function twenty(value: number): number[] {
  return [value >> 12, (value >> 4) & 255, (value & 15) << 4];
}

/** The converter's numbers for a climate: the data sheet's whole-number formulas, solved by halving. */
function rawOf({ temperature, pressure, humidity }: Climate, temperatureRate: number, pressureRate: number) {
  const raw = coarse(
    solve(20, (value) => fineOf(value) >= temperature * 5120),
    temperatureRate,
  );
  const fine = BigInt(fineOf(raw));
  return {
    temperature: raw,
    pressure: coarse(
      solve(20, (value) => pressureOf(BigInt(value), fine) <= pressure * 25600),
      pressureRate,
    ),
    humidity: solve(16, (value) => humidityOf(BigInt(value), fine) >= humidity * 1024),
  };
}

/** The lowest number of so many bits for which a condition holds that holds for all above it, too. */
function solve(bits: number, holds: (value: number) => boolean): number {
  let [low, high] = [0, 2 ** bits - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Without its filter the converter has 16 bits, and one more each time that it samples twice as often. */
function coarse(value: number, rate: number): number {
  const unit = 2 ** Math.max(0, 5 - Math.max(1, rate));
  return Math.min(Math.round(value / unit) * unit, 0xfffff);
}

/** The temperature in 1/5120 °C. */
function fineOf(raw: number): number {
  const [t1, t2, t3] = T;
  const first = (((raw >> 3) - (t1 << 1)) * t2) >> 11;
  const distance = (raw >> 4) - t1;
  return first + ((((distance * distance) >> 12) * t3) >> 14);
}

/** In 1/256 Pa. */
function pressureOf(raw: bigint, fine: bigint): number {
  const [p1, p2, p3, p4, p5, p6, p7, p8, p9] = P.map(BigInt) as [
    ...[bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint],
  ];
  const x = fine - 128000n;
  const offset = x * x * p6 + ((x * p5) << 17n) + (p4 << 35n);
  const slope = (((1n << 47n) + ((x * x * p3) >> 8n) + ((x * p2) << 12n)) * p1) >> 33n;
  if (slope === 0n) return 0;
  const p = ((((1048576n - raw) << 31n) - offset) * 3125n) / slope;
  const more = ((p9 * (p >> 13n) * (p >> 13n)) >> 25n) + ((p8 * p) >> 19n);
  return Number(((p + more) >> 8n) + (p7 << 4n));
}

/** In 1/1024 %. */
function humidityOf(raw: bigint, fine: bigint): number {
  const [h1, h2, h3, h4, h5, h6] = H.map(BigInt) as [bigint, bigint, bigint, bigint, bigint, bigint];
  const x = fine - 76800n;
  const first = ((raw << 14n) - (h4 << 20n) - h5 * x + 16384n) >> 15n;
  const second = (((((x * h6) >> 10n) * (((x * h3) >> 11n) + 32768n)) >> 10n) + 2097152n) * h2 + 8192n;
  const product = first * (second >> 14n);
  const value = product - (((((product >> 15n) * (product >> 15n)) >> 7n) * h1) >> 4n);
  return Number((value < 0n ? 0n : value > 419430400n ? 419430400n : value) >> 12n);
}
