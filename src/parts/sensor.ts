/** A sensor that takes its time: it is measured now and then, and its last values are kept. */

/**
 * Measures once; not called again before it is done.
 * @param done called exactly once, later or at once, with a number for each value; undefined for what failed
 */
export type Measure = (done: (values: readonly (number | undefined)[]) => void) => void;

export interface Sensor {
  /** Time passed, in ms: measures if it is time. */
  tick(now: number): void;
  /** The last value of a quantity; NaN if its measurement failed, undefined before the first. */
  read(quantity: number): number | undefined;
}

/** Values are rounded to hundredths: no sensor is more exact. */
const STEPS = 100;

/**
 * @param period time between two measurements, in ms; no shorter than the sensor takes
 * @param say writes a line on the console: once when a measurement fails, and once when all succeed again
 */
export function createSensor(
  name: string,
  measure: Measure,
  period: number,
  say: (line: string) => void,
): Sensor {
  let values: readonly (number | undefined)[] = [];
  let dueAt = 0;
  let isBusy = false;
  let isFailing = false;

  function done(measured: readonly (number | undefined)[]): void {
    isBusy = false;
    values = measured.map((value) => (value === undefined ? NaN : Math.round(value * STEPS) / STEPS));
    const isFailed = measured.indexOf(undefined) >= 0;
    if (isFailed !== isFailing) {
      say(name + (isFailed ? ": no answer; check its wires" : ": measures again"));
    }
    isFailing = isFailed;
  }

  return {
    tick(now) {
      if (isBusy || now < dueAt) return;
      isBusy = true;
      dueAt = now + period;
      measure(done);
    },
    read: (quantity) => values[quantity],
  };
}

/** A value of a sensor as JSON; null if its measurement failed. */
export function jsonOfMeasured(value: number | undefined): string {
  return "" + ((value as number) >= 0 || (value as number) < 0 ? value : null);
}

/** The values of a sensor as the answer to a command. */
export function answerOfSensor(values: readonly (number | undefined)[]): string {
  return values
    .map((value) => ((value as number) >= 0 || (value as number) < 0 ? value : "unknown"))
    .join(", ");
}
