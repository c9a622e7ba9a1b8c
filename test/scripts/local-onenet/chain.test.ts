import fc from "fast-check";
import { expect, it } from "vitest";
import { createChain, type Chained } from "../../../scripts/local-onenet/chain.ts";

interface Thing extends Chained<Thing> {
  readonly name: number;
}

function thing(name: number): Thing {
  return { before: undefined, after: undefined, isIn: false, name };
}

it("holds the same as a Set, in the same order, after any additions and removals", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ adds: fc.boolean(), at: fc.nat(20) })), (steps) => {
      const chain = createChain<Thing>();
      const set = new Set<Thing>();
      const all: Thing[] = [];
      for (const { adds, at } of steps) {
        const known = all[at];
        if (adds || known === undefined) {
          const added = thing(all.length);
          all.push(added);
          chain.add(added);
          set.add(added);
        } else expect(chain.remove(known)).toBe(set.delete(known));
        expect([...chain].map(({ name }) => name)).toEqual([...set].map(({ name }) => name));
        expect(chain.first()).toBe([...set][0]);
      }
    }),
  );
});

it("accepts a removed item again", () => {
  const chain = createChain<Thing>();
  const [one, two] = [thing(1), thing(2)];
  chain.add(one);
  chain.add(two);
  chain.remove(one);
  chain.add(one);
  expect([...chain].map(({ name }) => name)).toEqual([2, 1]);
});
