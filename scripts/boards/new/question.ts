/** The parts of a question of `npm run new-board`. */

import type { Board } from "../board.ts";

/** The answers, by the name of the question. Every answer is text, as from an option. */
export type Answers = Readonly<Record<string, string>>;

/** The shipped boards to start from, by name. */
export type Bases = ReadonlyMap<string, Board>;

export interface Choice {
  readonly value: string;
  readonly label: string;
  /** How to recognise it. */
  readonly description?: string;
}

/** A question as shown to the user. */
export interface Asked {
  readonly text: string;
  readonly where: string;
  readonly isSecret: boolean;
  readonly choices: readonly Choice[] | undefined;
  readonly standard: string | undefined;
  /** What is wrong with an answer and how to correct it; undefined if it is valid. */
  readonly fault: (answer: string) => string | undefined;
}

/** What a question that asks several times in turn needs. */
export interface Gathering {
  /** The folder of the board files. */
  readonly directory: string;
  readonly bases: Bases;
  /** The answers to the questions before it. */
  readonly answers: Answers;
  readonly ask: (question: Asked) => Promise<string>;
}

export interface Question {
  /** The option without its dashes. */
  readonly name: string;
  /** The placeholder of the option's value in the help. */
  readonly value: string;
  readonly text: string;
  /** Where to find the answer, in one line. */
  readonly where: (answers: Answers, bases: Bases) => string;
  /** The field of the board file it fills; for a field with subfields, such as `led.pins`, all of them. */
  readonly field?: string;
  /** The environment variable for the answer, which is a secret. */
  readonly variable?: string;
  /** The answers to other questions that lead to it; an empty list means any non-empty answer. */
  readonly when?: Readonly<Record<string, readonly string[]>>;
  readonly choices?: (answers: Answers, bases: Bases) => readonly Choice[];
  /** Whether only the default answer is possible for the board: it is not asked. */
  readonly isMoot?: (answers: Answers, bases: Bases) => boolean;
  /** The default answer; without it, the question must be answered. */
  readonly standard?: (answers: Answers, bases: Bases) => string | undefined;
  /** The answer implied by given answers to later questions. */
  readonly implied?: (given: Answers, answers: Answers) => string | undefined;
  /** The form of an answer, checked before the board file, and the remedy to suggest. */
  readonly form?: readonly [{ test(answer: string): boolean }, string];
  /** Asks the user in several steps; the steps together are the answer. */
  readonly gather?: (gathering: Gathering) => Promise<string>;
  /** The answer as the review shows it; as it is by default. */
  readonly shown?: (answer: string) => string;
  /** Whether leading and trailing spaces are part of the answer. */
  readonly exact?: true;
}

/** The shipped board the answers start from. */
export function baseOf({ board }: Answers, bases: Bases): Board | undefined {
  return board === undefined ? undefined : bases.get(board);
}
