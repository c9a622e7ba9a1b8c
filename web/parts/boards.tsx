/** All boards, one of which is shown large. */

import { boardIds, boardSignal, onlineCount, select, selected } from "../state/store.ts";
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
          {say.online(onlineCount.value, ids.length)}
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

function Tile({ id }: { readonly id: string }) {
  const board = boardSignal(id)?.value;
  const say = words.value;
  if (!board) return null;
  const isSelected = selected.value === id;
  const waiting = board.outbox?.reports ?? 0;
  return (
    <li>
      <button type="button" class="tile" aria-pressed={isSelected} onClick={() => select(id)}>
        <LightDots board={board} />
        <span class="tile-text">
          <span class="tile-title">{board.title}</span>
          <span class={`state ${board.isOnline ? "good" : "off"}`}>
            {board.isOnline ? say.isOnline : say.isOffline}
          </span>
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
