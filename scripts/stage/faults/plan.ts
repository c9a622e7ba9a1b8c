/** Plans of faults, reproducible by seed. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Fault, Trigger, Way } from "./fault.ts";

export interface PlannedFault {
  /** Time since the previous fault, in ms. */
  readonly wait: number;
  readonly fault: Fault;
  /** Without a trigger, it strikes when its time comes. */
  readonly trigger?: Trigger;
}

/** Reproducible random numbers, uniform from 0 (inclusive) to 1 (exclusive). */
export function createRandom(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

/** Longest time between two faults, in ms. */
const MAXIMUM_WAIT = 8000;
/** Longest duration of a fault, in ms: a few outlast every time-out of a board, most do not. */
const MAXIMUM_TIME = 25_000;
/** A triggered fault strikes within this many bytes: a log-in and a few messages. */
const MAXIMUM_BYTES = 200;

/** @param seed a 32-bit integer */
export function planFaults(seed: number, count: number): PlannedFault[] {
  const random = createRandom(seed);
  const upTo = (maximum: number) => Math.floor(random() * maximum);
  const oneOf = <T>(choices: readonly [T, ...T[]]): T => choices[upTo(choices.length)] ?? choices[0];
  const way = (): Way => oneOf(["up", "down"]);
  /** Short times are as likely as long ones. */
  const time = () => Math.ceil(MAXIMUM_TIME ** random());

  const kinds: readonly [() => Fault, ...(() => Fault)[]] = [
    () => ({ kind: "cut", how: "reset" }),
    () => ({ kind: "cut", how: "end" }),
    () => ({ kind: "stall", ways: oneOf<readonly Way[]>([["up"], ["down"], ["up", "down"]]), ms: time() }),
    () => ({ kind: "drop", way: way() }),
    () => ({ kind: "split", size: 1 + upTo(40), ms: time() }),
    () => ({ kind: "delay", by: time(), ms: time() }),
    () => ({ kind: "refuse", ms: time() }),
    () => ({ kind: "restart", ms: time() }),
  ];

  return Array.from({ length: count }, () => {
    const fault = oneOf(kinds)();
    const trigger = random() < 0.5 ? { way: way(), bytes: 1 + upTo(MAXIMUM_BYTES) } : undefined;
    return { wait: upTo(MAXIMUM_WAIT), fault, ...(trigger ? { trigger } : {}) };
  });
}
