/** Waves: an update goes to one board first, then to four, then to all others, and no further than the first failure. */

import type { UpdateFault } from "../local-onenet/index.ts";
import { forAll } from "./group.ts";
import type { TaskView, UpdateApi } from "./update-api.ts";

/** Boards in the first waves; the last wave has all others. */
const SIZES = [1, 4];

/** Time between two looks at the tasks, in ms. */
const PERIOD = 250;

/** A board that is to be updated. */
export interface Target {
  /** Its board file. */
  readonly board: string;
  readonly device: string;
  readonly api: UpdateApi;
  /** The number of its package on the platform. */
  readonly packageId: number;
}

/** Targets in their order, but those of boards that are online first. */
export function onlineFirst(
  found: readonly { readonly target: Target; readonly isOnline: boolean }[],
): readonly Target[] {
  return [true, false].flatMap((wanted) =>
    found.filter(({ isOnline }) => isOnline === wanted).map(({ target }) => target),
  );
}

export type Outcome = "done" | "failed" | "cancelled" | "no report" | "not started";

export interface Result {
  readonly target: Target;
  /** Counted from 1; 0 if it was not started. */
  readonly wave: number;
  readonly outcome: Outcome;
  /** The last step that the board reported. */
  readonly step?: number;
}

export interface WaveOptions {
  readonly fault?: UpdateFault;
  /** Longest time of a wave, in ms. */
  readonly patience: number;
  readonly signal: AbortSignal;
  /** Called at each look. @param part of the wave that is over, 0–1 */
  readonly looked: (wave: number, waves: number, part: number, running: readonly Target[]) => void;
  /** Called when a board's task is over. */
  readonly ended: (result: Result) => void;
}

/** @returns the result of each target, in their order */
export async function updateInWaves(
  targets: readonly Target[],
  options: WaveOptions,
): Promise<readonly Result[]> {
  const waves = wavesOf(targets);
  const results: Result[] = [];
  for (const [index, wave] of waves.entries()) {
    const isStopped = results.some(({ outcome }) => outcome !== "done");
    results.push(
      ...(isStopped
        ? wave.map((target): Result => ({ target, wave: 0, outcome: "not started" }))
        : await update(wave, index + 1, waves.length, options)),
    );
  }
  return results;
}

function wavesOf(targets: readonly Target[]): readonly (readonly Target[])[] {
  const waves: Target[][] = [];
  for (let start = 0; start < targets.length;) {
    const end = start + (SIZES[waves.length] ?? targets.length);
    waves.push(targets.slice(start, end));
    start = end;
  }
  return waves;
}

async function update(
  targets: readonly Target[],
  wave: number,
  waves: number,
  { fault, patience, signal, looked, ended }: WaveOptions,
): Promise<readonly Result[]> {
  const running = new Map<Target, number>();
  looked(wave, waves, 0, targets);
  await forAll(targets, async (target) => {
    running.set(target, await target.api.start(target.device, target.packageId, fault));
  });
  const results = new Map<Target, Result>();

  function end(target: Target, outcome: Outcome, step?: number): void {
    running.delete(target);
    const result = { target, wave, outcome, ...(step === undefined ? {} : { step }) };
    results.set(target, result);
    ended(result);
  }

  const latest = performance.now() + patience;
  for (;;) {
    const tasks = await tasksOf(targets);
    let percent = 100 * results.size;
    for (const [target, tid] of [...running]) {
      const task = tasks.get(target);
      // A task of another number: somebody else started one in its place.
      if (task?.tid !== tid) end(target, "cancelled");
      else if (task.state === "done" || task.state === "failed" || task.state === "cancelled")
        end(target, task.state, task.step);
      else if (performance.now() > latest) end(target, "no report", task.step);
      // The download is most of it; the rest is a minute of trial.
      percent += running.has(target) ? (task?.percent ?? 0) * 0.9 : 100;
    }
    looked(wave, waves, Math.min(1, percent / 100 / targets.length), [...running.keys()]);
    if (running.size === 0) return targets.flatMap((target) => results.get(target) ?? []);
    await pause(PERIOD, signal);
  }
}

/** The tasks of these targets' devices. */
async function tasksOf(targets: readonly Target[]): Promise<ReadonlyMap<Target, TaskView>> {
  const found = new Map<Target, TaskView>();
  for (const api of new Set(targets.map((target) => target.api))) {
    const states = new Map((await api.states()).map((state) => [state.device, state]));
    for (const target of targets) {
      const task = target.api === api ? states.get(target.device)?.task : undefined;
      if (task !== undefined) found.set(target, task);
    }
  }
  return found;
}

/** @throws the signal's reason once it is aborted */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
