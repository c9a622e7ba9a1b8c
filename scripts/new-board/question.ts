/** What a question of `npm run new-board` is made of. */

import type { Board } from "../../src/board.ts";

/** What was answered, by the name of the question. Every answer is a text, as an option gives it. */
export type Answers = Readonly<Record<string, string>>;

/** The shipped boards that one can begin with, by their names. */
export type Bases = ReadonlyMap<string, Board>;

export interface Choice {
  readonly value: string;
  readonly label: string;
  /** How to see that this is the one. */
  readonly description?: string;
}

export interface Question {
  /** The option without its dashes. */
  readonly name: string;
  /** What stands behind the option in its help. */
  readonly value: string;
  readonly text: string;
  /** Where its answer is found, in one line. */
  readonly where: (answers: Answers, bases: Bases) => string;
  /** The field of the board file that it fills; of a field that holds others, such as `led.pins`, all of them. */
  readonly field?: string;
  /** The environment variable that may give the answer: the question is for a secret. */
  readonly variable?: string;
  /** The other answers with which it is asked; a list without entries means any answer but an empty one. */
  readonly when?: Readonly<Record<string, readonly string[]>>;
  readonly choices?: (answers: Answers, bases: Bases) => readonly Choice[];
  /** Taken when there is no answer; where there is none, the question must be answered. */
  readonly standard?: (answers: Answers, bases: Bases) => string | undefined;
  /** The answer that follows from what the options say of later questions. */
  readonly implied?: (given: Answers, answers: Answers) => string | undefined;
  /** The form that an answer has before the board is looked at, and how to say so. */
  readonly form?: readonly [RegExp, string];
  /** Whether spaces at the ends belong to the answer. */
  readonly exact?: true;
}

/** The shipped board that the answers begin with. */
export function baseOf({ board }: Answers, bases: Bases): Board | undefined {
  return board === undefined ? undefined : bases.get(board);
}
