/** The board's program: its version, the update under way and how it ended, and a button for the next. */

import { useSignal } from "@preact/signals";
import type { BoardView, UpdateFaultName, UpdateView } from "../../protocol.ts";
import { startUpdate } from "../state/server.ts";
import { words } from "../words/index.ts";

const FAULTS: readonly UpdateFaultName[] = ["none", "cut", "hash", "signature"];

export function Update({ board }: { readonly board: BoardView }) {
  const say = words.value;
  const error = useSignal("");
  const fault = useSignal<UpdateFaultName>("none");
  const { update } = board;
  if (update === null) return null;
  const hasTask = update.offer !== "" || update.state !== "";
  const isUnderWay = update.state.endsWith("ing");

  async function start(): Promise<void> {
    error.value = "";
    try {
      await startUpdate(board.id, fault.value);
    } catch (reason) {
      error.value = (reason as Error).message;
    }
  }

  return (
    <div class={`group update ${update.state}`}>
      <div class="update-head">
        <h3>{say.update}</h3>
        <span class="quiet">{say.version(update.version)}</span>
      </div>
      {hasTask && (
        <>
          <p class={`update-state ${COLOURS[update.state] ?? ""}`} role="status">
            {progressOf(update)}
          </p>
          <progress aria-label={say.update} max={100} value={doneOf(update)} />
        </>
      )}
      {update.offer !== "" && (
        <div class="row">
          <button type="button" class="primary" disabled={isUnderWay} onClick={() => void start()}>
            {say.updateTo(update.offer)}
          </button>
          <select
            aria-label={say.updateFaultLabel}
            value={fault}
            onChange={({ currentTarget }) => (fault.value = currentTarget.value as UpdateFaultName)}
          >
            {FAULTS.map((one) => (
              <option key={one} value={one}>
                {say.updateFault[one]}
              </option>
            ))}
          </select>
        </div>
      )}
      {error.value !== "" && <p class="quiet outcome bad">{error}</p>}
    </div>
  );
}

const COLOURS: Readonly<Partial<Record<UpdateView["state"], string>>> = { failed: "bad", done: "good" };

/** The bar, in percent. */
function doneOf({ state, percent }: UpdateView): number {
  if (state === "upgrading" || state === "done") return 100;
  return state === "downloading" || state === "failed" ? percent : 0;
}

function progressOf({ state, target, percent, step }: UpdateView): string {
  const say = words.value;
  if (state === "") return say.updateReady;
  const what = say.updateState[state](target, percent);
  const why = state === "failed" ? (say.updateStep[step] ?? say.stepNumber(step)) : "";
  return why === "" ? what : `${what}: ${why}`;
}
