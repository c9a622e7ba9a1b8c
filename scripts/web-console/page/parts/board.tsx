/** The selected board: its drawing, its state and its controls. */

import type { BoardView } from "../../protocol.ts";
import { secondsSince } from "../state/clock.ts";
import { boardSignal, isLive, rests, selected } from "../state/store.ts";
import { worded, words } from "../words/index.ts";
import { BoardPicture } from "./board-drawing.tsx";
import { Commands } from "./commands.tsx";
import { Faults } from "./faults.tsx";
import { Inputs } from "./inputs.tsx";
import { Outbox } from "./outbox.tsx";
import { Sleep } from "./sleep.tsx";
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
      <Sleep board={board} />
      <Update key={`update ${board.id}`} board={board} />
      <p class="quiet facts">
        {[board.chip || words.value.realBoard, board.generation, board.device, worded(board.pins)]
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
    state === "stalled"
      ? board.faults.find(({ name }) => name === "stall")?.since
      : state === "asleep" || state === "awake"
        ? board.sleep?.since
        : board.since;
  return (
    <span class="states">
      <span role="status">
        <span
          class={`state ${state}`}
          data-online={ONLINE[state]}
          title={isLive.value ? worded(board.why) : ""}
        >
          {text}
        </span>
      </span>
      {isLive.value && <span class="quiet">{say.forTime(say.span(secondsSince(since ?? 0)))}</span>}
    </span>
  );
}

/** What of a board is known at a glance. */
type Look = "online" | "stalled" | "asleep" | "awake" | "offline" | "unknown";

const ONLINE: Readonly<Record<Look, string>> = {
  online: "true",
  stalled: "stalled",
  asleep: "asleep",
  awake: "awake",
  offline: "false",
  unknown: "unknown",
};

/** The platform takes a while to notice that nothing comes from a board. */
export function stateOf(board: Pick<BoardView, "isOnline" | "wifi" | "sleep" | "faults">): {
  readonly state: Look;
  readonly text: string;
} {
  const say = words.value;
  const { isOnline, wifi, sleep, faults } = board;
  if (!isLive.value) return { state: "unknown", text: say.isUnknown };
  if (isOnline && faults.some(({ name }) => name === "stall"))
    return { state: "stalled", text: say.isStalled };
  if (isOnline) return { state: "online", text: say.isOnline };
  if (rests(board))
    return sleep?.isAsleep === true
      ? { state: "asleep", text: say.isAsleep }
      : { state: "awake", text: say.isAwake };
  const hasWifi = wifi === null || wifi === "connected";
  return { state: "offline", text: hasWifi ? say.isOffline : `${say.isOffline} · ${say.wifi[wifi]}` };
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** Local time of day. */
export function clock(time: number): string {
  return CLOCK.format(time);
}
