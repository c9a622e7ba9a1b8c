/** Wraps every piece of the program that runs: reports what it throws, and keeps a dead program from running. */
import { toTerminal } from "./bytes.ts";
import { isEnd } from "./membrane.ts";
import type { Run } from "./run.ts";
import { english } from "../cli/language.ts";

/** The end of a program that runs from flash after a compaction has moved it. */
const STALE = english`Storage was compacted under the program, which runs from it: a chip now runs whatever took its place`;

export interface Runner {
  /** Runs a piece of the program. */
  readonly runJob: (job: () => void) => void;
  /** Marks a job as the interpreter's own: it runs even if the program is dead. */
  readonly ofInterpreter: (job: () => void) => () => void;
}

export interface RunnerParts {
  readonly current: () => Run | undefined;
  readonly print: (text: string) => void;
  readonly uncaught: (text: string) => void;
  readonly fault: (text: string) => void;
}

export function createRunner({ current, print, uncaught, fault }: RunnerParts): Runner {
  const ownJobs = new WeakSet<() => void>();
  const dead = new WeakSet<Run>();

  /** Ends the program, once; nothing of it runs again. */
  function endStale(run: Run): void {
    if (dead.has(run)) return;
    dead.add(run);
    run.loop.timers.clearAll();
    print(STALE);
    fault(STALE);
  }

  function reportUncaught(error: unknown): void {
    const text = textOf(error);
    print(`Uncaught ${text}`);
    uncaught(toTerminal(text));
  }

  return {
    runJob(job) {
      const run = current();
      if (run?.isStale && !ownJobs.has(job)) {
        endStale(run);
        return;
      }
      try {
        job();
      } catch (error) {
        if (!isEnd(error)) reportUncaught(error);
      }
    },
    ofInterpreter(job) {
      ownJobs.add(job);
      return job;
    },
  };
}

function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return "an error without text"; // `toString` belongs to the program
  }
}
