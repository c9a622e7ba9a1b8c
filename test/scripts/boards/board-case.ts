/** A mistake in a board file, and the lines that report it. */

export interface Case {
  readonly title: string;
  /** The files next to `base.json`, which is complete; `kitchen` is the board to load. */
  readonly files: Readonly<Record<string, unknown>>;
  readonly lines: readonly string[];
}

/** `kitchen.json` as JSON, on top of a complete board. */
export function kitchen(title: string, fields: object, ...lines: string[]): Case {
  return { title, files: { "kitchen.json": { extends: "base", ...fields } }, lines };
}
