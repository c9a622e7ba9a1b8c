import { expect, it } from "vitest";
import { byteBudget } from "../../scripts/compile/budgets.ts";
import { gate } from "../../scripts/compile/gate/index.ts";
import { KEY, overTls, plain, PWM, RGB, studio } from "../support/boards.ts";
import { buildScript, shippedMultiprotocol, shippedScript } from "../support/bundles.ts";
import { SHIPPED, VARIED } from "../support/shipped-boards.ts";

const others = SHIPPED.filter((name) => !VARIED.includes(name));

it.each(others)("the script of %s is ASCII, passes the gate and keeps to its budget", async (name) => {
  const script = await shippedScript(name);
  expect(script).toMatch(/^[\n\x20-\x7e]*$/);
  expect(gate(script, { map: null })).toEqual([]);
  expect(script.length).toBeLessThanOrEqual(byteBudget({ name }));
});

/** Boards without data streams. */
const SILENT = [
  { ...plain(), streams: [] },
  { ...shippedMultiprotocol("esp32-devkit"), name: "silent", led: PWM, streams: [] },
] as const;

it.each(SILENT)("a board without data streams also has a script: $name", async (board) => {
  const script = await buildScript(board);
  expect(gate(script, { map: null })).toEqual([]);
  expect(script).not.toMatch(/datapoints/);
});

it("code for analogue inputs is in a script that uses it", async () => {
  expect(await shippedScript("esp32-devkit")).toMatch(/analogRead/);
  for (const board of SILENT) expect(await buildScript(board)).not.toMatch(/analogRead/);
});

it("PWM is included if the LED is on PWM pins", async () => {
  const script = await buildScript(SILENT[1]);
  expect(script).toMatch(/analogWrite/);
  expect(script).not.toMatch(/digitalWrite/);
});

it("studio over TLS has TLS and a token, not the key", async () => {
  const script = await buildScript(overTls(studio({ led: RGB })));
  expect(script).toMatch(/"tls"/);
  expect(script).toContain("sign=");
  expect(script).not.toContain(KEY);
});
