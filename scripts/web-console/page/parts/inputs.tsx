/** Controls for a virtual board's inputs: a slider for each measurement, a button for each contact. */

import { useRef } from "preact/hooks";
import type { BoardView, InputView } from "../../protocol.ts";
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

/** `4`; of several sensors on a pin, `4 #2`. */
function placeOf({ pin, index }: InputView): string {
  return index === 0 ? `${pin}` : `${pin} #${index + 1}`;
}

function Slider({ input, turn }: Props) {
  const { quantity, stream, least, most, step, unit, value } = input;
  return (
    <label class="slider">
      <span>{words.value.inputOf[quantity](placeOf(input), stream)}</span>
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

/** Switches the pin's level while pressed; the checkbox keeps it switched. */
function Button({ input, turn }: Props) {
  const { quantity, stream, rest, value } = input;
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
      <span>{say.inputOf[quantity](placeOf(input), stream)}</span>
      <button
        type="button"
        aria-pressed={value !== rest}
        onPointerDown={({ button, currentTarget, pointerId }) => {
          if (button !== 0) return;
          currentTarget.setPointerCapture(pointerId); // so that release is noticed anywhere
          press();
        }}
        onLostPointerCapture={release}
        onBlur={() => {
          if (isDown.current) release();
        }}
        onKeyDown={(event) => {
          if (!isKey(event.key)) return;
          event.preventDefault(); // suppresses the click
          if (!event.repeat) press();
        }}
        onKeyUp={(event) => {
          if (!isKey(event.key)) return;
          event.preventDefault();
          release();
        }}
        onClick={({ detail }) => {
          if (detail > 0) return; // a pointer's click
          press(); // assistive technology may only click
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

/** Shortest time between changes of a button, in ms: long enough for a debouncing program to see each. */
const STABLE_FOR = 150;

/** Values queued while a call for the same input is running. */
const waiting = new Map<string, number[]>();

/**
 * Sends one call at a time per input, so that a button is pressed before it is released. Of a slider, only the latest
 * value counts.
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
      if (quantity === "level") await new Promise((resolve) => setTimeout(resolve, STABLE_FOR));
    }
  } catch {
    // The page reports the lost connection; queued values would be stale after it.
  } finally {
    waiting.delete(key);
  }
}
