/** The LED as properties of a thing model. */

import type { Json } from "../onenet/json";
import type { Properties } from "../onenet/profile";
import type { Lamp } from "./lamp";

/**
 * @param led name of the bool property: whether it is lit
 * @param colour name of the text property: its colour as `#rrggbb`; undefined for a plain LED
 */
export function createProperties(lamp: Lamp, led: string, colour: string | undefined): Properties {
  function set(name: string, value: Json | undefined): boolean {
    if (name === led && typeof value === "boolean") lamp.light(value);
    else return name === colour && typeof value === "string" && lamp.paint(value.toLowerCase());
    return true;
  }
  return {
    names: colour === undefined ? [led] : [led, colour],
    set,
    get: (name) => (name === led ? lamp.isLit() : name === colour ? lamp.state() : undefined),
  };
}
