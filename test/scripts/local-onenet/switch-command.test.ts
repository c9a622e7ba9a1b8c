import { expect, it } from "vitest";
import { switchedTo } from "../../../scripts/local-onenet/switch-command.ts";

it.each([
  ["on", false, true],
  ["on", true, true],
  ["off", true, false],
  ["toggle", true, false],
  ["toggle", false, true],
  ["#ff0000", true, undefined],
  ["", false, undefined],
])("%j with the lamp lit: %s", (command, isLit, expected) => {
  expect(switchedTo(command, () => isLit)).toBe(expected);
});
