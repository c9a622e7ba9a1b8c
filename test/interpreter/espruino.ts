/** Runs scripts on a real Espruino: the Linux binary in the environment variable ESPRUINO. */

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Path of the binary; undefined if there is none. */
export const ESPRUINO = process.env["ESPRUINO"] || undefined;

const FOUND = readModules(process.env["ESPRUINO_MODULES"], ["DHT22"]);

/** Espruino's own modules in the folder ESPRUINO_MODULES; empty if it is not set or has none. */
export const MODULES: readonly Module[] = FOUND.modules;

/** Explains why a test that needs one of them is skipped. */
export const WITHOUT_MODULE = `skipped: ${FOUND.missing}`;

/** Explains why an interpreter test is skipped. */
export const WITHOUT = "skipped: set ESPRUINO to the path of Espruino's Linux binary";

/**
 * Whether a line is the Linux interpreter's message about an overflowing internal queue, caused by its thread for keys
 * and pins on a busy computer. No test uses its keys or pins, so nothing relevant was lost.
 */
export function isOfInputQueue(line: string): boolean {
  return /^New interpreter error: \W*FIFO_FULL\W*$/.test(line);
}

/**
 * The output of a script including errors, one string per line. A script still running after 5 s is ended, with the
 * line `(still running)`.
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

/** The output's lines without the banner and the prompt around them. */
export function printed(output: string): string[] {
  const text = output.slice(output.indexOf("espruino.com/Donate") + "espruino.com/Donate".length);
  return text
    .replaceAll("\r", "")
    .replace(/>?\x1b\[J/g, "") // oxlint-disable-line no-control-regex -- that is what it prints
    .trim()
    .replace(/\n>$|^>$/, "")
    .split("\n")
    .filter((line) => !isOfInputQueue(line));
}

interface Module {
  readonly name: string;
  readonly text: string;
}

/** @returns the modules of those names in the folder, none if one is missing, and a message about it */
export function readModules(
  folder: string | undefined,
  names: readonly string[],
): { modules: Module[]; missing: string } {
  const files = names.map((name) => `${name}.js`).join(", ");
  if (!folder)
    return { modules: [], missing: `set ESPRUINO_MODULES to a folder with Espruino's own module ${files}` };
  try {
    const modules = names.map((name) => ({ name, text: readFileSync(join(folder, `${name}.js`), "latin1") }));
    return { modules, missing: "" };
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    const missing = `ESPRUINO_MODULES is ${folder}, and ${join(folder, files)} cannot be read (${why}): name a folder with Espruino's own module ${files}`;
    return { modules: [], missing };
  }
}
