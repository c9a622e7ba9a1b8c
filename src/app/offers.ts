/**
 * Updates over a plain broker: answers the updater's requests (updater.ts) in the place of OneNET's service, from a message
 * of the owner on `<topic>/update`, which the broker retains:
 *
 *     {"version":"2611301205","time":1795293447,"size":9812,"path":"/lamp.bin","sign":"<base64>"}
 *
 * The signature covers all that precedes it, and the topic: nobody else can make the board fetch anything. `"wait":true`
 * leaves it to the message `install` when the board does. An empty message takes the offer back.
 *
 * An offer's number as a task is its time, which only grows. A package that was refused or has failed stays in its slot, so
 * it is known and not fetched again.
 */

import type { UpdaterParts } from "./updater";

interface Offer {
  /** Of the program: 1–20 of `A–Z a–z 0–9 . _ -`. */
  readonly version: string;
  /** When it was published, in s since 1970. */
  readonly time: number;
  /** Of the package, in bytes. */
  readonly size: number;
  /** Where it is on the server of the board file. */
  readonly path: string;
  /** Whether the board waits for `install`. */
  readonly wait?: boolean;
}

export interface OffersParts {
  readonly slots: Pick<UpdaterParts["slots"], "running" | "read" | "write" | "signatureOf">;
  /** `<topic>/update`. */
  readonly topic: string;
  publish(topic: string, payload: string, retain: boolean): void;
  /** Fetches from the server. @param headers more of them, each with a line end before it */
  load(path: string, headers: string, done: (answer: string) => void): void;
  /** Writes a line on the console. */
  say(line: string): void;
}

export interface Offers {
  /** A message arrived. @returns whether there is something to do */
  receive(message: string): boolean;
  readonly ask: UpdaterParts["ask"];
}

/** Length of its end: the signature and `"}`. */
const SIGNED_BY = 46;
/** What is read of a slot, in bytes: its head, and the first line of its package. */
const HEADS = 128;
/** Places in a slot's head: two marks, and the number of its task. */
const WHOLE = 2;
const GOOD = 6;
const TASK = 7;
const SET = ".";

export function createOffers(parts: OffersParts): Offers {
  const slots = parts.slots;
  let version = "";
  let time = 0;
  let size = 0;
  let path = "";
  /** Whether the board is to install it. */
  let isWanted = false;
  /** The last step of its update. */
  let step = 0;

  function isSigned(message: string): boolean {
    const end = message.length - SIGNED_BY;
    return (
      message.substring(end, end + SIGNED_BY - 2) ===
      slots.signatureOf(message.substring(0, end) + parts.topic)
    );
  }

  return {
    receive(message) {
      if (message === "install") isWanted = true;
      else if (!message) isWanted = false;
      else if (isSigned(message)) {
        const offer = JSON.parse(message.substring(0, message.length - 2) + '"}') as Offer;
        // Nobody may exchange two offers of the owner's in turns.
        if (offer.time <= time) return false;
        version = offer.version;
        time = offer.time;
        size = offer.size;
        path = offer.path;
        isWanted = !offer.wait;
        step = 0;
      } else {
        parts.say("Update: a message that the key did not sign");
        return false;
      }
      return true;
    },

    ask(what, headers, body, done) {
      if (headers) {
        const asked = time;
        parts.load(path, headers, (answer) => {
          if (isWanted && asked === time) done(answer);
        });
        return;
      }
      const other = "app" + (1 - slots.running());
      const own = (slots.read("app" + slots.running(), 0, HEADS) as string).split(" ");
      const before = slots.read(other, 0, HEADS) || "";
      const isNewer = time > +(own[2] as string);
      const isCheck = what.startsWith("check");
      const isTask =
        isCheck &&
        isNewer &&
        isWanted &&
        !(parseInt(before.substring(TASK)) === time && (before[WHOLE] === SET || before[GOOD] === SET));
      const reported = parseInt(body.split('"step":')[1] as string);
      if (reported && parseInt(what) === time) step = reported;
      // Not whole, so this mark makes it no program that may run.
      if (reported === 204 || reported === 205) slots.write(other, SET, GOOD);
      // After the version comes a check or a step; at the step 101, the board restarts at once.
      if (isCheck || reported > 101)
        parts.publish(
          parts.topic + "/state",
          '{"installed_version":"' +
            own[1] +
            '","latest_version":"' +
            (isNewer ? version : own[1]) +
            '","in_progress":' +
            isTask +
            (step ? ',"release_summary":"step ' + step + '"}' : "}"),
          true,
        );
      done("HTTP/1.1 200\r\n\r\n" + (isTask ? '"tid":' + time + ',"size":' + size : ""));
    },
  };
}
