/** The parts of a virtual board as the page shows them, and the inputs that belong to them. */

import type { Board } from "../boards/board.ts";
import { CHIPS } from "../boards/chips.ts";
import { commandsOf, pinsOf, valuesOf, type Part, type PartCommands } from "../boards/parts.ts";
import { restLevel, sensorsOf } from "../stage/connect-parts.ts";
import { readOutput } from "../stage/outputs.ts";
import type { Input, VirtualBoard } from "../virtual-board/index.ts";
import type { InputView, PartState, PartView, ValueView } from "./protocol.ts";

/** The parts to show. The LED of a board file's `led` is part of the board's own picture. */
export function shownParts({ led, parts = [] }: Board): readonly Part[] {
  return parts.filter((part) => !(part.kind === "light" && part.name === "led" && part.led === led));
}

export function viewOf(part: Part, board: Board): PartView {
  const { name, kind } = part;
  return {
    name,
    kind,
    pins: pinsOf(part)
      .map(({ pin }) => pinName(board, pin))
      .join(", "),
    commands: sendable(part, board),
    values: valuesOf(part).map(({ id, unit, quantity }) => ({
      stream: board.streams.find(({ source }) => source === id)?.id ?? "",
      unit,
      ...(quantity ? { quantity } : {}),
    })),
    scale: part.kind === "analog" ? { from: part.from, to: part.to } : null,
    preset: part.kind === "setting" ? String(part.default) : "",
  };
}

/** What a command may be. In a thing model, only a property that can be set has one, and only values of its type. */
function sendable(part: Part, { onenet }: Board): PartCommands {
  const commands = commandsOf(part);
  if (onenet.generation !== "studio") return commands;
  const [value] = valuesOf(part);
  if (value?.isWritable !== true) return { words: [] };
  const isSwitched = part.kind !== "servo";
  return { ...commands, words: commands.words.filter((word) => isSwitched && SWITCHED.includes(word)) };
}

const SWITCHED = ["on", "off", "toggle"];

function pinName({ chip }: Board, pin: number): string {
  return pin === CHIPS[chip].names["A0"] ? "A0" : String(pin);
}

export function stateOf(part: Part, device: VirtualBoard): PartState {
  const sensors = sensorsOf(part);
  if (!sensors) return readOutput(part, device) ?? null;
  const { pin, first, count } = sensors;
  const faults = Array.from(
    { length: count },
    (_, index) => device.sensors.faultOf(pin, first + index) ?? "none",
  );
  return { does: "measure", faults };
}

/** The inputs the program reads, each with the data stream that reports it, and the part it belongs to. */
export function inputsOf(board: Board, device: VirtualBoard): InputView[] {
  const { parts = [], streams } = board;
  return device.inputs().flatMap((input): InputView[] => {
    const users = parts.filter((part) => pinsOf(part).some(({ pin }) => pin === input.pin));
    if (users.length > 0) return users.flatMap((part) => inputOf(part, board, input) ?? []);
    const stream = streams.find(({ pin }) => input.quantity === "analog" && pin === input.pin);
    return [{ ...input, stream: stream?.id ?? "", part: "" }];
  });
}

/** An input of a part's pin; undefined if it is none that the part reads, such as the level of a sensor's wire. */
function inputOf(part: Part, board: Board, input: Input): InputView | undefined {
  const values = viewOf(part, board).values;
  const view = (value: ValueView | undefined) => ({ stream: value?.stream ?? "", part: part.name });
  switch (part.kind) {
    case "button":
    case "contact":
    case "motion":
    case "counter":
      return input.quantity === "level"
        ? { ...input, ...view(values[0]), rest: restLevel(part, board.chip) }
        : undefined;
    case "analog":
      return input.quantity === "analog" ? { ...input, ...view(values[0]) } : undefined;
    default: {
      const sensors = sensorsOf(part);
      const { quantity } = input;
      if (!sensors || quantity === "level" || quantity === "analog") return undefined;
      const index = input.index - sensors.first;
      if (index < 0 || index >= sensors.count) return undefined;
      const value =
        part.kind === "ds18b20" ? values[index] : values.find((each) => each.quantity === quantity);
      return { ...input, ...view(value), index };
    }
  }
}
