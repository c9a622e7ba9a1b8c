/** The loader and the slots on a real Espruino, whose flash is a file: what a cut of the power leaves, and what runs then. */

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { standIns } from "../../scripts/bench/stand-ins.ts";
import { makePackage } from "../../scripts/boards/update/package.ts";
import { filesOf } from "../../scripts/boards/update/slots.ts";
import { Mark, PACKAGE } from "../../src/app/slot.ts";
import { startAnsweringPlatform } from "../support/answering-platform.ts";
import { studio } from "../support/boards.ts";
import { startOtaPlatform, type OtaPlatform } from "../support/ota-platform.ts";
import { installed, NEWER, OLDER, packageOf, programOf, UPDATABLE } from "../support/updatable.ts";
import { ESPRUINO, WITHOUT } from "./espruino.ts";

const KEY = "a key for the updates of tests";
const BOARD = studio({ update: { key: KEY, server: "localhost", port: 80 } });
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
  `S.write("app1","//7",0,16383);`,
  ...Array.from({ length: Math.ceil(NEW.length / 50) }, (_, i) => {
    const at = i * 50;
    return `S.write("app1",${literal(NEW.slice(at, at + 50))},${PACKAGE + at});`;
  }),
  `S.write("app1",".",${Mark.Whole});`,
];

describe("on a real Espruino, the loader starts", () => {
  it("the old program after a cut at any write, and the new one after all: three times, then the old one", () => {
    for (let count = 0; count <= WRITES.length; count++) {
      rmSync(join(directory, "espruino.flash"), { force: true });
      run(`${flash(filesOf(BOARD, OLD))}${WRITES.slice(0, count).join("")}`);
      const isWhole = count === WRITES.length;
      const starts = [0, 1, 2, 3].map(() => run(BOOT).join());
      const trial = ["runs new 1,done", "runs new 1,done", "runs new 1,done", "runs old 0,done"];
      expect(starts, `after ${count} writes`).toEqual(isWhole ? trial : Array(4).fill("runs old 0,done"));
    }
  });

  it("the old program after a cut in the middle of a write", () => {
    run(`${flash(filesOf(BOARD, OLD))}${WRITES.slice(0, 1).join("")}`);
    const before = readFileSync(join(directory, "espruino.flash"));
    run(`var S=require("Storage");${WRITES[1] ?? ""}`);
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
    const [loader] = filesOf(BOARD, OLD);
    const signed = literal(NEW.slice(46));
    const printed = run(`${loader[1].slice(0, loader[1].indexOf("var ran"))};print("done",sign(${signed}));`);
    expect(printed).toEqual([`done ${NEW.slice(2, 46)}`]);
  });
});

/** How often the power is cut; `UPDATE_CUTS=300` for a full proof. */
const CUTS = Number(process.env["UPDATE_CUTS"] ?? 12);
/** Length of a tick of the firmware's clock here, in ms: an hour passes in half a minute. */
const TICK = 8;

/** A board whose flash is the file in the folder. */
interface Powered {
  readonly lines: readonly string[];
  readonly until: (holds: () => boolean) => Promise<void>;
  cut(): Promise<void>;
}

/** Switches it on; it loses its power when it restarts itself. */
function powerOn(): Powered {
  const process = spawn(ESPRUINO ?? "", [], { cwd: directory, stdio: ["pipe", "pipe", "ignore"] });
  const closed = once(process, "close");
  const lines: string[] = [];
  let wake = (): void => undefined;
  createInterface({ input: process.stdout.setEncoding("latin1") }).on("line", (line) => {
    lines.push(line.replace(/\r|>?\x1b\[J/g, "")); // oxlint-disable-line no-control-regex -- the prompt
    if (lines.at(-1) === "REBOOT") process.kill("SIGKILL");
    wake();
  });
  return {
    lines,
    async until(holds) {
      const end = Date.now() + 30_000;
      while (!holds()) {
        if (Date.now() > end)
          throw new Error(`it never held: ${String(holds)}\n${lines.slice(-20).join("\n")}`);
        await Promise.race([
          new Promise<void>((resolve) => (wake = resolve)),
          new Promise((resolve) => setTimeout(resolve, 5)),
        ]);
      }
    },
    async cut() {
      process.kill("SIGKILL");
      await closed;
    },
  };
}

/** The flash of a board that was flashed with the old program, in the layout of `require("Storage")`. */
async function flashBoard(mqttPort: number, httpPort: number): Promise<void> {
  const before = `${standIns(mqttPort)}
require("net").connect = function(options, done) {
  return realNet.connect({ host: "127.0.0.1", port: options.port == 80 ? ${httpPort} : ${mqttPort} }, done);
};
(function() {
  var later = setTimeout;
  global.setTimeout = function(job, delay, argument) { return later(job, delay == 1000 ? ${TICK} : delay, argument); };
})();
E.reboot = function() { print("REBOOT"); };
`;
  const files = [[".boot0", before] as const, ...installed(await programOf(OLDER))];
  const image = files.flatMap(([name, bytes]) => {
    const header = Buffer.alloc(32);
    header.writeUInt32LE(bytes.length);
    header.write(name, 4);
    return [header, Buffer.from(bytes, "latin1"), Buffer.alloc(-bytes.length & 7, 255)];
  });
  writeFileSync(join(directory, "espruino.flash"), Buffer.concat(image));
}

/** An update in which the process is killed when the platform has seen so many requests, and a little later. */
async function updateWithCut(
  platform: OtaPlatform,
  mqttPort: number,
  requests: number,
  later: number,
): Promise<void> {
  await flashBoard(mqttPort, platform.port);
  let board = powerOn();
  try {
    await board.until(() => platform.requests.length >= requests || board.lines.includes("REBOOT"));
    await new Promise((resolve) => setTimeout(resolve, later));
    for (let boots = 0; boots < 4; boots++) {
      await board.cut();
      const again = powerOn();
      board = again;
      await again.until(() => again.lines.includes("OneNET: online"));
      expect(again.lines.filter((line) => line === OLDER || line === NEWER)).toHaveLength(1);
      await again.until(() => platform.steps.includes(201) || again.lines.includes("REBOOT"));
      if (platform.steps.includes(201)) break;
    }
    expect([platform.steps.at(-1), board.lines.includes(NEWER)]).toEqual([201, true]);
    expect(board.lines.filter((line) => line.includes("Uncaught"))).toEqual([]);
  } finally {
    await board.cut();
  }
}

it(
  "an update with the whole firmware, whose process is killed at any moment, is done in the end",
  { timeout: CUTS * 30_000 },
  async () => {
    const { onenet } = UPDATABLE;
    if (onenet.generation !== "studio") throw new Error("no studio board");
    const update = packageOf(await programOf(NEWER), 1);
    const random = xoroshiro128plus(20261130);
    for (let cut = 0; cut < CUTS; cut++) {
      const mqtt = await startAnsweringPlatform();
      const platform = await startOtaPlatform(onenet.product, onenet.device, onenet.token);
      platform.offer(update, "v1");
      const [requests, later] = [uniformInt(random, 1, 20), uniformInt(random, 0, 3 * TICK)];
      try {
        await updateWithCut(platform, mqtt.port, requests, later);
      } catch (error) {
        throw new Error(`cut ${later} ms after request ${requests}`, { cause: error });
      } finally {
        await platform.close();
        await mqtt.close();
      }
    }
  },
);
