/**
 * The language of `rules` in a board file: conditions, durations and days. Pure: texts and names in, what they mean and the
 * mistakes out. docs/rules.md describes it.
 *
 *     when      = condition [ "for" duration ]
 *     condition = both { "or" both }
 *     both      = single { "and" single }
 *     single    = "not" single | "(" condition ")" | operand operator operand | part "is" state | part event
 *     operand   = number | value of a part | source of the board's own code
 *     operator  = "<" | "<=" | ">" | ">=" | "=" | "!="
 *     duration  = whole number [ "s" | "min" ]
 */

import { quote, suggest } from "./mistake.ts";
import { list, listOr, t } from "../cli/language.ts";

export type Operator = "<" | "<=" | ">" | ">=" | "=" | "!=";

/** A number, or the source that gives one. */
export type Operand = number | string;

/** What has to hold. There is no negation: it has reached the comparisons, so that none holds for an unknown value. */
export type Condition =
  | { readonly kind: "all" | "any"; readonly of: readonly Condition[] }
  | {
      readonly kind: "compare";
      readonly left: Operand;
      readonly operator: Operator;
      readonly right: Operand;
    }
  /** The part is on, open or moving, or it is not. */
  | { readonly kind: "state"; readonly part: string; readonly holds: boolean }
  | { readonly kind: "event"; readonly part: string; readonly event: string };

/** What `when` says. */
export interface When {
  readonly condition: Condition;
  /** Time that it has to hold, in s. */
  readonly hold: number;
}

/** What `then` says. */
export interface Then {
  readonly command: string;
  /** In s after the command of `do`. */
  readonly after: number;
}

/** A name that conditions may use. */
export interface RuleName {
  /** As the board file has it. */
  readonly name: string;
  /** Whether it is a number, or may be one. */
  readonly isNumber: boolean;
  /** Its states, for `is`: the first is that of a part that is on, open or moving. */
  readonly states?: readonly [string, string];
  readonly events?: readonly string[];
  /** The values of a part that has several. */
  readonly values?: readonly string[];
}

/** A mistake in a text. */
export interface TextMistake {
  /** In characters, from 1. */
  readonly column: number;
  readonly problem: string;
  readonly remedy: string;
}

/** What a text means; undefined if it has mistakes. */
export interface Reading<T> {
  readonly meaning?: T;
  readonly mistakes: readonly TextMistake[];
}

/** Longest time in a rule, in s. */
const LONGEST = 86_400;

export const DAYS: readonly string[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const OPPOSITE: Readonly<Record<Operator, Operator>> = {
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
  "=": "!=",
  "!=": "=",
};

/** What other languages and keyboards write. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "==": "=",
  "===": "=",
  "!==": "!=",
  "<>": "!=",
  "=<": "<=",
  "=>": ">=",
  "&&": "and",
  "||": "or",
  "!": "not",
  "≤": "<=",
  "≥": ">=",
  "≠": "!=",
  "＜": "<",
  "＞": ">",
  "＝": "=",
  "（": "(",
  "）": ")",
};

interface Token {
  readonly kind: "number" | "word" | "sign" | "end";
  readonly text: string;
  readonly column: number;
}

const TOKEN = /\s+|(?<number>-?\d+(?:\.\d+)?)|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<sign>[<>=!&|]+|[^])/gu;

class Fault extends Error {
  constructor(readonly mistake: TextMistake) {
    super(mistake.problem);
  }
}

/**
 * Reads a condition.
 * @param find a name without case; undefined for an unknown one, `unclear` for that of a part with mistakes
 * @param known the names, for messages
 */
export function readWhen(
  text: string,
  find: (name: string) => RuleName | "unclear" | undefined,
  known: readonly string[],
): Reading<When> {
  const mistakes: TextMistake[] = [];
  return reading(mistakes, () => {
    const tokens = tokensOf(text);
    let events = 0;
    const condition = either(false);
    const hold = readHold();
    expectEnd(tokens, t`continue with "and", "or" or "for"`);
    return { condition, hold };

    function readHold(): number {
      const [token] = tokens;
      if (!token || !is(token, "for")) return 0;
      if (events > 0)
        fail(token, t`an event lasts only for a moment`, t`use a state, for example "door is open for 60"`);
      tokens.shift();
      return duration(tokens);
    }

    function either(isNegated: boolean): Condition {
      return several("or", isNegated ? "all" : "any", () => both(isNegated));
    }

    function both(isNegated: boolean): Condition {
      return several("and", isNegated ? "any" : "all", () => single(isNegated));
    }

    function several(word: string, kind: "all" | "any", read: () => Condition): Condition {
      const of = [read()];
      while (is(tokens[0], word)) {
        tokens.shift();
        of.push(read());
      }
      return of.length === 1 && of[0] ? of[0] : { kind, of };
    }

    function single(isNegated: boolean): Condition {
      const token = next(tokens);
      if (is(token, "not")) return single(!isNegated);
      if (token.text === "(") {
        const inner = either(isNegated);
        const end = next(tokens);
        if (is(end, "for"))
          fail(end, t`"for" is inside parentheses`, t`write it once, at the end of the whole condition`);
        if (end.text !== ")")
          fail(
            end,
            t`expected ")" instead of ${textOf(end)}`,
            t`close the parenthesis, or continue the condition`,
          );
        return inner;
      }
      return statement(token, isNegated);
    }

    function statement(token: Token, isNegated: boolean): Condition {
      if (token.kind === "number") return comparison(token, undefined, isNegated);
      if (token.kind !== "word") fail(token, t`expected a condition instead of ${textOf(token)}`, EXAMPLE);
      const found = find(token.text);
      if (found === undefined) unknown(token);
      const name = found === "unclear" ? undefined : found;
      const [follower] = tokens;
      if (follower?.kind === "sign") return comparison(token, name, isNegated);
      if (is(follower, "is")) return state(token, name, isNegated);
      if (follower?.kind === "word" && !ENDS.includes(follower.text.toLowerCase()))
        return event(token, name, isNegated);
      if (name) fail(follower ?? token, t`expected a condition after ${quote(token.text)}`, howToAsk(name));
      return fail(follower ?? token, t`expected a comparison`, EXAMPLE);
    }

    function comparison(token: Token, name: RuleName | undefined, isNegated: boolean): Condition {
      const left = operand(token, name);
      const sign = next(tokens);
      if (!isOperator(sign.text))
        return fail(
          sign,
          t`expected a comparison instead of ${textOf(sign)}`,
          t`write one of <, <=, >, >=, =, !=`,
        );
      const other = next(tokens);
      if (other.kind !== "number" && other.kind !== "word")
        fail(other, t`expected a number or a name instead of ${textOf(other)}`, EXAMPLE);
      const found = other.kind === "word" ? find(other.text) : undefined;
      if (other.kind === "word" && found === undefined) unknown(other);
      const right = operand(other, found === "unclear" ? undefined : found);
      if (typeof left === "number" && typeof right === "number")
        mistake(token, t`compares two numbers`, t`write the name of a value in place of one of them`);
      const [follower] = tokens;
      if (follower && isOperator(follower.text))
        fail(
          follower,
          t`a comparison has two sides`,
          t`join two with "and", for example "soil > 10 and soil < 30"`,
        );
      const operator = isNegated ? OPPOSITE[sign.text] : sign.text;
      return { kind: "compare", left, operator, right };
    }

    function operand(token: Token, name: RuleName | undefined): Operand {
      if (token.kind === "number") return Number(token.text);
      if (name && !name.isNumber) mistake(token, t`${quote(token.text)} is not a number`, howToAsk(name));
      return name?.name ?? token.text;
    }

    function state(token: Token, name: RuleName | undefined, isNegated: boolean): Condition {
      tokens.shift();
      const word = next(tokens);
      const part = name?.name ?? token.text;
      if (!name) return { kind: "state", part, holds: true };
      if (!name.states) {
        mistake(token, t`${quote(token.text)} has no states for "is"`, howToAsk(name));
        return { kind: "state", part, holds: true };
      }
      const index = name.states.indexOf(word.text.toLowerCase());
      if (index < 0)
        fail(word, t`${textOf(word)} is not a state of ${quote(part)}`, suggest(word.text, name.states));
      return { kind: "state", part, holds: (index === 0) !== isNegated };
    }

    function event(token: Token, name: RuleName | undefined, isNegated: boolean): Condition {
      const word = next(tokens);
      const part = name?.name ?? token.text;
      const written = word.text.toLowerCase();
      events++;
      if (name && !name.events?.includes(written)) {
        const problem = t`${textOf(word)} is not an event of ${quote(part)}`;
        mistake(word, problem, name.events ? suggest(written, name.events) : howToAsk(name));
      } else if (isNegated)
        mistake(
          token,
          t`"not" does not apply to an event, which lasts only for a moment`,
          t`remove "not", or use a state`,
        );
      return { kind: "event", part, event: written };
    }

    function unknown(token: Token): void {
      const remedy = known.length === 0 ? t`add the part it is for` : suggest(token.text, known);
      mistake(token, t`${quote(token.text)} is not a value of this board`, remedy);
    }

    function mistake({ column }: Token, problem: string, remedy: string): void {
      mistakes.push({ column, problem, remedy });
    }
  });
}

/** Reads `pump off after 30`. The command itself is left to the board's checks. */
export function readThen(text: string): Reading<Then> {
  return reading([], () => {
    const [, command, rest = ""] = /^\s*(.*\S)\s+after\b(.*)$/isu.exec(text) ?? [];
    if (command === undefined) {
      const end = { kind: "end", text: "", column: columnOf(text, text.length) } as const;
      return fail(end, t`has no time`, t`add it, for example "pump off after 30"`);
    }
    const start = columnOf(text, text.length - rest.length) - 1;
    const tokens = tokensOf(rest, start);
    const after = duration(tokens);
    expectEnd(tokens, t`end with the time`);
    return { command: command.trim(), after };
  });
}

/** Reads `mon-fri`, `sat,sun` or `daily`: the days as numbers, 0 for Monday. */
export function readDays(text: string): Reading<readonly number[]> {
  return reading([], () => {
    const tokens = tokensOf(text);
    if (is(tokens[0], "daily")) {
      tokens.shift();
      expectEnd(tokens, t`write "daily" alone`);
      return DAYS.map((_, index) => index);
    }
    const days = new Set<number>();
    for (;;) {
      const first = day(next(tokens));
      let last = first;
      if (tokens[0]?.text === "-") {
        tokens.shift();
        last = day(next(tokens));
      }
      for (let each = first; ; each = (each + 1) % 7) {
        days.add(each);
        if (each === last) break;
      }
      if (tokens[0]?.text !== ",") break;
      tokens.shift();
    }
    expectEnd(tokens, t`separate days with commas, for example "sat,sun"`);
    return [...days].sort((a, b) => a - b);
  });
}

const EXAMPLE = t`write one such as "soil < 30", "lamp is on" or "door opens"`;
/** Words that end a statement. */
const ENDS: readonly string[] = ["and", "or", "for", "not"];

/** How to ask about a name. */
function howToAsk({ name, isNumber, states, events = [], values }: RuleName): string {
  if (values) return t`choose one of ${list(values.map(quote))}`;
  const ways = [
    ...(isNumber ? [`${name} < 30`] : []),
    ...(states ?? []).map((state) => `${name} is ${state}`),
    ...events.map((event) => `${name} ${event}`),
  ];
  return ways.length === 0 ? t`remove it` : t`write ${listOr(ways.map(quote))}`;
}

function day(token: Token): number {
  const written = token.text.toLowerCase();
  const index = DAYS.indexOf(written);
  if (index >= 0) return index;
  const meant = DAYS.find((each) => written.startsWith(each));
  const remedy = meant === undefined ? suggest(written, [...DAYS, "daily"]) : t`write ${quote(meant)}`;
  return fail(token, token.kind === "end" ? t`expected a day` : t`${textOf(token)} is not a day`, remedy);
}

/** @returns s */
function duration(tokens: Token[]): number {
  const token = next(tokens);
  const example = t`write whole seconds such as 60, or "5 min"`;
  if (token.kind !== "number") fail(token, t`expected a time instead of ${textOf(token)}`, example);
  const number = Number(token.text);
  if (!Number.isInteger(number)) fail(token, t`${token.text} is not a whole number`, example);
  const [unit] = tokens;
  const isUnit = unit?.kind === "word";
  if (isUnit) tokens.shift();
  const seconds = isUnit && unit.text.toLowerCase() === "min" ? number * 60 : number;
  if (isUnit && !["s", "min"].includes(unit.text.toLowerCase()))
    fail(unit, t`${textOf(unit)} is not a unit of time`, t`write s or min`);
  if (seconds < 1 || seconds > LONGEST)
    fail(token, t`${token.text} is out of range`, t`write a time from 1 to ${LONGEST} s`);
  return seconds;
}

/** @param offset of the text within its field, in characters */
function tokensOf(text: string, offset = 0): Token[] {
  const tokens = [...text.matchAll(TOKEN)].flatMap(({ 0: whole, index, groups = {} }): Token[] => {
    const kind = (["number", "word", "sign"] as const).find((each) => groups[each] !== undefined);
    return kind === undefined ? [] : [{ kind, text: whole, column: offset + columnOf(text, index) }];
  });
  for (const token of tokens) {
    const meant = ELSEWHERE[token.text];
    if (token.kind === "sign" && meant !== undefined)
      fail(token, t`${textOf(token)} is not part of the language`, t`write ${quote(meant)}`);
    if (token.text === "%" || token.text === "°")
      fail(token, t`has a unit`, t`write the number alone, in the unit of the value`);
  }
  tokens.push({ kind: "end", text: "", column: offset + columnOf(text, text.length) });
  return tokens;
}

function columnOf(text: string, index: number): number {
  return Array.from(text.slice(0, index)).length + 1;
}

/** The next token; the last one stays, as there is always one. */
function next(tokens: Token[]): Token {
  const [token] = tokens;
  if (token === undefined) throw new Error("no token left");
  if (token.kind !== "end") tokens.shift();
  return token;
}

function expectEnd([token]: readonly Token[], remedy: string): void {
  if (token && token.kind !== "end") fail(token, t`${textOf(token)} is not expected here`, remedy);
}

function is(token: Token | undefined, word: string): boolean {
  return token?.kind === "word" && token.text.toLowerCase() === word;
}

function isOperator(text: string): text is Operator {
  return Object.hasOwn(OPPOSITE, text);
}

function textOf({ kind, text }: Token): string {
  return kind === "end" ? t`the end` : quote(text);
}

function fail({ column }: Token, problem: string, remedy: string): never {
  throw new Fault({ column, problem, remedy });
}

/** Runs a reader, which may throw a fault or add to the mistakes. */
function reading<T>(mistakes: TextMistake[], read: () => T): Reading<T> {
  try {
    const meaning = read();
    return mistakes.length === 0 ? { meaning, mistakes } : { mistakes };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { mistakes: [...mistakes, error.mistake] };
  }
}
