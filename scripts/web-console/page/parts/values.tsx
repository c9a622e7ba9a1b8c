/**
 * The data streams of the selected board: each a number with its recent course, the one that moved last first. Pressed,
 * it opens its plot, with a line for each board. What never changes stands in a row below.
 */

import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { secondsSince } from "../state/clock.ts";
import { seriesFor, seriesOf, type Series } from "../state/points.ts";
import { downloadPoints } from "../state/download.ts";
import { boardSignal, selected, site } from "../state/store.ts";
import { minutes, openStreams, openStream } from "../state/view.ts";
import { words } from "../words/index.ts";
import { format, unitOf } from "./format.ts";
import { loadPlot, useLoaded } from "./later.ts";
import { useOrder } from "./use-order.ts";

const DAY = 24 * 60;

/** Selectable time spans, in minutes. */
const WINDOWS = [1, 5, 30, DAY, 7 * DAY] as const;

export function Values() {
  const say = words.value;
  const { moving, constant } = useOrder(selected);
  return (
    <section class="panel" aria-labelledby="values-title">
      <div class="panel-head">
        <h2 id="values-title">{say.plots}</h2>
        {openStreams.value.size > 0 && <Windows />}
        {site.value.isExportable && (
          <div class="row small" role="group" aria-label={say.downloadPoints}>
            <button type="button" onClick={() => downloadPoints("csv")}>
              {say.downloadCsv}
            </button>
            <button type="button" onClick={() => downloadPoints("json")}>
              {say.downloadJson}
            </button>
          </div>
        )}
      </div>
      {moving.length + constant.length === 0 && <p class="quiet">{say.noPoints}</p>}
      {boardSignal(selected.value)?.value.isLost && (
        <p class="quiet" role="status">
          {say.streamsLost}
        </p>
      )}
      <div class="values">
        {moving.map((name) => (
          <Stream key={name} name={name} />
        ))}
      </div>
      {constant.length > 0 && (
        <ul class="constants" aria-label={say.constants}>
          {constant.map((name) => (
            <Constant key={name} name={name} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Windows() {
  const say = words.value;
  return (
    <div class="row small" role="group" aria-label={say.window}>
      {WINDOWS.map((span) => (
        <button
          key={span}
          type="button"
          aria-pressed={minutes.value === span}
          onClick={() => (minutes.value = span)}
        >
          {span < DAY ? say.minutes(span) : say.days(span / DAY)}
        </button>
      ))}
    </div>
  );
}

function Stream({ name }: { readonly name: string }) {
  const say = words.value;
  // Recomputed at each redraw, rendered only when it looks different.
  const last = useLook(name);
  const isOpen = openStreams.value.has(name) && !last.isText;
  const Plot = useLoaded(loadPlot, isOpen)?.Plot;
  return (
    <div class={`stream ${last.isText ? "text" : ""} ${isOpen ? "open" : ""}`} data-stream={name}>
      <button
        type="button"
        aria-expanded={isOpen}
        title={say.plotOf(name)}
        disabled={last.isText}
        onClick={() => openStream(name, !isOpen)}
      >
        <span class="stream-name">{name}</span>
        <Age name={name} boards={last.boards} />
        <span class="stream-value">
          {/^#[0-9a-f]{6}$/.test(last.text) && <span class="swatch" style={{ background: last.text }} />}
          <output>{last.text}</output>
          {last.unit !== "" && <span class="quiet">{last.unit}</span>}
        </span>
        {!isOpen && !last.isText && <Spark name={name} />}
      </button>
      {isOpen && (Plot ? <Plot name={name} /> : <div class="plot loading" />)}
    </div>
  );
}

function Age({ name, boards }: { readonly name: string; readonly boards: number }) {
  const say = words.value;
  const seconds = useComputed(() => secondsSince(seriesFor(name, selected.value)?.changed ?? 0)).value;
  return (
    <span class="stream-age quiet">
      {boards > 1 ? say.ofBoards(boards) : seconds < 2 ? "" : say.ago(say.span(seconds))}
    </span>
  );
}

function Constant({ name }: { readonly name: string }) {
  const { text, unit, isText } = useLook(name);
  return (
    <li data-stream={name}>
      {isText ? (
        <span class="quiet">{name}</span>
      ) : (
        <button type="button" class="link quiet" onClick={() => openStream(name, true)}>
          {name}
        </button>
      )}
      {/^#[0-9a-f]{6}$/.test(text) && <span class="swatch" style={{ background: text }} />}
      <output>{text}</output>
      {unit !== "" && <span class="quiet">{unit}</span>}
    </li>
  );
}

interface Look {
  readonly text: string;
  readonly unit: string;
  readonly boards: number;
  readonly isText: boolean;
}

function useLook(name: string): Look {
  const before = useRef<Look>({ text: "", unit: "", boards: 0, isText: false });
  return useComputed(() => {
    const value = seriesFor(name, selected.value)?.last;
    const look = {
      text: format(value),
      unit: unitOf(selected.value, name),
      boards: seriesOf(name).size,
      isText: typeof value === "string",
    };
    if (JSON.stringify(look) !== JSON.stringify(before.current)) before.current = look;
    return before.current;
  }).value;
}

/** Points in the small picture of a stream's recent course. */
const POINTS = 40;

function Spark({ name }: { readonly name: string }) {
  const path = useComputed(() => {
    const series = seriesFor(name, selected.value);
    return series ? pathOf(series) : "";
  }).value;
  return (
    <svg class="spark" viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

function pathOf({ times, values, isSwitch }: Series): string {
  const from = Math.max(0, times.length - POINTS);
  const [begin = 0, end = 0] = [times[from], times.at(-1)];
  const shown = values.slice(from).filter((value) => !Number.isNaN(value));
  const least = Math.min(...shown);
  const most = Math.max(...shown);
  let path = "";
  for (let index = from; index < times.length; index++) {
    const value = values[index] ?? NaN;
    if (Number.isNaN(value)) continue;
    const x = end === begin ? 100 : (((times[index] ?? 0) - begin) / (end - begin)) * 100;
    const y = most === least ? 15 : 28 - ((value - least) / (most - least)) * 26;
    path +=
      path === ""
        ? `M${x.toFixed(1)} ${y.toFixed(1)}`
        : `${isSwitch ? `H${x.toFixed(1)}V` : `L${x.toFixed(1)} `}${y.toFixed(1)}`;
  }
  return path;
}
