/** What a command prints when something is wrong. */

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
