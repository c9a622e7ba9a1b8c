/** Ids of the JSON messages that the platform answers, and which of them still await their answer. */

import { bulk } from "virtual:features";
import type { Json } from "./json";

export interface Requests {
  /** The id of a new request: a positive int32, counting from 1. */
  next(): number;
  /** An answer came. @returns whether its request was awaiting it */
  settle(id: Json | undefined, isAccepted: boolean): boolean;
}

/** Most requests that await their answer; one more replaces the oldest. */
const MAXIMUM_WAITING = 8;
const LARGEST_ID = 2147483647;

/** @param answered the latest request was answered, of a board that reports in bulk */
export function createRequests(answered: (isAccepted: boolean) => void): Requests {
  let last = 0;
  const waiting: number[] = [];
  return {
    next() {
      last = (last % LARGEST_ID) + 1;
      waiting.push(last);
      if (waiting.length > MAXIMUM_WAITING) waiting.shift();
      return last;
    },
    settle(id, isAccepted) {
      // studio's ids are text
      const at = waiting.indexOf(typeof id === "string" ? parseInt(id, 10) : (id as number));
      if (at >= 0) {
        waiting.splice(at, 1);
        if (bulk && at === waiting.length) answered(isAccepted);
      }
      return at >= 0;
    },
  };
}
