/** The build itself: what is in a script, and how it refuses what Espruino cannot run. */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { rollup, type Plugin } from "rollup";
import { afterAll, describe, expect, it } from "vitest";
import { readFirmware } from "../../../scripts/compile/firmware.ts";
import { rollupOptions } from "../../../scripts/compile/rollup-options.ts";
import { shipped } from "../../support/bundles.ts";

it("a script contains only the firmware and the board's own code: no page, server or tool", async () => {
  const options = rollupOptions("x.js", readFirmware(shipped("esp32-devkit-button")));
  await using bundle = await rollup(options);
  const { output } = await bundle.generate(options.output);
  const files = output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
  expect(files.length).toBeGreaterThan(20);
  const isOurs = (file: string) => file.startsWith("virtual:") || /^(src|boards)\//.test(relative("", file));
  expect(files.filter((file) => !isOurs(file))).toEqual([]);
});

describe("code Espruino cannot run stops the build, at its position in the TypeScript", () => {
  const directories: string[] = [];
  afterAll(() => Promise.all(directories.map((directory) => rm(directory, { recursive: true }))));

  /** The build's messages for a firmware that consists of one file. @param more plugins after the build's own */
  async function build(source: string, ...more: Plugin[]): Promise<string> {
    // Rollup's TypeScript plugin accepts only files of the project; git ignores dist.
    await mkdir("dist", { recursive: true });
    const directory = await mkdtemp(join("dist", "gate-"));
    directories.push(directory);
    const input = join(directory, "main.ts");
    await writeFile(input, source);
    await writeFile(
      join(directory, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          target: "es2015",
          module: "esnext",
          moduleResolution: "bundler",
          lib: ["es2015"],
          types: [],
        },
      }),
    );
    const program = { input, tsconfig: join(directory, "tsconfig.json") };
    const { plugins, ...options } = rollupOptions("x.js", readFirmware(shipped("esp32-devkit"), program));
    const bundle = await rollup({ ...options, plugins: [...plugins, ...more] });
    try {
      await bundle.generate(options.output);
      return "";
    } catch (error) {
      return (error as Error).message;
    } finally {
      await bundle.close();
    }
  }

  it("a default parameter, and a closure over a loop's let", async () => {
    const said = await build(`declare function print(text: string): void;
declare function later(f: () => void): void;
function hello(name = "you") {
  print(name);
}
hello();
hello("me");
for (let i = 0; i < 3; i++) {
  later(() => later(() => i));
}
`);
    expect(said).toMatch(/main\.ts:3:\d+: .*default/);
    expect(said).toMatch(/main\.ts:[89]:\d+: /);
  });

  it("but the build is at fault where no source has it", async () => {
    const writes: Plugin = {
      name: "writes",
      renderChunk: (code) => ({ code: `${code}\nlet { of } = Math;`, map: null }),
    };
    expect(await build("declare function print(text: string): void;\nprint(String(1));\n", writes)).toMatch(
      /^(?![^]*Espruino cannot run this)[^]*The build wrote what Espruino cannot run[^\n]*\nbundle:2:\d+: .*destructuring/,
    );
  });
});
