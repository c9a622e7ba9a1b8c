/** The Rollup plugins around the TypeScript plugin: they give a firmware its board, and make Espruino's script of it. */

import { dirname, relative, resolve } from "node:path";
import { parse } from "acorn";
import type { Plugin } from "rollup";
import type { Board } from "../boards/board.ts";
import { boardModule, featuresModule } from "./board-module.ts";
import { byteStrings } from "./byte-strings.ts";
import type { Firmware } from "./firmware.ts";
import { flatten } from "./flatten/index.ts";
import { type Fault, formatFault, gate, written } from "./gate/index.ts";
import { minified } from "./minify.ts";
import { isForeign } from "./own-code/index.ts";
import { t } from "../cli/language.ts";

/** The modules that the firmware imports and the build writes. */
const BOARD_MODULE = "virtual:board";
const FEATURES_MODULE = "virtual:features";

/** Gives the firmware its board. */
export function constants(board: Board): Plugin {
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

/** Functions of the interpreter that a board's own code does not get: a clock that is set confuses them. */
const INTERVALS = ["setInterval", "clearInterval", "changeInterval"];

/** Gives own code the firmware's intervals under the names of the interpreter's. */
export function intervals(board: Board): Plugin {
  return {
    name: "intervals",
    transform(code, id) {
      const names = INTERVALS.filter((name) => code.includes(name));
      if (!id.endsWith(".ts") || !isForeign(board, id) || names.length === 0) return null;
      // On the line of the first statement, so that every place in the file keeps its line.
      return {
        code: `import { ${names.join(", ")} } from ${JSON.stringify(resolve("src/device/intervals.ts"))}; ${code}`,
        map: null,
      };
    },
  };
}

/** Writes text as the bytes of its UTF-8: the interpreter has no Unicode. */
export function bytes(): Plugin {
  return { name: "byte-strings", transform: (code) => byteStrings(code) };
}

/**
 * Makes one short script of the bundle: parsed once, printed once. Refuses what Espruino would stumble over, with what is
 * known of the board's own code.
 * @param optimizes whether the parts become one flat program
 */
export function espruinoScript({ kept, findings }: Firmware, optimizes: boolean): Plugin {
  /** The bundle, as TypeScript wrote it. */
  let bundled = "";
  return {
    name: "gate",
    async renderChunk(code, _chunk, { sourcemap }) {
      bundled = code;
      const program = parse(code, {
        ecmaVersion: "latest",
        sourceType: "script",
        ...(sourcemap ? { locations: true, sourceFile: "bundle.js" } : {}),
      });
      const { code: script, map } = await minified(optimizes ? flatten(program) : program, kept);
      return { code: script, map: map ?? null };
    },
    generateBundle({ file = "" }, bundle) {
      // A source map names files from where the script is.
      const format = (fault: Fault) =>
        formatFault({ ...fault, source: relative("", resolve(dirname(file), fault.source)) });
      const faults = Object.values(bundle).flatMap((output) =>
        output.type === "chunk" ? gate(output.code, { map: output.map?.toString() ?? null }) : [],
      );
      const { errors, isRewritten } = findings;
      const own = faults.length > 0 && !isRewritten ? written(faults, gate(bundled)) : [];
      const others = isRewritten ? [] : faults.filter((fault) => !own.includes(fault));
      const lines = [
        ...titled(t`Espruino cannot run this:`, [...errors, ...own.map(format)]),
        ...titled(
          t`The build wrote what Espruino cannot run. No source has it, so the fault is the build's; please report it:`,
          others.map(format),
        ),
      ];
      if (lines.length > 0) this.error(lines.join("\n"));
    },
  };
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? [title, ...lines] : [];
}
