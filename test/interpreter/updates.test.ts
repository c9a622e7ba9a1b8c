/** The loader and the slots on a real Espruino, whose flash is a file: what a cut of the power leaves, and what runs then. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makePackage } from "../../scripts/boards/update/package.ts";
import { filesOf } from "../../scripts/boards/update/slots.ts";
import { ESPRUINO, WITHOUT } from "./espruino.ts";

const KEY = "a key for the updates of tests";
const made = (program: string, time: number) =>
  makePackage({ version: `v${time}`, time, program: `${program}\n` }, KEY);
const OLD = made('let who="old";function whose(){return who}print("runs",whose(),app)', 1000);
const NEW = made('let who="new";function whose(){return who}print("runs",whose(),app)', 2000);

let directory: string;
beforeEach((context) => {
  if (!ESPRUINO) return context.skip(WITHOUT);
  directory = mkdtempSync(join(tmpdir(), "updates-"));
});
afterEach(() => {
  if (ESPRUINO) rmSync(directory, { recursive: true, force: true });
});

/** Runs a script with the flash in the folder. @returns its lines */
function run(script: string): string[] {
  const file = join(directory, "script.js");
  writeFileSync(file, script, "latin1");
  const { stdout } = spawnSync(ESPRUINO ?? "", [file], {
    cwd: directory,
    encoding: "latin1",
    timeout: 10_000,
  });
  return stdout.split(/[\r\n]+/).filter((line) => /^(runs|done|No program|REBOOT|Uncaught)/.test(line));
}

const literal = (bytes: string): string =>
  `"${Array.from(bytes, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`).join("")}"`;
const flash = (files: readonly (readonly [string, string])[]): string =>
  `var S=require("Storage");${files.map(([name, bytes]) => `S.write("${name}",${literal(bytes)});`).join("")}`;
/** A boot: the loader ends with its program, which is at the top level. */
const BOOT = `E.reboot=function(){print("REBOOT")};eval(require("Storage").read(".bootcde"));print("done");clearTimeout();`;
/** What the firmware writes for an update, in its order. */
const WRITES = [
  `S.write("app1","/",0,16383);`,
  `S.write("app1","/",1);`,
  String.raw`S.write("app1","7\n",8);`,
  ...Array.from({ length: Math.ceil(NEW.length / 50) }, (_, i) => {
    const at = i * 50;
    return `S.write("app1",${literal(NEW.slice(at, at + 50))},${10 + at});`;
  }),
  `S.write("app1",".",2);`,
];

describe("on a real Espruino, the loader starts", () => {
  it("the old program after a cut at any write, and the new one after all: three times, then the old one", () => {
    for (let count = 0; count <= WRITES.length; count++) {
      rmSync(join(directory, "espruino.flash"), { force: true });
      run(`${flash(filesOf(KEY, OLD))}${WRITES.slice(0, count).join("")}`);
      const isWhole = count === WRITES.length;
      const starts = [0, 1, 2, 3].map(() => run(BOOT).join());
      const trial = ["runs new 1,done", "runs new 1,done", "runs new 1,done", "runs old 0,done"];
      expect(starts, `after ${count} writes`).toEqual(isWhole ? trial : Array(4).fill("runs old 0,done"));
    }
  });

  it("the old program after a cut in the middle of a write", () => {
    run(`${flash(filesOf(KEY, OLD))}${WRITES.slice(0, 4).join("")}`);
    const before = readFileSync(join(directory, "espruino.flash"));
    run(`var S=require("Storage");${WRITES[4] ?? ""}`);
    const after = readFileSync(join(directory, "espruino.flash"));
    const changed = [...after.keys()].filter((at) => before[at] !== after[at]);
    expect(changed.length).toBeGreaterThan(40);
    for (const count of [0, 1, 2, 3, 17, 30, changed.length - 1]) {
      const torn = Buffer.from(before);
      for (const at of changed.slice(0, count)) torn[at] = after[at] ?? 0;
      writeFileSync(join(directory, "espruino.flash"), torn);
      expect(run(BOOT)).toEqual(["runs old 0", "done"]);
    }
  });

  it("signs as the build does", () => {
    const [, line = ""] = /^(.*)\n/.exec(NEW) ?? [];
    const [signature = "", ...rest] = line.split(" ");
    const program = NEW.slice(line.length + 1);
    const [loader] = filesOf(KEY, OLD);
    const printed = run(
      `${loader[1].slice(0, loader[1].indexOf("var app"))};var c=require("crypto");print("done",btoa(c.SHA256([pad(true),c.SHA256([pad(false),c.SHA256(${literal(program)})," ${rest.join(" ")}"])])));`,
    );
    expect(printed).toEqual([`done ${signature.slice(2)}`]);
  });
});
