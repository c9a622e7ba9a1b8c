/** Runs jobs at set times on a board's clock. */
import type { BoardClock } from "../../virtual-board/clock.ts";

export interface Schedule {
  /** Runs `job` when the clock reaches `due` (Infinity: never). Jobs due together run in order of the calls. */
  at(due: number, job: () => void): void;
  /** Stops for good. */
  stop(): void;
}

export function createSchedule(clock: BoardClock): Schedule {
  let jobs: { due: number; job: () => void }[] = [];
  let cancelAlarm = (): void => undefined;
  const detach = clock.attach({ nextDue: () => jobs[0]?.due, run });

  function run(): void {
    for (let next = jobs[0]; next !== undefined && next.due <= clock.now(); next = jobs[0]) {
      jobs.shift();
      next.job();
    }
    arm();
  }

  function arm(): void {
    cancelAlarm();
    if (jobs[0] !== undefined) cancelAlarm = clock.alarm(jobs[0].due, run);
  }

  return {
    at(due, job) {
      if (due === Infinity) return;
      const later = jobs.findIndex((other) => other.due > due);
      jobs.splice(later < 0 ? jobs.length : later, 0, { due, job });
      arm();
    },
    stop() {
      jobs = [];
      cancelAlarm();
      detach();
    },
  };
}
