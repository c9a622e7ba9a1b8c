/** What a command prints when something is wrong. */

import type { Command } from "commander";
import { expect, it } from "vitest";
import { runCommand, UserError, warn } from "../../../scripts/cli/command.ts";
import { commandHere } from "../../support/run-here.ts";

it("prints no control characters in errors and warnings, which may quote a stranger's code", async () => {
  const run = () => {
    warn("a\x1b[31mb\u202e");
    throw new UserError("no \x1b]0;title\x07\u009b2J\r灯\n  in line 2\x7f");
  };
  const { stderr, code } = await commandHere(
    () => runCommand("x", "does x", (command) => command, run),
    ["x"],
  );
  expect(stderr).toBe("warning: a[31mb\nerror: no ]0;title2J灯\n  in line 2\n");
  expect(code).toBe(1);
});

it("says that npm keeps options without -- before them, but not what its own settings are", async () => {
  const define = (command: Command) =>
    command.argument("[board]").option("--boards <number>").option("--no-open").option("--registry <file>");
  const start = (env: Record<string, string>) =>
    commandHere(() => runCommand("start", "runs", define, () => undefined), ["start", "30"], { env });
  expect(await start({ npm_config_boards: "true", npm_config_open: "" })).toMatchObject({
    stderr:
      "error: npm kept --boards --no-open for itself: put -- before the options, as in npm start -- --boards --no-open\n" +
      "Run npm start -- --help for its options\n",
    code: 2,
  });
  expect(await start({ npm_config_registry: "https://registry.example" })).toMatchObject({
    stderr: "",
    code: 0,
  });
});
