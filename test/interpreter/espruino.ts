/** Runs scripts on a real Espruino: its Linux binary, which the environment variable ESPRUINO names. */

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Path of the binary, undefined where there is none. */
export const ESPRUINO = process.env["ESPRUINO"] || undefined;

const FOUND = readModules(process.env["ESPRUINO_MODULES"]);

/** Espruino's own modules, in the folder that ESPRUINO_MODULES names; none where that is not set, or has none. */
export const MODULES: readonly Module[] = FOUND.modules;

/** Says why a test that takes one of them does not run. */
export const WITHOUT_MODULE = `skipped: ${FOUND.missing}`;

/** Says why a test of the interpreter does not run. */
export const WITHOUT = "skipped: set ESPRUINO to the path of Espruino's Linux binary";

/**
 * Whether a line is the Linux interpreter's word on a queue of its own: its thread for keys and pins was faster than a busy
 * computer let the interpreter be. No test types keys or moves its pins, so nothing that counts was lost.
 */
export function isOfInputQueue(line: string): boolean {
  return /^New interpreter error: \W*FIFO_FULL\W*$/.test(line);
}

/**
 * What a script prints, errors included, one string a line.
 * A script that still runs after 5 s is ended, with the line `(still running)`.
 */
export async function runOnEspruino(binary: string, script: string): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), "espruino-"));
  try {
    const file = join(directory, "script.js");
    await writeFile(file, script);
    const { stdout, isKilled } = await runFile(binary, file, directory);
    const lines = printed(stdout);
    return isKilled ? [...lines, "(still running)"] : lines;
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Runs a file to its end, or for 5 s. Its flash is in `directory`. */
export function runFile(
  binary: string,
  file: string,
  directory: string,
): Promise<{ stdout: string; isKilled: boolean }> {
  return new Promise((resolve) => {
    execFile(binary, [file], { cwd: directory, timeout: 5000, encoding: "latin1" }, (error, stdout) =>
      resolve({ stdout, isKilled: error?.killed ?? false }),
    );
  });
}

/** The lines of the output without the banner and without the prompt that comes and goes around it. */
export function printed(output: string): string[] {
  const text = output.slice(output.indexOf("espruino.com/Donate") + "espruino.com/Donate".length);
  return text
    .replaceAll("\r", "")
    .replace(/>?\x1b\[J/g, "") // eslint-disable-line no-control-regex -- that is what it prints
    .trim()
    .replace(/\n>$|^>$/, "")
    .split("\n")
    .filter((line) => !isOfInputQueue(line));
}

interface Module {
  readonly name: string;
  readonly text: string;
}

/** @returns what is in the folder, and what is to be said where something is not */
export function readModules(folder: string | undefined): { modules: Module[]; missing: string } {
  if (!folder)
    return { modules: [], missing: "set ESPRUINO_MODULES to a folder with Espruino's own module DHT22.js" };
  const names = ["DHT22"];
  try {
    const modules = names.map((name) => ({ name, text: readFileSync(join(folder, `${name}.js`), "latin1") }));
    return { modules, missing: "" };
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    const missing = `ESPRUINO_MODULES is ${folder}, and ${join(folder, "DHT22.js")} cannot be read (${why}): name a folder with Espruino's own module DHT22.js`;
    return { modules: [], missing };
  }
}
