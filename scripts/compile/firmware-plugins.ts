/** The Rollup plugins that make Espruino's script of the firmware, around the TypeScript plugin. */

import { dirname, relative, resolve } from "node:path";
import type { Plugin } from "rollup";
import { minify } from "terser";
import type { Program } from "typescript";
import type { Board } from "../boards/board.ts";
import { boardModule, featuresModule } from "./board-module.ts";
import { byteStrings } from "./byte-strings.ts";
import { flatten } from "./flatten/index.ts";
import { formatFault, gate } from "./gate/index.ts";
import { keptProperties } from "./mangle.ts";
import { nearestFirst } from "./nearest-first.ts";
import { checkOwnCode } from "./own-code/check.ts";
import { isForeign, tsconfigOf, typeErrors } from "./own-code/index.ts";
import { unwrap } from "./unwrap.ts";

/** The modules that the firmware imports and the build writes. */
const BOARD_MODULE = "virtual:board";
const FEATURES_MODULE = "virtual:features";

export interface FirmwarePlugins {
  /** Path of the tsconfig.json whose program is compiled. */
  readonly tsconfig: string;
  readonly before: Plugin[];
  /** Gets the TypeScript program between the two. */
  readonly program: (program: Program) => void;
  readonly after: Plugin[];
  /** What of the board's own code will hardly do what was meant, a line each; told once the script is there. */
  readonly warnings: readonly string[];
}

export function firmwarePlugins(board: Board): FirmwarePlugins {
  const reserved: string[] = [];
  const errors: string[] = [];
  const warnings: string[] = [];
  let isRewritten = false;
  return {
    tsconfig: tsconfigOf(board),
    before: [constants(board), typeErrors()],
    program(program) {
      // The plugin tells of one program once for each of its files.
      if (reserved.length > 0) return;
      reserved.push(...keptProperties(program, (file) => isForeign(board, file)));
      if (!board.code) return;
      const looked = checkOwnCode(program, board);
      errors.push(...looked.errors);
      warnings.push(...looked.warnings);
      isRewritten = looked.isRewritten;
    },
    // What the first round lays open is for the second; a third would find nothing.
    after: [
      intervals(board),
      bytes(),
      flattener(),
      flattener(),
      unwrapper(),
      minifier(reserved),
      orderer(),
      guard(errors, () => isRewritten),
    ],
    warnings,
  };
}

/** Gives the firmware its board. */
function constants(board: Board): Plugin {
  return {
    name: "board",
    resolveId(source, importer) {
      if (source === BOARD_MODULE || source === FEATURES_MODULE) return source;
      if (importer !== BOARD_MODULE) return null;
      // What own code does while it is loaded stays, whatever is used of it.
      if (source === board.code?.file) return { id: source, moduleSideEffects: true };
      // The module stands where main.ts does.
      return resolve("src", `${source}.ts`);
    },
    load(id) {
      if (id === BOARD_MODULE) return boardModule(board);
      return id === FEATURES_MODULE ? featuresModule(board) : null;
    },
  };
}

/** Functions of the interpreter that a board's own code does not get, for a moved clock drives them mad. */
const INTERVALS = ["setInterval", "clearInterval", "changeInterval"];

/** Gives own code the firmware's intervals under the names of the interpreter's. */
function intervals(board: Board): Plugin {
  return {
    name: "intervals",
    transform(code, id) {
      const names = INTERVALS.filter((name) => code.includes(name));
      if (!id.endsWith(".ts") || !isForeign(board, id) || names.length === 0) return null;
      // On the line of the first statement, so that every place in the file stays what it was.
      return {
        code: `import { ${names.join(", ")} } from ${JSON.stringify(resolve("src/device/intervals.ts"))}; ${code}`,
        map: null,
      };
    },
  };
}

/** Writes text as the bytes of its UTF-8: the interpreter has no Unicode. */
function bytes(): Plugin {
  return { name: "byte-strings", transform: (code) => byteStrings(code) };
}

/** Makes one program of the parts that exist once. */
function flattener(): Plugin {
  return { name: "flatten", renderChunk: (code) => flatten(code) };
}

/** Makes the program global, under names that the console does not meet. */
function unwrapper(): Plugin {
  return { name: "unwrap", renderChunk: (code) => unwrap(code) ?? null };
}

/** @param reserved names of properties that stay; may still be filled while the plugins before this one run */
function minifier(reserved: string[]): Plugin {
  return {
    name: "terser",
    async renderChunk(code) {
      const result = await minify(code, {
        ecma: 2015,
        // Global variables have their names already.
        compress: { toplevel: true, passes: 3, pure_getters: true, reduce_funcs: false, inline: false },
        mangle: {
          reserved: ["of"], // a keyword of Espruino wherever it stands
          properties: { builtins: true, keep_quoted: "strict", reserved },
        },
        format: { ascii_only: true, comments: false },
        sourceMap: { asObject: true },
      });
      if (result.code === undefined) throw new Error("the minifier returned nothing");
      return { code: result.code, map: result.map as never };
    },
  };
}

/** Puts what is needed most where it is found soonest. */
function orderer(): Plugin {
  return { name: "order", renderChunk: (code) => nearestFirst(code) ?? null };
}

/**
 * Lets nothing pass that Espruino would stumble over.
 * @param errors what is known before; may still be filled while the plugins before this one run
 * @param isRewritten whether these are the reasons of whatever else there would be
 */
function guard(errors: readonly string[], isRewritten: () => boolean): Plugin {
  return {
    name: "gate",
    generateBundle({ file = "" }, bundle) {
      const lines = Object.values(bundle).flatMap((output) => {
        if (output.type !== "chunk") return [];
        const faults = gate(output.code, { map: output.map?.toString() ?? null });
        // A source map names files from where the script is.
        return faults.map((fault) =>
          formatFault({ ...fault, source: relative("", resolve(dirname(file), fault.source)) }),
        );
      });
      const all = isRewritten() ? errors : [...errors, ...lines];
      if (all.length > 0) this.error(["Espruino cannot run this:", ...all].join("\n"));
    },
  };
}
