/** The faults between a board and its platform. */

/** `up`: from the board; `down`: to it. */
export type Way = "up" | "down";

/** Lasting faults end after `ms` on the proxy's clock; Infinity: when healed. */
export type Fault =
  /** Ends every connection: reset, or closed normally. */
  | { readonly kind: "cut"; readonly how: "reset" | "end" }
  /** Holds back all bytes, even a close. Connections stay open, and new ones can be made. */
  | { readonly kind: "stall"; readonly ways: readonly Way[]; readonly ms: number }
  /** Silently loses everything sent this way, for as long as the connections last. */
  | { readonly kind: "drop"; readonly way: Way }
  /** Delivers bytes in pieces of `size`. */
  | { readonly kind: "split"; readonly size: number; readonly ms: number }
  /** Delivers bytes `by` ms late. */
  | { readonly kind: "delay"; readonly by: number; readonly ms: number }
  /** Refuses new connections; existing ones stay. */
  | { readonly kind: "refuse"; readonly ms: number }
  /** Stops the platform, then starts it again. */
  | { readonly kind: "restart"; readonly ms: number };

/** Triggers a fault mid-stream, once `bytes` more bytes (1 or more) have passed this way. */
export interface Trigger {
  readonly way: Way;
  readonly bytes: number;
}
