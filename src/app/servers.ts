/** Which of its servers the board connects to. */

import type { Address } from "./link";

export interface Servers {
  /** The server of the next connection: the first again, an hour after the board went to another. */
  current(): Address;
  /** The server failed: the next one follows. @returns whether that is the first again: all of them had a try */
  next(): boolean;
}

/** Time by ticks after which a connection begins with the first server again, in ms. */
export const BACK_AFTER = 3600000;

/**
 * @param count the number of servers
 * @param server the servers by their number, from 0, in the order of preference
 * @param now time by ticks, in ms
 */
export function createServers(count: number, server: (index: number) => Address, now: () => number): Servers {
  let index = 0;
  /** When the board went to this server. */
  let since = 0;
  return {
    current() {
      // More than the longest wait, which is an hour: the other servers always have their try.
      if (now() - since > BACK_AFTER) index = 0;
      return server(index);
    },
    next() {
      since = now();
      index = (index + 1) % count;
      return !index;
    },
  };
}
