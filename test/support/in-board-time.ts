/** Waits in a board's time, which passes as fast as the computer can run it. */

import { expect } from "vitest";
import type { VirtualBoard } from "../../scripts/virtual-board/index.ts";

/** Step of the board's time, in ms. */
const STRIDE = 100;

/**
 * Advances a board's time until a value is as expected.
 * @param limit maximum of the board's time, in ms
 */
export async function untilEqual(
  { clock }: Pick<VirtualBoard, "clock">,
  value: () => unknown,
  expected: unknown,
  limit = 10_000,
): Promise<void> {
  const isSo = () => {
    try {
      expect(value()).toEqual(expected);
      return true;
    } catch {
      return false;
    }
  };
  for (let passed = 0; passed < limit && !isSo(); passed += STRIDE) await clock.advance(STRIDE);
  expect(value()).toEqual(expected);
}
