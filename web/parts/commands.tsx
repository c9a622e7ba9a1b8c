/** Buttons and a box that send commands to a board, and the answers beside them. */

import { useSignal } from "@preact/signals";
import type { BoardView } from "../../scripts/web-console/protocol.ts";
import { sendCommand } from "../state/server.ts";
import { words } from "../words/index.ts";

interface Sent {
  readonly seq: number;
  readonly text: string;
  /** undefined while it is awaited; null when none came. */
  readonly answer: string | null | undefined;
  readonly isError: boolean;
  readonly ms: number;
}

/** Answers that stay on the page. */
const SHOWN = 5;

export function Commands({ board }: { readonly board: BoardView }) {
  const say = words.value;
  const sent = useSignal<readonly Sent[]>([]);
  const text = useSignal("");
  const colour = useSignal("#00ff00");

  async function send(command: string): Promise<void> {
    const seq = (sent.value[0]?.seq ?? 0) + 1;
    const start = performance.now();
    sent.value = [{ seq, text: command, answer: undefined, isError: false, ms: 0 }, ...sent.value].slice(
      0,
      SHOWN,
    );
    const answered = (answer: string | null, isError: boolean) => {
      const ms = Math.round(performance.now() - start);
      sent.value = sent.value.map((one) => (one.seq === seq ? { ...one, answer, isError, ms } : one));
    };
    try {
      const answer = await sendCommand(board.id, command);
      answered(answer, answer?.startsWith("error") === true);
    } catch (error) {
      answered((error as Error).message, true);
    }
  }

  return (
    <div class="group">
      <h3>{say.commands}</h3>
      <div class="row">
        {(["on", "off", "toggle"] as const).map((command) => (
          <button
            key={command}
            type="button"
            class={command === "on" ? "primary" : ""}
            onClick={() => void send(command)}
          >
            {say[command]}
          </button>
        ))}
        {board.led?.kind !== "gpio" && (
          <span class="row colour">
            <input
              type="color"
              aria-label={say.colour}
              value={colour}
              onInput={({ currentTarget }) => (colour.value = currentTarget.value)}
            />
            <button type="button" onClick={() => void send(colour.value)}>
              {say.sendColour}
            </button>
          </span>
        )}
      </div>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          const command = text.value.trim();
          text.value = "";
          if (command !== "") void send(command);
        }}
      >
        <input
          class="grow"
          aria-label={say.command}
          placeholder={say.commandHint}
          maxLength={1000}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => (text.value = currentTarget.value)}
        />
        <button type="submit">{say.send}</button>
      </form>
      <ol class="answers" aria-live="polite" aria-label={say.answers}>
        {sent.value.length === 0 && <li class="quiet">{say.noAnswersYet}</li>}
        {sent.value.map(({ seq, text, answer, isError, ms }) => (
          <li key={seq} class={isError || answer === null ? "bad" : ""}>
            <code>{text}</code>
            <span aria-hidden="true">→</span>
            <strong>{answer === undefined ? "…" : (answer ?? say.noAnswer)}</strong>
            {answer !== undefined && <span class="quiet">{say.milliseconds(ms)}</span>}
          </li>
        ))}
      </ol>
    </div>
  );
}
