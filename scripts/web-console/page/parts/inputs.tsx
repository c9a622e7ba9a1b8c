/** Controls for a virtual board's inputs that belong to no part: a slider for each measurement, a button for each contact. */

import type { BoardView, InputView } from "../../protocol.ts";
import { turn } from "../state/inputs.ts";
import { words } from "../words/index.ts";
import { usePress } from "./use-press.ts";

interface Props {
  readonly input: InputView;
  readonly turn: (value: number) => void;
}

export function Inputs({ board }: { readonly board: BoardView }) {
  const inputs = board.inputs.filter(({ part }) => part === "");
  const awaited = board.uses.filter(
    ({ pin, use }) =>
      use !== "LED" &&
      !board.parts.some(({ name }) => name === use) &&
      !inputs.some((input) => input.pin === pin),
  );
  if (inputs.length + awaited.length === 0) return null;
  return (
    <div class="group">
      <h3>{words.value.inputs}</h3>
      {inputs.map((input) => {
        const Control = input.quantity === "level" ? Button : Slider;
        return <Control key={input.id} input={input} turn={(value) => void turn(board.id, input, value)} />;
      })}
      {awaited.map(({ name, use }) => (
        // Its place, until the program reads it.
        <label key={name} class="slider">
          <span>{words.value.inputOf.analog(name, use)}</span>
          <input type="range" disabled />
          <output>–</output>
        </label>
      ))}
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
  const handlers = usePress((isPressed) => turn(isPressed ? 1 - rest : rest));
  return (
    <div class="contact">
      <span>{say.inputOf[quantity](placeOf(input), stream)}</span>
      <button type="button" aria-pressed={value !== rest} {...handlers}>
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
