/** A live plot of one data stream: drawn while it is seen, at most as often as there is something new. */

import { effect, signal, type Signal } from "@preact/signals";
import UPlot from "uplot";
import type uPlot from "uplot";
import { seriesOf, thin, type Series } from "../state/points.ts";
import { selected } from "../state/store.ts";

const HEIGHT = 120;

/** Times between two labels of the axis, in s. */
const TICKS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800];

const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = signal(dark.matches);
dark.addEventListener("change", () => (isDark.value = dark.matches));

/** Moves the plots on while nothing new comes. */
const now = signal(Date.now());
setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 1000);

/**
 * @param minutes span of time that is shown
 * @param hover told when the pointer moves over it
 * @returns a function that ends it
 */
export function createPlot(
  place: HTMLElement,
  stream: string,
  minutes: Signal<number>,
  hover: (plot: uPlot) => void,
): () => void {
  let plot: uPlot | undefined;
  let drawn = "";
  /** The times that are shown, in s. */
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

  /** The selected board's line comes last, above the others. */
  function ordered(): Series[] {
    const all = [...seriesOf(stream).values()];
    const chosen = all.find(({ board }) => board === selected.value);
    return chosen ? [...all.filter((series) => series !== chosen), chosen] : all;
  }

  const stop = effect(() => {
    if (!isSeen.value || width.value === 0) return;
    const series = ordered();
    const span = minutes.value * 60_000;
    const end = Math.max(now.value, ...series.map(({ times }) => times.at(-1) ?? 0));
    const start = end - span;
    range = [start / 1000, end / 1000];
    const key = [series.length, selected.value, isDark.value].join();
    if (key !== drawn) {
      plot?.destroy();
      plot = new UPlot(
        options(width.value, series.length, () => range, hover),
        [[]],
        place,
      );
      drawn = key;
    }
    if (plot?.width !== width.value) plot?.setSize({ width: width.value, height: HEIGHT });
    plot?.setData(thin(series, start, (span / width.value) * 2));
  });

  return () => {
    stop();
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
        values: [[1, "{HH}:{mm}:{ss}", null, null, null, null, null, null, 1]],
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

/** A scale around the values, also around a single one. */
function spread(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const space = high > low ? (high - low) * 0.1 : Math.max(Math.abs(high) * 0.1, 0.5);
  return [low - space, high + space];
}
