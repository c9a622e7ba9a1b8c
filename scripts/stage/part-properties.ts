/** Commands for parts as properties of the thing model, which has no text commands. */

import type { Board } from "../boards/board.ts";
import { identifierOf, pathOf } from "../boards/onenet.ts";
import { accepts, commandsOf, valuesOf, type Part } from "../boards/parts.ts";
import type { JsonValue } from "../local-onenet/json.ts";
import { switchedTo } from "../local-onenet/switch-command.ts";
import type { VirtualBoard } from "../virtual-board/index.ts";
import { hexColour, onColour, readLight } from "./light.ts";

/** Values by property: that of `air.temperature` within the struct `air`. */
export function withStructs(values: Readonly<Record<string, JsonValue>>): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(values).map(([identifier, value]) => {
      const [property, member] = pathOf(identifier);
      return [property, member === undefined ? value : { [member]: value }];
    }),
  );
}

/**
 * The properties that do what a command such as `pump on`, `fan 40` or `on` would. What a part does not take, and what no
 * property can say, such as `lid off`, stays a text, for the thing model to refuse.
 * @param read the value of a property now, which `toggle` needs; of the lights, `device` shows it
 */
export async function propertiesFor(
  board: Board,
  parts: readonly Part[],
  text: string,
  device: VirtualBoard,
  read: (identifier: string) => Promise<JsonValue | undefined>,
): Promise<Record<string, JsonValue>> {
  const [written = "", argument = ""] = text.trim().split(/\s+/, 2);
  const named = parts.find(({ name }) => name.toLowerCase() === written.toLowerCase());
  const part = named ?? parts.find(({ kind }) => kind === "light");
  const command = (named ? argument : written).toLowerCase();
  if (part === undefined || (!named && !accepts(part, command))) return { [written]: argument };
  const [value] = valuesOf(part);
  const id = identifierOf(board.onenet, value?.id ?? part.name);
  const led = part.kind === "light" ? part.led : undefined;
  const isSwitch = commandsOf(part).words.includes(command);
  const state = isSwitch && command === "toggle" && !led ? await read(id) : undefined;
  const isLit = () => (led ? readLight(led, device).colour.some((level) => level > 0) : Boolean(state));
  const isOn = isSwitch ? switchedTo(command, isLit) : undefined;
  if (part.name === "led" && board.onenet.generation === "studio") {
    const { properties } = board.onenet;
    return isOn === undefined ? { [properties.colour]: command } : { [properties.led]: isOn };
  }
  switch (value?.type) {
    case "text":
      return { [id]: text.trim().slice(written.length).trim() };
    case "bool":
      return { [id]: isOn ?? command };
    case "colour":
      return {
        [id]: isOn === undefined ? command : isOn && led ? hexColour(onColour(led)) : "#000000",
      };
    case "int":
    case "float": {
      const isPower = part.kind === "light" || part.kind === "dimmer";
      if (isOn !== undefined && isPower) return { [id]: isOn ? 100 : 0 };
      return { [id]: /\d/.test(command) && accepts(part, command) ? parseFloat(command) : command };
    }
    default:
      return { [id]: command };
  }
}
