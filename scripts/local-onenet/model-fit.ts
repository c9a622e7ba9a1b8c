/** Compares a board with the thing model of its product, as the platform will. */

import type { Board, Studio } from "../boards/board.ts";
import { quote, suggest, type Finding } from "../boards/mistake.ts";
import { pathOf } from "../boards/onenet.ts";
import { neededProperties, type Needed } from "./board-model.ts";
import {
  membersOf,
  numberOf,
  valueFault,
  type DataType,
  type Property,
  type ThingModel,
} from "./thing-model.ts";
import { list, t } from "../cli/language.ts";

/** What makes the platform refuse what the board sends, or the board what the platform sends. */
export function misfitsOf(board: Board, settings: Studio, model: ThingModel): Finding[] {
  const needed = neededProperties(board, settings);
  const points = pointsOf(model);
  const used = new Set(needed.map(({ identifier }) => identifier));
  const free = points.filter(({ identifier }) => !used.has(identifier));
  const findings = needed.flatMap((property) => {
    const known = points.find(({ identifier }) => identifier === property.identifier);
    if (known !== undefined)
      return [
        ...typeMisfit(property, known, free),
        ...accessMisfit(property, known),
        ...rangeMisfit(property, known),
      ];
    return property.isOptional === true ? [] : [missing(property, model, free)];
  });
  return [...withoutRepeats(findings), ...serviceMisfits(settings, model), ...eventMisfits(settings, model)];
}

/** What the platform may refuse, depending on what the board measures, or on rules that are in no document. */
export function doubtsOf(board: Board, settings: Studio, model: ThingModel): Finding[] {
  const points = pointsOf(model);
  const pairs = neededProperties(board, settings).flatMap((property) => {
    const known = points.find(({ identifier }) => identifier === property.identifier);
    return known === undefined || property.isOwn === true ? [] : [{ property, known }];
  });
  return [...pairs.flatMap(({ property, known }) => [...rangeDoubt(property, known)]), ...stepDoubts(pairs)];
}

/** The properties of a model, and each struct with its members after it, without the platform's own. */
function pointsOf({ properties }: ThingModel): Property[] {
  return properties
    .filter(({ identifier }) => !identifier.startsWith("$"))
    .flatMap((property) => [
      property,
      ...membersOf(property.dataType).map(({ identifier, dataType }) => ({
        ...property,
        identifier: `${property.identifier}.${identifier}`,
        dataType,
      })),
    ]);
}

/** Members of a struct may all have the same mistake: that of the struct. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  return findings.filter(
    ({ problem }, index) => findings.findIndex((other) => other.problem === problem) === index,
  );
}

function missing(property: Needed, model: ThingModel, free: readonly Property[]): Finding {
  const { identifier, accessMode, dataType, pointer, isOwn } = property;
  const [name, member] = pathOf(identifier);
  const struct = member === undefined ? undefined : model.properties.find((one) => one.identifier === name);
  if (struct !== undefined && struct.dataType.type !== "struct")
    return {
      pointer,
      problem: t`${quote(name)} is ${struct.dataType.type} in the thing model, and the board sends a struct`,
      remedy: t`make it a struct in the model, or write ${quote(name)} alone`,
    };
  const names = fittingOf(property, free);
  const type = isOwn === true ? "" : dataType.type;
  const others =
    names === ""
      ? ""
      : pointer.startsWith("/parts/")
        ? t`; or write another of its identifiers in onenet.identifiers: ${names}`
        : t`; or write another of its identifiers here: ${names}`;
  if (struct !== undefined)
    return {
      pointer,
      problem: t`the struct ${quote(name)} has no member ${quote(member ?? "")} in the thing model`,
      remedy: (type === "" ? t`add it to the model` : t`add it to the model: ${type}`) + others,
    };
  const kind = member === undefined ? type : "struct";
  return {
    pointer,
    problem: t`the thing model has no property ${quote(name)}`,
    remedy: t`add it to the model: ${list([...(kind === "" ? [] : [kind]), ACCESS[accessMode]])}` + others,
  };
}

/** The identifiers of the model that would fit a property, for a message. */
function fittingOf({ dataType, isOwn }: Needed, free: readonly Property[]): string {
  const fitting = free.filter((other) =>
    isOwn === true ? other.dataType.type !== "struct" : fits(dataType, other.dataType),
  );
  return list(fitting.slice(0, MOST_NAMED).map(({ identifier }) => identifier));
}

/** Most identifiers in a message. */
const MOST_NAMED = 8;

const ACCESS = { r: t`read-only (只读)`, rw: t`read-write (读写)` } as const;

function* typeMisfit(property: Needed, known: Property, free: readonly Property[]): Generator<Finding> {
  const { identifier, dataType, pointer, isOwn } = property;
  if (isOwn === true) return;
  const given = known.dataType;
  if (!fits(dataType, given)) {
    const members = free.filter((other) => other.identifier.startsWith(`${identifier}.`));
    const names = fittingOf(property, members);
    const others =
      names === ""
        ? ""
        : pointer.startsWith("/parts/")
          ? t`; or write one of its members in onenet.identifiers: ${names}`
          : t`; or write one of its members here: ${names}`;
    yield {
      pointer,
      problem: t`${quote(identifier)} is ${given.type} in the thing model, and the board sends ${dataType.type}`,
      remedy: t`make it ${dataType.type} in the model` + others,
    };
    return;
  }
  const [longest, length] = [lengthOf(given), lengthOf(dataType)];
  if (longest !== undefined && length !== undefined && longest < length)
    yield {
      pointer,
      problem: t`${quote(identifier)} has at most ${longest} bytes in the thing model, and the board sends ${length}`,
      remedy: t`allow ${length} in the model`,
    };
}

function* accessMisfit({ identifier, accessMode, pointer }: Needed, known: Property): Generator<Finding> {
  if (accessMode !== "rw" || known.accessMode === "rw") return;
  const [name] = pathOf(identifier);
  yield {
    pointer,
    problem: t`${quote(name)} is read-only in the thing model, so nothing can set it`,
    remedy: t`make it ${ACCESS.rw} in the model`,
  };
}

/** A number that the board sends sooner or later, and the model does not allow. */
function* rangeMisfit(property: Needed, known: Property): Generator<Finding> {
  const { identifier, dataType, pointer, sure = [] } = property;
  const given = known.dataType;
  if (property.isOwn === true || !fits(dataType, given)) return;
  const sent = rangeText(rangeOf(dataType));
  if (given.type === "enum") {
    if (lacksNumbers(rangeOf(dataType), given))
      yield {
        pointer,
        problem: t`${quote(identifier)} is ${numbersOf(given)} in the thing model, and the board sends ${sent}`,
        remedy: t`make it ${dataType.type} in the model, or add the numbers that it lacks`,
      };
  } else if (isBeyond(property, known) && sure.some((value) => valueFault(given, value) !== undefined))
    yield {
      pointer,
      problem: t`${quote(identifier)} is ${rangeText(rangeOf(given))} in the thing model, and the board sends ${sent}`,
      remedy: t`allow ${sent} in the model`,
    };
}

/** A number that the board may measure, and the model does not allow. */
function* rangeDoubt(property: Needed, known: Property): Generator<Finding> {
  const { identifier, dataType, pointer } = property;
  if (!isBeyond(property, known) || [...rangeMisfit(property, known)].length > 0) return;
  const allowed = rangeText(rangeOf(known.dataType));
  const sent = rangeText(rangeOf(dataType));
  yield {
    pointer,
    problem: t`${quote(identifier)} is ${allowed} in the thing model, and the board may send ${sent}: OneNET refuses a report with a number outside`,
    remedy: t`allow ${sent} in the model`,
  };
}

/** What a model says of steps binds nobody in the platform's documents: one line for all. */
function stepDoubts(pairs: readonly { readonly property: Needed; readonly known: Property }[]): Finding[] {
  const coarse = pairs.flatMap(({ property: { identifier, dataType, step, pointer }, known }) => {
    const given = numberOf(known.dataType.specs, "step") ?? 0;
    const isFiner = step === undefined ? dataType.type === "float" : step < given;
    return given > 0 && isFiner && isNumeric(known.dataType)
      ? [{ pointer, text: `${identifier} ${given}` }]
      : [];
  });
  const [first] = coarse;
  if (first === undefined) return [];
  return [
    {
      pointer: first.pointer,
      problem: t`the thing model has coarser steps than the board sends: ${list(coarse.map(({ text }) => text))}`,
      remedy: t`OneNET is not known to refuse what lies between; if it does, make the steps finer in the model`,
    },
  ];
}

type Range = readonly [least: number, most: number];

/** The numbers of a type: what the platform writes, or all that it can have. */
function rangeOf({ type, specs }: DataType): Range {
  const [least, most] = type === "int32" ? [-(2 ** 31), 2 ** 31 - 1] : [-Infinity, Infinity];
  return [numberOf(specs, "min") ?? least, numberOf(specs, "max") ?? most];
}

function rangeText([least, most]: Range): string {
  if (most >= 2 ** 31 - 1) return least <= -(2 ** 31) ? t`any number` : t`${least} or more`;
  return least <= -(2 ** 31) ? t`${most} or less` : t`${least} to ${most}`;
}

/** Whether the board may send numbers that the model does not allow. */
function isBeyond({ dataType }: Needed, { dataType: given }: Property): boolean {
  if (!isNumeric(dataType) || !isNumeric(given)) return false;
  const [[least, most], [min, max]] = [rangeOf(dataType), rangeOf(given)];
  return least < min || most > max;
}

function isNumeric({ type }: DataType): boolean {
  return ["int32", "int64", "float", "double"].includes(type);
}

/** Most numbers of an enum that are compared. */
const MOST_NUMBERS = 1000;

/** Whether a number of the range is not one of the enum. */
function lacksNumbers([least, most]: Range, given: DataType): boolean {
  const names = new Set(Object.keys(given.specs ?? {}));
  if (most - least >= MOST_NUMBERS) return true;
  return Array.from({ length: most - least + 1 }, (_, index) => String(least + index)).some(
    (number) => !names.has(number),
  );
}

/** `an enum of 0, 1` */
function numbersOf({ specs }: DataType): string {
  const numbers = Object.keys(specs ?? {});
  const more = numbers.length > MOST_NAMED ? ", …" : "";
  return t`an enum of ${list(numbers.slice(0, MOST_NAMED)) + more}`;
}

/** Each service is a command, whose answer is its output. */
function* serviceMisfits(settings: Studio, { services = [] }: ThingModel): Generator<Finding> {
  for (const [index, service] of settings.services.entries()) {
    const pointer = `/onenet/services/${index}`;
    const known = services.find(({ identifier }) => identifier === service);
    const answer = known?.output?.find(({ identifier }) => identifier === "answer");
    if (known === undefined)
      yield {
        pointer,
        problem: t`the thing model has no service ${quote(service)}`,
        remedy: t`add it to the model, with the output answer: string`,
      };
    else if (answer?.dataType.type !== "string")
      yield {
        pointer,
        problem: t`the service ${quote(service)} has no output answer of type string in the thing model`,
        remedy: t`add it to the model: the board sends it`,
      };
  }
}

function* eventMisfits({ event }: Studio, { events = [] }: ThingModel): Generator<Finding> {
  if (event === "" || events.some(({ identifier }) => identifier === event)) return;
  const known = events.map(({ identifier }) => identifier);
  yield {
    pointer: "/onenet/event",
    problem: t`the thing model has no event ${quote(event)}`,
    remedy: known.length === 0 ? t`add it to the model` : suggest(event, known),
  };
}

/** Types that take what the board sends as another. */
const TAKING: Partial<Record<DataType["type"], readonly DataType["type"][]>> = {
  int32: ["int32", "int64", "float", "double", "enum"],
  float: ["float", "double"],
};

function fits({ type }: DataType, given: DataType): boolean {
  return (TAKING[type] ?? [type]).includes(given.type);
}

function lengthOf({ type, specs }: DataType): number | undefined {
  const length = type === "string" && specs !== undefined && "length" in specs ? specs.length : undefined;
  return length === undefined || length === "" ? undefined : Number(length);
}
