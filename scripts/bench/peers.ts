/** Loads Espruino's own MQTT modules from a folder the user provides, and minifies them as the build does. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { minify } from "terser";
import { UserError } from "../cli/command.ts";

export interface Peers {
  /** The minified source of the modules. */
  readonly tinyMqtt: string;
  readonly mqtt: string;
}

/**
 * @param folder with `tinyMQTT.js` and `MQTT.js`, such as the folder `modules` of EspruinoDocs
 * @throws UserError if one of them is missing
 */
export async function loadPeers(folder: string): Promise<Peers> {
  return { tinyMqtt: await load(folder, "tinyMQTT.js"), mqtt: await load(folder, "MQTT.js") };
}

async function load(folder: string, name: string): Promise<string> {
  let source: string;
  try {
    source = await readFile(join(folder, name), "utf8");
  } catch {
    throw new UserError(`${name} is missing in ${folder}: use the folder "modules" of EspruinoDocs`);
  }
  const { code } = await minify(source, {
    ecma: 2015,
    compress: { passes: 3 },
    mangle: { reserved: ["of"] }, // A keyword in Espruino.
    toplevel: true,
    format: { ascii_only: true, comments: false },
  });
  if (code === undefined) throw new Error("the minifier returned nothing");
  return code;
}
