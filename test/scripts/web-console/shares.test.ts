import { describe, expect, it } from "vitest";
import { createRichest } from "../../../scripts/web-console/shares.ts";

/** Owners with their amounts, and a count of how often one was examined. */
function purses(amounts: Record<string, number>) {
  const owners = new Map(Object.entries(amounts));
  let looks = 0;
  const richest = createRichest(owners, (amount) => {
    looks++;
    return amount;
  });
  for (const amount of owners.values()) richest.grew(amount);
  return {
    owners,
    looks: () => looks,
    /** Moves one unit to `owner` from the richest. @returns the richest */
    add: (owner: string): string | undefined => {
      const grown = (owners.get(owner) ?? 0) + 1;
      owners.set(owner, grown);
      richest.grew(grown);
      const found = richest.find(owner, grown);
      if (found !== undefined) owners.set(found, (owners.get(found) ?? 0) - 1);
      return found;
    },
  };
}

describe("the richest owner", () => {
  it("gives to the others until they have nearly as much", () => {
    const { owners, add } = purses({ loud: 90, a: 5, b: 5 });
    for (let turn = 0; turn < 100; turn++) for (const owner of ["a", "b"]) add(owner);
    expect(Math.min(...owners.values())).toBeGreaterThanOrEqual(29);
    for (let turn = 0; turn < 100; turn++) expect(add("loud")).toBe("loud");
  });

  it("is found without a full scan while all have about the same", () => {
    const all = purses(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`b${i}`, 16])));
    const before = all.looks();
    for (let turn = 0; turn < 10; turn++) for (const owner of all.owners.keys()) all.add(owner);
    expect(all.looks() - before).toBeLessThan(100_000); // 10 000 entries; 10 million with full scans
  });

  it("is undefined without owners", () => {
    expect(createRichest(new Map<string, number>(), (amount) => amount).find("a", 0)).toBeUndefined();
  });
});
