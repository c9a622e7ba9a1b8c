import type ts from "typescript";

/** Something about a piece of code, in the words of the gate: what is wrong; what to write instead. */
export interface Remark {
  readonly node: ts.Node;
  /** It would not run as it is written; else it runs, but hardly as it was meant. */
  readonly isError: boolean;
  readonly message: string;
}
