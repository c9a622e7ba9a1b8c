/** All boards, one of which is shown large. */

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

function Tile({ id }: { readonly id: string }) {
  const board = boardSignal(id)?.value;
  const say = words.value;
  if (!board) return null;
  const state = !isLive.value ? "isUnknown" : board.isOnline ? "isOnline" : "isOffline";
  const isSelected = selected.value === id;
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
