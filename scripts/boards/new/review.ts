/** Shows the answers before they are written, and lets the user change any of them. */

import type { Answered } from "./interview.ts";
import type { Answers, Asked, Question } from "./question.ts";
import { QUESTIONS } from "./questions.ts";
import { padEnd, widthOf } from "../../cli/columns.ts";
import { t } from "../../cli/language.ts";

export interface Review {
  /** The board file, as in messages. */
  readonly file: string;
  readonly ask: (question: Asked) => Promise<string>;
  /** Prints a line. */
  readonly show: (line: string) => void;
  /** Asks everything these answers leave open. */
  readonly askAgain: (given: Answers) => Promise<Answered>;
}

/**
 * Shows the answers until the user accepts them.
 * @returns the answers to write; undefined to write nothing
 */
export async function reviewAnswers(first: Answered, review: Review): Promise<Answered | undefined> {
  let answered = first;
  for (;;) {
    const { answers } = answered;
    for (const line of summaryOf(answers)) review.show(line);
    const decision = await review.ask({
      text: t`Write ${review.file}?`,
      where: t`You can change everything later, in the file.`,
      isSecret: false,
      choices: [
        { value: "yes", label: t`yes` },
        { value: "change", label: t`no, change an answer` },
        { value: "no", label: t`no, leave without writing anything` },
      ],
      standard: "yes",
      fault: () => undefined,
    });
    if (decision === "yes") return answered;
    if (decision === "no") return undefined;
    const name = await review.ask({
      text: t`Which answer?`,
      where: t`Questions that depend on it are asked again.`,
      isSecret: false,
      choices: answeredOf(answers).map((question) => ({ value: question.name, label: question.text })),
      standard: undefined,
      fault: () => undefined,
    });
    answered = await review.askAgain(without(answers, name));
  }
}

/** A line for each answer; a secret only by its length. */
export function summaryOf(answers: Answers): string[] {
  const rows = answeredOf(answers).map((question): [string, string] => [
    question.text.replace(/[?？]$/, ""),
    shown(question, answers[question.name] ?? ""),
  ]);
  const width = Math.max(0, ...rows.map(([text]) => widthOf(text)));
  return rows.map(([text, answer]) => `  ${padEnd(text, width)}  ${answer}`);
}

function answeredOf(answers: Answers): Question[] {
  return QUESTIONS.filter(({ name }) => answers[name] !== undefined);
}

function shown({ variable, shown: show }: Question, answer: string): string {
  if (answer === "") return t`(none)`;
  if (show !== undefined) return show(answer);
  return variable === undefined ? answer : t`(secret, ${Buffer.byteLength(answer)} bytes)`;
}

/** The answers without one, and without the answers to questions that depend on it. */
export function without(answers: Answers, name: string): Answers {
  const gone = new Set([name]);
  for (const { name: other, when = {} } of QUESTIONS)
    if (Object.keys(when).some((each) => gone.has(each))) gone.add(other);
  return Object.fromEntries(Object.entries(answers).filter(([each]) => !gone.has(each)));
}
