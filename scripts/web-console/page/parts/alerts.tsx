/** Refused log-ins, broken rules and program errors: one card per cause, with what to do; gone when the cause is. */

import { causesOf, currentOf, type Cause } from "../state/causes.ts";
import { now } from "../state/clock.ts";
import { alerts, boardIds, dismiss, dismissed, select } from "../state/store.ts";
import { adviceFor } from "../words/advice.ts";
import { words } from "../words/index.ts";
import { clock } from "./board.tsx";

/** Most names, and texts, on a card. */
const NAMES = 3;
const TEXTS = 3;

export function Alerts() {
  const current = currentOf(alerts.value, now.value);
  return (
    <section class="alerts" aria-label={words.value.alerts} aria-live="polite">
      {causesOf(current, dismissed.value).map((cause) => (
        <Card key={cause.key} cause={cause} />
      ))}
    </section>
  );
}

function Card({ cause }: { readonly cause: Cause }) {
  const say = words.value;
  const { kind, texts, last, count } = cause;
  const who = cause.who.filter(({ who }) => who !== "");
  const { sentence, todo } = adviceFor(last);
  // An error of the program is its own text; all else has a sentence in the page's language.
  const isOwn = kind === "own" || kind === "uncaught" || kind === "fault";
  const when = clock(last.time) + (count > 1 ? ` · ${say.times(count)}` : "");
  const raw = (
    <>
      {texts.slice(-TEXTS).map((text) => (
        <p key={text} class="mono">
          {text}
        </p>
      ))}
      {texts.length > TEXTS && <p class="quiet">{say.andMore(texts.length - TEXTS)}</p>}
    </>
  );
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
        {sentence !== "" && <p>{sentence}</p>}
        {last.place !== "" && <p class="place mono">{last.place}</p>}
        {isOwn && raw}
        {todo !== "" && (
          <p>
            <strong>{say.todo}</strong> {todo}
          </p>
        )}
        {isOwn ? (
          <p class="quiet">{when}</p>
        ) : (
          <details>
            <summary>
              {say.details} · {when}
            </summary>
            {raw}
          </details>
        )}
      </div>
      <button
        type="button"
        class="dismiss"
        aria-label={`${say.dismiss}: ${say.alert[kind]} ${who[0]?.who ?? ""}`}
        title={say.dismiss}
        onClick={() => dismiss(cause.key, last.time)}
      >
        <span aria-hidden="true">✕</span>
      </button>
    </article>
  );
}
