/**
 * Saves data the platform does not have yet when the firmware restarts the board, or puts it to sleep. Nothing else is saved,
 * because flash wears.
 */

import { exactlyOnce, sleeps } from "virtual:features";
import type { SavedSession, Session } from "../mqtt/session";
import type { Outbox, SavedOutbox } from "./outbox";

/** The file in flash. */
export interface Saved {
  /** The format of the records. */
  readonly format: string;
  readonly outbox: SavedOutbox | undefined;
  session?: SavedSession;
}

export interface RestartParts {
  readonly outbox: Pick<Outbox, "save" | "restore">;
  /** `save` and `restore` exist only where messages arrive exactly once. */
  readonly session: Pick<Session, "save" | "restore">;
  /** The format that a saved outbox must have: with any other, its records are those of other data streams. */
  readonly format: string;
  /** The file's contents; undefined without a file. */
  recall(): Saved | undefined;
  /** Writes the file. Returns false if there is no room. */
  keep(saved: Saved): boolean;
  /** Deletes the file. */
  forget(): void;
  reboot(): void;
  /** Writes a line on the console. */
  say(line: string): void;
}

export interface Restart {
  /** Restarts the board, or puts it to sleep. */
  restart(why: string): void;
  /** Continues where the last boot stopped. Call it once, before anything is measured or sent. */
  resume(): void;
  /** The outbox is empty. */
  emptied(): void;
}

export function createRestart(parts: RestartParts): Restart {
  const outbox = parts.outbox;
  const session = parts.session;
  /** Whether flash still holds the file that this boot restored. */
  let isKept = false;

  function emptied(): void {
    if (isKept) parts.forget();
    isKept = false;
  }

  return {
    restart(why) {
      parts.say(why + (sleeps ? ": going to sleep" : ": rebooting"));
      const saved: Saved = { format: parts.format, outbox: outbox.save() };
      if (exactlyOnce && session.save) saved.session = session.save();
      if ((saved.outbox || (exactlyOnce && saved.session)) && !parts.keep(saved)) {
        parts.say("Flash full: unsent data lost");
      }
      parts.reboot();
    },

    resume() {
      const saved = parts.recall();
      if (saved) {
        const isOurs = saved.format === parts.format;
        if (isOurs) {
          if (saved.outbox) outbox.restore(saved.outbox, !!session.restore);
          if (session.restore && saved.session) session.restore(saved.session);
        }
        // The file stays until its data points have arrived, except at QoS 2: nothing may be sent twice.
        isKept = !session.restore && isOurs;
        if (!isKept) parts.forget();
      }
    },

    emptied,
  };
}
