/** `npm run measure:fuzz`: what hostile input costs the servers, as a table for docs/performance.md. */

import { Option } from "commander";
import { KINDS, MOST_WORK, run, type Costs, type KindName } from "./bench/fuzz/run.ts";
import { startTarget } from "./bench/fuzz/target.ts";
import { examples, interruptible, runCommand, printError, UserError, wholeNumber } from "./cli/command.ts";
import { heapInUse } from "./bench/heap.ts";
import { createProgress } from "./cli/progress.ts";

interface Options {
  runs: number;
  seed: number;
  only?: KindName;
}

const NAMES = Object.keys(KINDS) as KindName[];
const MEGABYTE = 1024 * 1024;

await runCommand(
  "measure:fuzz",
  "Sends hostile input to the local OneNET and its web console; prints the slowest answers and the memory.",
  (command) =>
    command
      .option("--runs <number>", "inputs of each kind", wholeNumber(10_000_000), 100_000)
      .option(
        "--seed <number>",
        "seed of the first input; the others count up from it",
        wholeNumber(2 ** 31),
        1,
      )
      .addOption(new Option("--only <kind>", "only this kind").choices(NAMES))
      .addHelpText(
        "after",
        examples(
          [
            ["npm run measure:fuzz", "the table of docs/performance.md"],
            ["npm run measure:fuzz -- --runs 1000"],
            ["npm run measure:fuzz -- --only payloads --runs 1 --seed 42", "repeat one input"],
          ],
          "docs/performance.md",
        ),
      ),
  async (command) => {
    await interruptible((signal) => measure(command.opts<Options>(), signal));
  },
);

async function measure({ runs, seed, only }: Options, signal: AbortSignal): Promise<void> {
  const progress = createProgress();
  const target = await startTarget();
  let current = "";
  process.on("uncaughtExceptionMonitor", () => printError(`the servers crashed at ${current}`));
  const slow: string[] = [];
  try {
    console.log(
      "| input | number | work, median | work, 99.9 % | work, most | answer, 99.9 % | answer, latest | heap before | heap after |",
    );
    console.log("| --- | --: | --: | --: | --: | --: | --: | --: | --: |");
    for (const kind of only ? [only] : NAMES) {
      const before = heapInUse();
      const costs = await run(kind, target, {
        seed,
        runs,
        next(index) {
          signal.throwIfAborted();
          current = `${kind}, SEED=${seed + index}`;
          if (index % 100 === 0) progress.show(kind, index / runs);
        },
      });
      progress.clear();
      slow.push(...costs.slow);
      const heaps = [before, heapInUse()].map((bytes) => `${(bytes / MEGABYTE).toFixed(1)} MB`);
      console.log(`| ${[kind, runs, ...cellsOf(costs), ...heaps].join(" | ")} |`);
    }
  } finally {
    progress.clear();
    await target.close();
  }
  if (slow.length > 0) throw new UserError(`more than ${MOST_WORK} ms of work:\n${slow.join("\n")}`);
}

function cellsOf({ work, wait }: Costs): string[] {
  const cells = [at(work, 0.5), at(work, 0.999), at(work, 1), at(wait, 0.999), at(wait, 1)];
  return cells.map((ms) => `${ms.toFixed(1)} ms`);
}

/** A quantile: the value below which this share lies. */
function at(values: Float64Array, share: number): number {
  return values.toSorted()[Math.ceil(share * values.length) - 1] ?? NaN;
}
