/**
 * Updates the program: asks OneNET's service (远程升级) whether there is a newer one, writes it into the slot that is not
 * running, checks it, and restarts the board. The loader then starts it on trial; here it becomes good, or its failure is
 * reported by the program before it.
 *
 * One request at most is sent at a tick, in this order:
 *
 *     a slot's end that the platform does not know     POST <task>/status   {"step":201}, or 206
 *     a log-in since the last                          POST version
 *     the end of the download                          POST <task>/status   {"step":101}, or a failure
 *     bytes that are missing                           GET <task>/download
 *     the time has come                                GET check
 */

import { announce, FIRST_WAIT, nextWait, type Backoff } from "./backoff";

export interface UpdaterParts {
  readonly slots: {
    /** The slot of the running program; negative or undefined if it runs from none. */
    running(): number | undefined;
    /** Bytes of a slot; empty if it has none there. */
    read(slot: number, at: number, count: number): string;
    /** Writes bytes where the slot is erased. */
    write(slot: number, at: number, bytes: string): void;
    /** Bytes of flash that are free without a compaction, which would move the running program. */
    free(): number;
    /** Makes a slot of erased bytes but the first. */
    open(slot: number, size: number): void;
    /** @param rest of the package's first line, from the blank before the version */
    signatureOf(program: string, rest: string): string;
  };
  /** The beginning of the paths of the board's requests. */
  readonly path: string;
  /** Bytes of flash that other files need. */
  readonly room: number;
  /**
   * Sends a request.
   * @param line method and path
   * @param headers more of them, each with a line end before it
   * @param wanted the status of a good answer
   * @param answered gets the body, or undefined and a readable reason; called once at most, and not from within the call
   */
  ask(
    line: string,
    headers: string,
    body: string,
    wanted: string,
    answered: (answer: string | undefined, why: string) => void,
  ): void;
  readonly backoff: Backoff;
  /** Whether the board can be reached. */
  isReady(): boolean;
  /** Restarts the board. */
  restart(why: string): void;
  /** Writes a line on the console. */
  say(line: string): void;
}

export interface Updater {
  /** Time passed, in ms; called once a second. */
  tick(now: number): void;
  /** There may be a task. */
  check(): void;
}

/** Time online after which a new program is good, in ms. */
export const GOOD_AFTER = 60_000;
/** Time between two questions for a task, in ms. */
export const CHECK_PERIOD = 21_600_000;
/** Time after a refused program without any other, in ms. */
export const REST = 3_600_000;
/** Longest wait for an answer, in ms. */
export const ANSWER_TIME = 20_000;
/** Bytes asked for at once. */
export const RANGE = 1024;
/** Largest package, in bytes. */
const LARGEST = 32_000;
/** Longest number of a task, in digits. */
const LONGEST_TASK = 12;
/** More bytes than follow the marks in the head of a slot, and are in the first line of a package. */
const LONGEST_HEADS = 120;
/** What follows the marks: the task, then the package. */
const HEADS = /^(\d*)\n\/\/(\S+) (\S+) (\d+) (\d+)\n/;

/** The parts of {@link HEADS}. */
const enum Head {
  Task = 1,
  Signature,
  Version,
  Time,
  Size,
}

/** Marks, by their place in a slot. */
const enum Mark {
  Whole = 2,
  Good = 6,
  Reported = 7,
}
/** Where the number of the task is. */
const TASK = 8;

const enum Step {
  Checked = 101,
  NoSpace = 102,
  Done = 201,
  WrongVersion = 204,
  WrongSum = 205,
  Failed = 206,
}

export function createUpdater(parts: UpdaterParts): Updater {
  const slots = parts.slots;
  const own = slots.running() as number;
  const other = 1 - own;
  /** Time by ticks, in ms. */
  let now = 0;
  /** Since when the board can be reached; 0 while it cannot. */
  let since = 0;
  let isVersionKnown = false;
  /** When the next request is due, and when a question for a task is at the earliest. */
  let due = 0;
  let earliest = 0;
  let wait = FIRST_WAIT;
  /** The task of the other slot, and what has arrived of its package. */
  let task = "";
  let size = 0;
  let arrived = 0;
  /** A step to be reported; 0 for none. */
  let step = 0;

  function isMarked(slot: number, mark: Mark): boolean {
    return slots.read(slot, mark, 1).charCodeAt(0) < 255;
  }

  /** What a slot and its package begin with; empty if it is none. */
  function heads(slot: number): readonly string[] {
    return HEADS.exec(slots.read(slot, TASK, LONGEST_HEADS)) || [];
  }

  /** @param range of the answer; without one, a POST is sent or a JSON asked for */
  function ask(line: string, body: string, then: (answer: string) => void, range?: string): void {
    parts.ask(line, range || "", body, range ? "206" : "200", (answer, why) => {
      if (answer === undefined) fail(why);
      else {
        due = 0;
        wait = FIRST_WAIT;
        then(answer);
      }
    });
  }

  function fail(why: string): void {
    due = now + announce("Update: " + why, wait, parts.backoff, parts.say);
    wait = nextWait(wait, parts.backoff);
  }

  function report(task: string | undefined, step: Step, then: () => void): void {
    ask("POST " + parts.path + task + "/status", '{"step":' + step + "}", then);
  }

  function next(): void {
    const known = heads(own);
    const isGood = isMarked(own, Mark.Good);
    const ended = isGood && !isMarked(own, Mark.Reported) ? own : other;
    if (isMarked(ended, Mark.Whole) && !isMarked(ended, Mark.Reported)) {
      // Of the two, the one that does not run has failed.
      report(heads(ended)[Head.Task], ended === own ? Step.Done : Step.Failed, () =>
        slots.write(ended, Mark.Reported, "."),
      );
    } else if (!isVersionKnown) {
      const version = known[Head.Version] as string;
      ask(
        "POST " + parts.path + "version",
        '{"s_version":"' + version + '","f_version":"' + version + '"}',
        () => {
          isVersionKnown = true;
        },
      );
    } else if (!isGood) {
      return; // the other slot is the one to fall back on
    } else if (step) {
      report(task, step, () => {
        if (step === Step.Checked) {
          slots.write(other, Mark.Whole, ".");
          parts.restart("New program");
        }
        task = "";
        step = 0;
        // Nobody who is not the owner may fill the flash with programs in vain.
        due = earliest = now + REST;
      });
    } else if (task) {
      ask(
        "GET " + parts.path + task + "/download",
        "",
        (bytes) => {
          if (bytes.length !== Math.min(RANGE, size - arrived)) return fail("wrong range");
          slots.write(other, TASK + task.length + 1 + arrived, bytes);
          arrived += bytes.length;
          if (arrived === size) step = check(known[Head.Time] as string);
        },
        "\r\nRange: bytes=" + arrived + "-" + (arrived + RANGE - 1),
      );
    } else ask("GET " + parts.path + "check?type=2&version=" + known[Head.Version], "", begin);
  }

  /** @param answer of the platform: maybe a task */
  function begin(answer: string): void {
    const found = /"tid":\s*(\d+)/.exec(answer);
    const length = /"size":\s*(\d+)/.exec(answer);
    due = now + CHECK_PERIOD;
    if (!found || !length || (found[1] as string).length > LONGEST_TASK) return;
    due = 0;
    task = found[1] as string;
    size = parseInt(length[1] as string, 10);
    arrived = 0;
    // So many ones at its end that the size of any other file has no bit that it lacks.
    const whole = (size + 32) | 16383;
    parts.say("Update: " + size + " bytes");
    if (size > LARGEST || slots.free() < 2 * (whole + 64) + parts.room) {
      parts.say("Update: no room: flash the board over its cable");
      step = Step.NoSpace;
      return;
    }
    slots.open(other, whole);
    // With a power cut, a part of a header may have lain there, and the size is wrong.
    if (!slots.read(other, whole - 1, 1)) slots.open(other, whole);
    slots.write(other, 1, "/");
    slots.write(other, TASK, task + "\n");
  }

  /** @param time of the running program */
  function check(time: string): Step {
    const found = heads(other);
    const start = (found[0] || "").length;
    const length = parseInt(found[Head.Size] as string, 10); // of any length, of which a plain conversion throws
    const isSigned =
      start + length === task.length + 1 + size &&
      found[Head.Signature] ===
        slots.signatureOf(
          slots.read(other, TASK + start, length),
          " " + found[Head.Version] + " " + found[Head.Time] + " " + length,
        );
    const result = !isSigned
      ? Step.WrongSum
      : +(found[Head.Time] as string) > +time
        ? Step.Checked
        : Step.WrongVersion;
    parts.say("Update: " + found[Head.Version] + ", step " + result);
    return result;
  }

  return {
    tick(time) {
      now = time;
      if (!(own >= 0)) return;
      if (!parts.isReady()) {
        since = 0;
        isVersionKnown = false;
        return;
      }
      if (!since) {
        since = now;
        due = earliest;
      }
      if (now - since >= GOOD_AFTER && !isMarked(own, Mark.Good)) slots.write(own, Mark.Good, ".");
      if (now < due) return;
      due = now + ANSWER_TIME;
      next();
    },
    check() {
      due = earliest;
    },
  };
}
