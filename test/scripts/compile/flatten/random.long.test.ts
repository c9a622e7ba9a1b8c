/** Programs by chance behave alike before and after each pass of the optimizer, and after all of them. */

import { expect, it } from "vitest";
import { FIRST, flatten, LAST, ROUND } from "../../../../scripts/compile/flatten/index.ts";
import type { Pass } from "../../../../scripts/compile/flatten/variables.ts";
import { chanceOf, randomProgram } from "../../../support/random-programs.ts";
import { outputOf, treeOf } from "../../../support/trees.ts";

/** `SEED=7` for other programs, `PROGRAMS=10000` for more. */
const SEED = Number(process.env["SEED"] ?? 1);
const PROGRAMS = Number(process.env["PROGRAMS"] ?? 30);

const flat = (text: string) => FIRST.nameApart(FIRST.plain(treeOf(text)));

it(`${PROGRAMS} programs of the seed ${SEED}`, () => {
  let changes = 0;
  let lines = 0;
  for (let i = 0; i < PROGRAMS; i++) {
    const text = randomProgram(chanceOf(SEED + i));
    const expected = outputOf(treeOf(text));
    // An error that a program ends with is not for the passes to keep: they drop what reads a member and does nothing else.
    if ((expected.at(-1) ?? "").includes("Error:")) continue;
    lines += expected.length;
    const what = `SEED=${SEED + i} PROGRAMS=1\n${text}`;
    expect(outputOf(FIRST.plain(treeOf(text))), `plain ${what}`).toEqual(expected);
    expect(outputOf(flat(text)), `nameApart ${what}`).toEqual(expected);
    for (const [name, pass] of Object.entries<Pass>({ ...ROUND, ...LAST })) {
      const before = flat(text);
      const after = pass(before);
      if (after !== before) changes++;
      expect(outputOf(after), `${name} ${what}`).toEqual(expected);
      expect(outputOf(pass(after)), `${name}, twice, ${what}`).toEqual(expected);
    }
    expect(outputOf(flatten(treeOf(text))), `flatten ${what}`).toEqual(expected);
  }
  // The programs are worth it: most passes find something to do, and most programs say something.
  expect(changes).toBeGreaterThan(PROGRAMS);
  expect(lines).toBeGreaterThan(PROGRAMS);
});
