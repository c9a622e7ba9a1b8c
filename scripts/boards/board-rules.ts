/** `rules` of a board file: their checks, and what they mean. The language itself is in rule-language.ts. */

import type { Code, DailyTime, Rule } from "./board.ts";
import { child, isObject, quote, type Finding } from "./mistake.ts";
import { commandsOf, eventsOf, statesOf, takes, valuesOf, type Part } from "./parts.ts";
import { readDays, readThen, readWhen, type Reading, type RuleName } from "./rule-language.ts";
import { t } from "../cli/language.ts";

/** One rule in a board file. */
export interface RuleFile {
  readonly when?: string;
  readonly at?: string;
  readonly on?: string;
  readonly do: string;
  readonly then?: string;
}

/** What the checks need to know of a board. */
interface Context {
  readonly board: Readonly<Record<string, unknown>>;
  /** The parts without mistakes in their shape, with the LED of `led`. */
  readonly parts: readonly Part[];
  /** Names of the parts with such mistakes. */
  readonly broken: readonly string[];
  readonly code: Code | undefined;
  /** Why the board would not understand a command; undefined if it would. */
  readonly problemOf: (command: string) => Pick<Finding, "problem" | "remedy"> | undefined;
  /** Whether a command or a word restarts the board. */
  readonly restarts: (command: string) => boolean;
}

/** A name as a rule writes it: of a part or its value, or a source of own code. */
type Find = (name: string) => RuleName | "unclear" | undefined;

/** The rules of a checked board file. */
export function rulesOf(
  rules: readonly RuleFile[],
  parts: readonly Part[],
  code: Code | undefined,
): readonly Rule[] {
  const find = finder(namesOf(parts, code), []);
  return rules.map(({ when, at = "", on = "daily", do: command, then }): Rule => {
    const trigger =
      when === undefined
        ? { at: minutesOf(at), days: meaningOf(readDays(on)) }
        : meaningOf(readWhen(when, find, []));
    return {
      when: trigger,
      command: command.trim(),
      ...(then === undefined ? {} : { then: meaningOf(readThen(then)) }),
    };
  });
}

export function isDaily(when: Rule["when"]): when is DailyTime {
  return "at" in when;
}

export function* checkBoardRules(context: Context): Generator<Finding> {
  const { board, parts, broken, code } = context;
  const { rules } = board;
  if (!Array.isArray(rules)) return;
  const names = namesOf(parts, code);
  const find = finder(names, broken);
  const known = names.filter(isAskable).map(({ name }) => name);
  for (const [index, rule] of rules.entries()) {
    if (!isObject(rule)) continue;
    const pointer = child("/rules", index);
    const { when, at, on, do: command, then } = rule;
    if (when === undefined && at === undefined)
      yield {
        pointer,
        problem: t`has neither "when" nor "at"`,
        remedy: t`add one, for example "when": "soil < 30", or "at": "07:30"`,
      };
    else if (when !== undefined && at !== undefined)
      yield {
        pointer: `${pointer}/at`,
        problem: t`cannot be combined with "when"`,
        remedy: t`make two rules of them`,
      };
    else if (at !== undefined && !hasTime(board))
      yield {
        pointer: `${pointer}/at`,
        problem: t`needs the time of day`,
        remedy: t`add "time": {} to the board file`,
      };
    if (on !== undefined && at === undefined)
      yield { pointer: `${pointer}/on`, problem: t`is only for a rule with "at"`, remedy: t`remove it` };
    if (isText(when)) yield* mistakesOf(`${pointer}/when`, readWhen(when, find, known));
    if (isText(on)) yield* mistakesOf(`${pointer}/on`, readDays(on));
    const isDaily = at !== undefined;
    if (isText(command)) yield* checkAction(`${pointer}/do`, command, isDaily, context);
    if (!isText(then)) continue;
    const { meaning, mistakes } = readThen(then);
    yield* mistakesOf(`${pointer}/then`, { mistakes });
    if (meaning) yield* checkAction(`${pointer}/then`, meaning.command, isDaily, context);
  }
}

/** A command that does something. */
function* checkAction(
  pointer: string,
  command: string,
  isDaily: boolean,
  { parts, problemOf, restarts }: Context,
): Generator<Finding> {
  const found = problemOf(command);
  const asked = parts.find(({ name }) => name.toLowerCase() === command.trim().toLowerCase());
  const causes = ["/parts", "/led"];
  if (found) yield { pointer, causes, ...found };
  else if (!isDaily && restarts(command))
    yield {
      pointer,
      problem: t`would restart the board again and again: its condition may hold after the restart, too`,
      remedy: t`use "at" in place of "when"`,
    };
  else if (asked) {
    const { words, number, longest } = commandsOf(asked);
    const takesNothing = words.length === 0 && number === undefined && longest === undefined;
    yield {
      pointer,
      causes,
      problem: t`${quote(command)} only asks for the state`,
      remedy: takesNothing
        ? t`write the command of another part`
        : t`write ${quote(`${asked.name} …`)} with ${takes(asked)}`,
    };
  }
}

/** Streams of dpType 4 enable the time with its defaults. */
function hasTime({ time, streams }: Readonly<Record<string, unknown>>): boolean {
  return (
    time !== undefined ||
    (Array.isArray(streams) && streams.some((stream: unknown) => isObject(stream) && stream["dpType"] === 4))
  );
}

function* mistakesOf(pointer: string, { mistakes }: Reading<unknown>): Generator<Finding> {
  for (const { column, problem, remedy } of mistakes)
    yield { pointer, causes: ["/parts", "/led"], problem: t`column ${column}: ${problem}`, remedy };
}

/** All names for conditions. */
function namesOf(parts: readonly Part[], code: Code | undefined): RuleName[] {
  const ofParts = parts.flatMap((part): RuleName[] => {
    const { name } = part;
    const values = valuesOf(part);
    const isSingle = values.length === 1 && values[0]?.id === name;
    const [states, events] = [statesOf(part), eventsOf(part)];
    const own: RuleName = {
      name,
      isNumber: isSingle && isNumeric(values[0]?.type),
      ...(states ? { states } : {}),
      ...(events ? { events } : {}),
      ...(isSingle ? {} : { values: values.map(({ id }) => id) }),
    };
    return isSingle ? [own] : [own, ...values.map(({ id }) => ({ name: id, isNumber: true }))];
  });
  return [...ofParts, ...(code?.sources ?? []).map((name) => ({ name, isNumber: true }))];
}

/** Whether a condition may contain a name: neither that of a sensor with several values, nor that of a text. */
function isAskable({ isNumber, states, events }: RuleName): boolean {
  return isNumber || states !== undefined || events !== undefined;
}

function isNumeric(type: string | undefined): boolean {
  return type === "int" || type === "float";
}

/** @param broken names of the parts whose values are unknown */
function finder(names: readonly RuleName[], broken: readonly string[]): Find {
  return (written) => {
    const lower = written.toLowerCase();
    const isUnclear = broken
      .map((name) => name.toLowerCase())
      .some((name) => lower === name || lower.startsWith(`${name}_`));
    if (isUnclear) return "unclear";
    return (
      names.find(({ name }) => name === written) ?? names.find(({ name }) => name.toLowerCase() === lower)
    );
  };
}

function minutesOf(at: string): number {
  const [hours = 0, minutes = 0] = at.split(":").map(Number);
  return hours * 60 + minutes;
}

/** The checks have found no mistakes. */
function meaningOf<T>({ meaning, mistakes }: Reading<T>): T {
  if (meaning === undefined) throw new Error(`a rule was not checked: ${mistakes[0]?.problem ?? ""}`);
  return meaning;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
