/**
 * A live plot of one data stream. Drawn only while visible and when something is new; less often the more lines it
 * has.
 */

import { effect, signal, type Signal } from "@preact/signals";
import UPlot from "uplot";
import type uPlot from "uplot";
import { now } from "../state/clock.ts";
import { seriesOf, thin, type Series } from "../state/points.ts";
import { selected } from "../state/store.ts";
import { drawSoon, forgetDrawing } from "./drawing-queue.ts";

const HEIGHT = 120;

/** Time between two drawings of the same view, per line drawn, in ms: two hundred lines rest two seconds. */
const REST = 10;

/** Allowed distances between axis labels, in s. */
const TICKS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 7200, 21_600, 43_200, 86_400, 172_800];

const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = signal(dark.matches);
dark.addEventListener("change", () => (isDark.value = dark.matches));

/**
 * @param minutes the time span shown
 * @param hover called when the pointer moves over the plot
 * @returns a function that removes the plot
 */
export function createPlot(
  place: HTMLElement,
  stream: string,
  minutes: Signal<number>,
  hover: (plot: uPlot) => void,
): () => void {
  let plot: uPlot | undefined;
  /** What the last drawing looked like: its style, its view. */
  let drawnStyle = "";
  let drawnView = "";
  let drawnAt = -Infinity;
  /** The right edge, in ms, unless a data point is later. */
  let time = 0;
  let rest: ReturnType<typeof setTimeout> | undefined;
  /** When the last rest ended, by the page's clock. */
  const rested = signal(0);
  /** The times shown, in s. */
  let range: [number, number] = [0, 1];
  const isSeen = signal(false);
  const width = signal(0);

  const seen = new IntersectionObserver(
    (entries) => (isSeen.value = entries.at(-1)?.isIntersecting ?? false),
  );
  const sized = new ResizeObserver(
    (entries) => (width.value = Math.floor(entries[0]?.contentRect.width ?? 0)),
  );
  seen.observe(place);
  sized.observe(place);

  /** Puts the selected board's line last, above the others. */
  function ordered(): Series[] {
    const all = [...seriesOf(stream).values()];
    const chosen = all.find(({ board }) => board === selected.peek());
    return chosen ? [...all.filter((series) => series !== chosen), chosen] : all;
  }

  function draw(): void {
    const series = ordered();
    const span = minutes.peek() * 60_000;
    const end = series.reduce((latest, { times }) => Math.max(latest, times.at(-1) ?? 0), time);
    const start = end - span;
    range = [start / 1000, end / 1000];
    const style = [series.length, selected.peek(), isDark.peek()].join();
    if (style !== drawnStyle) {
      plot?.destroy();
      plot = new UPlot(
        options(width.peek(), series.length, () => range, hover),
        [[]],
        place,
      );
      drawnStyle = style;
    }
    if (plot?.width !== width.peek()) plot?.setSize({ width: width.peek(), height: HEIGHT });
    plot?.setData(thin(series, start, (span / width.peek()) * 2));
    drawnAt = performance.now();
  }

  const stop = effect(() => {
    if (!isSeen.value || width.value === 0) return;
    time = now.value;
    const view = [minutes.value, width.value, selected.value, isDark.value].join();
    const wait = drawnAt + seriesOf(stream).size * REST - Math.max(rested.value, performance.now());
    if (view === drawnView && wait > 0) {
      rest ??= setTimeout(() => {
        rest = undefined;
        rested.value = performance.now();
      }, wait);
      return;
    }
    drawnView = view;
    drawSoon(draw);
  });

  return () => {
    stop();
    clearTimeout(rest);
    forgetDrawing(draw);
    seen.disconnect();
    sized.disconnect();
    plot?.destroy();
  };
}

function options(
  width: number,
  count: number,
  range: () => [number, number],
  hover: (plot: uPlot) => void,
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const axis: uPlot.Axis = {
    stroke: colour("quiet"),
    font: "11px system-ui, sans-serif",
    grid: { stroke: colour("line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { setScale: false }, points: { show: false } },
    scales: { x: { range }, y: { range: (_plot, low, high) => spread(low, high) } },
    axes: [
      {
        ...axis,
        space: 70,
        incrs: TICKS,
        size: 22,
        values: [
          [86_400, "{MM}-{DD}", null, null, null, null, null, null, 1],
          [7200, "{MM}-{DD} {HH}:{mm}", null, null, null, null, null, null, 1],
          [1, "{HH}:{mm}:{ss}", null, null, null, null, null, null, 1],
        ],
      },
      { ...axis, space: 28, size: 44 },
    ],
    series: [
      {},
      ...Array.from({ length: count }, (_, index): uPlot.Series => {
        const isChosen = index === count - 1;
        return isChosen
          ? { stroke: colour("accent"), width: 2, spanGaps: true, points: { size: 5 } }
          : { stroke: colour("other"), width: 1, spanGaps: true, points: { show: false } };
      }),
    ],
    hooks: { setCursor: [hover] },
  };
}

/** A scale around the values, even a single one. */
function spread(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const space = high > low ? (high - low) * 0.1 : Math.max(Math.abs(high) * 0.1, 0.5);
  return [low - space, high + space];
}
