/** What the board does by itself: each rule is a condition, which the build makes an expression of, and its commands. */

export interface Rules {
  /**
   * Looks at a rule; to be called at each tick. It acts once its condition has held for a time, and again only after the
   * condition was false.
   * @param rule its number, from 0
   * @param isTrue whether its condition holds
   * @param now age of the board, in ms
   * @param hold time that the condition has to hold, in ms
   * @param rest shortest time between two times that it acts, in ms
   * @param obey obeys a command as if it had arrived
   * @param end a second command
   * @param after its time after the first one, in ms
   */
  look(
    rule: number,
    isTrue: boolean,
    now: number,
    hold: number,
    rest: number,
    obey: (command: string) => void,
    command: string,
    end?: string,
    after?: number,
  ): void;
}

/** Later than any age. */
const NEVER = 1e15;

/** @param say writes a line on the console */
export function createRules(say: (line: string) => void): Rules {
  /** When each rule acts; NaN while its condition is false. */
  const actAt: number[] = [];
  /** Until when it rests. */
  const restUntil: number[] = [];
  /** When its second command is due. */
  const endAt: number[] = [];

  return {
    look(rule, isTrue, now, hold, rest, obey, command, end, after) {
      function act(what: string): void {
        say("Rule " + (rule + 1) + ": " + what);
        obey(what);
      }

      // Before the rule acts again: that replaces a second command still to come.
      if (now >= (endAt[rule] as number)) {
        endAt[rule] = NEVER;
        act(end as string);
      }
      actAt[rule] = isTrue ? actAt[rule] || Math.max(now + hold, restUntil[rule] || 0) : NaN;
      if (now >= actAt[rule]) {
        actAt[rule] = NEVER;
        restUntil[rule] = now + rest;
        if (after) endAt[rule] = now + after;
        act(command);
      }
    },
  };
}

/** How much later than its time a rule may still act, in ms: the time of day may be unknown, or a connection block. */
const LATEST = 3600000;
const DAY = 86400000;

/**
 * Whether a time of day passed a short while ago, and since the boot: before it, the rule may have acted already.
 * @param local time of day in the board's zone, in ms since 1970; NaN while unknown
 * @param at in ms since midnight
 * @param age of the board, in ms
 */
export function isDue(local: number, at: number, age: number): boolean {
  return (local - at) % DAY < Math.min(age, LATEST);
}

/**
 * Whether a time of day passed last on one of some days.
 * @param days of the week, one bit each from Monday
 */
export function isOn(local: number, at: number, days: number): boolean {
  // 1970 began on a Thursday.
  return ((days >> ((Math.floor((local - at) / DAY) + 3) % 7)) & 1) > 0;
}
