/** What work costs, whatever else the machine does: the processor's time, not the clock's. */

/** Processor time that the process takes for some work, in ms. */
export function processorTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The least that a step takes in some rounds, in ms: what the collector takes in some of them is left out. */
export function leastTime(rounds: number, step: (round: number) => void): number {
  return Math.min(...Array.from({ length: rounds }, (_, round) => processorTime(() => step(round))));
}
