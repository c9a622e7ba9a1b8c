/** Whether the doctor may change something on a board: asked at a terminal, given before by an option, or refused. */

import { confirm } from "@inquirer/prompts";
import { EXIT, UserError } from "../lib/command.ts";
import type { Trial } from "./trials.ts";

export interface Consent {
  /** Whether a trial may change what it says. @returns the reason where it may not @throws UserError after Ctrl-C */
  readonly refuse: (trial: Trial) => Promise<string | undefined>;
}

export const GIVEN: Consent = { refuse: () => Promise.resolve(undefined) };

/** Where nobody can be asked. */
export const WITHHELD: Consent = {
  refuse: () => Promise.resolve("it changes something: --try-all tries it"),
};

export interface Terminal {
  readonly input?: NodeJS.ReadableStream;
  readonly output?: NodeJS.WritableStream;
}

/** @param before is called before each question, to make place for it */
export function askedAt(terminal: Terminal, signal: AbortSignal, before: () => void): Consent {
  return {
    async refuse({ fact, what, change }) {
      before();
      const message = `${fact}, ${what}: it ${change}. Try it?`;
      try {
        const isAgreed = await confirm({ message, default: false }, { ...terminal, signal });
        return isAgreed ? undefined : "not tried: it changes something";
      } catch (error) {
        if (!(error instanceof Error && error.name === "ExitPromptError")) throw error;
        throw new UserError("interrupted", EXIT.interrupted);
      }
    },
  };
}
