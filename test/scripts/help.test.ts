/** Every command's --help has the same form and valid examples. */

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runHere } from "../support/run-here.ts";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };

/** The project's own commands: how each is called, and its file in scripts/. */
const COMMANDS = Object.entries(scripts).flatMap(([name, line]) => {
  const [, script] = /^node scripts\/cli\/launch\.js (\S+)$/.exec(line) ?? [];
  return script === undefined ? [] : [{ call: name === "start" ? "npm start" : `npm run ${name}`, script }];
});

const FORM = /^Usage: (.*)\n\n([^]*?)\n\n([^]*)\n\nExamples:\n([^]*)\n\nMore: (.*)\n$/;

it("covers all commands", () => {
  expect(COMMANDS.map(({ call }) => call)).toEqual(
    expect.arrayContaining(["npm start", "npm run new-board"]),
  );
});

describe.each(COMMANDS)("$call -- --help", async ({ script, call }) => {
  const { code, stdout, stderr } = await runHere(script, ["--help"]);
  const [, usage = "", description = "", options = "", examples = "", more = ""] = FORM.exec(stdout) ?? [];

  it("has usage, a description, options, examples and a link to the documentation", () => {
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(usage).toMatch(new RegExp(`^${call} -- \\[options\\]( \\[\\w+(\\.\\.\\.)?\\])?$`));
    expect(description).toMatch(/^[A-Z][^]*\.$/);
    expect(options).toMatch(/^(Arguments:\n[^]*\n\n)?Options:\n[^]*^ {2}-h, --help +show this help$/m);
    for (const file of more.split(", ")) expect(existsSync(file), file).toBe(true);
    for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  // new-board's options are its questions, which explain themselves.
  it.skipIf(script === "new-board")("has only documented options", () => {
    const documents = more.split(", ").map((file) => readFileSync(file, "utf8"));
    const own = [...options.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, option = ""]) => option);
    const missing = own.filter((option) => !new RegExp(`${option}\\b`).test(documents.join("\n")));
    expect(missing, `options that neither of ${more} has`).toEqual([]);
  });

  it.each(["docs/command-line.md", "docs/zh-CN/command-line.md"])("is in a heading of %s", (page) => {
    const headings = readFileSync(page, "utf8").match(/^### .*/gm) ?? [];
    expect(headings.join("\n")).toMatch(new RegExp(`\`${call}( --.*)?\``));
  });

  it("has valid examples", () => {
    const lines = examples.replaceAll(/\\\n */g, "").split("\n");
    const calls = lines.filter((line) => /^ {2}\S/.test(line));
    expect(calls).not.toEqual([]);
    for (const example of calls) {
      const [before = "", ...given] = example.split(" -- ");
      expect(before.replace("npm run -s ", "npm run ")).toMatch(new RegExp(`\\b${call}$`));
      for (const [option] of given.join(" ").matchAll(/(?<=^| )--[\w-]+/g))
        expect(options).toMatch(new RegExp(`^ {2}${option}\\b`, "m"));
    }
  });

  it("is mentioned if the command line is wrong, with exit code 2", async () => {
    const wrong = await runHere(script, ["--nonsense"]);
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
    expect(wrong.stderr).toMatch(/^error: (required|unknown) option '.*\n/);
    expect(wrong.stderr).toMatch(new RegExp(`\\nRun ${call} -- --help for its options\\n$`));
  });
});
