/** Buttons and a box that send commands to a board, with the answers. */

import { useSignal } from "@preact/signals";
import type { BoardView } from "../../protocol.ts";
import { sendCommand } from "../state/server.ts";
import { isLive, lateAnswers } from "../state/store.ts";
import { words } from "../words/index.ts";
import { DARK } from "./board-drawing.tsx";

interface Sent {
  readonly seq: number;
  readonly text: string;
  /** When it was sent, by the page's clock. */
  readonly start: number;
  /** The server's id for it; empty until the server responds. */
  readonly command: string;
  /** undefined while awaited; null after the timeout. */
  readonly answer: string | null | undefined;
  readonly isError: boolean;
  readonly ms: number;
}

/** Most answers on the page. */
const MAXIMUM_ANSWERS = 5;

export function Commands({ board }: { readonly board: BoardView }) {
  const say = words.value;
  const sent = useSignal<readonly Sent[]>([]);
  const text = useSignal("");
  const colour = useSignal("#00ff00");

  async function send(command: string): Promise<void> {
    const seq = (sent.value[0]?.seq ?? 0) + 1;
    const start = performance.now();
    const asked = { seq, text: command, start, command: "", answer: undefined, isError: false, ms: 0 };
    sent.value = [asked, ...sent.value].slice(0, MAXIMUM_ANSWERS);
    const change = (what: Partial<Sent>) => {
      const ms = performance.now() - start;
      sent.value = sent.value.map((one) => (one.seq === seq ? { ...one, ms, ...what } : one));
    };
    try {
      change(await sendCommand(board.id, command));
    } catch (error) {
      change({ answer: (error as Error).message, isError: true });
    }
  }

  const isKnown = isLive.value && board.led !== null && board.pixels.length > 0;
  const isLit = board.pixels.some((colour) => colour !== DARK);
  const isNow = { on: isKnown && isLit, off: isKnown && !isLit };

  return (
    <div class="group">
      <h3>{say.commands}</h3>
      <div class="row">
        {(["on", "off"] as const).map((command) => (
          <button
            key={command}
            type="button"
            class={isNow[command] ? "primary" : ""}
            aria-pressed={isNow[command]}
            onClick={() => void send(command)}
          >
            {say[command]}
          </button>
        ))}
        <button type="button" onClick={() => void send("toggle")}>
          {say.toggle}
        </button>
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
          placeholder={board.led?.kind === "gpio" ? say.commandHint : say.colourHint}
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
        {sent.value.map((one) => (
          <Answered key={one.seq} sent={one} />
        ))}
      </ol>
    </div>
  );
}

function Answered({ sent }: { readonly sent: Sent }) {
  const say = words.value;
  const { text, start, command, isError } = sent;
  const late = sent.answer === null ? lateAnswers.value.get(command) : undefined;
  const answer = late?.answer ?? sent.answer;
  const ms = Math.round(late ? late.at - start : sent.ms);
  return (
    <li class={isError || answer === null || answer?.startsWith("error") ? "bad" : ""}>
      <code>{text}</code>
      <span aria-hidden="true">→</span>
      <strong>{answer === undefined ? "…" : (answer ?? say.noAnswer)}</strong>
      {answer !== undefined && <span class="quiet">{say.milliseconds(ms)}</span>}
    </li>
  );
}
