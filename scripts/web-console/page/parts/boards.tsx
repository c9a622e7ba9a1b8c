/** All boards as tiles; the selected one is shown large beside them. */

import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { BoardView } from "../../protocol.ts";
import { boardIds, boardSignal, isLive, onlineCount, select, selected } from "../state/store.ts";
import { words } from "../words/index.ts";
import { LightDots } from "./board-drawing.tsx";

export function Boards() {
  const say = words.value;
  const ids = boardIds.value;
  return (
    <section class="panel boards" aria-labelledby="boards-title">
      <div class="panel-head">
        <h2 id="boards-title">{say.boards}</h2>
        <span class="quiet" role="status">
          {isLive.value ? say.online(onlineCount.value, ids.length) : say.isUnknown}
        </span>
      </div>
      {ids.length === 0 && <p class="quiet">{say.noBoards}</p>}
      <ul class="tiles">
        {ids.map((id) => (
          <Tile key={id} id={id} />
        ))}
      </ul>
    </section>
  );
}

/** Renders only when its own look changes: most news of a board do not affect it. */
function Tile({ id }: { readonly id: string }) {
  const say = words.value;
  const before = useRef<BoardView | undefined>(undefined);
  const displayed = useComputed(() => {
    const board = boardSignal(id)?.value;
    const isSame = board && before.current && lookOf(board) === lookOf(before.current);
    return isSame ? before.current : (before.current = board);
  });
  const isSelected = useComputed(() => selected.value === id).value;
  const board = displayed.value;
  if (!board) return null;
  const state = !isLive.value ? "isUnknown" : board.isOnline ? "isOnline" : "isOffline";
  const waiting = board.outbox?.reports ?? 0;
  return (
    <li>
      <button type="button" class="tile" aria-pressed={isSelected} onClick={() => select(id)}>
        <LightDots board={board} />
        <span class="tile-text">
          <span class="tile-title">{board.title}</span>
          <span class={`state ${state === "isOnline" ? "good" : "off"}`}>{say[state]}</span>
        </span>
        {waiting > 0 && (
          <span class="badge" role="img" aria-label={say.waits(waiting)} title={say.waits(waiting)}>
            {waiting}
          </span>
        )}
      </button>
    </li>
  );
}

/** Everything a tile depends on. */
function lookOf({ title, isOnline, outbox, led, pixels }: BoardView): string {
  return JSON.stringify([title, isOnline, outbox?.reports, led, pixels]);
}
