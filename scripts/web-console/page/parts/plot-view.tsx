/** An open plot: what the pointer is at, the lines, and with several boards a legend that picks one out. */

import { useComputed, useSignal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { seriesFor, seriesOf } from "../state/points.ts";
import { boardSignal, select, selected } from "../state/store.ts";
import { minutes } from "../state/view.ts";
import { words } from "../words/index.ts";
import { clock } from "./board.tsx";
import { format } from "./format.ts";
import { createPlot, lineColour, type Pointed } from "./plot.ts";

export function Plot({ name }: { readonly name: string }) {
  const say = words.value;
  const place = useRef<HTMLDivElement>(null);
  const pointed = useSignal<Pointed | undefined>(undefined);
  /** The board whose line is picked out; empty for none. */
  const picked = useSignal("");
  useEffect(() => {
    if (!place.current) return;
    return createPlot(place.current, name, minutes, picked, (next) => {
      // A drawing tells where the pointer is, too: one that never came leaves what the legend picked out.
      if (next ?? pointed.peek()) picked.value = next?.isNear === true ? next.board : "";
      pointed.value = next;
    });
  }, [name]);
  const boards = useBoards(name);
  const at = pointed.value;
  const text = at
    ? at.value === undefined
      ? say.noDataAt(clock(at.time))
      : say.valueAt(format(at.value), clock(at.time))
    : picked.value && format(seriesOf(name).get(picked.value)?.last);
  const board = boardSignal(at?.board ?? picked.value)?.peek().title;
  return (
    <div class="plot" data-picked={picked}>
      <p class="readout quiet" aria-live="off">
        {text && boards.length > 1 && board !== undefined ? say.lineAt(board, text) : text}
      </p>
      <div class="canvas" ref={place} />
      {boards.length > 1 && <Legend name={name} boards={boards} picked={picked} />}
    </div>
  );
}

/** The boards with a line, in order of arrival: the same array until there is another. */
function useBoards(stream: string): readonly string[] {
  const before = useRef<readonly string[]>([]);
  return useComputed(() => {
    const boards = seriesOf(stream);
    if (boards.size !== before.current.length || before.current.some((id) => !boards.has(id)))
      before.current = [...boards.keys()];
    return before.current;
  }).value;
}

interface LegendProps {
  readonly name: string;
  readonly boards: readonly string[];
  readonly picked: Signal<string>;
}

/** Point at a name to pick out its line; press it to select the board. */
function Legend({ name, boards, picked }: LegendProps) {
  const chosen = seriesFor(name, selected.value)?.board;
  return (
    <ul class="legend" aria-label={words.value.legend} onMouseLeave={() => (picked.value = "")}>
      {boards.map((id, index) => (
        <li key={id}>
          <button
            type="button"
            aria-pressed={id === chosen}
            onMouseEnter={() => (picked.value = id)}
            onFocus={() => (picked.value = id)}
            onBlur={() => (picked.value = "")}
            onClick={() => select(id)}
          >
            <span
              class="line"
              style={{ background: `var(--${lineColour(index, boards.length, id === chosen)})` }}
            />
            <span class="name">{boardSignal(id)?.value.title ?? id}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
