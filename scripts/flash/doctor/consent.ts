/** Whether the doctor may change something on a board: asked at a terminal, given by an option, or refused. */

import { EXIT, UserError } from "../../cli/command.ts";
import type { Trial } from "./trials.ts";
import { t } from "../../cli/language.ts";
import { YES_OR_NO } from "../../cli/prompt-words.ts";

export interface Consent {
  /** Asks whether a trial may make its change. @returns the reason if not @throws UserError after Ctrl-C */
  readonly refuse: (trial: Trial) => Promise<string | undefined>;
}

export const GIVEN: Consent = { refuse: () => Promise.resolve(undefined) };

/** For use without a terminal. */
export const WITHHELD: Consent = {
  refuse: () => Promise.resolve(t`would change something: use --try-all to allow it`),
};

export interface Terminal {
  readonly input?: NodeJS.ReadableStream;
  readonly output?: NodeJS.WritableStream;
}

/** @param before called before each question, to clear the line */
export function askedAt(terminal: Terminal, signal: AbortSignal, before: () => void): Consent {
  return {
    async refuse({ fact, what, change }) {
      const { default: confirm } = await import("@inquirer/confirm"); // seldom needed
      before();
      const message = t`${fact}, ${what}: it ${change}. Try it?`;
      try {
        const isAgreed = await confirm(
          { message, default: false, theme: { keywords: YES_OR_NO } },
          { ...terminal, signal },
        );
        return isAgreed ? undefined : t`declined: would change something`;
      } catch (error) {
        if (!(error instanceof Error && error.name === "ExitPromptError")) throw error;
        throw new UserError(t`interrupted`, EXIT.interrupted);
      }
    },
  };
}
