/**
 * Refused log-ins, broken rules and program errors: one card per cause, with what to do; gone when the cause is. They are
 * behind a bell, and what is wrong has a banner over the page, so that nothing on it moves.
 */

import { computed } from "@preact/signals";
import { causesOf, currentOf, type Cause } from "../state/causes.ts";
import { now } from "../state/clock.ts";
import { alerts, boardIds, dismiss, dismissed, isLive, select } from "../state/store.ts";
import { adviceFor } from "../words/advice.ts";
import { worded, words } from "../words/index.ts";
import { clock } from "./board.tsx";

/** Most names, and texts, on a card. */
const NAMES = 3;
const TEXTS = 3;

const causes = computed(() => causesOf(currentOf(alerts.value, now.value), dismissed.value));
/** A notice is good to know, and waits behind the bell. */
const problems = computed(() => causes.value.filter(({ kind }) => kind !== "notice"));

export function Bell() {
  const say = words.value;
  const count = causes.value.length;
  return (
    <>
      <button
        type="button"
        class={`bell ${problems.value.length > 0 ? "wrong" : ""}`}
        popovertarget="notices"
        aria-label={say.noticeCount(count)}
        title={say.noticeCount(count)}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 21h4" />
        </svg>
        {count > 0 && <b aria-hidden="true">{count}</b>}
      </button>
      <section id="notices" popover="auto" class="alerts" aria-label={say.notices}>
        <h2>{say.notices}</h2>
        {count === 0 && <p class="quiet">{say.noNotices}</p>}
        {causes.value.map((cause) => (
          <Card key={cause.key} cause={cause} />
        ))}
      </section>
    </>
  );
}

/** The latest problem, over the page. */
export function ProblemBanner() {
  const say = words.value;
  const [cause] = problems.value;
  if (!cause || !isLive.value) return null;
  const { last, who } = cause;
  const { sentence } = adviceFor(last);
  const names = who.slice(0, NAMES).map((one) => one.who);
  return (
    <div class="banner problem" role="alert">
      <p class="grow">
        <strong>
          {[say.alert[cause.kind], names.filter(Boolean).join(", ")].filter(Boolean).join(": ")}
        </strong>
        {who.length > NAMES && ` ${say.andMore(who.length - NAMES)}`}
        <span>{[last.place, sentence || worded(last.text)].filter(Boolean).join(" · ")}</span>
      </p>
      <button type="button" popovertarget="notices">
        {problems.value.length > 1 ? say.detailsOf(problems.value.length) : say.details}
      </button>
      <Dismiss cause={cause} />
    </div>
  );
}

function Dismiss({ cause: { key, kind, last, who } }: { readonly cause: Cause }) {
  const say = words.value;
  return (
    <button
      type="button"
      class="dismiss"
      aria-label={`${say.dismiss}: ${say.alert[kind]} ${who[0]?.who ?? ""}`}
      title={say.dismiss}
      onClick={() => dismiss(key, last.time)}
    >
      <span aria-hidden="true">✕</span>
    </button>
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
      {texts
        .slice(-TEXTS)
        .map(worded)
        .map((text) => (
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
        <h3>
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
        </h3>
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
      <Dismiss cause={cause} />
    </article>
  );
}
