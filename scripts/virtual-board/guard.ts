/** What stands around each piece of the program that runs: it tells what that throws, and keeps a dead one from running. */
import { toTerminal } from "./bytes.ts";
import { isEnd } from "./membrane.ts";
import type { Run } from "./run.ts";

/** What a program comes to whose text the flash's compaction has moved. */
const STALE =
  "Storage was compacted under the program, which runs from it: a chip now runs whatever lies in its place";

export interface Guard {
  /** Runs a piece of the program. */
  readonly guard: (job: () => void) => void;
  /** Marks a job as one of the interpreter's own, which runs whatever has become of the program. */
  readonly ofInterpreter: (job: () => void) => () => void;
}

export interface GuardParts {
  readonly current: () => Run | undefined;
  readonly print: (text: string) => void;
  readonly uncaught: (text: string) => void;
  readonly fault: (text: string) => void;
}

export function createGuard({ current, print, uncaught, fault }: GuardParts): Guard {
  const ownJobs = new WeakSet<() => void>();
  const dead = new WeakSet<Run>();

  /** The program is over, once: what is left of it is never run. */
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
    guard(job) {
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
    return "an error that has no text"; // its `toString` is the program's
  }
}
