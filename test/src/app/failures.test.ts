import { expect, it } from "vitest";
import { createFailureCount } from "../../../src/app/failures.ts";

/** How often a row of publishes, `+` or `-` each, reboots the board. */
function reboots(row: string): number {
  let count = 0;
  const published = createFailureCount(() => count++);
  for (const outcome of row) published(outcome === "+");
  return count;
}

it.each([
  ["--", 0],
  ["---", 1],
  ["--+--", 0],
  ["+---", 1],
])("the row %s reboots %i times", (row, expected) => expect(reboots(row)).toBe(expected));
