/** A transport of the board, one connection at a time: what `src/device/link.ts` offers to the rest of the firmware. */

/** A server's address, as `net.connect` takes it. */
export interface Address {
  /** Host name or IPv4 address. */
  readonly host: string;
  /** TCP port. */
  readonly port: number;
}

export interface Link {
  /** Begins a connection; `connected` or `closed` follows. */
  open(): void;
  /** False when the link is broken; `closed` follows. */
  write(bytes: string): boolean;
  /** Whether the send buffer is over its high-water mark; `drained` follows. */
  isFull(): boolean;
  /** Whether the send buffer is empty. */
  isIdle(): boolean;
  /** Drops the connection, if there is one; no event follows. */
  close(): void;
}

/** Events of a link, never raised from within a call of {@link Link}. */
export interface LinkEvents {
  connected(): void;
  received(bytes: string): void;
  /** The send buffer is empty again. */
  drained(): void;
  /** The link could not be opened, or is lost; `why` is a readable reason. */
  closed(why: string): void;
}
