/** What the page can turn around a virtual board: a slider for what is measured, a button for what is pressed. */

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
        const turn = (value: number) => inOrder(() => turnInput(board.id, input.id, value));
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
  const press = () => turn(1 - rest);
  const release = () => turn(rest);
  const isKey = (key: string) => key === " " || key === "Enter";
  return (
    <div class="contact">
      <span>{say.inputOf[quantity](pin, stream)}</span>
      <button
        type="button"
        aria-pressed={value !== rest}
        onPointerDown={press}
        onPointerUp={release}
        onPointerCancel={release}
        onKeyDown={({ key, repeat }) => {
          if (isKey(key) && !repeat) press();
        }}
        onKeyUp={({ key }) => {
          if (isKey(key)) release();
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

let last: Promise<unknown> = Promise.resolve();

/** One call after the other: a button that is let go must not be so before it was pressed. */
function inOrder(call: () => Promise<void>): void {
  last = last.then(call).catch(() => undefined);
}
