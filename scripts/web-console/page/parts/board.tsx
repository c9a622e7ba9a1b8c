/** The selected board: its drawing, its state and its controls. */

import type { BoardView } from "../../protocol.ts";
import { secondsSince } from "../state/clock.ts";
import { boardSignal, isLive, selected } from "../state/store.ts";
import { words } from "../words/index.ts";
import { BoardPicture } from "./board-drawing.tsx";
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
      <BoardPicture board={board} />
      <Commands key={board.id} board={board} />
      <Inputs board={board} />
      <Faults board={board} />
      <Outbox board={board} />
      <Update key={`update ${board.id}`} board={board} />
      <p class="quiet facts">
        {[board.chip || words.value.realBoard, board.generation, board.device, board.pins]
          .filter(Boolean)
          .join(" · ")}
      </p>
    </section>
  );
}

function BoardState({ board }: { readonly board: BoardView }) {
  const say = words.value;
  const { state, text } = stateOf(board);
  const since =
    state === "stalled" ? (board.faults.find(({ name }) => name === "stall")?.since ?? 0) : board.since;
  return (
    <span class="states">
      <span role="status">
        <span class={`state ${state}`} data-online={ONLINE[state]} title={isLive.value ? board.why : ""}>
          {text}
        </span>
      </span>
      {isLive.value && <span class="quiet">{say.forTime(say.span(secondsSince(since)))}</span>}
    </span>
  );
}

/** What of a board is known at a glance. */
type Look = "online" | "stalled" | "offline" | "unknown";

const ONLINE: Readonly<Record<Look, string>> = {
  online: "true",
  stalled: "stalled",
  offline: "false",
  unknown: "unknown",
};

/** The platform takes a while to notice that nothing comes from a board. */
export function stateOf({ isOnline, wifi, faults }: Pick<BoardView, "isOnline" | "wifi" | "faults">): {
  readonly state: Look;
  readonly text: string;
} {
  const say = words.value;
  if (!isLive.value) return { state: "unknown", text: say.isUnknown };
  if (isOnline && faults.some(({ name }) => name === "stall"))
    return { state: "stalled", text: say.isStalled };
  if (isOnline) return { state: "online", text: say.isOnline };
  const hasWifi = wifi === null || wifi === "connected";
  return { state: "offline", text: hasWifi ? say.isOffline : `${say.isOffline} · ${say.wifi[wifi]}` };
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** Local time of day. */
export function clock(time: number): string {
  return CLOCK.format(time);
}
