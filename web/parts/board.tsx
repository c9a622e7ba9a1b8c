/** The selected board: its drawing, its state, and what can be done to it. */

import type { BoardView } from "../../scripts/web-console/protocol.ts";
import { boardSignal, isLive, linesOf, selected } from "../state/store.ts";
import { words } from "../words/index.ts";
import { BoardDrawing } from "./board-drawing.tsx";
import { Commands } from "./commands.tsx";
import { Faults } from "./faults.tsx";
import { Inputs } from "./inputs.tsx";
import { Outbox } from "./outbox.tsx";

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
      <Lines id={board.id} />
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

function Lines({ id }: { readonly id: string }) {
  const say = words.value;
  const lines = linesOf(id, 60);
  return (
    <div class="group">
      <h3>{say.lines}</h3>
      {lines.length === 0 && <p class="quiet">{say.noLines}</p>}
      <ol class="lines" tabIndex={0} aria-label={say.lines}>
        {lines.toReversed().map(({ time, from, text }, index) => (
          <li key={`${time} ${index} ${text}`} class={from}>
            <time>{clock(time)}</time> {text}
          </li>
        ))}
      </ol>
    </div>
  );
}

/** The time of day, local. */
export function clock(time: number): string {
  return new Date(time).toLocaleTimeString("en-GB");
}
