/** Which of its servers the board connects to. */

export interface Servers {
  /** A connection begins: with the first server again, an hour after the board went to another. */
  begin(): void;
  /** The number of the server to connect to. */
  current(): number;
  /** The server failed: the next one follows. @returns whether that is the first again: all of them had a try */
  next(): boolean;
}

/** Time by ticks after which a connection begins with the first server again, in ms. */
export const BACK_AFTER = 3600000;

/**
 * @param count the number of servers, which are in the order of preference
 * @param now time by ticks, in ms
 */
export function createServers(count: number, now: () => number): Servers {
  let index = 0;
  /** When the board went to this server. */
  let since = 0;
  return {
    begin() {
      // More than the longest wait, which is an hour: the other servers always have their try.
      if (now() - since > BACK_AFTER) index = 0;
    },
    current: () => index,
    next() {
      since = now();
      index = (index + 1) % count;
      return !index;
    },
  };
}
