/** Writes the parts of a board as properties of a thing model, for the module `virtual:board`. */

import type { Board } from "../boards/board.ts";
import { identifierOf } from "../boards/onenet.ts";
import { valuesOf } from "../boards/parts.ts";
import { variable, type ConnectedPart, type Connection } from "./part-connections.ts";

/** The parts as properties of a thing model. */
export function propertiesOf({ onenet }: Board, connections: readonly ConnectedPart[]): string {
  const ofLed = onenet.generation === "studio" ? onenet.properties : undefined;
  const names: string[] = [];
  const sets: string[] = [];
  const gets: string[] = [];

  function add(id: string, set: string | undefined, get: string): void {
    const is = `name === ${JSON.stringify(id)} ? `;
    gets.push(`${is}${get} : `);
    if (set === undefined) return;
    names.push(id);
    sets.push(`${is}${set} : `);
  }

  for (const [index, connection] of connections.entries()) {
    const { part } = connection;
    const name = variable(index);
    if (part.kind === "light" && part.name === "led" && ofLed !== undefined) {
      add(ofLed.led, `typeof value === "boolean" && (${name}.light(value), true)`, `${name}.isLit()`);
      if (part.led.kind !== "gpio") add(ofLed.colour, paint(name), `${name}.state()`);
      continue;
    }
    for (const [at, { id, type, isWritable }] of valuesOf(part).entries()) {
      const set =
        connection.takes ??
        (type === "colour"
          ? paint(name)
          : type === "bool"
            ? given("boolean", 'value ? "on" : "off"', connection)
            : type === "text"
              ? given("string", "value", connection)
              : given("number", '"" + value', connection));
      add(identifierOf(onenet, id), isWritable ? set : undefined, connection.reads[at] ?? "");
    }
  }
  return `{
    names: ${JSON.stringify(names)},
    set: (name, value) => ${sets.join("")}false,
    get: (name) => ${gets.join("")}undefined,
  }`;
}

/** Sets a colour. */
function paint(name: string): string {
  return `typeof value === "string" && ${name}.paint(value.toLowerCase())`;
}

/** Gives a value as the argument of a command. */
function given(type: string, argument: string, { obeys }: Connection): string {
  return `typeof value === "${type}" && ${obeys.replace(/argument|given/, argument)}`;
}
