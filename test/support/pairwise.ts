/** Few combinations of features that have every pair of them: most faults need no more than two. */

export type Factors = Readonly<Record<string, readonly (string | number)[]>>;
export type Row<F extends Factors> = { readonly [Name in keyof F]: F[Name][number] };

/**
 * Rows that have every pair of values which any row may have. Greedy: each row is one that has the most of the pairs which
 * are still missing.
 * @param isAllowed whether a row may be; it is asked of whole rows only
 * @param featuresOf what makes the pairs of a row
 */
export function pairwise<F extends Factors>(
  factors: F,
  isAllowed: (row: Row<F>) => boolean,
  featuresOf: (row: Row<F>) => readonly string[] = entriesOf,
): Row<F>[] {
  const rows = allRows(factors)
    .filter((row) => isAllowed(row as Row<F>))
    .map((row) => ({ row: row as Row<F>, pairs: pairsOf(featuresOf(row as Row<F>)) }));
  const missing = new Set(rows.flatMap(({ pairs }) => pairs));
  const chosen: Row<F>[] = [];
  while (missing.size > 0) {
    let best: (typeof rows)[number] | undefined;
    let most = 0;
    for (const each of rows) {
      const gain = each.pairs.filter((pair) => missing.has(pair)).length;
      if (gain >= most && gain > 0) [best, most] = [each, gain];
    }
    if (!best) throw new Error("a pair that no row has");
    chosen.push(best.row);
    for (const pair of best.pairs) missing.delete(pair);
  }
  return chosen;
}

/** The values of a row, each as a text. */
export function entriesOf(row: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(row).map((entry) => entry.join("="));
}

/** The pairs of features, each as a text. */
export function pairsOf(features: readonly string[]): string[] {
  return features.flatMap((one, i) => features.slice(i + 1).map((other) => `${one} ${other}`));
}

function allRows(factors: Factors): Readonly<Record<string, string | number>>[] {
  return Object.entries(factors).reduce<Readonly<Record<string, string | number>>[]>(
    (rows, [name, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{}],
  );
}
