/** Values of parts that survive a restart. Flash wears: they are written when they change, at most once a minute. */

import { textSettings } from "virtual:features";
import { isText } from "./text";

export interface Kept {
  /**
   * The kept value of a part, if it is from `least` to `most`, or for a text has at most `most` bytes; else `standard`. To
   * be called once for each part.
   */
  recall<T extends number | string>(name: string, least: number, most: number, standard: T): T;
  /** A part has a new value. */
  keep(name: string, value: number | string): void;
  /** Time passed, in ms: writes what has changed, if it is time. */
  tick(now: number): void;
  /** The board is about to restart: writes what has changed. */
  flush(): void;
}

/** Time between two writes, in ms. */
const AGAIN = 60000;

/**
 * @param kept what the last boot wrote; anything, since it comes from flash
 * @param save writes values; false if it could not
 * @param say writes a line on the console
 */
export function createKept(
  kept: unknown,
  save: (values: Record<string, number | string>) => boolean,
  say: (line: string) => void,
): Kept {
  const values: Record<string, number | string> = {};
  let isChanged = false;
  let isFull = false;
  let writableAt = 0;

  function flush(): void {
    if (!isChanged) return;
    isChanged = !save(values);
    // A restart tidies up.
    if (isChanged && !isFull) say("Flash full: values are not kept until the board restarts");
    isFull = isChanged;
  }

  return {
    recall<T extends number | string>(name: string, least: number, most: number, standard: T): T {
      const value = kept && (kept as Record<string, unknown>)[name];
      const isFit =
        textSettings && typeof standard === "string"
          ? typeof value === "string" && isText(value, most)
          : typeof value === "number" && value >= least && value <= most;
      return (values[name] = (isFit ? value : standard) as T);
    },
    keep(name, value) {
      if (values[name] !== value) isChanged = true;
      values[name] = value;
    },
    tick(now) {
      if (!isChanged || now < writableAt) return;
      writableAt = now + AGAIN;
      flush();
    },
    flush,
  };
}
