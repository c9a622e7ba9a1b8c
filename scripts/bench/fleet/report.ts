/** Writes the figures of a fleet as text. */

import type { Result, Sample } from "./index.ts";
import type { Delays } from "./tally.ts";

const MEGABYTE = 2 ** 20;
const UNKNOWN = "–";

const COLUMNS = [
  ["server", 16],
  ["s", 6],
  ["boards", 7],
  ["messages/s", 11],
  ["acknowledged, ms", 24],
  ["received, ms", 24],
  ["fleet MB", 9],
  ["server MB", 10],
] as const;

/** The head of the table of samples. */
export function headOfSamples(): string {
  return line(COLUMNS.map(([name]) => name));
}

export function sampleLine(sample: Sample): string {
  const { server, at, online, rate, acknowledged, received, memory, serverMemory } = sample;
  return line([
    server,
    at.toFixed(0),
    String(online),
    rate.toFixed(1),
    delays(acknowledged),
    delays(received),
    megabytes(memory),
    megabytes(serverMemory),
  ]);
}

function line(cells: readonly string[]): string {
  return COLUMNS.map(([, width], i) => (i === 0 ? cells[i]?.padEnd(width) : cells[i]?.padStart(width)))
    .join("")
    .trimEnd();
}

/** The results side by side; with two, also the ratio of the first to the second. Leaves out what is unknown. */
export function formatResults(results: readonly Result[], boards: number): string {
  const rows: (readonly [
    what: string,
    cells: readonly string[],
    figures?: readonly (number | undefined)[],
  ])[] = [
    ["boards online", results.map(({ online }) => `${online} of ${boards}`)],
    ["messages sent", results.map(({ sent }) => String(sent))],
    ["messages/s", results.map(({ sent, seconds }) => (sent / seconds).toFixed(1))],
    ["not sent: the board could not", results.map(({ unsent }) => String(unsent))],
    ["acknowledged", results.map(({ acknowledged }) => count(acknowledged))],
    ["received", results.map(({ received }) => count(received))],
    ["lost", results.map(({ lost }) => count(lost))],
    ...delayRows("acknowledged", results),
    ...delayRows("received", results),
    figures(
      "server's processor, % of a core",
      results.map(({ processor: used, seconds }) => used && (used * 100) / seconds),
      1,
    ),
    figures(
      "server's processor per message, µs",
      results.map(({ processor: used, sent }) => used && (used * 1e6) / sent),
      1,
    ),
  ];
  const known = rows.filter(([, cells]) => cells.some((cell) => cell !== UNKNOWN));
  const head = ["", ...results.map(({ server }) => server), ...(results.length === 2 ? ["ratio"] : [])];
  const texts = [
    head,
    ...known.map(([what, cells, values = []]) => {
      const [ours, theirs] = values;
      const ratio = ours !== undefined && theirs ? (ours / theirs).toFixed(2) : "";
      return [what, ...cells, ...(results.length === 2 ? [ratio] : [])];
    }),
  ];
  const widths = head.map((_, column) => Math.max(...texts.map((cells) => cells[column]?.length ?? 0)));
  const lines = texts.map((cells) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  const [{ seconds, fleetProcessor } = { seconds: 1, fleetProcessor: 0 }] = results;
  lines.push("", `the fleet itself used ${((fleetProcessor * 100) / seconds).toFixed(0)} % of a core`);
  for (const { server, failures } of results)
    for (const [why, times] of Object.entries(failures)) lines.push(`${server}: ${times} × ${why}`);
  return lines.join("\n");
}

function delayRows(what: "acknowledged" | "received", results: readonly Result[]) {
  return (["p50", "p95", "p99"] as const).map((part) =>
    figures(
      `${what} after, ms, ${part}`,
      results.map(({ delays: { [what]: delay } }) => delay?.[part]),
      2,
    ),
  );
}

function figures(what: string, values: readonly (number | undefined)[], digits: number) {
  return [what, values.map((value) => value?.toFixed(digits) ?? UNKNOWN), values] as const;
}

function delays(delay: Delays | undefined): string {
  return delay === undefined
    ? UNKNOWN
    : [delay.p50, delay.p95, delay.p99].map((ms) => ms.toFixed(1)).join(" / ");
}

function count(figure: number | undefined): string {
  return figure === undefined ? UNKNOWN : String(figure);
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? UNKNOWN : (bytes / MEGABYTE).toFixed(1);
}
