/** The sockets of a chip, of which there are ten, and what opening a connection costs. */

/** What becomes of a connection, or of a datagram, that is to go somewhere. */
export type Reach =
  /** The interpreter is away for so many ms; then the network's route counts. */
  | number
  /** Nobody answers: the interpreter is away as long as the chip tries, and the connection is refused. */
  | "no answer"
  /** The name server does not answer: the interpreter is away as long as it is asked, and the name is unknown. */
  | "no name server";

/** How long a name server is asked, in ms. */
export const LOOK_UP_TIME = 7000;

const SOCKETS = 10;

export interface Sockets {
  /** @returns false when there is none left */
  take(): boolean;
  give(): void;
  /** One is lost until the chip restarts. */
  leak(): void;
  /** Those in use. */
  count(): number;
  /** The chip restarts. */
  restart(): void;
}

/** @param others sockets of the interpreter's own */
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
