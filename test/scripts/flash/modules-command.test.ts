/** `npm run modules`, with a server on this computer. */

import { readdir, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { modulesCommand } from "../../../scripts/flash/modules-command.ts";
import type { ModuleSource } from "../../../scripts/flash/modules.ts";
import { asked, having, place } from "../../support/module-server.ts";
import { commandHere, runHere } from "../../support/run-here.ts";

const run = (source: ModuleSource, ...args: string[]) =>
  commandHere(() => modulesCommand(source), ["modules", ...args]);

const SOCKETS = {
  "/ws.min.js": 'require("net");require("crypto").SHA1;require("heatshrink")',
  "/crypto.min.js": "exports.SHA1=0",
};

describe("npm run modules", () => {
  it("downloads modules with those that they require, once, and lists them", async () => {
    const source = await place(having(SOCKETS));
    const kept = ["boards/modules/crypto.js         14 bytes", "boards/modules/ws.js             59 bytes"];
    expect(await run(source)).toMatchObject({
      code: 0,
      stdout: "boards/modules/ has no module yet: npm run modules -- BME680 downloads one\n",
    });
    expect(await run(source, "ws", "ws")).toEqual({
      code: 0,
      stdout: [
        `Module ws: downloaded from ${source.url}`,
        `Module crypto: downloaded from ${source.url}`,
        ...kept.toReversed(),
        "",
      ].join("\n"),
      stderr: "",
    });
    expect(await readdir(source.directory)).toEqual(["crypto.js", "ws.js"]);
    await writeFile(join(source.directory, "notes.txt"), "");
    for (const args of [[], ["crypto", "ws"]])
      expect(await run(source, ...args)).toEqual({ code: 0, stdout: `${kept.join("\n")}\n`, stderr: "" });
    expect(asked).toEqual(["/ws.min.js", "/crypto.min.js"]);
  });

  it("prints JSON for programs", async () => {
    const source = await place(having(SOCKETS));
    const modules = [{ module: "crypto", bytes: 14 }];
    const { stdout } = await run(source, "crypto", "net", "--json");
    expect(stdout).toBe(`${JSON.stringify({ ok: true, modules, builtIn: ["net"] })}\n`);
    expect(JSON.parse((await run(source, "--json")).stdout)).toEqual({ ok: true, modules, builtIn: [] });
  });

  it("says what is part of Espruino, and asks nobody", async () => {
    const { code, stdout } = await runHere("modules", ["Storage", "fs"]);
    expect(stdout).toBe(
      ["Storage", "fs"]
        .map((name) => `Module ${name}: part of Espruino itself, nothing to download\n`)
        .join(""),
    );
    expect(code).toBe(0);
  });

  it.each(["../x", "https://evil.example/x", "-", ""])("refuses the name %j", async (name) => {
    const source = await place(having(SOCKETS));
    const { code, stdout, stderr } = await run(source, "ws", "--", name);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`error: ${JSON.stringify(name)} is not a valid module name; `);
    expect(asked).toEqual([]);
  });

  it("names a module that does not exist, and keeps those before it", async () => {
    const source = await place(having(SOCKETS));
    const { code, stderr } = await run(source, "crypto", "bme680");
    expect(stderr).toBe(
      `error: module bme680: there is none at ${source.url}; check its spelling, including capitals, at https://www.espruino.com/Modules; if it is your own, put it in boards/modules/bme680.js yourself\n`,
    );
    expect(code).toBe(1);
    expect(await readdir(source.directory)).toEqual(["crypto.js"]);
  });

  it("says what to do without internet", async () => {
    const source = await place(having({}));
    const { code, stderr } = await run({ ...source, url: "http://127.0.0.1:1" }, "ws");
    expect(stderr).toMatch(
      /^error: module ws: http:\/\/127\.0\.0\.1:1 cannot be reached; run npm run modules -- ws on a computer with internet /,
    );
    expect(code).toBe(1);
  });

  it("leaves nothing half written at Ctrl-C", async () => {
    let begin: (response: ServerResponse) => void = () => undefined;
    const begun = new Promise<ServerResponse>((resolve) => (begin = resolve));
    const source = await place((request, response) => {
      if (request.url !== "/ws.min.js") return having(SOCKETS)(request, response);
      response.write("exports.half = 1;");
      begin(response);
    });
    const finished = run(source, "crypto", "ws");
    await begun;
    process.emit("SIGINT");
    expect(await finished).toEqual({
      code: 130,
      stdout: `Module crypto: downloaded from ${source.url}\n`,
      stderr: "error: interrupted\n",
    });
    expect(await readdir(source.directory)).toEqual(["crypto.js"]);
  });
});
