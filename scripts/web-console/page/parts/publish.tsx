/** Publishes any message, from the platform to those who subscribed. */

import { useSignal } from "@preact/signals";
import { publish } from "../state/server.ts";
import { selected } from "../state/store.ts";
import { words } from "../words/index.ts";

export function Publish() {
  const say = words.value;
  const topic = useSignal("");
  const payload = useSignal("");
  const outcome = useSignal({ text: "", isBad: false });
  return (
    <details class="publish">
      <summary>{say.publishTitle}</summary>
      <form
        class="small"
        onSubmit={(event) => {
          event.preventDefault();
          const to = topic.value.trim();
          publish(selected.value, to, payload.value).then(
            () => (outcome.value = { text: words.value.published(to), isBad: false }),
            (error: unknown) => (outcome.value = { text: (error as Error).message, isBad: true }),
          );
        }}
      >
        <input
          class="mono"
          aria-label={say.topic}
          placeholder={say.topic}
          required
          maxLength={256}
          autocapitalize="off"
          autocomplete="off"
          spellcheck={false}
          value={topic}
          onInput={({ currentTarget }) => (topic.value = currentTarget.value)}
        />
        <input
          class="mono"
          aria-label={say.payload}
          placeholder={say.payload}
          maxLength={1000}
          autocapitalize="off"
          autocomplete="off"
          spellcheck={false}
          value={payload}
          onInput={({ currentTarget }) => (payload.value = currentTarget.value)}
        />
        <button type="submit">{say.publish}</button>
      </form>
      <p class={`quiet ${outcome.value.isBad ? "bad" : ""}`} role="status">
        {outcome.value.text}
      </p>
    </details>
  );
}
