/** The results of a bench: a row for each comparison. */

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
  /** The side it is compared with, if any. */
  readonly against?: Side;
  /** Ratio of the two sides, round by round. */
  readonly ratio?: Ratio;
  /** Highest acceptable ratio; missing if the row is only for scale. */
  readonly target?: number;
}

/** The parts of the bench, in running order. */
export const PARTS = ["node", "speed", "boot", "variables"] as const;
export type Part = (typeof PARTS)[number];

/** How a part runs. */
export interface Course {
  /** Number of comparisons; at least one. */
  readonly rounds: number;
  /** Called before each step. @param done 0–1, progress of the part @throws the reason if the bench must end */
  readonly next: (done: number) => void;
}

/** A side's name and its figure for each round. */
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

/** Whether a row meets its target; undefined if it has none. */
export function isMet({ ratio, target }: Row): boolean | undefined {
  return ratio && target !== undefined ? ratio.median <= target : undefined;
}

function sideOf({ name, rounds }: Series): Side {
  return { name, value: median(rounds) };
}
