/** Log-in errors, broken rules and faults of programs, each with what to do about it. */

import type { Alert } from "../../scripts/web-console/protocol.ts";
import { alerts, boardIds, dismissed, select } from "../state/store.ts";
import { adviceFor } from "../words/advice.ts";
import { words } from "../words/index.ts";
import { clock } from "./board.tsx";

/** Alerts that stand on the page at once. */
const SHOWN = 6;

export function Alerts() {
  const say = words.value;
  // One that came again after it was dismissed is there again.
  const open = alerts.value.filter(({ id, count }) => count > (dismissed.value.get(id) ?? 0)).slice(-SHOWN);
  return (
    <section class="alerts" aria-label={say.alerts} aria-live="polite">
      {open.toReversed().map((alert) => (
        <Card key={alert.id} alert={alert} />
      ))}
    </section>
  );
}

function Card({ alert }: { readonly alert: Alert }) {
  const say = words.value;
  const { id, kind, who, board, text, time, count } = alert;
  const advice = adviceFor(alert);
  return (
    <article class={`alert ${kind}`} data-kind={kind}>
      <div class="grow">
        <h2>
          {say.alert[kind]}
          {who !== "" && (
            <>
              {": "}
              {boardIds.value.includes(board) ? (
                <button type="button" class="link" onClick={() => select(board)}>
                  {who}
                </button>
              ) : (
                who
              )}
            </>
          )}
        </h2>
        {advice.sentence !== "" && <p>{advice.sentence}</p>}
        <p class="mono">{text}</p>
        {advice.todo !== "" && (
          <p>
            <strong>{say.todo}</strong> {advice.todo}
          </p>
        )}
        <p class="quiet">
          {clock(time)}
          {count > 1 && ` · ${say.times(count)}`}
        </p>
      </div>
      <button
        type="button"
        aria-label={`${say.dismiss}: ${say.alert[kind]} ${who}`}
        onClick={() => (dismissed.value = new Map(dismissed.value).set(id, count))}
      >
        {say.dismiss}
      </button>
    </article>
  );
}
