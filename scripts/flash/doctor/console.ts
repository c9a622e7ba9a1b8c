/** A board's console for the doctor: only asks, stops no running program, and validates every answer. */

import type { BoardLink } from "../board-link.ts";
import { asText } from "./text.ts";
import { t } from "../../cli/language.ts";

export interface BoardConsole {
  readonly link: BoardLink;
  /**
   * Evaluates an expression, by way of JSON.
   * @throws Error that says what the board threw, or that it did not answer
   */
  readonly ask: (expression: string) => Promise<unknown>;
  /** The same, with the lines received until the answer. */
  readonly listen: (
    expression: string,
  ) => Promise<{ readonly value: unknown; readonly lines: readonly string[] }>;
  /** Whether a question went unanswered; no more are asked then. */
  readonly isLost: () => boolean;
  /** Output received instead of an answer, characters 0–255. */
  readonly heard: () => string;
  /** Whether a line of a driver's log was seen: `I (123) wifi: …`. */
  readonly hasSeenLog: () => boolean;
  /** Closes the port; locks the console again if it was locked. */
  readonly leave: () => Promise<void>;
}

/** Most lines kept of the output before an answer. */
const MOST_LINES = 50;
const LOG = /[EWIDV] \(\d{1,10}\) \w+:/;
/** Time-out for locking the console again, in ms. */
const LOCKING = 2000;

export interface ConsoleOptions {
  /** Time-out for an answer, in ms. */
  readonly patience: number;
  /** Closes the port. */
  readonly signal: AbortSignal;
  readonly onLate: () => void;
}

export function createConsole(link: BoardLink, options: ConsoleOptions): BoardConsole {
  const { patience, signal, onLate } = options;
  let isLost = false;
  let heard = "";
  let hasSeenLog = false;
  let wasLocked = false;
  let tail = "";
  const end = () => void link.close();
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  link.events.on("bytes", (bytes) => {
    tail = (tail + bytes.toString("latin1")).slice(-200);
    hasSeenLog ||= LOG.test(tail);
    wasLocked ||= tail.includes("Logged in.");
  });

  async function listen(expression: string): Promise<{ value: unknown; lines: string[] }> {
    if (isLost) throw new Error(t`the board does not answer`);
    const lines: string[] = [];
    const keep = (line: string) => {
      if (lines.length < MOST_LINES) lines.push(asText(line, 100));
    };
    link.events.on("line", keep);
    try {
      const answer = await link.ask(expression, { patience, mayInterrupt: false, onLate });
      if (!answer.isAnswered) {
        isLost = true;
        heard = answer.heard;
        throw new Error(link.isClosed() ? t`the port closed` : t`the board does not answer`);
      }
      if (answer.error !== undefined) throw new Error(t`the board reported: ${asText(answer.error, 100)}`);
      return { value: answer.value, lines };
    } finally {
      link.events.off("line", keep);
    }
  }

  return {
    link,
    listen,
    ask: async (expression) => (await listen(expression)).value,
    isLost: () => isLost,
    heard: () => heard,
    hasSeenLog: () => hasSeenLog,
    async leave() {
      if (wasLocked && !isLost && !link.isClosed()) {
        await link
          .ask("(E.lockConsole(),1)", { patience: LOCKING, mayInterrupt: false })
          .catch(() => undefined);
      }
      signal.removeEventListener("abort", end);
      await link.close();
    },
  };
}
