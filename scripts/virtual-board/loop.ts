/**
 * Espruino's idle loop: due timers, then sockets, then queued events, over and over. The program runs only inside it,
 * so an event is never delivered within the call that caused it.
 */
import type { BoardClock } from "./clock.ts";

export interface Loop {
  /** Runs `job` after the current callback, in order of the calls. */
  queue(job: () => void): void;
  /** Schedules a turn of the loop. */
  wake(): void;
  /** Calls `poll` in each turn, between timers and queued events. */
  onPoll(poll: () => void): void;
  /** Runs a job of the chip (radio, debouncing) after `ms`, outside the program's timers. */
  after(ms: number, job: () => void): () => void;
  readonly timers: Timers;
  /**
   * Runs `change`, which sets the system clock by `setTime`. Timers keep their delays, but lose the time since the
   * turn began.
   */
  setTime(change: () => void): void;
  /** Call this when the system clock was set under the program: the next turn counts the jump as time passed. */
  timeMoved(): void;
  nextDue(): number | undefined;
  /** One turn. */
  run(): void;
  /** Stops the loop for good. */
  stop(): void;
}

/** The program's timers, following Espruino's rules (jsinteractive.c). */
export interface Timers {
  /** @returns one more than the highest id in use, from 1 */
  add(callback: () => void, ms: number, repeat: boolean): number;
  /** @returns false if there is no such timer */
  change(id: number, ms: number): boolean;
  clear(id: number): void;
  clearAll(): void;
  count(): number;
}

interface Timer {
  /** Time from the last turn until it runs, in ms; negative if late. */
  left: number;
  interval: number | undefined;
  readonly callback: () => void;
}

const MIN_INTERVAL = 0.1;

/** Timer resolution: a microsecond, in ms. */
const MICROSECOND = 0.001;
/** How long a turn takes if a timer in it is still late, in ms: an interval catches up over time. */
const LATE_TURN = 0.1;

/**
 * @param systemTime the chip's own clock, in ms; unlike `clock`, it may jump
 * @param runJob runs a piece of the program and reports what it throws
 */
export function createLoop(
  clock: BoardClock,
  systemTime: () => number,
  runJob: (job: () => void) => void,
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
  /** The system time at the last turn, the only time that timers know. */
  let lastTurn = systemTime();
  /** Late timers run no earlier than this, on the clock's scale. */
  let notBefore = 0;

  function run(): void {
    if (running || stopped) return;
    running = true;
    clearImmediate(soon);
    soon = undefined;
    passTime(); // a chip's loop never rests
    const time = clock.now();
    for (const entry of [...hardware].sort((a, b) => a.due - b.due)) {
      if (entry.due <= time && hardware.delete(entry)) runJob(entry.job);
    }
    runTimers();
    for (const poll of polls) poll();
    for (let job = events.shift(); job !== undefined; job = events.shift()) runJob(job); // empty once stopped
    running = false;
    arm();
  }

  /**
   * Late timers run in the order they were set, and each interval once a turn until it has caught up. The system
   * clock decides how late they are: after a jump, they may be years late, or not due for years.
   */
  function runTimers(): void {
    passTime();
    let seen: number;
    do {
      seen = timerChanges;
      for (const [id, timer] of timers) {
        if (timer.left >= MICROSECOND) continue;
        const { left } = timer;
        runJob(timer.callback);
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
        // In Espruino, changing the interval of a timeout turns it into an interval.
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
  return ms >= MIN_INTERVAL ? ms : MIN_INTERVAL; // also for NaN
}
