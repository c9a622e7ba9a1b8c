/** Espruino's own MQTT modules, from a folder of the user's: minified as scripts are, and kept nowhere. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { minify } from "terser";
import { UserError } from "../cli/command.ts";

export interface Peers {
  /** The modules' source, minified. */
  readonly tinyMqtt: string;
  readonly mqtt: string;
}

/**
 * @param folder with `tinyMQTT.js` and `MQTT.js`, as the folder `modules` of EspruinoDocs
 * @throws UserError when one of them is missing
 */
export async function loadPeers(folder: string): Promise<Peers> {
  return { tinyMqtt: await load(folder, "tinyMQTT.js"), mqtt: await load(folder, "MQTT.js") };
}

async function load(folder: string, name: string): Promise<string> {
  let source: string;
  try {
    source = await readFile(join(folder, name), "utf8");
  } catch {
    throw new UserError(`there is no ${name} in ${folder}: name the folder "modules" of EspruinoDocs`);
  }
  const { code } = await minify(source, {
    ecma: 2015,
    compress: { passes: 3 },
    mangle: { reserved: ["of"] }, // Espruino's keyword wherever it stands
    toplevel: true,
    format: { ascii_only: true, comments: false },
  });
  if (code === undefined) throw new Error("the minifier returned nothing");
  return code;
}
