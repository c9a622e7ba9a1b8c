import { expect, it } from "vitest";
import { byteBudget } from "../../scripts/compile/budgets.ts";
import { gate } from "../../scripts/compile/gate/index.ts";
import { shippedScript } from "../support/bundles.ts";
import { SHIPPED, VARIED } from "../support/shipped-boards.ts";

const others = SHIPPED.filter((name) => !VARIED.includes(name));

it.each(others)("the script of %s is ASCII, passes the gate and keeps to its budget", async (name) => {
  const script = await shippedScript(name);
  expect(script).toMatch(/^[\n\x20-\x7e]*$/);
  expect(gate(script, { map: null })).toEqual([]);
  expect(script.length).toBeLessThanOrEqual(byteBudget(name));
});
