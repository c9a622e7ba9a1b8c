/**
 * A button whose presses are commands. Its pin is watched for the beginning of a press, so that even a short one counts;
 * from then on the level is looked at until it has settled at rest.
 */

export interface Button {
  /** Starts it. @param give obeys a command as if it had arrived */
  start(give: (command: string) => void): void;
  /** Its pin has changed. */
  changed(): void;
  /** Takes `press`, `hold` and `double`, as if it were pressed; false for anything else. */
  obey(argument: string): boolean;
  /** Number of presses since the boot. */
  count(): number;
}

/** Time in which contacts stop bouncing, in ms. */
const SETTLING = 25;
/** Time until a press is a hold, in ms. */
const HOLD = 1000;
/** Time from the end of a press in which a second one makes it double, in ms. */
const DOUBLE = 400;

/**
 * @param press its commands, each empty without one
 * @param isPressed whether the level of its pin is that of a pressed button
 * @param after calls back once after a time in ms
 */
export function createButton(
  press: string,
  hold: string,
  double: string,
  isPressed: () => boolean,
  after: (ms: number, callback: () => void) => void,
): Button {
  let obey: (command: string) => void = () => undefined;
  let count = 0;
  /** Number of times that it was pressed itself, to tell one press from the next. */
  let turn = 0;
  /** Whether it is down, bouncing included. */
  let isActive = false;
  let isDown = false;
  /** Whether it was up at the last look. */
  let isReleased = false;
  /** Whether the press has had its effect. */
  let isDone = false;
  /** Whether a press is over that a second one would make double. */
  let isFirst = false;

  function give(command: string): void {
    if (command) obey(command);
  }

  function down(): void {
    const own = ++turn;
    count++;
    isDown = true;
    isDone = isFirst || (!hold && !double);
    if (isDone) give(isFirst ? double : press);
    isFirst = false;
    if (hold && !isDone) {
      after(HOLD, () => {
        if (!isDown || isDone || own !== turn) return;
        isDone = true;
        give(hold);
      });
    }
  }

  function up(): void {
    isDown = false;
    if (isDone) return;
    if (!double) return give(press);
    isFirst = true;
    const own = turn;
    after(DOUBLE, () => {
      if (!isFirst || own !== turn) return;
      isFirst = false;
      give(press);
    });
  }

  function look(): void {
    const isUp = !isPressed();
    if (isUp && isReleased) {
      isActive = false;
      return up();
    }
    isReleased = isUp;
    after(SETTLING, look);
  }

  return {
    start(give) {
      obey = give;
    },
    changed() {
      if (isActive) return;
      isActive = true;
      isReleased = false;
      down();
      after(SETTLING, look);
    },
    obey(argument) {
      const command =
        argument === "press"
          ? press
          : argument === "hold"
            ? hold
            : argument === "double"
              ? double
              : undefined;
      if (command === undefined) return false;
      count++;
      give(command);
      return true;
    },
    count: () => count,
  };
}
