/** Measures the cost of work independently of other load: processor time, not wall-clock time. */

/** Processor time of some work, in ms. */
export function processorTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The shortest time of a step over several rounds, in ms, which excludes garbage collections. */
export function leastTime(rounds: number, step: (round: number) => void): number {
  return Math.min(...Array.from({ length: rounds }, (_, round) => processorTime(() => step(round))));
}
