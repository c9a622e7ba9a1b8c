/** Ids of the JSON messages that the platform answers, and which of them still wait for their answer. */

import type { Json } from "./json";

export interface Requests {
  /** The id of a new request: a positive int32, counted from 1. */
  next(): number;
  /** An answer came: whether it is one to a request that waits for it, which it then does no more. */
  settle(id: Json | undefined): boolean;
}

/** Requests whose answers are waited for; the oldest is given up for one more. */
const MAXIMUM_WAITING = 8;
const LARGEST_ID = 2147483647;

export function createRequests(): Requests {
  let last = 0;
  const waiting: number[] = [];
  return {
    next() {
      last = (last % LARGEST_ID) + 1;
      waiting.push(last);
      if (waiting.length > MAXIMUM_WAITING) waiting.shift();
      return last;
    },
    settle(id) {
      // studio writes its ids as text
      const at = waiting.indexOf(typeof id === "string" ? parseInt(id, 10) : (id as number));
      if (at >= 0) waiting.splice(at, 1);
      return at >= 0;
    },
  };
}
