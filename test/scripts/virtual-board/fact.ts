/** A fact about the interpreter: a script and the lines it prints. */
export interface Fact {
  readonly name: string;
  readonly script: string;
  readonly lines: readonly string[];
}
