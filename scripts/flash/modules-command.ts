/** The command line of `npm run modules`. */

import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { examples, EXIT, interruptible, printJson, runCommand } from "../cli/command.ts";
import { createProgress } from "../cli/progress.ts";
import { checkName, OF_ESPRUINO, provideModules, type ModuleSource } from "./modules.ts";
import { t } from "../cli/language.ts";

/** A module in the folder. */
interface Found {
  readonly module: string;
  readonly bytes: number;
}

/** @param source the folder of the modules, and where missing ones are downloaded from */
export function modulesCommand(source: ModuleSource): Promise<void> {
  return runCommand(
    "modules",
    t`Downloads Espruino's modules to boards/modules/, for flashing without internet.`,
    define,
    (command) => (command.args.length > 0 ? bring(command, source) : list(command, source)),
  );
}

function define(command: Command): Command {
  return command
    .argument("[name...]", t`modules that your own code requires (default: lists\nthose in boards/modules/)`)
    .option("--json", t`print the result as JSON, for programs`)
    .addHelpText(
      "after",
      examples(
        [
          ["npm run modules -- BME680", t`and the modules that BME680 requires`],
          ["npm run modules -- ws MQTT"],
          ["npm run modules", t`what is there already`],
        ],
        "docs/own-code.md",
      ),
    );
}

async function bring(command: Command, source: ModuleSource): Promise<void> {
  const { json } = command.opts<{ json?: true }>();
  const names = [...new Set(command.args)];
  for (const name of names) checkName(name, EXIT.usage);
  const builtIn = names.filter((name) => OF_ESPRUINO.includes(name));
  const print = json ? () => undefined : (line: string) => console.log(line);
  for (const name of builtIn) print(t`Module ${name}: part of Espruino itself, nothing to download`);

  const progress = createProgress();
  const wait = () => progress.show(t`downloading from ${source.url}`);
  const say = (line: string) => {
    progress.clear();
    print(line);
    wait();
  };
  wait();
  const modules = await interruptible((signal) =>
    provideModules(names, source, signal, say, OF_ESPRUINO),
  ).finally(progress.clear);
  const found = await Promise.all(modules.map((module) => sizeOf(module, source)));
  if (json) printJson({ modules: found, builtIn });
  else found.map(describe).forEach(print);
}

async function list(command: Command, source: ModuleSource): Promise<void> {
  const files = existsSync(source.directory) ? await readdir(source.directory) : [];
  const names = files.filter((file) => file.endsWith(".js")).map((file) => file.slice(0, -".js".length));
  const found = await Promise.all(names.sort().map((module) => sizeOf(module, source)));
  if (command.opts<{ json?: true }>().json) printJson({ modules: found, builtIn: [] });
  else if (found.length > 0) console.log(found.map(describe).join("\n"));
  else console.log(t`boards/modules/ has no module yet: npm run modules -- BME680 downloads one`);
}

async function sizeOf(module: string, { directory }: ModuleSource): Promise<Found> {
  return { module, bytes: (await stat(join(directory, `${module}.js`))).size };
}

function describe({ module, bytes }: Found): string {
  return t`${`boards/modules/${module}.js`.padEnd(32)} ${bytes} bytes`;
}
