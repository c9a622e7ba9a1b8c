import { describe, expect, it } from "vitest";
import { createRichest, createShares } from "../../../scripts/web-console/shares.ts";

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

describe("shares", () => {
  it("make room for an owner with fewer, and for nobody when all have about the same", () => {
    const shares = createShares(4, 3);
    for (const name of ["1", "2", "3", "4"]) shares.add("loud", name);
    expect(shares.has("loud", "4")).toBe(false);
    expect(shares.add("a", "1")).toBeUndefined();
    expect(shares.add("b", "1")).toEqual({ owner: "loud", name: "3" });
    expect(shares.add("c", "1")).toEqual({ owner: "loud", name: "2" });
    for (let turn = 0; turn < 2; turn++) expect(shares.add("d", "1")).toEqual({ owner: "d", name: "1" }); // all have one
    shares.remove("loud", "1");
    expect(shares.add("b", "2")).toBeUndefined();
    expect(shares.add("d", "1")).toEqual({ owner: "b", name: "2" });
  });
});
