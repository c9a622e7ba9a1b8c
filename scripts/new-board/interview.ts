/** Goes through the questions: takes what the options answer, asks or assumes the rest, checks each answer at once. */

import { checkUnwritten, type Mistake } from "../lib/boards.ts";
import { quote, suggest } from "../lib/boards/mistake.ts";
import { draftOf } from "./draft.ts";
import type { Answers, Bases, Choice, Question } from "./question.ts";
import { QUESTIONS } from "./questions.ts";

/** A question as it is put to a person. */
export interface Asked {
  readonly text: string;
  readonly where: string;
  readonly isSecret: boolean;
  readonly choices: readonly Choice[] | undefined;
  readonly standard: string | undefined;
  /** What is wrong with an answer and what would be right; undefined for a good one. */
  readonly fault: (answer: string) => string | undefined;
}

export interface Interview {
  readonly directory: string;
  readonly bases: Bases;
  /** The board's. */
  readonly name: string;
  /** The answers that were given beforehand. */
  readonly given: Answers;
  /** Those of them that were written for this very command, and are a mistake where they have no use. */
  readonly explicit: ReadonlySet<string>;
  /** Asks a person; undefined where there is none: then defaults are taken. */
  readonly ask: ((question: Asked) => Promise<string>) | undefined;
  /** Tells a person what is wrong with what was given, before it is asked again. */
  readonly tell: (line: string) => void;
}

export interface Answered {
  readonly answers: Answers;
  /** What is wrong with what was given, a line each. */
  readonly faults: readonly string[];
  /** The questions that have no answer. */
  readonly missing: readonly Question[];
}

export async function holdInterview(interview: Interview): Promise<Answered> {
  const { bases, given, explicit, ask } = interview;
  let answers: Answers = { name: interview.name };
  const faults: string[] = [];
  const tell = ask ? interview.tell : (line: string) => faults.push(line);
  const missing: Question[] = [];
  const undecided = new Set<string>();

  for (const question of QUESTIONS) {
    const { name, when = {} } = question;
    if (!isAsked(question, answers)) {
      if (Object.keys(when).some((other) => undecided.has(other))) undecided.add(name);
      else if (explicit.has(name) && given[name] !== "") tell(`--${name}: ${whenOf(question)}; leave it out`);
      continue;
    }
    const fault = (answer: string) => faultOf(interview, question, answers, answer);
    const standard = question.standard?.(answers, bases);
    const offered = given[name] ?? question.implied?.(given, answers);
    const wrong = offered === undefined ? undefined : fault(offered);
    if (wrong !== undefined) tell(`${sourceOf(interview, question)}: ${wrong}`);

    let answer = offered ?? standard;
    if (ask && (offered === undefined || wrong !== undefined))
      answer = await ask({
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

/** Whether the answers so far make it a question. */
function isAsked({ when = {} }: Question, answers: Answers): boolean {
  return Object.entries(when).every(([name, values]) => {
    const answer = answers[name];
    return answer !== undefined && (values.length > 0 ? values.includes(answer) : answer !== "");
  });
}

function whenOf({ when = {} }: Question): string {
  const parts = Object.entries(when).map(([name, values]) => `--${name} ${values.join(" or ")}`.trimEnd());
  return `is only for ${parts.join(" and ")}`;
}

/** Where a given answer came from, as the user knows it; an answer that is implied is that of another option. */
function sourceOf({ explicit }: Interview, { name, variable }: Question): string {
  return variable === undefined || explicit.has(name) ? `--${name}` : variable;
}

/** What is wrong with an answer, by the rules of board files. */
function faultOf(
  { directory, bases, name: board }: Interview,
  question: Question,
  answers: Answers,
  written: string,
): string | undefined {
  const { name, form, choices, field = "" } = question;
  const answer = tidy(question, written);
  const values = choices?.(answers, bases).map(({ value }) => value);
  if (values && !values.includes(answer))
    return `${quote(answer)} is not known here; ${suggest(answer, values)}`;
  if (form && !form[0].test(answer)) return `${quote(answer)} is not right; ${form[1]}`;
  const [anyBase = ""] = bases.keys(); // what is asked before the board is known is the same for all
  const next = { board: anyBase, ...answers, [name]: answer };
  const open = openFields(next);
  const mistake = checkUnwritten(board, draftOf(next, bases), { directory }).find(
    (mistake) => !isOpen(mistake, open),
  );
  if (mistake === undefined) return undefined;
  const path = mistake.field === field || field === "" ? "" : `${mistake.field}: `;
  return `${path}${mistake.problem}; ${mistake.remedy}`;
}

/** The fields that later questions fill. */
function openFields(answers: Answers): readonly string[] {
  return QUESTIONS.filter(({ name }) => answers[name] === undefined).flatMap(({ field }) => field ?? []);
}

/** Whether a mistake may go away with what is not answered yet: one of an object is made by what is in it. */
function isOpen({ field }: Mistake, open: readonly string[]): boolean {
  return open.some((each) => each === field || each.startsWith(`${field}.`));
}

/** What was pasted often has a space or a line's end with it. */
function tidy({ exact }: Question, answer: string): string {
  return exact ? answer : answer.trim();
}
