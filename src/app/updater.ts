/**
 * Updates the program: writes a newer one into the slot that is not running (slot.ts), checks it, and restarts the board.
 * The loader then starts it on trial; here it becomes good, or its failure is reported by the program before it. Whether
 * there is one, and where, says OneNET's service for updates (fuse-ota.ts) or the owner's offer (offers.ts).
 *
 * Functions that only an update needs are made for it, so they take no memory at other times.
 */

import { retainedMessages, sleeps } from "virtual:features";
import { ERASED, Mark, PACKAGE, SET, SLOT, TASK, TASK_LENGTH, Word } from "./slot";

/** How far an update has come, in OneNET's numbers. */
export const enum Step {
  Checked = 101,
  NoSpace = 102,
  Done = 201,
  WrongVersion = 204,
  WrongSum = 205,
  Failed = 206,
}

/**
 * Sends a request until it gets a good answer.
 * @param what of the service
 * @param body of a request that tells something; empty for one that asks
 * @param isBad gets the whole answer of status 2xx, and returns whether it is not as it should be
 */
export type Send = (what: string, body: string, isBad: (answer: string) => unknown) => void;

/** The bytes that come next, after what precedes them in a request: `Range: bytes=`. */
export type RangeOf = (beginning: string) => string;

/** Where updates come from. */
export interface UpdateService {
  /**
   * Tells the running program's version, and asks for an update.
   * @param own words of the running program's slot
   * @param other the name of the other slot
   * @param done gets it, of size 0 or NaN if OneNET has none; called at most once, maybe from within the call, and not if there
   *   is no offer
   */
  check(own: readonly string[], other: string, done: (task: number, size: number) => void): void;
  /** Tells how far an update has come. @param done called at most once, maybe from within the call */
  report(task: number, step: Step, done: () => void): void;
  /** The text of a request. @param rangeOf if it is for the package */
  requestFor(what: string, body: string, rangeOf: RangeOf | undefined): string;
  /** There is no room, where the owner's offers come as messages: this one waits until the owner says more. */
  postpone?(): void;
  /** A message arrived, where the owner's offers come as messages. */
  receive?(message: string): void;
}

/** Files in flash, with the interpreter's own names. */
export interface Files {
  /** @returns undefined if there is no such file */
  read(name: string, at: number, count: number): string | undefined;
  /**
   * Writes bytes where the file is erased.
   * @param size makes a file of so many bytes, in place of the old one
   * @throws Error without room, or if the bytes are not erased
   */
  write(name: string, bytes: string, at: number, size?: number): unknown;
  /** Bytes that are free without a compaction, which would move the running program. */
  getFree(): number;
}

export interface UpdaterParts {
  readonly files: Files;
  /** The number of the running program's slot; negative if it runs from none. */
  readonly runningSlot: number;
  /** The words of a slot that is there. */
  wordsOf(slot: number): readonly string[];
  /** The signature of an update. */
  signatureOf(signed: string): string;
  /**
   * @param changed to be called when there is another offer, or none
   * @param say writes a line on the console
   */
  createService(send: Send, changed: () => void, say: (line: string) => void): UpdateService;
  /**
   * Sends a request.
   * @param request makes it, once there is a connection
   * @param done gets the answer, head and body; called once at most, and not from within the call
   * @throws Error if there is no connection
   */
  exchange(request: () => string, done: (answer: string) => void): void;
  /** Bytes of flash that other files need. */
  readonly room: number;
  /** Time by ticks, in ms. */
  now(): number;
  /** Whether the board can be reached. */
  isReady(): boolean;
  /** Of a board that sleeps: whether it is to ask for a task at this wake, untold. */
  isTime?(): boolean;
  /** Of a board that sleeps: a piece has arrived. */
  goesOn?(): void;
  /** Restarts the board. */
  restart(why: string): void;
  /** Writes a line on the console. */
  say(line: string): void;
}

export interface Updater {
  /** Called once a second. */
  tick(): void;
  /** There may be an update. @param message of the owner, where offers come as messages */
  check(message?: string): void;
  /** Of a board that sleeps: whether a request is due or under way. */
  isBusy(): boolean;
}

/** Time online before the first request, and so before a program on trial is good, in ms. */
export const GOOD_AFTER = 60_000;
/** Time between two questions for an update, in ms. */
export const CHECK_PERIOD = 21_600_000;
/** Time after a refused program without any other, and until a file is looked for again that is not there, in ms. */
export const REST = 3_600_000;
/** Time until a request without a good answer is sent again, in ms. */
export const AGAIN = 60_000;
/** Bytes asked for at once. */
export const RANGE = 1024;
/** Largest package, in bytes. */
const LARGEST = 32_000;
/** Length of the package's beginning that is not signed: `//` and the signature. */
const UNSIGNED = 46;
/** Of a board that sleeps: for a request that is not due at this wake, in ms. */
const NEVER = 1_000_000_000;

export function createUpdater(parts: UpdaterParts): Updater {
  const files = parts.files;
  const own = SLOT + parts.runningSlot;
  const other = SLOT + (1 - parts.runningSlot);

  function say(line: string): void {
    parts.say("Update: " + line);
  }

  /** Whether a slot is whole, and neither good nor bad: on trial, or else it has failed. */
  function hasEnded(slot: string): boolean {
    return files.read(slot, Mark.Whole, PACKAGE - Mark.Whole) === SET + ERASED + ERASED;
  }

  /** When the next request is due, and when it is at the earliest. */
  let due = sleeps && !(parts.isTime as () => boolean)() && !hasEnded(own) && !hasEnded(other) ? NEVER : 0;
  let earliest = 0;

  function send(what: string, body: string, isBad: (answer: string) => unknown, rangeOf?: RangeOf): void {
    due = 0;
    const sending = (): void =>
      parts.exchange(
        () => service.requestFor(what, body, rangeOf),
        (answer) => {
          // A newer offer may have taken its place (offers.ts).
          if (retainedMessages && job !== sending) return;
          // HTTP/1.1 200 or 206
          const isUseless = retainedMessages
            ? isBad(answer[9] === "2" ? answer : "")
            : answer[9] !== "2" || isBad(answer);
          if (isUseless) {
            say(answer.slice(0, 12));
            if (retainedMessages && answer[9] === "4") due = parts.now() + REST;
          }
        },
      );
    job = sending;
  }

  function changed(): void {
    due = earliest;
    job = begin;
  }

  const service = parts.createService(send, changed, say);

  /** Tells how far an update has come, and marks its slot. */
  function end(task: number, step: Step): void {
    service.report(task, step, () => {
      if (step === Step.Done) files.write(own, SET, Mark.Good);
      else if (step === Step.Checked) {
        files.write(other, SET, Mark.Whole);
        parts.restart("Update");
      }
      // An offer's package that was refused has this mark, too: it is not fetched again (offers.ts).
      else if (retainedMessages ? step !== Step.NoSpace : step === Step.Failed)
        files.write(other, SET, Mark.Bad);
      else if (retainedMessages) (service as Required<UpdateService>).postpone();
      else earliest = parts.now() + REST;
      changed();
    });
  }

  function begin(): void {
    const ended = [own, other].find((slot) => hasEnded(slot));
    if (ended)
      end(
        retainedMessages ? 0 : parseInt(files.read(ended, TASK, TASK_LENGTH) as string),
        ended === own ? Step.Done : Step.Failed,
      );
    else {
      const words = parts.wordsOf(parts.runningSlot);
      if (retainedMessages) due = parts.now() + CHECK_PERIOD;
      service.check(words, other, (task, size) => {
        let arrived = 0;
        if (!retainedMessages) {
          job = begin;
          due = parts.now() + CHECK_PERIOD;
          if (!(task * size)) return;
        }

        // So many ones at its end that the size of any other file has no bit that it lacks.
        const whole = (size + 32) | 16383;
        if (size > LARGEST || files.getFree() < 2 * whole + (parts.room + 128)) {
          end(task, Step.NoSpace);
          return;
        }
        // After a power cut, a part of a header may lie there, and the size becomes wrong: once.
        do files.write(other, "//" + task, 0, whole);
        while (!files.read(other, whole - 1, 1));

        send(
          task + "/download",
          "",
          (answer) => {
            const bytes = answer.split("\r\n\r\n")[1] || "";
            const isBad = bytes.length !== Math.min(RANGE, size - arrived);
            if (!isBad) {
              files.write(other, bytes, PACKAGE + arrived);
              arrived += bytes.length;
              if (sleeps) (parts.goesOn as () => void)();
              if (arrived < size) due = 0;
              else
                end(
                  task,
                  files.read(other, PACKAGE + 2, UNSIGNED - 2) !==
                    parts.signatureOf(files.read(other, PACKAGE + UNSIGNED, size - UNSIGNED) as string)
                    ? Step.WrongSum
                    : +(parts.wordsOf(1 - parts.runningSlot)[Word.Time] as string) >
                        +(words[Word.Time] as string)
                      ? Step.Checked
                      : Step.WrongVersion,
                );
            }
            return isBad;
          },
          (beginning) => beginning + arrived + "-" + (arrived + (RANGE - 1)),
        );
      });
    }
  }

  /** Sends the next request. */
  let job = begin;

  return {
    tick() {
      if (!parts.isReady() && !sleeps)
        due = earliest = retainedMessages
          ? parts.now() + GOOD_AFTER
          : Math.max(earliest, parts.now() + GOOD_AFTER);
      if (parts.now() >= due && parts.runningSlot >= 0 && (!sleeps || parts.isReady())) {
        due = parts.now() + AGAIN;
        try {
          job();
        } catch (error) {
          say(error as string);
        }
      }
    },
    isBusy: () => parts.runningSlot >= 0 && due <= parts.now() + AGAIN,
    check(message) {
      if (retainedMessages) (service as Required<UpdateService>).receive(message as string);
      else due = earliest;
    },
  };
}
