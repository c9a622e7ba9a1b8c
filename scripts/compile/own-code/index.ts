/** What the build of a board with its own code, `boards/<name>.ts`, needs beside the code. */

import { mkdirSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Plugin } from "rollup";
import type { Board } from "../../boards/board.ts";
import { reasonOf } from "./type-errors.ts";

/** What a line of the console begins with that tells of the board's own code (src/app/own-code.ts). */
export const OWN_CODE = "Own code: ";

/** The program that is compiled: the firmware, and with it this board's code and no other's. @returns its path */
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
        // Whoever tries something out leaves things half done.
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

/** Whether a file is the board's own code, or what that imports. */
export function isForeign({ code }: Board, file: string): boolean {
  return code !== undefined && relative(resolve("src"), file).startsWith("..");
}

/** Ends the build with all that TypeScript finds, a line each. */
export function typeErrors(): Plugin {
  const errors = new Set<string>();
  return {
    name: "type-errors",
    onLog(_level, { pluginCode, loc, message }) {
      if (!/^TS\d/.test(String(pluginCode))) return undefined;
      const place = loc?.file === undefined ? "" : `${relative("", loc.file)}:${loc.line}:${loc.column}: `;
      errors.add(place + reasonOf(String(pluginCode), message.replace(/^.*?TS\d+: /, "")));
      return false;
    },
    buildStart: {
      // The compiler has told all when its own buildStart is over.
      order: "post",
      sequential: true,
      handler() {
        if (errors.size > 0) this.error(["TypeScript finds mistakes:", ...errors].join("\n"));
      },
    },
  };
}
