/** Compares a board with the thing model of its product, as the platform will. */

import type { Board, Studio } from "../boards/board.ts";
import { quote, suggest, type Finding } from "../boards/mistake.ts";
import { neededProperties, type Needed } from "./board-model.ts";
import type { DataType, Property, ThingModel } from "./thing-model.ts";

/** What makes the platform refuse what the board sends, or the board what the platform sends. */
export function misfitsOf(board: Board, settings: Studio, model: ThingModel): Finding[] {
  const needed = neededProperties(board, settings);
  const used = new Set(needed.map(({ identifier }) => identifier));
  const free = model.properties.filter(
    ({ identifier }) => !used.has(identifier) && !identifier.startsWith("$"),
  );
  return [
    ...needed.flatMap((property) => {
      const known = model.properties.find(({ identifier }) => identifier === property.identifier);
      if (known === undefined) return property.isOptional === true ? [] : [missing(property, free)];
      return [...typeMisfit(property, known), ...accessMisfit(property, known)];
    }),
    ...serviceMisfits(settings, model),
    ...eventMisfits(settings, model),
  ];
}

function missing(property: Needed, free: readonly Property[]): Finding {
  const { identifier, accessMode, dataType, pointer, isOwn } = property;
  const fitting = free.filter((other) => isOwn === true || fits(dataType, other.dataType));
  const names = fitting.slice(0, MOST_NAMED).map((other) => other.identifier);
  const type = isOwn === true ? "" : `${dataType.type}, `;
  const place = pointer.startsWith("/parts/") ? " in onenet.identifiers" : " here";
  return {
    pointer,
    problem: `the thing model has no property ${quote(identifier)}`,
    remedy: `add it to the model: ${type}${ACCESS[accessMode]}${names.length === 0 ? "" : `; or write another of its identifiers${place}: ${names.join(", ")}`}`,
  };
}

/** Most identifiers in a message. */
const MOST_NAMED = 8;

const ACCESS = { r: "read-only (只读)", rw: "read-write (读写)" } as const;

function* typeMisfit({ identifier, dataType, pointer, isOwn }: Needed, known: Property): Generator<Finding> {
  if (isOwn === true) return;
  const given = known.dataType;
  if (!fits(dataType, given)) {
    yield {
      pointer,
      problem: `${quote(identifier)} is ${given.type} in the thing model, and the board sends ${dataType.type}`,
      remedy: `make it ${dataType.type} in the model`,
    };
    return;
  }
  const [longest, length] = [lengthOf(given), lengthOf(dataType)];
  if (longest !== undefined && length !== undefined && longest < length)
    yield {
      pointer,
      problem: `${quote(identifier)} has at most ${longest} bytes in the thing model, and the board sends ${length}`,
      remedy: `allow ${length} in the model`,
    };
}

function* accessMisfit({ identifier, accessMode, pointer }: Needed, known: Property): Generator<Finding> {
  if (accessMode !== "rw" || known.accessMode === "rw") return;
  yield {
    pointer,
    problem: `${quote(identifier)} is read-only in the thing model, so nothing can set it`,
    remedy: `make it ${ACCESS.rw} in the model`,
  };
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
        problem: `the thing model has no service ${quote(service)}`,
        remedy: "add it to the model, with the output answer: string",
      };
    else if (answer?.dataType.type !== "string")
      yield {
        pointer,
        problem: `the service ${quote(service)} has no output answer of type string in the thing model`,
        remedy: "add it to the model: the board sends it",
      };
  }
}

function* eventMisfits({ event }: Studio, { events = [] }: ThingModel): Generator<Finding> {
  if (event === "" || events.some(({ identifier }) => identifier === event)) return;
  const known = events.map(({ identifier }) => identifier);
  yield {
    pointer: "/onenet/event",
    problem: `the thing model has no event ${quote(event)}`,
    remedy: known.length === 0 ? "add it to the model" : suggest(event, known),
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
