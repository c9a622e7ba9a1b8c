/** What waits for the platform outlives a restart that the firmware decides on. Flash wears: nothing else is kept. */

import { exactlyOnce } from "virtual:features";
import type { SavedSession, Session } from "../mqtt/session";
import type { Outbox, SavedOutbox } from "./outbox";

/** What is kept in flash. */
export interface Saved {
  /** What the records are of. */
  readonly format: string;
  readonly outbox: SavedOutbox | undefined;
  session?: SavedSession;
}

export interface RestartParts {
  readonly outbox: Pick<Outbox, "save" | "restore">;
  /** Its `save` and `restore` where messages must arrive exactly once. */
  readonly session: Pick<Session, "save" | "restore">;
  /** What a saved outbox must have been made with: another one's records are of other data streams. */
  readonly format: string;
  /** What was kept; undefined when there is nothing. */
  recall(): Saved | undefined;
  /** Keeps it over restarts. Returns false when there is no room. */
  keep(saved: Saved): boolean;
  /** Forgets what was kept. */
  forget(): void;
  reboot(): void;
  /** Writes a line on the console. */
  say(line: string): void;
}

export interface Restart {
  /** Restarts the board. */
  restart(why: string): void;
  /** Goes on where the last boot stopped. To be called once, before anything is measured or sent. */
  resume(): void;
  /** Nothing waits any more. */
  emptied(): void;
}

export function createRestart(parts: RestartParts): Restart {
  const outbox = parts.outbox;
  const session = parts.session;
  /** Whether the flash holds what this boot began with. */
  let isKept = false;

  function emptied(): void {
    if (isKept) parts.forget();
    isKept = false;
  }

  return {
    restart(why) {
      parts.say(why + ": rebooting");
      const saved: Saved = { format: parts.format, outbox: outbox.save() };
      if (exactlyOnce && session.save) saved.session = session.save();
      if ((saved.outbox || (exactlyOnce && saved.session)) && !parts.keep(saved)) {
        parts.say("Flash full: what waited is lost");
      }
      parts.reboot();
    },

    resume() {
      const saved = parts.recall();
      if (!saved) return;
      isKept = true;
      if (saved.format === parts.format) {
        if (saved.outbox) outbox.restore(saved.outbox, !!session.restore);
        if (session.restore && saved.session) session.restore(saved.session);
        // The file stays until its data points have arrived, but nothing of it may be sent twice at QoS 2.
        if (!session.restore) return;
      }
      emptied();
    },

    emptied,
  };
}
