/**
 * TypeScript for Rollup's plugin, which creates a program for each build. The builds of a process share their work here:
 * an unchanged file is parsed and checked once, and if no file has changed, the program is reused. The firmware is the same
 * for every board without its own code.
 */

import { createHash } from "node:crypto";
import ts from "typescript";

type Builder = ts.EmitAndSemanticDiagnosticsBuilderProgram;
type WatchHost = ts.WatchCompilerHostOfFilesAndCompilerOptions<Builder>;

/** A program and its output so far: a builder emits only what changed since its predecessor. */
interface Made {
  readonly builder: Builder;
  readonly outputs: Map<string, string>;
}

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

export const sharedTypescript: typeof ts = {
  ...ts,
  // The plugin calls the overload with files and options.
  createWatchProgram: ((host: WatchHost) => {
    const builder = writingAll(programOf(host));
    host.afterProgramCreate?.(builder);
    return { getProgram: () => builder, close: () => undefined };
  }) as unknown as typeof ts.createWatchProgram,
};

function programOf(host: WatchHost): Made {
  const { rootFiles, options } = host;
  const settings = key(options, ["configFilePath", "pathsBasePath"]);
  const before = latest.get(settings);
  if (before && isAsItWas(before.builder, rootFiles)) return before;
  const builder = ts.createEmitAndSemanticDiagnosticsBuilderProgram(
    rootFiles,
    options,
    compilerHost(host),
    before?.builder,
  );
  const made = { builder, outputs: new Map(before?.outputs) };
  latest.set(settings, made);
  return made;
}

/** A builder for one build, which may modify it; its `emit` writes every file each time. */
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

function compilerHost(watchHost: WatchHost): ts.CompilerHost {
  const { options } = watchHost;
  const host = ts.createIncrementalCompilerHost(options);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the plugin resolves names by this one only
  const resolveModuleNames = watchHost.resolveModuleNames?.bind(watchHost);
  const settings = key(options, OF_PROGRAMS);
  return {
    ...host,
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- as above
    ...(resolveModuleNames ? { resolveModuleNames } : {}),
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
