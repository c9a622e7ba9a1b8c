/** The data streams: one plot per name, with a line for each board. */

import { useComputed, useSignal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";
import { seriesOf, streamNames } from "../state/points.ts";
import { downloadPoints } from "../state/download.ts";
import { boardSignal, selected, site } from "../state/store.ts";
import { words } from "../words/index.ts";
import { createPlot } from "./plot.ts";

const DAY = 24 * 60;

/** Selectable time spans, in minutes. */
const WINDOWS = [1, 5, 30, DAY, 7 * DAY] as const;

export function Plots() {
  const say = words.value;
  const minutes = useSignal<number>(5);
  const names = streamNames.value;
  return (
    <section class="panel" aria-labelledby="plots-title">
      <div class="panel-head">
        <h2 id="plots-title">{say.plots}</h2>
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
      {names.length === 0 && <p class="quiet">{say.noPoints}</p>}
      {boardSignal(selected.value)?.value.isLost && (
        <p class="quiet" role="status">
          {say.streamsLost}
        </p>
      )}
      <div class="plots">
        {names.map((name) => (
          <Stream key={name} name={name} minutes={minutes} />
        ))}
      </div>
    </section>
  );
}

function Stream({ name, minutes }: { readonly name: string; readonly minutes: Signal<number> }) {
  const say = words.value;
  const hovered = useSignal<string | undefined>(undefined);
  // Recomputed at each redraw, rendered only when the text changes.
  const last = useComputed(() => {
    const series = seriesOf(name);
    const value = (series.get(selected.value) ?? [...series.values()][0])?.last;
    return { text: format(value), boards: series.size, isText: typeof value === "string" };
  });
  const text = useComputed(() => hovered.value ?? last.value.text);
  const boards = useComputed(() => last.value.boards);
  const isText = useComputed(() => last.value.isText);
  return (
    <figure class={`plot ${isText.value ? "text" : ""}`} data-stream={name}>
      <figcaption>
        <span class="plot-name">{name}</span>
        {boards.value > 1 && <span class="quiet">{say.ofBoards(boards.value)}</span>}
        {isText.value && /^#[0-9a-f]{6}$/.test(text.value) && (
          <span class="swatch" style={{ background: text.value }} />
        )}
        <output class="plot-value" aria-label={`${name}: ${say.lastValue}`}>
          {text}
        </output>
      </figcaption>
      {!isText.value && <Canvas name={name} minutes={minutes} hovered={hovered} />}
    </figure>
  );
}

interface CanvasProps {
  readonly name: string;
  readonly minutes: Signal<number>;
  /** The value under the pointer. */
  readonly hovered: Signal<string | undefined>;
}

function Canvas({ name, minutes, hovered }: CanvasProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current) return undefined;
    const hover = ({ cursor: { idx }, data }: uPlot) => {
      const value = typeof idx === "number" ? data.at(-1)?.[idx] : undefined;
      hovered.value = typeof value === "number" ? format(value) : undefined;
    };
    return createPlot(place.current, name, minutes, hover);
  }, [name]);
  return <div class="canvas" ref={place} />;
}

/** Formats a value briefly. */
function format(value: string | number | boolean | undefined): string {
  if (typeof value !== "number") return String(value ?? "");
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}
