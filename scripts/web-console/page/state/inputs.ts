/** Turns a virtual board's inputs, one call at a time for each. */

import type { InputView } from "../../protocol.ts";
import { turnInput } from "./server.ts";

/** Values queued while a call for the same input is running. */
const waiting = new Map<string, number[]>();

/**
 * Sends one call at a time per input, so that a button is pressed before it is released; the board sees each level long
 * enough. Of a slider, only the latest value counts.
 */
export async function turn(board: string, { id, quantity }: InputView, value: number): Promise<void> {
  const key = `${board} ${id}`;
  const queue = waiting.get(key);
  if (queue) {
    if (quantity !== "level") queue.length = 0;
    queue.push(value);
    return;
  }
  const values = [value];
  waiting.set(key, values);
  try {
    for (let next = values.shift(); next !== undefined; next = values.shift())
      await turnInput(board, id, next);
  } catch {
    // The page reports the lost connection; queued values would be stale after it.
  } finally {
    waiting.delete(key);
  }
}
