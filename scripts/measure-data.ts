/** `npm run measure:data`: data points in the file of `npm run platform -- --data`, with the process killed at random, for docs/performance.md. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureKept, type Cost } from "./bench/kept.ts";
import { EXIT, examples, runCommand, UserError, wholeNumber } from "./cli/command.ts";

interface Options {
  points: number;
  kills: number;
  seed?: number;
}

/** The last data points may take this much longer than the first. */
const MOST = 1.5;

await runCommand(
  "measure:data",
  "Writes data points to the platform's file, kills its process meanwhile, and says what is missing and what each costs.",
  (command) =>
    command
      .option("--points <number>", "data points to write", wholeNumber(100_000_000), 1_000_000)
      .option("--kills <number>", "how often to end the process with SIGKILL", wholeNumber(1000), 10)
      .option("--seed <number>", "repeats a run (default: random)", wholeNumber(2 ** 31 - 1))
      .addHelpText(
        "after",
        examples(
          [
            ["npm run measure:data", "the table of docs/performance.md"],
            ["npm run measure:data -- --points 100000 --kills 3"],
          ],
          "docs/performance.md",
        ),
      ),
  async (command) => {
    const { points, kills, seed = 1 + Math.floor(Math.random() * 2 ** 30) } = command.opts<Options>();
    console.log(`seed ${seed}`);
    const folder = await mkdtemp(join(tmpdir(), "measure-data-"));
    try {
      const compared = Math.floor(points / 10);
      const onKill = (count: number) => console.log(`killed after ${count} acknowledgements`);
      const found = await measureKept({ points, kills, seed, compared, folder, onKill });
      const ratio = found.last.clock / found.first.clock;
      console.log(`acknowledged ${found.acknowledged}, missing ${found.missing}`);
      console.log(`first ${compared}: ${show(found.first)}`);
      console.log(`last ${compared}: ${show(found.last)}, ${ratio.toFixed(2)} times the first`);
      console.log(`file: ${(found.size / 2 ** 20).toFixed(0)} MiB`);
      if (found.missing > 0) throw new UserError(`${found.missing} data points are missing`, EXIT.failed);
      if (ratio > MOST)
        throw new UserError(`the last data points take ${ratio.toFixed(2)} times as long`, EXIT.failed);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);

function show({ clock, processor }: Cost): string {
  return `${clock.toFixed(1)} µs per data point by the clock, ${processor.toFixed(1)} µs of processor time`;
}
