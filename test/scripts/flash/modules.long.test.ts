/** Espruino's own modules: which ones a script requires, and how they get into their folder. */

import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { heapInUse } from "../../../scripts/bench/heap.ts";
import { modulesOf, provideModules } from "../../../scripts/flash/modules.ts";
import { asked, having, place } from "../../support/module-server.ts";

const live = new AbortController().signal;

it("finds the modules a script requires beyond those in every Espruino", () => {
  expect(
    modulesOf('require("net");require("DHT22").connect(1);var a=require("A"+1),b=x.require("No");'),
  ).toEqual(["DHT22"]);
  expect(modulesOf('function f(require){return "require(\\"B\\")"}')).toEqual([]);
});

it("refuses a name that no module has, which the build would print", () => {
  expect(() => modulesOf('require("\\x1b]0;title\\x07")')).toThrow(
    '"\\u001b]0;title\\u0007" is not a valid module name',
  );
});

it("downloads a module once, with the modules it requires", async () => {
  const source = await place(
    having({
      "/Outer.min.js": 'exports.a = function () { return require("Inner").b; };',
      "/Inner.min.js": 'exports.b = require("Outer");',
    }),
  );
  const said: string[] = [];
  const get = () => provideModules(["Outer"], source, live, (line) => said.push(line));
  expect(await get()).toEqual(["Outer", "Inner"]);
  expect(await get()).toEqual(["Outer", "Inner"]);
  expect(asked).toEqual(["/Outer.min.js", "/Inner.min.js"]);
  expect(said).toEqual(["Outer", "Inner"].map((name) => `Module ${name}: downloaded from ${source.url}`));
  expect(await readFile(join(source.directory, "Inner.js"), "utf8")).toBe('exports.b = require("Outer");');
});

it("downloads nothing that is in the folder", async () => {
  const source = await place(having({}));
  await writeFile(join(source.directory, "DHT22.js"), "exports.connect = function () {};");
  expect(await provideModules(["DHT22"], source, live, () => undefined)).toEqual(["DHT22"]);
  expect(asked).toEqual([]);
});

it.each<[what: string, name: string, answer: RequestListener, why: RegExp]>([
  ["is not there", "Nowhere", having({}), /^module Nowhere: there is none at .*check its spelling/],
  ["fails", "X", (_, response) => void response.writeHead(503).end(), /responded with status 503/],
  ["is a page", "X", having({ "/X.min.js": "<html>Log in to the Wi-Fi</html>" }), /is not JavaScript/],
  ["is too large", "X", having({ "/X.min.js": `//${"x".repeat(70_000)}` }), /is larger than 65536 bytes/],
  ["never ends", "X", (_, response) => void response.write("//"), /cannot be reached/],
])("a module that %s is rejected with advice, and not kept", async (_what, name, answer, why) => {
  const source = await place(answer);
  const get = provideModules([name], source, live, () => undefined, [], 1000);
  const collecting = setInterval(heapInUse, 200); // it collects garbage: nothing may wait for what nobody holds
  await expect(get.finally(() => clearInterval(collecting))).rejects.toThrow(why);
  await expect(get).rejects.toThrow(`put it in boards/modules/${name}.js yourself`);
  expect(await readdir(source.directory)).toEqual([]);
});

it.each(["../../evil", "a/b", ""])("%j is not a valid file name", async (name) => {
  const source = await place(having({ "/Outer.min.js": `require(${JSON.stringify(name)})` }));
  for (const outer of [name, "Outer"]) {
    const get = provideModules([outer], source, live, () => undefined);
    await expect(get).rejects.toThrow(`${JSON.stringify(name)} is not a valid module name`);
  }
});

it.skipIf(process.platform === "win32")("keeps no part of a module if the disk is full", async () => {
  const source = await place(having({ "/X.min.js": "exports.x = 1;\n".repeat(4000) }));
  const program = `
    import { provideModules } from "./scripts/flash/modules.ts";
    const source = ${JSON.stringify(source)};
    await provideModules(["X"], source, new AbortController().signal, console.log)
      .catch(({ message }) => console.log(message));`;
  const node = [process.execPath, "--import", "tsx", "--input-type=module", "-e", program];
  // A limit on the size of files stands in for a full disk.
  const { stdout } = await promisify(execFile)("sh", ["-c", 'ulimit -f 16; exec "$@"', "sh", ...node]);
  expect(stdout).toMatch(/^cannot write modules-\w+\/X\.js \(EFBIG\)\n$/);
  expect(await readdir(source.directory)).toEqual([]);
});

it("reports a file in the folder that is not a module", async () => {
  const source = await place(having({}));
  await writeFile(join(source.directory, "Mine.js"), "not a module");
  await expect(provideModules(["Mine"], source, live, () => undefined)).rejects.toThrow(
    /^boards\/modules\/Mine\.js is not JavaScript: /,
  );
});

it("ends with a server that invents modules", async () => {
  const source = await place(({ url = "" }, response) => {
    const [, number] = /(\d+)/.exec(url) ?? [];
    response.end(`require("M${Number(number) + 1}")`);
  });
  await expect(provideModules(["M0"], source, live, () => undefined)).rejects.toThrow(
    /^more than 50 modules are required/,
  );
  expect(asked).toHaveLength(50);
});

it("reports a file in place of the folder", async () => {
  const source = await place(having({ "/X.min.js": "1" }));
  const directory = join(source.directory, "modules");
  await writeFile(directory, "");
  await expect(provideModules(["X"], { ...source, directory }, live, () => undefined)).rejects.toThrow(
    "cannot write boards/modules/X.js: modules/ is a file, not a folder; move it away",
  );
});

it("downloads nothing that is built into the board", async () => {
  const source = await place(having({ "/Bus.min.js": 'require("ESP32")' }));
  const get = provideModules(["Bus", "crypto"], source, live, () => undefined, ["crypto", "ESP32"]);
  expect(await get).toEqual(["Bus"]);
  expect(asked).toEqual(["/Bus.min.js"]);
});

it("reports a missing internet connection, and ends at Ctrl-C", async () => {
  const source = await place(having({}));
  const away = { ...source, url: "http://127.0.0.1:1" };
  const get = (signal: AbortSignal) => provideModules(["A"], away, signal, () => undefined);
  await expect(get(live)).rejects.toThrow(
    /^module A: http:\/\/127\.0\.0\.1:1 cannot be reached; run npm run modules -- A on a computer with internet /,
  );
  await expect(get(AbortSignal.abort(new Error("interrupted")))).rejects.toThrow("interrupted");
});
