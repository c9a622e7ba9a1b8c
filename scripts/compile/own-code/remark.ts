import type ts from "typescript";

/** A remark on a piece of code, worded like a fault of the gate: what is wrong; what to write instead. */
export interface Remark {
  readonly node: ts.Node;
  /** Whether the code cannot run as written. Otherwise it runs, but probably not as intended. */
  readonly isError: boolean;
  readonly message: string;
}
