/** Switches for faults that last, a button for one that does not; and how long the board took to recover. */

import { effect, signal } from "@preact/signals";
import type { BoardView, FaultName, LastingFault } from "../../protocol.ts";
import { secondsSince } from "../state/clock.ts";
import { makeFault } from "../state/server.ts";
import { boardSignal, isLive, selected, site } from "../state/store.ts";
import { words } from "../words/index.ts";

interface Made {
  readonly board: string;
  readonly fault: FaultName;
  /** When it ended. */
  readonly at: number;
  /** How often the board had been online before it ended. */
  readonly sessions: number;
  /** Whether it went offline. */
  readonly wasSeen: boolean;
  /** Time until it was online again, in ms. */
  readonly took: number | undefined;
  /** Most reports waiting at once. */
  readonly waited: number;
  /** Time until none was waiting, in ms. */
  readonly emptied: number | undefined;
}

/** The last fault that is over, and how the board recovers. */
const made = signal<Made | undefined>(undefined);

/** Why the last call failed. */
const failure = signal("");

effect(() => {
  const fault = made.value;
  const board = fault && boardSignal(fault.board)?.value;
  if (!fault || !board || fault.emptied !== undefined) return;
  const time = performance.now() - fault.at;
  const reports = board.outbox?.reports ?? 0;
  const wasSeen = fault.wasSeen || !board.isOnline || board.sessions !== fault.sessions;
  const took = fault.took ?? (wasSeen && board.isOnline ? time : undefined);
  const waited = Math.max(fault.waited, reports);
  const emptied = board.isOnline && waited > 0 && reports === 0 ? time : undefined;
  if (wasSeen !== fault.wasSeen || took !== fault.took || waited !== fault.waited || emptied !== undefined) {
    made.value = { ...fault, wasSeen, took, waited, emptied };
  }
});

async function make(board: BoardView, fault: FaultName, isOn: boolean): Promise<void> {
  failure.value = "";
  made.value = undefined;
  try {
    await makeFault(board.id, fault, isOn);
  } catch (reason) {
    failure.value = (reason as Error).message;
    return;
  }
  if (isOn && fault !== "cut") return;
  made.value = {
    board: board.id,
    fault,
    at: performance.now(),
    sessions: board.sessions,
    wasSeen: !board.isOnline,
    took: undefined,
    waited: board.outbox?.reports ?? 0,
    emptied: undefined,
  };
}

const LASTING: readonly LastingFault[] = ["wifi", "stall", "platform"];

export function Faults({ board }: { readonly board: BoardView }) {
  const say = words.value;
  const offered = site.value.faults;
  if (offered.length === 0) return null;
  return (
    <div class="group faults">
      <h3>{say.faults}</h3>
      {LASTING.filter((name) => offered.includes(name)).map((name) => {
        const isOn = board.faults.some((fault) => fault.name === name);
        return (
          <div key={name} class="fault-row" title={say.faultHint[name]}>
            <span id={`fault-${name}`}>{say.fault[name]}</span>
            <button
              type="button"
              class="toggle danger"
              role="switch"
              aria-checked={isOn}
              aria-labelledby={`fault-${name}`}
              onClick={() => void make(board, name, !isOn)}
            />
          </div>
        );
      })}
      {offered.includes("cut") && (
        <div class="fault-row">
          <span class={`quiet outcome ${failure.value ? "bad" : ""}`} role="status">
            {failure.value || outcome(board)}
          </span>
          <button type="button" title={say.faultHint.cut} onClick={() => void make(board, "cut", true)}>
            {say.fault.cut}
          </button>
        </div>
      )}
    </div>
  );
}

function outcome({ id, isOnline }: BoardView): string {
  const say = words.value;
  const fault = made.value;
  if (fault?.board !== id) return "";
  const { took, waited, emptied, wasSeen } = fault;
  const sent = emptied === undefined ? "" : say.emptied(waited, seconds(emptied));
  if (took !== undefined) return [say.recovered(seconds(took)), sent].filter(Boolean).join(" · ");
  if (sent !== "") return sent;
  return isOnline && !wasSeen && waited === 0 && fault.fault !== "cut" ? say.unnoticed : say.recovering;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

/** Says over the page which faults last, and ends them. */
export function FaultBanner() {
  const say = words.value;
  const board = boardSignal(selected.value)?.value;
  if (!board || !isLive.value || board.faults.length === 0) return null;
  return (
    <div class="banner-stack" role="status">
      {board.faults.map(({ name, since }) => (
        <p key={name} class="banner">
          <span class="grow">
            <strong>{say.lasts[name]}</strong>{" "}
            <span aria-hidden="true">{say.forTime(say.span(secondsSince(since)))}</span>
          </span>
          <button
            type="button"
            aria-label={`${say.restore}: ${say.fault[name]}`}
            onClick={() => void make(board, name, false)}
          >
            {say.restore}
          </button>
        </p>
      ))}
    </div>
  );
}
