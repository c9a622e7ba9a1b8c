/**
 * Espruino's idle loop: due timers, then the sockets, then the queued events, round and round. Nothing of the program
 * runs outside of it, so no event is ever delivered inside the call that caused it.
 */
import type { BoardClock } from "./clock.ts";

export interface Loop {
  /** Runs `job` after the current callback, in the order of the calls. */
  queue(job: () => void): void;
  /** Sees to it that the loop goes round soon. */
  wake(): void;
  /** `poll` is called in each turn, between timers and queued events. */
  onPoll(poll: () => void): void;
  /** Runs `job` of the chip's own (radio, debouncing) after `ms`; not one of the program's timers. */
  after(ms: number, job: () => void): () => void;
  readonly timers: Timers;
  /** `change` sets the system clock by `setTime`: timers are left alone, but lose the time since the turn began. */
  setTime(change: () => void): void;
  /** The system clock was set under the program, by whatever amount: the next turn takes it for time that passed. */
  timeMoved(): void;
  nextDue(): number | undefined;
  /** One turn. */
  run(): void;
  /** For good: nothing runs any more. */
  stop(): void;
}

/** The program's timers, by Espruino's rules (jsinteractive.c). */
export interface Timers {
  /** @returns an id from 1: one more than the highest in use */
  add(callback: () => void, ms: number, repeat: boolean): number;
  /** @returns false when there is no such timer */
  change(id: number, ms: number): boolean;
  clear(id: number): void;
  clearAll(): void;
  count(): number;
}

interface Timer {
  /** Time from the last turn of the loop until it runs, in ms; late below 0. */
  left: number;
  interval: number | undefined;
  readonly callback: () => void;
}

const MIN_INTERVAL = 0.1;

/** Timers know time in whole microseconds, in ms. */
const MICROSECOND = 0.001;
/** What a turn takes in which a timer was late and will be late again, in ms: an interval that catches up takes time. */
const LATE_TURN = 0.1;

/**
 * @param systemTime what the chip's own clock shows, in ms; it may jump, where `clock` never does
 * @param guard runs a piece of the program and reports what it throws
 */
export function createLoop(
  clock: BoardClock,
  systemTime: () => number,
  guard: (job: () => void) => void,
): Loop {
  const polls: (() => void)[] = [];
  const timers = new Map<number, Timer>();
  const hardware = new Set<{ due: number; job: () => void }>();
  let events: (() => void)[] = [];
  let soon: NodeJS.Immediate | undefined;
  let cancelAlarm = (): void => undefined;
  let running = false;
  let stopped = false;
  let timerChanges = 0;
  /** The system time at the last turn. All that timers know of time. */
  let lastTurn = systemTime();
  /** Late timers run no sooner than this, on the clock's scale. */
  let notBefore = 0;

  function run(): void {
    if (running || stopped) return;
    running = true;
    clearImmediate(soon);
    soon = undefined;
    passTime(); // a chip's loop comes round all the time
    const time = clock.now();
    for (const entry of [...hardware].sort((a, b) => a.due - b.due)) {
      if (entry.due <= time && hardware.delete(entry)) guard(entry.job);
    }
    runTimers();
    for (const poll of polls) poll();
    for (let job = events.shift(); job !== undefined; job = events.shift()) guard(job); // none left once stopped
    running = false;
    arm();
  }

  /**
   * Late timers run in the order in which they were set, and each interval once a turn until it has caught up. How late
   * they are is what the system clock says: after a jump of it, years too late, or not due for years.
   */
  function runTimers(): void {
    passTime();
    let seen: number;
    do {
      seen = timerChanges;
      for (const [id, timer] of timers) {
        if (timer.left >= MICROSECOND) continue;
        const { left } = timer;
        guard(timer.callback);
        if (isStopped()) return;
        if (timers.get(id) === timer) {
          if (timer.interval === undefined) timers.delete(id);
          else timer.left = left + timer.interval; // even if the callback changed the interval
        }
        if (seen !== timerChanges) break;
      }
    } while (seen !== timerChanges);
    if ([...timers.values()].some((timer) => timer.left < MICROSECOND)) notBefore = clock.now() + LATE_TURN;
  }

  function passTime(): void {
    const time = systemTime();
    for (const timer of timers.values()) timer.left -= time - lastTurn;
    lastTurn = time;
  }

  function isStopped(): boolean {
    return stopped;
  }

  function nextDue(): number | undefined {
    let first = Infinity;
    const turn = clock.now() + lastTurn - systemTime();
    for (const { left } of timers.values()) first = Math.min(first, Math.max(turn + left, notBefore));
    for (const { due } of hardware) first = Math.min(first, due);
    return first === Infinity ? undefined : first;
  }

  function arm(): void {
    if (stopped || running) return;
    if (events.length > 0) wake();
    cancelAlarm();
    const due = nextDue();
    if (due !== undefined) cancelAlarm = clock.alarm(due, run);
  }

  function wake(): void {
    if (!stopped) soon ??= setImmediate(run);
  }

  return {
    queue(job) {
      events.push(job);
      wake();
    },
    wake,
    onPoll: (poll) => void polls.push(poll),
    after(ms, job) {
      const entry = { due: clock.now() + ms, job };
      hardware.add(entry);
      arm();
      return () => hardware.delete(entry);
    },
    timers: {
      add(callback, ms, repeat) {
        const interval = clampInterval(ms);
        const id = Math.max(0, ...timers.keys()) + 1;
        const left = systemTime() - lastTurn + interval;
        timers.set(id, { left, interval: repeat ? interval : undefined, callback });
        timerChanges++;
        arm();
        return id;
      },
      change(id, ms) {
        const timer = timers.get(id);
        if (timer === undefined) return false;
        // Espruino makes a timeout whose interval is changed into an interval.
        timer.interval = clampInterval(ms);
        timer.left = systemTime() - lastTurn + timer.interval;
        timerChanges++;
        arm();
        return true;
      },
      clear(id) {
        timers.delete(id);
        timerChanges++;
      },
      clearAll() {
        timers.clear();
        timerChanges++;
      },
      count: () => timers.size,
    },
    setTime(change) {
      if (!running) passTime();
      change();
      lastTurn = systemTime();
      arm();
    },
    timeMoved: wake,
    nextDue,
    run,
    stop() {
      stopped = true;
      clearImmediate(soon);
      cancelAlarm();
      timers.clear();
      hardware.clear();
      events = [];
    },
  };
}

function clampInterval(ms: number): number {
  return ms >= MIN_INTERVAL ? ms : MIN_INTERVAL; // NaN as well
}
