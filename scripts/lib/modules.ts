/**
 * Espruino's own modules, of which a script asks for with `require`: they are no part of the interpreter, so what a
 * script needs is downloaded once, to `boards/modules/`, and goes to the board with the script.
 */

import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "acorn";
import { simple } from "acorn-walk";
import { BOARDS_DIRECTORY } from "./boards.ts";
import { UserError } from "./command.ts";

export interface ModuleSource {
  /** Folder of the modules, `<name>.js` each. */
  readonly directory: string;
  /** Where those come from that are not there. */
  readonly url: string;
}

export const ESPRUINO_MODULES: ModuleSource = {
  directory: join(BOARDS_DIRECTORY, "modules"),
  url: "https://www.espruino.com/modules",
};

/** What the firmware itself asks for: in every Espruino that it runs on, or done without. */
const BUILT_IN: readonly string[] = [
  "Storage",
  "TelnetServer",
  "Wifi",
  "dgram",
  "http",
  "neopixel",
  "net",
  "tls",
];

/** The longest module that is taken, in bytes; the largest of Espruino's has about 20 kB. */
const LIMIT = 65_536;
/** Longest wait for one, in ms. */
const PATIENCE = 20_000;

/** What a module may be called: its name becomes that of a file, and a part of an address. */
const NAME = /^\w[\w.+-]{0,63}$/;

/** Names of the modules that a script asks for and that are not built into every Espruino, sorted. */
export function modulesOf(script: string): string[] {
  const names = new Set<string>();
  simple(parse(script, { ecmaVersion: "latest", sourceType: "script" }), {
    CallExpression({ callee, arguments: [name] }) {
      if (callee.type !== "Identifier" || callee.name !== "require") return;
      if (name?.type === "Literal" && typeof name.value === "string") names.add(name.value);
    },
  });
  return [...names].filter((name) => !BUILT_IN.includes(name)).sort();
}

/**
 * Sees to it that the modules which a script asks for are in the folder, and those that they ask for.
 * @param onBoard names of the modules that this board has built in
 * @param patience longest wait for one that is not there, in ms
 * @returns the names of all that the board is to get
 * @throws UserError when one cannot be had, with what to do
 */
export async function provideModules(
  script: string,
  { directory, url }: ModuleSource,
  signal: AbortSignal,
  say: (line: string) => void,
  onBoard: readonly string[] = [],
  patience = PATIENCE,
): Promise<string[]> {
  const wanted = modulesOf(script).filter((name) => !onBoard.includes(name));
  for (const name of wanted) {
    if (!NAME.test(name)) throw new UserError(`module ${JSON.stringify(name)}: that is no name of a module`);
    const file = join(directory, `${name}.js`);
    let text = existsSync(file) ? await readFile(file, "utf8") : undefined;
    if (text === undefined) {
      text = await download(name, url, signal, patience);
      await mkdir(directory, { recursive: true });
      await writeFile(file, text);
      say(`Module ${name}: downloaded from ${url}`);
    }
    // Those are in the list for the rounds to come.
    for (const more of modulesIn(name, text))
      if (!wanted.includes(more) && !onBoard.includes(more)) wanted.push(more);
  }
  return wanted;
}

/** The same of a file in the folder, which the user may have put there. */
function modulesIn(name: string, text: string): string[] {
  try {
    return modulesOf(text);
  } catch {
    throw new UserError(`boards/modules/${name}.js is no JavaScript: remove it, and it is downloaded again`);
  }
}

async function download(name: string, url: string, signal: AbortSignal, patience: number): Promise<string> {
  const advice = `put it into boards/modules/${name}.js yourself (${url}/${name}.js), or take it out of the board's code`;
  const fail = (why: string) => new UserError(`module ${name}: ${why}; ${advice}`);
  try {
    const response = await fetch(`${url}/${name}.min.js`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
    });
    if (response.status !== 200) throw fail(`${url} answers with status ${response.status}`);
    const text = await bounded(response);
    if (text === undefined) throw fail(`it is larger than ${LIMIT} bytes`);
    modulesOf(text); // what is no JavaScript, such as a page of a hotel's Wi-Fi, ends here
    return text;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UserError) throw error;
    if (error instanceof SyntaxError) throw fail(`what ${url} sent is no JavaScript`);
    throw fail(`${url} cannot be reached`);
  }
}

/** The body of a response; undefined when it is over the limit. */
async function bounded({ body }: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    if ((size += chunk.length) > LIMIT) return undefined;
  }
  return Buffer.concat(chunks).toString();
}
