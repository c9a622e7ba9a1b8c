/**
 * Updates the program: asks OneNET's service (远程升级) whether there is a newer one, writes it into the slot that is not
 * running, checks it, and restarts the board. The loader then starts it on trial; here it becomes good, or its failure is
 * reported by the program before it.
 *
 * A minute after each log-in, when the platform says so, and after a time:
 *
 *     POST version
 *     POST <task>/status   {"step":201} of a program on trial, which is good from then on; or 206 of one that failed
 *     GET check
 *     GET <task>/download  for each piece
 *     POST <task>/status   {"step":101}, or why the package is refused
 *
 * Functions that only an update needs are made for it, so they take no memory at other times.
 */

import { retainedMessages } from "virtual:features";

export interface UpdaterParts {
  /** Slots by their names. */
  readonly slots: {
    /** The number of the running program's slot; negative if it runs from none. */
    running(): number;
    /** Bytes of a slot; undefined if it has none there. */
    read(slot: string, at: number, count: number): string | undefined;
    /** Writes bytes where the slot is erased. @param size makes a slot of so many bytes, in place of the old one */
    write(slot: string, bytes: string, at: number, size?: number): void;
    erase(slot: string): void;
    /** Bytes of flash that are free without a compaction, which would move the running program. */
    free(): number;
    /** The signature of an update. */
    signatureOf(signed: string): string;
  };
  /** Bytes of flash that other files need. */
  readonly room: number;
  /**
   * Sends a request.
   * @param what follows the path that all requests have
   * @param headers more of them, each with a line end before it
   * @param body of a POST; a GET has none
   * @param done gets the answer, head and body; called once at most, and not from within the call
   * @throws Error if there is no connection
   */
  ask(what: string, headers: string | undefined, body: string, done: (answer: string) => void): void;
  /** Time by ticks, in ms. */
  now(): number;
  /** Whether the board can be reached. */
  isReady(): boolean;
  /** Restarts the board. */
  restart(why: string): void;
  /** Writes a line on the console. */
  say(line: string): void;
}

export interface Updater {
  /** Called once a second. */
  tick(): void;
  /** There may be a task. */
  check(): void;
}

/** Time online before the first request, and so before a program on trial is good, in ms. */
export const GOOD_AFTER = 60_000;
/** Time between two questions for a task, in ms. */
export const CHECK_PERIOD = 21_600_000;
/** Time after a refused program without any other, in ms. */
export const REST = 3_600_000;
/** Time until a request without a good answer is sent again, in ms. */
export const AGAIN = 60_000;
/** Bytes asked for at once. */
export const RANGE = 1024;
/** Largest package, in bytes. */
const LARGEST = 32_000;
/** More bytes than a slot's head and the first line of its package have. */
const LONGEST_HEADS = 128;
/** Length of the package's beginning that is not signed: `//` and the signature. */
const UNSIGNED = 46;

/** Marks, by their place in a slot. */
const enum Mark {
  Whole = 2,
  Good = 6,
}
/** Where the number of the task is, and the length of its field. */
const TASK = 7;
const TASK_LENGTH = 24;
/** Where the package is. */
const PACKAGE = 31;
/** A mark that is set. */
const SET = ".";
const MARKS_LENGTH = 5;

const enum Step {
  Checked = 101,
  NoSpace = 102,
  Done = 201,
  WrongVersion = 204,
  WrongSum = 205,
  Failed = 206,
}

/** Words of a slot's first lines, between blanks. */
const enum Word {
  Version = 1,
  Time,
}

export function createUpdater(parts: UpdaterParts): Updater {
  const slots = parts.slots;
  /** When the next request is due, and when it is at the earliest. */
  let due = 0;
  let earliest = 0;
  function begin(): void {
    const own = "app" + slots.running();
    const other = "app" + (1 - slots.running());

    function word(slot: string, index: Word): string {
      return (slots.read(slot, 0, LONGEST_HEADS) as string).split(" ")[index] as string;
    }

    /**
     * Sends a request, until it gets a good answer.
     * @param isBad gets the body, and returns whether it is not as it should be
     */
    function send(what: string, body: string, isBad: (body: string) => unknown, range?: string): void {
      due = 0;
      job = () =>
        parts.ask(what, range, body, (answer) => {
          // HTTP/1.1 200 or 206
          if (answer[9] !== "2" || isBad(answer.split("\r\n\r\n")[1] || ""))
            parts.say("Update: " + answer.substring(0, 12));
        });
    }

    function report(task: number, step: Step, done: () => void): void {
      parts.say("Update: step " + step);
      send(task + "/status", '{"step":' + step + "}", done);
    }

    function check(): void {
      send("check?type=2&version=" + version, "", (answer) => {
        const task = parseInt(answer.split('"tid":')[1] as string);
        const size = parseInt(answer.split('"size":')[1] as string);
        let arrived = 0;
        job = begin;
        due = parts.now() + CHECK_PERIOD;
        if (!(task * size)) return;

        function end(step: Step): void {
          report(task, step, () => {
            if (step === Step.Checked) {
              slots.write(other, SET, Mark.Whole);
              parts.restart("New program");
            }
            job = begin;
            // Nobody who is not the owner may fill the flash with programs in vain.
            due = earliest = parts.now() + REST;
          });
        }

        // So many ones at its end that the size of any other file has no bit that it lacks.
        const whole = (size + 32) | 16383;
        if (size > LARGEST || slots.free() < 2 * whole + (parts.room + 128)) {
          end(Step.NoSpace);
          return;
        }
        slots.write(other, "//", 0, whole);
        // With a power cut, a part of a header may have lain there, and the size is wrong.
        if (!slots.read(other, whole - 1, 1)) slots.write(other, "//", 0, whole);
        slots.write(other, "" + task, TASK);

        function load(): void {
          send(
            task + "/download",
            "",
            (bytes) => {
              if (bytes.length !== Math.min(RANGE, size - arrived)) return true;
              slots.write(other, bytes, PACKAGE + arrived);
              arrived += bytes.length;
              if (arrived < size) load();
              else
                end(
                  slots.read(other, PACKAGE + 2, UNSIGNED - 2) !==
                    slots.signatureOf(slots.read(other, PACKAGE + UNSIGNED, size - UNSIGNED) as string)
                    ? Step.WrongSum
                    : +word(other, Word.Time) > +word(own, Word.Time)
                      ? Step.Checked
                      : Step.WrongVersion,
                );
              return false;
            },
            "\r\nRange: bytes=" + arrived + "-" + (arrived + (RANGE - 1)),
          );
        }
        load();
      });
    }

    const version = word(own, Word.Version);
    send("version", '{"s_version":"' + version + '","f_version":"' + version + '"}', () => {
      // Whole, and neither good nor erased: on trial, or else it has failed.
      const ended = [own, other].find((slot) =>
        /^\.\W\W\W[^.]/.test(slots.read(slot, Mark.Whole, MARKS_LENGTH) as string),
      );
      if (ended)
        report(
          parseInt(slots.read(ended, TASK, TASK_LENGTH) as string),
          ended === own ? Step.Done : Step.Failed,
          () => {
            if (ended === own) slots.write(own, SET, Mark.Good);
            else if (!retainedMessages) slots.erase(other);
            check();
          },
        );
      else check();
    });
  }

  /** Sends the next request. */
  let job = begin;

  return {
    tick() {
      const now = parts.now();
      if (!parts.isReady()) due = earliest = Math.max(earliest, now + GOOD_AFTER);
      else if (now >= due && slots.running() >= 0) {
        due = now + AGAIN;
        try {
          job();
        } catch (error) {
          parts.say("Update: " + (error as Error).message);
        }
      }
    },
    check() {
      due = earliest;
      // A new offer takes the place of the one before (offers.ts).
      if (retainedMessages) job = begin;
    },
  };
}
