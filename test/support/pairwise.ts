/** Few combinations of features that have every pair of them: most faults need no more than two. */

export type Factors = Readonly<Record<string, readonly (string | number)[]>>;
export type Row<F extends Factors> = { readonly [Name in keyof F]: F[Name][number] };

/**
 * Rows that have every pair of values which any row may have. Greedy: each row is one that has the most of the pairs which
 * are still missing.
 * @param isAllowed whether a row may be; it is asked of whole rows only
 */
export function pairwise<F extends Factors>(factors: F, isAllowed: (row: Row<F>) => boolean): Row<F>[] {
  const rows = allRows(factors).filter((row) => isAllowed(row as Row<F>)) as Row<F>[];
  const missing = new Set(rows.flatMap(pairsOf));
  const chosen: Row<F>[] = [];
  while (missing.size > 0) {
    let best: Row<F> | undefined;
    let most = 0;
    for (const row of rows) {
      const gain = pairsOf(row).filter((pair) => missing.has(pair)).length;
      if (gain >= most && gain > 0) [best, most] = [row, gain];
    }
    if (!best) throw new Error("a pair that no row has");
    chosen.push(best);
    for (const pair of pairsOf(best)) missing.delete(pair);
  }
  return chosen;
}

/** The pairs of a row, each as a text. */
export function pairsOf(row: Readonly<Record<string, string | number>>): string[] {
  const entries = Object.entries(row).map((entry) => entry.join("="));
  return entries.flatMap((one, i) => entries.slice(i + 1).map((other) => `${one} ${other}`));
}

function allRows(factors: Factors): Readonly<Record<string, string | number>>[] {
  return Object.entries(factors).reduce<Readonly<Record<string, string | number>>[]>(
    (rows, [name, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{}],
  );
}
