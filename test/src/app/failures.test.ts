import { expect, it } from "vitest";
import { createFailureCount } from "../../../src/app/failures.ts";

/** How often a row of publishes, `+` or `-` each, reboots the board; `|` is a new link. */
function reboots(row: string): number {
  let count = 0;
  const failures = createFailureCount(() => count++);
  failures.online();
  for (const outcome of row) {
    if (outcome === "|") failures.online();
    else failures.published(outcome === "+");
  }
  return count;
}

it.each([
  ["-|-", 0],
  ["-|-|-", 1],
  ["-|-|+-|-", 0],
  ["-|-|+|-|-|-", 1],
  ["-----", 0],
  ["---|--|-", 1],
  ["-+-+-+-", 0],
])("the row %s reboots %i times", (row, expected) => expect(reboots(row)).toBe(expected));
