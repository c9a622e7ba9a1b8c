/** Builds with a board's own code, `boards/<name>.ts`: the program, and its type errors. */

import { mkdirSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Plugin } from "rollup";
import type { Board } from "../../boards/board.ts";
import { reasonOf } from "./type-errors.ts";
import { t } from "../../cli/language.ts";

/** Start of a console line about the board's own code (src/app/own-code.ts). */
export const OWN_CODE = "Own code: ";

/** Path of the tsconfig.json to compile: the firmware, with this board's own code if it has any. */
export function tsconfigOf({ name, code }: Board): string {
  const firmware = resolve("src/tsconfig.json");
  if (!code) return firmware;
  const file = resolve("dist", `${name}.tsconfig.json`);
  mkdirSync("dist", { recursive: true });
  writeFileSync(
    file,
    JSON.stringify({
      extends: firmware,
      compilerOptions: {
        paths: { "onenet-espruino": [resolve("src/board-code.ts")] },
        // While people try things out, code is often unfinished.
        noUnusedLocals: false,
        noUnusedParameters: false,
        noImplicitReturns: false,
      },
      include: [resolve("src")],
      files: [code.file, resolve("boards/espruino.d.ts")],
    }),
  );
  return file;
}

/** Whether a file is part of the board's own code, imports included. */
export function isForeign({ code }: Board, file: string): boolean {
  return code !== undefined && relative(resolve("src"), file).startsWith("..");
}

/**
 * Ends the build if TypeScript finds mistakes, and lists them all.
 * @param more mistakes in types that TypeScript cannot know of
 */
export function typeErrors(more: readonly string[]): Plugin {
  const errors = new Set(more);
  return {
    name: "type-errors",
    onLog(_level, { pluginCode, loc, message }) {
      if (!/^TS\d/.test(String(pluginCode))) return undefined;
      const place = loc?.file === undefined ? "" : `${relative("", loc.file)}:${loc.line}:${loc.column}: `;
      errors.add(place + reasonOf(String(pluginCode), message.replace(/^.*?TS\d+: /, "")));
      return false;
    },
    buildStart: {
      // The compiler has reported everything by the end of its own buildStart.
      order: "post",
      sequential: true,
      handler() {
        if (errors.size > 0) this.error([t`TypeScript found mistakes:`, ...errors].join("\n"));
      },
    },
  };
}
