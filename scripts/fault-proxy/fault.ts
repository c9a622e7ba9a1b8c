/** What can go wrong between a board and its platform. */

/** `up` from the board, `down` to it. */
export type Way = "up" | "down";

/** Faults that last have their time in `ms` of the proxy's clock; Infinity: until they are healed. */
export type Fault =
  /** Every connection ends: reset, or closed in order. */
  | { readonly kind: "cut"; readonly how: "reset" | "end" }
  /** No byte passes, and neither does the news that one side closed; connections stay open, and new ones can be made. */
  | { readonly kind: "stall"; readonly ways: readonly Way[]; readonly ms: number }
  /** What goes this way is lost, for as long as the connections last; who sends it hears nothing of it. */
  | { readonly kind: "drop"; readonly way: Way }
  /** Bytes arrive in pieces of `size`, each alone. */
  | { readonly kind: "split"; readonly size: number; readonly ms: number }
  /** Bytes arrive `by` ms late. */
  | { readonly kind: "delay"; readonly by: number; readonly ms: number }
  /** Nobody listens; connections stay. */
  | { readonly kind: "refuse"; readonly ms: number }
  /** The platform goes down, and comes back. */
  | { readonly kind: "restart"; readonly ms: number };

/** Has a fault strike in the middle of things: once so many more bytes, 1 or more, have passed this way. */
export interface Trigger {
  readonly way: Way;
  readonly bytes: number;
}
