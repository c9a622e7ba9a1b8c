/** Refused log-ins, broken rules and program errors: one card per cause, with what to do. */

import { causesOf, type Cause } from "../state/causes.ts";
import { alerts, boardIds, dismiss, dismissed, select } from "../state/store.ts";
import { adviceFor } from "../words/advice.ts";
import { words } from "../words/index.ts";
import { clock } from "./board.tsx";

/** Most names, and texts, on a card. */
const NAMES = 3;
const TEXTS = 3;

export function Alerts() {
  return (
    <section class="alerts" aria-label={words.value.alerts} aria-live="polite">
      {causesOf(alerts.value, dismissed.value).map((cause) => (
        <Card key={cause.key} cause={cause} />
      ))}
    </section>
  );
}

function Card({ cause }: { readonly cause: Cause }) {
  const say = words.value;
  const { kind, texts, last, count } = cause;
  const who = cause.who.filter(({ who }) => who !== "");
  const advice = adviceFor(last);
  return (
    <article class={`alert ${kind}`} data-kind={kind}>
      <div class="grow">
        <h2>
          {say.alert[kind]}
          {who.slice(0, NAMES).map(({ who, board }, index) => (
            <>
              {index === 0 ? ": " : ", "}
              {boardIds.value.includes(board) ? (
                <button type="button" class="link" onClick={() => select(board)}>
                  {who}
                </button>
              ) : (
                who
              )}
            </>
          ))}
          {who.length > NAMES && ` ${say.andMore(who.length - NAMES)}`}
        </h2>
        {advice.sentence !== "" && <p>{advice.sentence}</p>}
        {texts.slice(-TEXTS).map((text) => (
          <p key={text} class="mono">
            {text}
          </p>
        ))}
        {texts.length > TEXTS && <p class="quiet">{say.andMore(texts.length - TEXTS)}</p>}
        {advice.todo !== "" && (
          <p>
            <strong>{say.todo}</strong> {advice.todo}
          </p>
        )}
        <p class="quiet">
          {clock(last.time)}
          {count > 1 && ` · ${say.times(count)}`}
        </p>
      </div>
      <button
        type="button"
        aria-label={`${say.dismiss}: ${say.alert[kind]} ${who[0]?.who ?? ""}`}
        onClick={() => dismiss(cause.key, last.time)}
      >
        {say.dismiss}
      </button>
    </article>
  );
}
