/**
 * The TypeScript programs of builds. The builds of a process share their work: an unchanged file is parsed and checked
 * once, and if no file has changed, the program is reused. The firmware is the same for every board without its own code.
 */

import { createHash } from "node:crypto";
import ts from "./typescript.js";

/** A program that can be written as JavaScript, with TypeScript's findings about it. */
export type Builder = ts.EmitAndSemanticDiagnosticsBuilderProgram;
type WatchHost = ts.WatchCompilerHostOfFilesAndCompilerOptions<Builder>;

/** A program and its output so far: a builder emits only what changed since its predecessor. */
interface Made {
  readonly builder: Builder;
  readonly outputs: Map<string, string>;
}

/** What Rollup's plugin asks of every program. */
const FOR_ROLLUP: ts.CompilerOptions = {
  noEmit: false,
  noEmitHelpers: true,
  importHelpers: true,
  sourceMap: true,
  inlineSources: true,
};

/** Options that affect neither parsing nor binding. */
const OF_PROGRAMS = [
  "configFilePath",
  "noImplicitReturns",
  "noUnusedLocals",
  "noUnusedParameters",
  "paths",
  "pathsBasePath",
];

const parsed = new Map<string, ts.SourceFile>();
/** The latest program, keyed by its options without the ones that name files of one board. */
const latest = new Map<string, Made>();

/** The program of a tsconfig.json, as {@link programOf} makes it. */
export function readProgram(tsconfig: string): Builder {
  const config = ts.getParsedCommandLineOfConfigFile(tsconfig, FOR_ROLLUP, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic({ messageText }) {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, "\n"));
    },
  });
  if (!config) throw new Error(`${tsconfig} cannot be read`);
  return programOf(config.fileNames, config.options);
}

/** The program of some files. Its `emit` writes every file each time. */
export function programOf(rootFiles: readonly string[], options: ts.CompilerOptions): Builder {
  return writingAll(madeOf(rootFiles, options));
}

/** TypeScript for Rollup's plugin, which gets this program instead of making one. */
export function handingOut(builder: Builder): typeof ts {
  return {
    ...ts,
    // The plugin calls the overload with files and options, and reads TypeScript's findings through its host.
    createWatchProgram: ((host: WatchHost) => {
      const own = { ...builder }; // the plugin changes its `emit`
      host.afterProgramCreate?.(own);
      return { getProgram: () => own, close: () => undefined };
    }) as unknown as typeof ts.createWatchProgram,
  };
}

function madeOf(rootFiles: readonly string[], options: ts.CompilerOptions): Made {
  const settings = key(options, ["configFilePath", "pathsBasePath"]);
  const before = latest.get(settings);
  if (before && isAsItWas(before.builder, rootFiles)) return before;
  const builder = ts.createEmitAndSemanticDiagnosticsBuilderProgram(
    rootFiles,
    options,
    compilerHost(options),
    before?.builder,
  );
  const made = { builder, outputs: new Map(before?.outputs) };
  latest.set(settings, made);
  return made;
}

function writingAll({ builder, outputs }: Made): Builder {
  return {
    ...builder,
    emit(file, write, ...more) {
      const result = builder.emit(file, (name, text) => outputs.set(name, text), ...more);
      for (const [name, text] of outputs) write?.(name, text, false);
      return result;
    },
  };
}

/**
 * Whether a program's files are unchanged. A program that imports a project file not among its root files might resolve
 * it differently now, so it does not count.
 */
function isAsItWas(builder: Builder, rootFiles: readonly string[]): boolean {
  const program = builder.getProgram();
  const before = program.getRootFileNames();
  const isGiven = (file: string) => before.includes(file) || file.includes("/node_modules/");
  return (
    before.length === rootFiles.length &&
    before.every((name, i) => name === rootFiles[i]) &&
    program
      .getSourceFiles()
      .every(({ fileName, text }) => isGiven(fileName) && ts.sys.readFile(fileName) === text)
  );
}

function compilerHost(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createIncrementalCompilerHost(options);
  const settings = key(options, OF_PROGRAMS);
  return {
    ...host,
    hasInvalidatedResolutions: () => true,
    getSourceFile(name, ...more) {
      const at = `${settings} ${name}`;
      const known = parsed.get(at);
      if (known && known.text === ts.sys.readFile(name)) return known;
      const file = host.getSourceFile(name, ...more);
      if (file) parsed.set(at, file);
      return file;
    },
  };
}

function key(options: ts.CompilerOptions, without: readonly string[]): string {
  const entries = Object.entries(options).filter(([name]) => !without.includes(name));
  return createHash("sha256").update(JSON.stringify(entries)).digest("hex");
}
