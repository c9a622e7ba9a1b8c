/** The log of the selected board. */

import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Line } from "../../protocol.ts";
import { linesOf, selected } from "../state/store.ts";
import { worded, words } from "../words/index.ts";
import { clock } from "./board.tsx";

/** Most log lines shown for a board. */
const LINES = 60;

export function Lines() {
  const say = words.value;
  // The same array until this board has a new line.
  const before = useRef<readonly Line[]>([]);
  const found = useComputed(() => {
    const lines = linesOf(selected.value, LINES);
    const isSame = lines.length === before.current.length && lines.at(-1) === before.current.at(-1);
    return isSame ? before.current : (before.current = lines);
  });
  const lines = found.value;
  return (
    <section class="panel" aria-labelledby="lines-title">
      <div class="panel-head">
        <h2 id="lines-title">{say.lines}</h2>
      </div>
      <ol class="lines" tabIndex={0} aria-label={say.lines}>
        {lines.length === 0 && <li class="quiet">{say.noLines}</li>}
        {lines.toReversed().map((line) => (
          <li key={lineKey(line)} class={line.from}>
            <time>{clock(line.time)}</time>
            <span>{worded(line.text)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

const keys = new WeakMap<Line, number>();
let lastKey = 0;

/** A stable key per line, so that new lines above do not re-create it. */
function lineKey(line: Line): number {
  const key = keys.get(line) ?? ++lastKey;
  keys.set(line, key);
  return key;
}
