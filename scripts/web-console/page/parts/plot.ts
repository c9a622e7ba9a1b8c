/**
 * A live plot of one data stream. Drawn only while visible and when something is new; less often the more lines it
 * has.
 */

import { effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import UPlot from "uplot";
import type uPlot from "uplot";
import { now } from "../state/clock.ts";
import { seriesFor, seriesOf, thin, type Series } from "../state/points.ts";
import { selected } from "../state/store.ts";
import { drawSoon, forgetDrawing } from "./drawing-queue.ts";

const HEIGHT = 180;

/** Time between two drawings of the same view, per line drawn, in ms: two hundred lines rest two seconds. */
const REST = 10;

/** Allowed distances between axis labels, in s. */
const TICKS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 7200, 21_600, 43_200, 86_400, 172_800];

const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = signal(dark.matches);
dark.addEventListener("change", () => (isDark.value = dark.matches));

/** What the pointer is at: a time in ms since 1970, and the value there, if there is one. */
export interface Pointed {
  readonly time: number;
  readonly value: number | undefined;
  /** The board whose line it is: the nearest, or else the selected one. */
  readonly board: string;
  /** Whether the pointer is at this line. */
  readonly isNear: boolean;
}

/** Colours for lines that can be told apart; more lines than these are grey, but for one. */
const COLOURS = 8;

/** The name of a line's colour in the style sheet. @param index of the line among all */
export function lineColour(index: number, count: number, isSelected: boolean): string {
  if (isSelected) return "accent";
  return count > COLOURS ? "other" : `line-${index + 1}`;
}

/** How far from a data point, or a line, the pointer still means it, in pixels; or up to the usual distance between two. */
const NEAR = 24;

/** Opacity of the other lines while one is picked out: of few, and of many that lie upon one another. */
const FADED = [0.2, 0.12] as const;

/** Shortest time shown, in ms. */
const SHORTEST = 10_000;

/**
 * @param minutes the time span shown; less, if the data begin later
 * @param picked the board whose line is drawn above the others, which fade; empty for none
 * @param hover called when the pointer moves over the plot, and when it leaves
 * @returns a function that removes the plot
 */
export function createPlot(
  place: HTMLElement,
  stream: string,
  minutes: Signal<number>,
  picked: ReadonlySignal<string>,
  hover: (pointed: Pointed | undefined) => void,
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
  /** The boards of the lines, as drawn. */
  let boards: readonly string[] = [];
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
    const chosen = seriesFor(stream, selected.peek());
    return chosen ? [...all.filter((series) => series !== chosen), chosen] : all;
  }

  function draw(): void {
    const series = ordered();
    const span = minutes.peek() * 60_000;
    const end = series.reduce((latest, { times }) => Math.max(latest, times.at(-1) ?? 0), time);
    // Nothing was measured before the first data point.
    const first = series.reduce((earliest, { times }) => Math.min(earliest, times[0] ?? end), end);
    const start = Math.max(end - span, first);
    const shown = Math.max(end - start, SHORTEST);
    range = [start / 1000, (start + shown) / 1000];
    const isSwitch = series.at(-1)?.isSwitch === true;
    boards = series.map(({ board }) => board);
    const style = JSON.stringify([boards, selected.peek(), isDark.peek(), isSwitch]);
    if (style !== drawnStyle) {
      plot?.destroy();
      plot = new UPlot(
        options({
          width: width.peek(),
          colours: coloursOf(boards),
          isPicked: (index) => boards[index] === picked.peek(),
          isSwitch,
          range: () => range,
          hover: (plot) => hover(pointedAt(plot, boards)),
        }),
        [[]],
        place,
      );
      drawnStyle = style;
      pick();
    }
    if (plot?.width !== width.peek()) plot?.setSize({ width: width.peek(), height: HEIGHT });
    plot?.setData(thin(series, start, (shown / width.peek()) * 2));
    drawnAt = performance.now();
  }

  /** The names of the lines' colours: a board keeps its own wherever its line is drawn. */
  function coloursOf(drawn: readonly string[]): readonly string[] {
    const all = [...seriesOf(stream).keys()];
    return drawn.map((board, index) =>
      lineColour(all.indexOf(board), all.length, index === drawn.length - 1),
    );
  }

  function pick(): void {
    const index = boards.indexOf(picked.value);
    for (const [at, line] of plot?.series.entries() ?? []) if (at > 0) line.width = widthOf(at, index);
    plot?.setSeries(index < 0 ? null : index + 1, { focus: true });
    plot?.redraw(false);
  }
  const widthOf = (at: number, index: number) => (at === boards.length || at === index + 1 ? 2 : 1);
  const stopPicking = effect(pick);

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
    stopPicking();
    clearTimeout(rest);
    forgetDrawing(draw);
    seen.disconnect();
    sized.disconnect();
    plot?.destroy();
  };
}

/** The pointer's place in a plot; undefined outside of it. @param boards of the lines */
function pointedAt(plot: uPlot, boards: readonly string[]): Pointed | undefined {
  const { left = -1, top = -1 } = plot.cursor;
  if (left < 0) return undefined;
  const found = boards.map((_, index) => nearest(plot, index + 1, left));
  const away = found.map((at, index) =>
    at === undefined ? Infinity : Math.abs(plot.valToPos(plot.data[index + 1]?.[at] ?? 0, "y") - top),
  );
  const least = away.reduce((best, each, index) => (each < (away[best] ?? 0) ? index : best), 0);
  const isNear = boards.length > 1 && (away[least] ?? Infinity) <= NEAR;
  const line = isNear ? least : boards.length - 1;
  const board = boards[line] ?? "";
  const at = found[line];
  if (at === undefined) return { time: plot.posToVal(left, "x") * 1000, value: undefined, board, isNear };
  const value = plot.data[line + 1]?.[at] ?? undefined;
  return { time: (plot.data[0][at] ?? 0) * 1000, value, board, isNear };
}

/** Where in the data a line has the value nearest to a place; undefined if there is none near. */
function nearest(plot: uPlot, line: number, left: number): number | undefined {
  const [times] = plot.data;
  const values = plot.data[line] ?? [];
  const place = (index: number) => plot.valToPos(times[index] ?? 0, "x");
  const near = Math.max(NEAR, (place(times.length - 1) - place(0)) / (times.length - 1) || 0);
  let found: number | undefined;
  let least = near;
  for (const step of [-1, 1]) {
    for (let index = plot.cursor.idx ?? 0; index >= 0 && index < times.length; index += step) {
      const away = Math.abs(place(index) - left);
      if (away > near) break;
      if (away < least && typeof values[index] === "number") [found, least] = [index, away];
    }
  }
  return found;
}

interface Look {
  readonly width: number;
  /** The names of the lines' colours; the last line is that of the selected board. */
  readonly colours: readonly string[];
  readonly isPicked: (index: number) => boolean;
  readonly isSwitch: boolean;
  readonly range: () => [number, number];
  readonly hover: (plot: uPlot) => void;
}

function options({ width, colours, isPicked, isSwitch, range, hover }: Look): uPlot.Options {
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
    focus: { alpha: FADED[colours.length > COLOURS ? 1 : 0] },
    scales: {
      x: { range },
      y: { range: (_plot, low, high) => (isSwitch ? [-0.15, 1.15] : spread(low, high)) },
    },
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
      { ...axis, space: 28, size: 44, ...(isSwitch && { splits: () => [0, 1] }) },
    ],
    series: [
      {},
      ...colours.map((name, index): uPlot.Series => {
        const paths = isSwitch ? UPlot.paths.stepped?.({ align: 1 }) : undefined;
        const common = { spanGaps: true, ...(paths && { paths }) };
        const own = colour(name);
        // One of many grey lines is as dark as text while it is picked out.
        const picked = name === "other" ? colour("ink") : own;
        return index === colours.length - 1
          ? { ...common, stroke: own, width: 2, points: { size: 5 } }
          : { ...common, stroke: () => (isPicked(index) ? picked : own), width: 1, points: { show: false } };
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
