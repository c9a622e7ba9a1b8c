/** Buttons and a box that send commands to a board, with the answers. */

import { useSignal } from "@preact/signals";
import type { BoardView } from "../../protocol.ts";
import { send, sentCommands, type Sent } from "../state/commands.ts";
import { isLive, lateAnswers } from "../state/store.ts";
import { words } from "../words/index.ts";
import { DARK } from "./board-drawing.tsx";

export function Commands({ board }: { readonly board: BoardView }) {
  const say = words.value;
  const text = useSignal("");
  const sent = sentCommands.value.filter((one) => one.board === board.id);
  const order = (command: string) => void send(board.id, command);

  const lightHint = board.led?.kind === "gpio" ? say.commandHint : say.colourHint;
  const mayShine = board.led !== null || !board.isVirtual;

  return (
    <div class="group">
      <h3>{say.commands}</h3>
      {mayShine && <LightCommands board={board} order={order} />}
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          const command = text.value.trim();
          text.value = "";
          if (command !== "") order(command);
        }}
      >
        <input
          class="grow"
          aria-label={say.command}
          placeholder={mayShine ? lightHint : say.partHint(exampleOf(board))}
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
        {sent.length === 0 && <li class="quiet">{say.noAnswersYet}</li>}
        {sent.map((one) => (
          <Answered key={one.seq} sent={one} />
        ))}
      </ol>
    </div>
  );
}

interface LightProps {
  readonly board: BoardView;
  readonly order: (command: string) => void;
}

/** What the board's LED obeys. */
function LightCommands({ board, order }: LightProps) {
  const say = words.value;
  const colour = useSignal("#00ff00");
  const isKnown = isLive.value && board.led !== null && board.pixels.length > 0;
  const isLit = board.pixels.some((colour) => colour !== DARK);
  const isNow = { on: isKnown && isLit, off: isKnown && !isLit };

  return (
    <div class="row">
      {(["on", "off"] as const).map((command) => (
        <button
          key={command}
          type="button"
          class={isNow[command] ? "primary" : ""}
          aria-pressed={isNow[command]}
          onClick={() => order(command)}
        >
          {say[command]}
        </button>
      ))}
      <button type="button" onClick={() => order("toggle")}>
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
          <button type="button" onClick={() => order(colour.value)}>
            {say.sendColour}
          </button>
        </span>
      )}
    </div>
  );
}

/** A command of the board's first part that takes any. */
function exampleOf({ parts }: BoardView): string {
  const part = parts.find(({ commands }) => commands.words.length > 0) ?? parts[0];
  return part ? [part.name, ...part.commands.words.slice(0, 1)].join(" ") : "";
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
