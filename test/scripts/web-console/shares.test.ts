import { describe, expect, it } from "vitest";
import { createRichest } from "../../../scripts/web-console/shares.ts";

/** Owners with so much each, and how often one was looked at. */
function purses(amounts: Record<string, number>) {
  const owners = new Map(Object.entries(amounts));
  let looks = 0;
  const richest = createRichest(owners, (amount) => {
    looks++;
    return amount;
  });
  for (const owner of owners.keys()) richest.grew(owner);
  return {
    owners,
    looks: () => looks,
    /** One gets more, and whoever has the most gives as much. @returns that one */
    add: (owner: string): string | undefined => {
      owners.set(owner, (owners.get(owner) ?? 0) + 1);
      richest.grew(owner);
      const found = richest.find(owner);
      if (found !== undefined) owners.set(found, (owners.get(found) ?? 0) - 1);
      return found;
    },
  };
}

describe("who has the most", () => {
  it("gives to those that have less, until they have nearly as much", () => {
    const { owners, add } = purses({ loud: 90, a: 5, b: 5 });
    for (let turn = 0; turn < 100; turn++) for (const owner of ["a", "b"]) add(owner);
    expect(Math.min(...owners.values())).toBeGreaterThanOrEqual(29);
    for (let turn = 0; turn < 100; turn++) expect(add("loud")).toBe("loud");
  });

  it("is not looked for among all while all have about the same", () => {
    const all = purses(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`b${i}`, 16])));
    const before = all.looks();
    for (let turn = 0; turn < 10; turn++) for (const owner of all.owners.keys()) all.add(owner);
    expect(all.looks() - before).toBeLessThan(100_000); // 10 000 entries; by looking at all, 10 million
  });

  it("is nobody where there is nobody", () => {
    expect(createRichest(new Map<string, number>(), (amount) => amount).find("a")).toBeUndefined();
  });
});
