/** Buttons that cause a fault, and how long the board took to recover. */

import { effect, signal } from "@preact/signals";
import { useSignal } from "@preact/signals";
import type { BoardView, FaultName } from "../../protocol.ts";
import { makeFault } from "../state/server.ts";
import { boardSignal, site } from "../state/store.ts";
import { words } from "../words/index.ts";

interface Made {
  readonly board: string;
  readonly fault: FaultName;
  readonly at: number;
  /** How often the board had been online before the fault. */
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

/** The last fault caused, and how the board recovers. */
const made = signal<Made | undefined>(undefined);

effect(() => {
  const fault = made.value;
  const board = fault && boardSignal(fault.board)?.value;
  if (!fault || !board || fault.emptied !== undefined) return;
  const time = performance.now() - fault.at;
  const reports = board.outbox?.reports ?? 0;
  const wasSeen = fault.wasSeen || !board.isOnline || board.sessions !== fault.sessions;
  const took = fault.took ?? (wasSeen && board.isOnline ? time : undefined);
  const waited = Math.max(fault.waited, reports);
  const emptied = took !== undefined && waited > 0 && reports === 0 ? time : undefined;
  if (wasSeen !== fault.wasSeen || took !== fault.took || waited !== fault.waited || emptied !== undefined) {
    made.value = { ...fault, wasSeen, took, waited, emptied };
  }
});

export function Faults({ board }: { readonly board: BoardView }) {
  const say = words.value;
  const error = useSignal("");
  const { faults } = site.value;
  if (faults.length === 0) return null;

  async function make(fault: FaultName): Promise<void> {
    error.value = "";
    if (fault !== "heal") {
      made.value = {
        board: board.id,
        fault,
        at: performance.now(),
        sessions: board.sessions,
        wasSeen: !board.isOnline,
        took: undefined,
        waited: 0,
        emptied: undefined,
      };
    }
    try {
      await makeFault(board.id, fault);
    } catch (reason) {
      error.value = (reason as Error).message;
    }
  }

  return (
    <div class="group">
      <h3>{say.faults}</h3>
      <div class="row">
        {faults.map((fault) => (
          <button key={fault} type="button" title={say.faultHint[fault]} onClick={() => void make(fault)}>
            {say.fault[fault]}
          </button>
        ))}
      </div>
      <p class={`quiet outcome ${error.value ? "bad" : ""}`} role="status">
        {error.value || outcome()}
      </p>
    </div>
  );
}

function outcome(): string {
  const say = words.value;
  const fault = made.value;
  if (!fault) return "";
  const { took, waited, emptied } = fault;
  const name = say.fault[fault.fault];
  if (took === undefined) return fault.fault === "stall" ? say.stalled(name) : say.faultMade(name);
  const back = say.recovered(name, seconds(took));
  return emptied === undefined ? back : `${back} · ${say.emptied(waited, seconds(emptied))}`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
