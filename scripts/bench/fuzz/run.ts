/** Sends hostile inputs to a target, one after the other, and tells what each has cost. The same seed makes the same input. */

import { setImmediate as breathe } from "node:timers/promises";
import { createRandom, type Random } from "./random.ts";
import { conversation } from "./packets.ts";
import { payload } from "./payloads.ts";
import { board, registry } from "./files.ts";
import { apiRequest, consoleRequest } from "./requests.ts";
import type { Target } from "./target.ts";

/** An input that is ready to be sent, any number of times. */
interface Attempt {
  /** What of it is shown to people. */
  readonly shown: Buffer;
  answer(target: Target): Promise<string>;
}

/** Each kind of input makes one of chance. */
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

/** The longest that an input may keep the processor, in ms. */
export const MOST_WORK = 50;

/** Times that an input is sent again which seems to be too much work: what else a process does is not its fault. */
const AGAIN = 3;

export interface Costs {
  /** Processor time until each answer was there, of the sender too, in ms. */
  readonly work: Float64Array;
  /** Time until each answer was there, in ms. */
  readonly wait: Float64Array;
  /** Inputs that are too much work however often they are sent. */
  readonly slow: readonly string[];
}

export interface RunOptions {
  /** That of the first input; each has the next one. */
  readonly seed: number;
  readonly runs: number;
  /** Is called before each input; what it throws ends the run. */
  readonly next?: (index: number) => void;
}

/** @throws Error that names the seed, when an input is answered with a mistake of the target's own */
export async function run(kind: KindName, target: Target, options: RunOptions): Promise<Costs> {
  const { seed, runs, next } = options;
  const work = new Float64Array(runs);
  const wait = new Float64Array(runs);
  const slow: string[] = [];
  for (let index = 0; index < runs; index++) {
    next?.(index);
    await breathe(); // Ctrl-C is heard in between
    const attempt = KINDS[kind](createRandom(seed + index));
    const name = () => `${kind}, SEED=${seed + index}: ${show(attempt.shown)}`;
    const cost = await costOf(attempt, target, name);
    work[index] = cost.work;
    wait[index] = cost.wait;
    let least = cost.work;
    for (let turn = 0; turn < AGAIN && least > MOST_WORK; turn++) {
      least = Math.min(least, (await costOf(attempt, target, name)).work);
    }
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

/** What an answer has in it that nobody wrote for the one who asks. */
const OWN_MISTAKE =
  /failed to answer|^HTTP\/1.1 5(?!03)|Cannot (?:read|set|convert)|is not (?:a function|iterable|defined|a constructor)|call stack|Invalid (?:array|string) length|circular structure/;

/** The beginning and the end of an input, fit for a terminal. */
function show(bytes: Buffer): string {
  const text = JSON.stringify(bytes.toString("latin1")).replace(/[^ -~]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return text.length > 1000 ? `${text.slice(0, 800)} … ${text.slice(-200)} (${bytes.length} bytes)` : text;
}
