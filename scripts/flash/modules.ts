/**
 * Espruino's modules that a script loads with `require`. They are not part of the interpreter, so they are downloaded
 * once, to `boards/modules/`, when a board is flashed or before, and uploaded with the script.
 */

import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "acorn";
import { simple } from "acorn-walk";
import { BOARDS_DIRECTORY } from "../boards/index.ts";
import { quote } from "../boards/mistake.ts";
import { writePrivately } from "../boards/new/write.ts";
import { EXIT, UserError } from "../cli/command.ts";
import { explainWrite } from "../cli/output-file.ts";
import { t } from "../cli/language.ts";

export interface ModuleSource {
  /** Folder of the modules, `<name>.js` each. */
  readonly directory: string;
  /** Where missing ones are downloaded from. */
  readonly url: string;
}

export const ESPRUINO_MODULES: ModuleSource = {
  directory: join(BOARDS_DIRECTORY, "modules"),
  url: "https://www.espruino.com/modules",
};

/** The page that lists all modules. */
const LIST = "https://www.espruino.com/Modules";

/** Modules of the firmware itself: built into every Espruino it supports, or optional. */
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

/**
 * Modules that are only found built in, some of them only on some chips. `crypto` is not one of these: the site has it
 * for boards without.
 */
export const OF_ESPRUINO: readonly string[] = [
  ...BUILT_IN,
  ...["ESP8266", "Flash", "NetworkJS", "fs", "heatshrink", "timer"],
];

/** Largest module accepted, in bytes; Espruino's largest has about 20 kB. */
const LIMIT = 65_536;
/** Most modules together: each may require more, and a server may invent them. */
const MOST = 50;
/** Time-out for one, in ms. */
const PATIENCE = 20_000;

/** A valid module name: it becomes a file name and part of a URL. */
const NAME = /^\w[\w.+-]{0,63}$/;

/**
 * Names of the modules a script requires that are not built into every Espruino, sorted.
 * @throws UserError if one is not valid
 */
export function modulesOf(script: string): string[] {
  const names = new Set<string>();
  simple(parse(script, { ecmaVersion: "latest", sourceType: "script" }), {
    CallExpression({ callee, arguments: [name] }) {
      if (callee.type !== "Identifier" || callee.name !== "require") return;
      if (name?.type === "Literal" && typeof name.value === "string") names.add(name.value);
    },
  });
  for (const name of names) checkName(name);
  return [...names].filter((name) => !BUILT_IN.includes(name)).sort();
}

/** @throws UserError with an exit code if a name is not valid */
export function checkName(name: string, exitCode: number = EXIT.failed): void {
  if (NAME.test(name)) return;
  throw new UserError(t`${quote(name)} is not a valid module name; ${LIST} lists all modules`, exitCode);
}

/**
 * Makes sure that some modules, and those they require, are in the folder.
 * @param names as in `require`
 * @param onBoard names of the modules built into this board
 * @param patience time-out for each download, in ms
 * @returns the names of all modules to upload
 * @throws UserError if one is unavailable, with what to do
 */
export async function provideModules(
  names: readonly string[],
  { directory, url }: ModuleSource,
  signal: AbortSignal,
  say: (line: string) => void,
  onBoard: readonly string[] = [],
  patience = PATIENCE,
): Promise<string[]> {
  for (const name of names) checkName(name);
  const wanted = names.filter((name) => !onBoard.includes(name));
  for (const name of wanted) {
    if (wanted.length > MOST)
      throw new UserError(t`more than ${MOST} modules are required, ${name} among them; require fewer`);
    const file = join(directory, `${name}.js`);
    let text = existsSync(file) ? await readFile(file, "utf8") : undefined;
    if (text === undefined) {
      text = await download(name, url, signal, patience);
      await mkdir(directory, { recursive: true }).catch((error: unknown) => {
        throw new UserError(
          explainWrite(`boards/modules/${name}.js`, (error as NodeJS.ErrnoException).code ?? ""),
        );
      });
      writePrivately(file, text, true); // completely or not at all: half a module, or none of it, may be valid too
      say(t`Module ${name}: downloaded from ${url}`);
    }
    // These are in the list for later rounds.
    for (const more of modulesIn(name, text))
      if (!wanted.includes(more) && !onBoard.includes(more)) wanted.push(more);
  }
  return wanted;
}

/** The same for a file in the folder, which the user may have put there. */
function modulesIn(name: string, text: string): string[] {
  try {
    return modulesOf(text);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      t`boards/modules/${name}.js is not JavaScript: delete it, and it will be downloaded again`,
    );
  }
}

async function download(name: string, url: string, signal: AbortSignal, patience: number): Promise<string> {
  const own = t`put it in boards/modules/${name}.js yourself`;
  const advice = t`run npm run modules -- ${name} on a computer with internet and copy boards/modules/ here, or ${own} (${url}/${name}.js)`;
  const fail = (why: string, what = advice) => new UserError(t`module ${name}: ${why}; ${what}`);
  // AbortSignal.timeout within AbortSignal.any may be collected as garbage before it fires.
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), patience);
  try {
    const response = await fetch(`${url}/${name}.min.js`, {
      signal: AbortSignal.any([signal, over.signal]),
    });
    if (response.status === 404)
      throw fail(
        t`there is none at ${url}`,
        t`check its spelling, including capitals, at ${LIST}; if it is your own, ${own}`,
      );
    if (response.status !== 200) throw fail(t`${url} responded with status ${response.status}`);
    const text = await bounded(response);
    if (text === undefined) throw fail(t`it is larger than ${LIMIT} bytes`);
    modulesOf(text); // rejects anything but JavaScript, such as a captive portal's page
    return text;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UserError) throw error;
    if (error instanceof SyntaxError) throw fail(t`what ${url} sent is not JavaScript`);
    throw fail(t`${url} cannot be reached`);
  } finally {
    clearTimeout(timer);
    over.abort(); // ends a response that was not read, which would keep the command from ending
  }
}

/** The body of a response; undefined if over the limit. */
async function bounded({ body }: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    if ((size += chunk.length) > LIMIT) return undefined;
  }
  return Buffer.concat(chunks).toString();
}
