import { expect, it } from "vitest";
import type { Chip } from "../../src/board.ts";
import { warningsOf } from "../../scripts/lib/board-warnings.ts";
import { plain } from "../lib/boards.ts";

function warnings(chip: Chip, tls: boolean): string[] {
  const board = plain();
  return warningsOf({ ...board, chip, onenet: { ...board.onenet, tls } });
}

it.each<[Chip, boolean]>([
  ["esp32", true],
  ["esp32c3", false],
  ["esp32s3", false],
])("of TLS on %s: %s [chip F10]", (chip, isWarned) => {
  expect(warnings(chip, true).some((line) => line.includes("TLS hardly fits"))).toBe(isWarned);
  expect(warnings(chip, false).some((line) => line.includes("TLS"))).toBe(false);
});
