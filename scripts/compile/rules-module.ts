/** Writes the rules of a board for the module `virtual:board`: each condition becomes an expression. */

import type { Board, DailyTime, Rule } from "../boards/board.ts";
import { isDaily } from "../boards/board-rules.ts";
import { DAYS, type Condition, type Operand } from "../boards/rule-language.ts";

/** What rules need to know of the board's parts: expressions. */
interface Names {
  /** A number. */
  value(source: string): string;
  /** Whether a part is on, open or moving, or whether it is not. */
  state(part: string, holds: boolean): string;
  /** The variable of a part. */
  variable(part: string): string;
}

export interface RulesModule {
  readonly imports: readonly (readonly [name: string, from: string])[];
  readonly declarations: readonly string[];
  /** Statements at each tick, at the time `age`; `obey` obeys a command. */
  readonly ticks: readonly string[];
}

/** Shortest time between two times that a rule acts, in ms. */
const REST = 10_000;
/** The same for a time of day: it acts once, however the clock is set. */
const REST_OF_DAY = 43_200_000;

export function rulesModule({ rules = [], time }: Board, names: Names): RulesModule {
  if (rules.length === 0) return { imports: [], declarations: [], ticks: [] };
  const daily = rules.some(({ when }) => isDaily(when));
  const events = eventsIn(rules);
  const contacts = [...new Set(events.filter(({ event }) => !isPress(event)).map(({ part }) => part))];
  const buttons = [...new Set(events.filter(({ event }) => isPress(event)).map(({ part }) => part))];
  const seen: Names = {
    ...names,
    state: (part, holds) =>
      contacts.includes(part) ? `${holds ? "" : "!"}is_${names.variable(part)}` : names.state(part, holds),
  };
  const looks = rules.map(({ when, command, then }, index) => {
    const [holds, hold, rest] = isDaily(when)
      ? [isNow(when), 0, REST_OF_DAY]
      : [expressionOf(when.condition, seen), when.hold * 1000, REST];
    const second = then ? [JSON.stringify(then.command), then.after * 1000] : [];
    return `rules.look(${[index, holds, "age", hold, rest, "obey", JSON.stringify(command), ...second].join(", ")})`;
  });
  return {
    imports: [
      ["createRules", "./parts/rules"],
      ["say", "./device/console"],
      ["isDue", "./parts/rules"],
      ["isOn", "./parts/rules"],
    ],
    declarations: [
      "const rules = createRules((line) => say(line));",
      ...contacts.map((part) => `let was_${names.variable(part)};`),
      ...buttons.map((part) => `let pressed_${names.variable(part)} = 0;`),
    ],
    ticks: [
      ...(daily ? [`const local = (timeOfDay() || NaN) + ${(time?.zone ?? 0) * 3_600_000}`] : []),
      ...contacts.map((part) => `const is_${names.variable(part)} = ${names.state(part, true)}`),
      ...looks,
      ...contacts.map((part) => `was_${names.variable(part)} = is_${names.variable(part)}`),
      ...buttons.map((part) => `pressed_${names.variable(part)} = 0`),
    ],
  };
}

/** An expression for whether it is a time of day, on one of its days. */
function isNow({ at, days }: DailyTime): string {
  const ms = at * 60_000;
  const bits = days.reduce((sum, day) => sum | (1 << day), 0);
  return `isDue(local, ${ms}, age)${days.length === DAYS.length ? "" : ` && isOn(local, ${ms}, ${bits})`}`;
}

/** The events in some rules, such as `door opens`. */
export function eventsIn(rules: readonly Rule[]): { readonly part: string; readonly event: string }[] {
  return rules.flatMap(({ when }) => (isDaily(when) ? [] : eventsOfCondition(when.condition)));
}

function eventsOfCondition(condition: Condition): { readonly part: string; readonly event: string }[] {
  if (condition.kind === "event") return [condition];
  return condition.kind === "all" || condition.kind === "any" ? condition.of.flatMap(eventsOfCondition) : [];
}

function isPress(event: string): boolean {
  return event === "pressed" || event === "held";
}

function expressionOf(condition: Condition, names: Names): string {
  switch (condition.kind) {
    case "all":
    case "any":
      return `(${condition.of.map((each) => expressionOf(each, names)).join(condition.kind === "all" ? " && " : " || ")})`;
    case "state":
      return names.state(condition.part, condition.holds);
    case "event":
      return eventOf(condition.event, names.variable(condition.part));
    case "compare": {
      const left = operand(condition.left, names);
      const right = operand(condition.right, names);
      const { operator } = condition;
      // Each is false for undefined and NaN, though these may be equal.
      if (operator === "!=") return `(${left} < ${right} || ${left} > ${right})`;
      if (operator !== "=") return `${left} ${operator} ${right}`;
      const isConstant = typeof condition.left === "number" || typeof condition.right === "number";
      return isConstant ? `${left} === ${right}` : `(${left} === ${right} && ${left} <= ${right})`;
    }
  }
}

/** A contact is looked at once a tick; a button has left a bit for each event since the last one. */
function eventOf(event: string, name: string): string {
  switch (event) {
    case "opens":
    case "begins":
      return `(is_${name} && was_${name} === false)`;
    case "closes":
    case "ends":
      return `(!is_${name} && was_${name})`;
    default:
      return `(pressed_${name} & ${event === "pressed" ? 1 : 2}) > 0`;
  }
}

function operand(each: Operand, names: Names): string {
  return typeof each === "number" ? String(each) : names.value(each);
}
