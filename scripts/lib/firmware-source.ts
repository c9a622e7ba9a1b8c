/** Compiles the firmware's TypeScript: once for all boards, because no board is part of it. */

import { dirname, resolve } from "node:path";
import type { Plugin } from "rollup";
import ts from "typescript";
import { keptProperties } from "./mangle.ts";

export interface FirmwareSource {
  /** JavaScript and its source map, by the path of the TypeScript file. */
  readonly modules: ReadonlyMap<string, { code: string; map: string }>;
  /** Names of properties that the minifier must keep. */
  readonly kept: ReadonlySet<string>;
}

const compiled = new Map<string, FirmwareSource>();

/**
 * Compiles a project, or returns what an earlier call made of it.
 * @param tsconfig path of its tsconfig.json
 * @throws Error with every mistake that TypeScript finds
 */
export function firmwareSource(tsconfig: string): FirmwareSource {
  let source = compiled.get(tsconfig);
  if (!source) compiled.set(tsconfig, (source = compile(tsconfig)));
  return source;
}

/** Gives Rollup the modules of a project. */
export function typescript(tsconfig: string): Plugin {
  return {
    name: "typescript",
    resolveId(source, importer) {
      if (!source.startsWith(".") || !importer) return null;
      const file = resolve(dirname(importer), `${source}.ts`);
      return firmwareSource(tsconfig).modules.has(file) ? file : null;
    },
    load: (id) => firmwareSource(tsconfig).modules.get(id) ?? null,
  };
}

function compile(tsconfig: string): FirmwareSource {
  const config = ts.getParsedCommandLineOfConfigFile(
    tsconfig,
    { noEmit: false, sourceMap: true, inlineSources: true },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (mistake) => fail([mistake]) },
  );
  if (!config) throw new Error(`there is no ${tsconfig}`);
  const program = ts.createProgram(config.fileNames, config.options);
  const mistakes = [...config.errors, ...ts.getPreEmitDiagnostics(program)];
  if (mistakes.length > 0) fail(mistakes);

  const modules = new Map<string, { code: string; map: string }>();
  program.emit(undefined, (name, text, _mark, _onError, [from] = []) => {
    if (!from) return;
    const file = resolve(from.fileName);
    const { code = "", map = "" } = modules.get(file) ?? {};
    modules.set(file, name.endsWith(".map") ? { code, map: text } : { code: text, map });
  });
  return { modules, kept: keptProperties(program) };
}

function fail(mistakes: readonly ts.Diagnostic[]): never {
  const host = {
    getCanonicalFileName: (name: string) => name,
    getCurrentDirectory: () => process.cwd(),
    getNewLine: () => "\n",
  };
  throw new Error(ts.formatDiagnostics(mistakes, host).trim());
}
