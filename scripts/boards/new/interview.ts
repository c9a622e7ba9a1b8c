/** Goes through the questions: takes given answers, asks or assumes the rest, and checks each answer at once. */

import { checkUnwritten, type Mistake } from "../index.ts";
import { quote, sentenceOf, suggest } from "../mistake.ts";
import { draftOf } from "./draft.ts";
import type { Answers, Asked, Bases, Question } from "./question.ts";
import { QUESTIONS } from "./questions.ts";
import { listAnd, listOr, t } from "../../cli/language.ts";

export interface Interview {
  readonly directory: string;
  readonly bases: Bases;
  /** The board's. */
  readonly name: string;
  /** The answers given in advance. */
  readonly given: Answers;
  /** Those given on this command line, for which being unused is a mistake. */
  readonly explicit: ReadonlySet<string>;
  /** Asks the user; undefined if there is none, in which case defaults apply. */
  readonly ask: ((question: Asked) => Promise<string>) | undefined;
  /** Reports what is wrong with a given answer, before asking again. */
  readonly report: (line: string) => void;
}

export interface Answered {
  readonly answers: Answers;
  /** What is wrong with the given answers, a line each. */
  readonly faults: readonly string[];
  /** The questions without an answer. */
  readonly missing: readonly Question[];
}

export async function holdInterview(interview: Interview): Promise<Answered> {
  const { bases, given, explicit, ask } = interview;
  let answers: Answers = { name: interview.name };
  const faults: string[] = [];
  const report = ask ? interview.report : (line: string) => faults.push(line);
  const missing: Question[] = [];
  const undecided = new Set<string>();

  for (const question of QUESTIONS) {
    const { name, when = {} } = question;
    if (!isAsked(question, answers)) {
      if (Object.keys(when).some((other) => undecided.has(other))) undecided.add(name);
      else if (explicit.has(name) && given[name] !== "")
        report(t`--${name}: ${whenOf(question)}; leave it out`);
      continue;
    }
    const fault = (answer: string) => faultOf(interview, question, answers, answer);
    const standard = question.standard?.(answers, bases);
    const offered = given[name] ?? question.implied?.(given, answers);
    const wrong = offered === undefined ? undefined : fault(offered);
    if (wrong !== undefined) report(`${sourceOf(interview, question)}: ${wrong}`);

    const isMoot = question.isMoot?.(answers, bases) ?? false;
    let answer = isMoot && ask && wrong !== undefined ? standard : (offered ?? standard);
    if (ask && !isMoot && (offered === undefined || wrong !== undefined))
      answer = question.gather
        ? await question.gather({ directory: interview.directory, bases, answers, ask })
        : await ask({
            text: question.text,
            where: question.where(answers, bases),
            isSecret: question.variable !== undefined,
            choices: question.choices?.(answers, bases),
            standard,
            fault,
          });
    else if (answer === undefined) missing.push(question);
    if (answer === undefined || (wrong !== undefined && !ask)) undecided.add(name);
    else answers = { ...answers, [name]: tidy(question, answer) };
  }
  return { answers, faults, missing };
}

/** Whether the answers so far lead to the question. */
function isAsked({ when = {} }: Question, answers: Answers): boolean {
  return Object.entries(when).every(([name, values]) => {
    const answer = answers[name];
    return answer !== undefined && (values.length > 0 ? values.includes(answer) : answer !== "");
  });
}

function whenOf({ when = {} }: Question): string {
  const parts = Object.entries(when).map(([name, values]) => `--${name} ${listOr(values)}`.trimEnd());
  return t`is only for ${listAnd(parts)}`;
}

/** Where a given answer came from, as the user knows it; an implied answer comes from another option. */
function sourceOf({ explicit }: Interview, { name, variable }: Question): string {
  return variable === undefined || explicit.has(name) ? `--${name}` : variable;
}

/** What is wrong with an answer, as the checks of a board file find it. */
function faultOf(
  { directory, bases, name: board }: Interview,
  question: Question,
  answers: Answers,
  written: string,
): string | undefined {
  const { name, form, choices, field = "" } = question;
  const answer = tidy(question, written);
  const values = choices?.(answers, bases).map(({ value }) => value);
  if (values && !values.includes(answer)) return t`${quote(answer)} is unknown; ${suggest(answer, values)}`;
  if (form && !form[0].test(answer)) return t`${quote(answer)} is not valid; ${form[1]}`;
  const [anyBase = ""] = bases.keys(); // earlier questions are the same for all boards
  const next = { board: anyBase, ...answers, [name]: answer };
  const open = openFields(next);
  const mistake = checkUnwritten(board, draftOf(next, bases), { directory }).find(
    (mistake) => !isOpen(mistake, open),
  );
  if (mistake === undefined) return undefined;
  const path = mistake.field === field ? "" : `${mistake.field}: `;
  return `${path}${sentenceOf(mistake)}`;
}

/** The fields filled by later questions. */
function openFields(answers: Answers): readonly string[] {
  return QUESTIONS.filter(({ name }) => answers[name] === undefined).flatMap(({ field }) => field ?? []);
}

/** Whether later answers may resolve a mistake: an object's mistake depends on its fields. */
function isOpen({ field }: Mistake, open: readonly string[]): boolean {
  return open.some((each) => each === field || each.startsWith(`${field}.`));
}

/** Pasted text often has extra spaces or a line end. */
function tidy({ exact }: Question, answer: string): string {
  return exact ? answer : answer.trim();
}
