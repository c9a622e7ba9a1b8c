/** The selected board: its drawing, its state and its controls. */

import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { BoardView, Line } from "../../protocol.ts";
import { boardSignal, isLive, linesOf, selected } from "../state/store.ts";
import { words } from "../words/index.ts";
import { BoardDrawing } from "./board-drawing.tsx";
import { Commands } from "./commands.tsx";
import { Faults } from "./faults.tsx";
import { Inputs } from "./inputs.tsx";
import { Outbox } from "./outbox.tsx";
import { Update } from "./update.tsx";

export function SelectedBoard() {
  const board = boardSignal(selected.value)?.value;
  if (!board) return null;
  return (
    <section class="panel board" aria-labelledby="board-title">
      <div class="panel-head">
        <h2 id="board-title">{board.title}</h2>
        <BoardState board={board} />
      </div>
      <BoardDrawing board={board} />
      <p class="quiet facts">
        {[board.chip || words.value.realBoard, board.generation, board.device, board.pins]
          .filter(Boolean)
          .join(" · ")}
      </p>
      <Commands key={board.id} board={board} />
      <Inputs board={board} />
      <Faults board={board} />
      <Outbox board={board} />
      <Update key={`update ${board.id}`} board={board} />
      <Lines />
    </section>
  );
}

function BoardState({ board }: { readonly board: BoardView }) {
  const say = words.value;
  if (!isLive.value) {
    return (
      <span class="states" role="status">
        <span class="state off" data-online="unknown">
          {say.isUnknown}
        </span>
      </span>
    );
  }
  return (
    <span class="states" role="status">
      {board.wifi !== null && (
        <span class={`state ${board.wifi === "connected" ? "good" : "off"}`}>{say.wifi[board.wifi]}</span>
      )}
      <span class={`state ${board.isOnline ? "good" : "off"}`} data-online={board.isOnline} title={board.why}>
        {board.isOnline ? say.isOnline : say.isOffline}
      </span>
    </span>
  );
}

/** Most log lines shown for a board. */
const LINES = 60;

function Lines() {
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
    <div class="group">
      <h3>{say.lines}</h3>
      {lines.length === 0 && <p class="quiet">{say.noLines}</p>}
      <ol class="lines" tabIndex={0} aria-label={say.lines}>
        {lines.toReversed().map((line) => (
          <li key={lineKey(line)} class={line.from}>
            <time>{clock(line.time)}</time> {line.text}
          </li>
        ))}
      </ol>
    </div>
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

const CLOCK = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** Local time of day. */
export function clock(time: number): string {
  return CLOCK.format(time);
}
