/** What the page can turn around a virtual board: a slider for what is measured, a button for what is pressed. */

import { useRef } from "preact/hooks";
import type { BoardView, InputView } from "../../scripts/web-console/protocol.ts";
import { turnInput } from "../state/server.ts";
import { words } from "../words/index.ts";

interface Props {
  readonly input: InputView;
  readonly turn: (value: number) => void;
}

export function Inputs({ board }: { readonly board: BoardView }) {
  if (board.inputs.length === 0) return null;
  return (
    <div class="group">
      <h3>{words.value.inputs}</h3>
      {board.inputs.map((input) => {
        const Control = input.quantity === "level" ? Button : Slider;
        const turn = (value: number) => void send(board.id, input, value);
        return <Control key={input.id} input={input} turn={turn} />;
      })}
    </div>
  );
}

function Slider({ input: { quantity, pin, stream, least, most, step, unit, value }, turn }: Props) {
  return (
    <label class="slider">
      <span>{words.value.inputOf[quantity](pin, stream)}</span>
      <input
        type="range"
        min={least}
        max={most}
        step={step}
        value={value}
        onInput={({ currentTarget }) => turn(currentTarget.valueAsNumber)}
      />
      <output>{`${value.toFixed(step < 0.1 ? 2 : 1)} ${unit}`}</output>
    </label>
  );
}

/** Joins the pin to the other level while it is held down; the box keeps it so. */
function Button({ input: { quantity, pin, stream, rest, value }, turn }: Props) {
  const say = words.value;
  const isDown = useRef(false);
  function press(): void {
    isDown.current = true;
    turn(1 - rest);
  }
  function release(): void {
    isDown.current = false;
    turn(rest);
  }
  const isKey = (key: string) => key === " " || key === "Enter";
  return (
    <div class="contact">
      <span>{say.inputOf[quantity](pin, stream)}</span>
      <button
        type="button"
        aria-pressed={value !== rest}
        onPointerDown={({ button, currentTarget, pointerId }) => {
          if (button !== 0) return;
          currentTarget.setPointerCapture(pointerId); // it is let go wherever the pointer is then
          press();
        }}
        onLostPointerCapture={release}
        onBlur={() => {
          if (isDown.current) release();
        }}
        onKeyDown={(event) => {
          if (!isKey(event.key)) return;
          event.preventDefault(); // no click comes of it
          if (!event.repeat) press();
        }}
        onKeyUp={(event) => {
          if (!isKey(event.key)) return;
          event.preventDefault();
          release();
        }}
        onClick={({ detail }) => {
          if (detail > 0) return; // of the pointer
          press(); // a screen reader, say, has no more than a click
          release();
        }}
      >
        {say.press}
      </button>
      <label class="check">
        <input
          type="checkbox"
          checked={value !== rest}
          onChange={({ currentTarget }) => turn(currentTarget.checked ? 1 - rest : rest)}
        />
        {say.hold}
      </label>
      <output>{say.level(value)}</output>
    </div>
  );
}

/** Shortest time that a button stays as it is, in ms: a program that waits until a contact is quiet has to see it. */
const HELD = 150;

/** Values that wait while a call for the same input is under way. */
const waiting = new Map<string, number[]>();

/**
 * One call after the other for each input: a button must not be let go before it was pressed. Of a slider only the
 * latest value counts.
 */
async function send(board: string, { id, quantity }: InputView, value: number): Promise<void> {
  const key = `${board} ${id}`;
  const queue = waiting.get(key);
  if (queue) {
    if (quantity !== "level") queue.length = 0;
    queue.push(value);
    return;
  }
  const values = [value];
  waiting.set(key, values);
  try {
    for (let next = values.shift(); next !== undefined; next = values.shift()) {
      await turnInput(board, id, next);
      if (quantity === "level") await new Promise((resolve) => setTimeout(resolve, HELD));
    }
  } catch {
    // The page says that the server is away; what waits is out of date when it is back.
  } finally {
    waiting.delete(key);
  }
}
