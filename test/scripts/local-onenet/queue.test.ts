import fc from "fast-check";
import { expect, it } from "vitest";
import { heapInUse } from "../../../scripts/bench/heap.ts";
import { Queue } from "../../../scripts/local-onenet/queue.ts";

it("returns the oldest entry like an array, after any additions and removals", () => {
  const steps = fc.array(fc.option(fc.integer(), { nil: undefined }), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (additions) => {
      const queue = new Queue<number>();
      const model: number[] = [];
      for (const each of additions) {
        if (each === undefined) expect(queue.take()).toBe(model.shift());
        else {
          queue.add(each);
          model.push(each);
        }
        expect([queue.length, queue.first(), queue.all()]).toEqual([model.length, model[0], model]);
      }
    }),
  );
});

it("keeps no reference to removed entries", () => {
  const queue = new Queue<number[]>();
  for (let turn = 0; turn < 20; turn++) queue.add(Array<number>(100_000).fill(turn));
  const before = heapInUse();
  for (let turn = 0; turn < 9; turn++) queue.take();
  expect(before - heapInUse()).toBeGreaterThan(9 * 400_000);
  expect(queue.length).toBe(11); // it is in use until here
});
