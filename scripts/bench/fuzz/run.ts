/** Sends hostile inputs to a target one by one and measures the cost of each. The same seed makes the same input. */

import { setImmediate as breathe, setTimeout as sleep } from "node:timers/promises";
import { createRandom, type Random } from "./random.ts";
import { conversation } from "./packets.ts";
import { payload } from "./payloads.ts";
import { board, registry } from "./files.ts";
import { apiRequest, consoleRequest } from "./requests.ts";
import type { Target } from "./target.ts";

/** An input ready to be sent, any number of times. */
interface Attempt {
  /** The part of it to display. */
  readonly shown: Buffer;
  answer(target: Target): Promise<string>;
}

/** The generators for each kind of input. */
export const KINDS = {
  "HTTP API": of(apiRequest, (target, input) => target.api(input)),
  "web console": of(consoleRequest, (target, input) => target.console(input)),
  payloads: of(
    payload,
    (target, input) => target.publish(input),
    ({ topic, payload: bytes }) => Buffer.concat([Buffer.from(`${topic}: `), bytes]),
  ),
  "MQTT packets": of(
    conversation,
    (target, input) => target.converse(input),
    ({ bytes }) => bytes,
  ),
  "registry files": of(registry, (target, input) => target.openRegistry(input)),
  "board files": of(board, (target, input) => target.loadBoard(input)),
} satisfies Record<string, (random: Random) => Attempt>;

export type KindName = keyof typeof KINDS;

function of(
  make: (random: Random) => Buffer,
  answer: (target: Target, input: Buffer) => Promise<string>,
): (random: Random) => Attempt;
function of<Input>(
  make: (random: Random) => Input,
  answer: (target: Target, input: Input) => Promise<string>,
  show: (input: Input) => Buffer,
): (random: Random) => Attempt;
function of<Input>(
  make: (random: Random) => Input,
  answer: (target: Target, input: Input) => Promise<string>,
  show: (input: Input) => Buffer = (input) => input as Buffer,
): (random: Random) => Attempt {
  return (random) => {
    const input = make(random);
    return { shown: show(input), answer: (target) => answer(target, input) };
  };
}

/** Most processor time an input may use, in ms. */
export const MOST_WORK = 50;

/** An answer that takes longer is reported, in ms, however little work it is: the server was waiting for nothing. */
const LATEST = 10_000;

/**
 * How often to resend an input that seems to take too much work, because the process may have been busy with something
 * else: each time after a longer pause. What really takes that long does so every time.
 */
const AGAIN = 10;
/** Length of the first pause, in ms; each is longer by as much. */
const PAUSE = 20;

export interface Costs {
  /** Processor time per answer, including the sender's, in ms. */
  readonly work: Float64Array;
  /** Time until each answer, in ms. */
  readonly wait: Float64Array;
  /** Inputs that take too much work every time, or far too long. */
  readonly slow: readonly string[];
}

export interface RunOptions {
  /** The seed of the first input; it increases by one for each. */
  readonly seed: number;
  readonly runs: number;
  /** Called before each input. Throwing ends the run. */
  readonly next?: (index: number) => void;
}

/** @throws Error that names the seed if an input provokes an internal error of the target */
export async function run(kind: KindName, target: Target, options: RunOptions): Promise<Costs> {
  const { seed, runs, next } = options;
  const work = new Float64Array(runs);
  const wait = new Float64Array(runs);
  const slow: string[] = [];
  for (let index = 0; index < runs; index++) {
    next?.(index);
    await breathe(); // Gives Ctrl-C a chance.
    const attempt = KINDS[kind](createRandom(seed + index));
    const name = () => `${kind}, SEED=${seed + index}: ${show(attempt.shown)}`;
    const cost = await costOf(attempt, target, name);
    work[index] = cost.work;
    wait[index] = cost.wait;
    let least = cost.work;
    for (let turn = 0; turn < AGAIN && least > MOST_WORK; turn++) {
      await sleep(PAUSE * (turn + 1));
      least = Math.min(least, (await costOf(attempt, target, name)).work);
    }
    if (cost.wait > LATEST) slow.push(`${(cost.wait / 1000).toFixed(0)} s without an answer to ${name()}`);
    if (least > MOST_WORK) slow.push(`${least.toFixed(0)} ms for ${name()}`);
  }
  return { work, wait, slow };
}

async function costOf(
  attempt: Attempt,
  target: Target,
  name: () => string,
): Promise<{ work: number; wait: number }> {
  const start = performance.now();
  const before = process.cpuUsage();
  try {
    const answer = await attempt.answer(target);
    const { user, system } = process.cpuUsage(before);
    if (OWN_MISTAKE.test(answer)) throw new Error(answer);
    return { work: (user + system) / 1000, wait: performance.now() - start };
  } catch (cause) {
    throw new Error(`${name()}\n${show(Buffer.from(String(cause)))}`, { cause });
  }
}

/** Signs of an internal error in an answer. */
const OWN_MISTAKE =
  /failed to answer|^HTTP\/1.1 5(?!03)|Cannot (?:read|set|convert)|is not (?:a function|iterable|defined|a constructor)|call stack|Invalid (?:array|string) length|circular structure/;

/** The beginning and end of an input, safe to print. */
function show(bytes: Buffer): string {
  const text = JSON.stringify(bytes.toString("latin1")).replace(/[^ -~]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return text.length > 1000 ? `${text.slice(0, 800)} … ${text.slice(-200)} (${bytes.length} bytes)` : text;
}
