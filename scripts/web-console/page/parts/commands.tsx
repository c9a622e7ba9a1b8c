/** What a board obeys: its LED, commands to choose and to type; and its answers, in a place of their own. */

import { useSignal, type Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { BoardView } from "../../protocol.ts";
import { send, sendLatest, sentCommands, type Sent } from "../state/commands.ts";
import { isLive, lateAnswers } from "../state/store.ts";
import { words } from "../words/index.ts";
import { DARK } from "./board-drawing.tsx";

export function Commands({ board }: { readonly board: BoardView }) {
  const say = words.value;
  const text = useSignal("");
  const field = useRef<HTMLInputElement>(null);
  const sent = sentCommands.value.filter((one) => one.board === board.id);
  const order = (command: string) => void send(board.id, command);

  const lightHint = board.led?.kind === "gpio" ? say.commandHint : say.colourHint;
  const mayShine = board.led !== null || !board.isVirtual;
  const chips = chipsOf(board);

  return (
    <div class="commands">
      {mayShine && <LightCommands board={board} order={order} />}
      {chips.length > 0 && (
        <div class="row chips" role="group" aria-label={say.commands}>
          {chips.map((command) => (
            <button
              key={command}
              type="button"
              class="chip-button"
              onClick={() => {
                if (!command.endsWith(" ")) return order(command);
                text.value = command;
                field.current?.focus();
              }}
            >
              {command.endsWith(" ") ? `${command}…` : command}
            </button>
          ))}
        </div>
      )}
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
          ref={field}
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
      <ol class="answers" aria-live="polite" aria-label={say.answers} tabIndex={0}>
        {sent.length === 0 && <li class="quiet">{say.noAnswersYet}</li>}
        {sent.map((one) => (
          <Answered key={one.seq} sent={one} />
        ))}
      </ol>
    </div>
  );
}

/** Most commands to choose from; any can be typed. */
const MOST_CHIPS = 8;

/** Commands of the board's own code, and one of each part; one that ends in a space needs more. */
function chipsOf({ orders, parts }: BoardView): readonly string[] {
  const ofParts = parts.flatMap(({ name, commands: { words, number, isColour, longest } }) => {
    const word = ["toggle", "on", ...words].find((one) => words.includes(one));
    if (word !== undefined) return `${name} ${word}`;
    return number || isColour || longest !== undefined ? `${name} ` : [];
  });
  return [...orders, ...ofParts].slice(0, MOST_CHIPS);
}

interface LightProps {
  readonly board: BoardView;
  readonly order: (command: string) => void;
}

/** What the board's LED obeys. */
function LightCommands({ board, order }: LightProps) {
  const say = words.value;
  const isKnown = isLive.value && board.led !== null && board.pixels.length > 0;
  const isLit = board.pixels.some((colour) => colour !== DARK);
  const isNow = { on: isKnown && isLit, off: isKnown && !isLit };
  const picked = useSignal<string | undefined>(undefined);

  return (
    <div class="row light-row">
      <div class="segments" role="group" aria-label="LED">
        {(["on", "off"] as const).map((command) => (
          <button
            key={command}
            type="button"
            class={command}
            aria-pressed={isNow[command]}
            onClick={() => order(command)}
          >
            {say[command]}
          </button>
        ))}
      </div>
      <button type="button" onClick={() => order("toggle")}>
        {say.toggle}
      </button>
      {board.led?.kind !== "gpio" && <Colour board={board} picked={picked} />}
    </div>
  );
}

interface ColourProps {
  readonly board: BoardView;
  /** While it is not yet the LED's. */
  readonly picked: Signal<string | undefined>;
}

/** Sends the colour while it is picked. */
function Colour({ board, picked }: ColourProps) {
  const lit = board.pixels.find((colour) => /^#[0-9a-f]{6}$/.test(colour) && colour !== DARK);
  return (
    <label class="colour">
      <input
        type="color"
        aria-label={words.value.colour}
        value={picked.value ?? lit ?? "#00ff00"}
        onInput={({ currentTarget: { value } }) => {
          picked.value = value;
          void sendLatest(board.id, value).then(() => {
            if (picked.peek() === value) picked.value = undefined;
          });
        }}
      />
      <span aria-hidden="true">{words.value.colour}</span>
    </label>
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
