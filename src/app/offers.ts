/**
 * Updates over a plain broker, from a message of the owner on `<topic>/update`, which the broker retains:
 *
 *     {"version":"2611301205","time":1795293447,"size":9812,"get":"GET /lamp.bin …","sign":"<base64>"}
 *
 * The signature covers all that precedes it, and the topic: nobody else can make the board fetch anything. `"wait":true`
 * leaves it to the message `install` when the board does. An empty message takes the offer back.
 *
 * An offer's number as a task is its time, which only grows. A package that was refused or has failed stays in its slot, so
 * it is known and not fetched again.
 */

import { Mark, SET, TASK, TASK_LENGTH, Word } from "./slot";
import type { RangeOf, UpdaterParts, UpdateService } from "./updater";

interface Offer {
  /** Of the program: 1–20 of `A–Z a–z 0–9 . _ -`. */
  readonly version: string;
  /** When it was published, in s since 1970. */
  readonly time: number;
  /** Of the package, in bytes. */
  readonly size: number;
  /** The request for it, up to the numbers of a range of bytes. */
  readonly get: string;
  /** Whether the board waits for `install`. */
  wait?: boolean;
}

export interface OffersParts extends Pick<UpdaterParts, "files" | "signatureOf"> {
  /** `<topic>/update`. */
  readonly topic: string;
  publish(topic: string, payload: string, retain: boolean): void;
  /** There is another offer, or none. */
  changed(): void;
  /** Writes a line on the console. */
  say(line: string): void;
}

/** Length of its end: the signature and `"}`. */
const SIGNED_BY = 46;

export function createOffers(parts: OffersParts): UpdateService {
  const files = parts.files;
  let offer = {} as Offer;
  /** When the newest one so far was published. */
  let latest = 0;
  /** The last step of its update. */
  let summary = "";

  return {
    receive(message) {
      const signed = message.slice(0, -SIGNED_BY);
      if (message === "install") {
        // Once: a download that began anew each time would fill the flash.
        if (offer.wait) {
          offer.wait = false;
          parts.changed();
        }
      } else if (!message) {
        offer = {} as Offer;
        parts.changed();
      } else if (message !== signed + parts.signatureOf(signed + parts.topic) + '"}')
        parts.say("wrong signature");
      else {
        const next = JSON.parse(message) as Offer;
        // Nobody may exchange two offers of the owner's in turns.
        if (next.time > latest) {
          latest = next.time;
          offer = next;
          summary = "";
          parts.changed();
        }
      }
    },

    check(own, other, done) {
      const isNewer = offer.time > +(own[Word.Time] as string);
      // A newer one, or this one and it was bad.
      const isKnown =
        parseInt(files.read(other, TASK, TASK_LENGTH) as string) >
        offer.time - +(files.read(other, Mark.Bad, 1) === SET);
      const isTask = isNewer && !offer.wait && !isKnown;
      parts.publish(
        parts.topic + "/state",
        JSON.stringify({
          installed_version: own[Word.Version],
          latest_version: isNewer ? offer.version : own[Word.Version],
          in_progress: isTask,
          release_summary: summary,
        }),
        true,
      );
      if (isTask) done(offer.time, offer.size);
    },

    report(_task, step, done) {
      summary = "step " + step;
      parts.say(summary);
      done();
    },

    postpone() {
      offer.wait = true;
    },

    requestFor: (_what, _body, rangeOf) => (rangeOf as RangeOf)(offer.get) + "\r\n\r\n",
  };
}
