/** What a bench finds: a row for each comparison. */

import { median, ratioOf, type Ratio } from "./statistics.ts";

export interface Side {
  readonly name: string;
  /** Median over all rounds, in the row's unit. */
  readonly value: number;
}

export interface Row {
  readonly part: Part;
  readonly what: string;
  readonly unit: "ns" | "µs" | "ms" | "variables";
  readonly side: Side;
  /** What it is compared with; missing where there is nothing. */
  readonly against?: Side;
  /** The side's figure to that of what it is compared with, round by round. */
  readonly ratio?: Ratio;
  /** Highest ratio that is good enough; missing where the row is for scale. */
  readonly target?: number;
}

/** The parts of the bench, in the order in which they run. */
export const PARTS = ["node", "speed", "boot", "variables"] as const;
export type Part = (typeof PARTS)[number];

/** How a part runs. */
export interface Course {
  /** At least one; each compares the sides. */
  readonly rounds: number;
  /**
   * Is called before each step.
   * @param done 0–1 of the part
   * @throws the reason why the bench is to end
   */
  readonly next: (done: number) => void;
}

/** Figures of one side: its name, and one for each round. */
export interface Series {
  readonly name: string;
  readonly rounds: readonly number[];
}

export function rowOf(
  part: Part,
  what: string,
  unit: Row["unit"],
  side: Series,
  against?: Series,
  target?: number,
): Row {
  return {
    part,
    what,
    unit,
    side: sideOf(side),
    ...(against ? { against: sideOf(against), ratio: ratioOf(side.rounds, against.rounds) } : {}),
    ...(target === undefined ? {} : { target }),
  };
}

/** Whether a row keeps to its target; undefined where it has none. */
export function isMet({ ratio, target }: Row): boolean | undefined {
  return ratio && target !== undefined ? ratio.median <= target : undefined;
}

function sideOf({ name, rounds }: Series): Side {
  return { name, value: median(rounds) };
}
