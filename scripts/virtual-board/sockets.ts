/** A chip's ten sockets, and how long opening a connection takes. */

/** What happens when a connection is opened or a datagram sent. */
export type Reach =
  /** Blocks the interpreter for this many ms; then the network's route decides. */
  | number
  /** No answer: blocks the interpreter while the chip tries, then the connection is refused. */
  | "no answer"
  /** No name server: blocks the interpreter for the look-up, then the name is unknown. */
  | "no name server";

/** How long a look-up takes to fail, in ms. */
export const LOOK_UP_TIME = 7000;

const SOCKETS = 10;

export interface Sockets {
  /** @returns false if none is left */
  take(): boolean;
  give(): void;
  /** Loses one until the chip restarts. */
  leak(): void;
  /** Number in use. */
  count(): number;
  /** Call this when the chip restarts. */
  restart(): void;
}

/** @param others the interpreter's own sockets */
export function createSockets(others: () => number): Sockets {
  let taken = 0;
  let leaked = 0;
  const count = () => taken + leaked + others();
  return {
    take() {
      if (count() >= SOCKETS) return false;
      taken++;
      return true;
    },
    give() {
      taken--;
    },
    leak() {
      taken--;
      leaked++;
    },
    count,
    restart() {
      leaked = 0;
    },
  };
}
