/** A drawing of a board as it is: its chip, its plug, its pins and buttons, and its LEDs lit by the pins. */

import { signal } from "@preact/signals";
import type { BoardView, InputView } from "../../protocol.ts";
import { turn } from "../state/inputs.ts";
import { isLive } from "../state/store.ts";
import { words } from "../words/index.ts";
import { SHAPES, WIDTH, type BoardButton, type PinRow } from "./board-shapes.ts";
import { usePress } from "./use-press.ts";

/** The pin that is pointed at. */
const pointed = signal<number | undefined>(undefined);

/** The board, and under it what its pins are for. */
export function BoardPicture({ board }: { readonly board: BoardView }) {
  const { buttons, height } = SHAPES[board.form];
  return (
    <>
      <div class="picture">
        <BoardDrawing board={board} />
        {board.isVirtual &&
          buttons.map((button) => (
            <PressedButton
              key={button.name}
              button={button}
              height={height}
              board={board.id}
              input={inputAt(board, button)}
            />
          ))}
      </div>
      <PinChips board={board} />
    </>
  );
}

function inputAt({ inputs }: BoardView, { pin }: BoardButton): InputView | undefined {
  return inputs.find((input) => input.quantity === "level" && input.pin === pin);
}

interface PressedProps {
  readonly button: BoardButton;
  /** Of the drawing. */
  readonly height: number;
  readonly board: string;
  /** undefined while the program does not watch it */
  readonly input: InputView | undefined;
}

/** A button on the board: pressed, it pulls its pin. */
function PressedButton({ button: { name, pin, x, y }, height, board, input }: PressedProps) {
  const say = words.value;
  const handlers = usePress((isPressed) => {
    if (input) void turn(board, input, isPressed ? 1 - input.rest : input.rest);
  });
  return (
    <button
      type="button"
      class="on-board"
      style={{ left: `${(x / WIDTH) * 100}%`, top: `${(y / height) * 100}%` }}
      disabled={!input}
      aria-pressed={input !== undefined && input.value !== input.rest}
      aria-label={say.boardButton(name, pin)}
      title={input ? say.boardButton(name, pin) : say.notWatched(name)}
      {...handlers}
    >
      <span aria-hidden="true">
        <b>{name}</b>
      </span>
    </button>
  );
}

/** What each pin is for; pointing at one shows where it is. */
function PinChips({ board }: { readonly board: BoardView }) {
  const { buttons } = SHAPES[board.form];
  const watched = board.inputs
    .filter(({ part, stream }) => part === "" && stream === "")
    .map(({ pin }) => ({ pin, name: `${pin}`, use: buttons.find((one) => one.pin === pin)?.name ?? "" }))
    .filter(({ pin }) => !board.uses.some((use) => use.pin === pin));
  // A sensor may have several inputs on one pin.
  const all = [...board.uses, ...new Map(watched.map((one) => [one.pin, one])).values()];
  if (all.length === 0) return null;
  return (
    <ul class="pin-chips" aria-label={words.value.usedPins}>
      {all.map(({ pin, name, use }) => (
        <li
          key={`${pin} ${use}`}
          onMouseEnter={() => (pointed.value = pin)}
          onMouseLeave={() => (pointed.value = undefined)}
        >
          <b>{name}</b>
          {use || words.value.input}
        </li>
      ))}
    </ul>
  );
}

function BoardDrawing({ board }: { readonly board: BoardView }) {
  const shape = SHAPES[board.form];
  const used = new Map(board.uses.map(({ pin, name }) => [name, pin]));
  for (const { pin } of board.inputs) if (![...used.values()].includes(pin)) used.set(`${pin}`, pin);
  return (
    <svg
      class={`drawing ${isLive.value ? "" : "stale"}`}
      viewBox={`0 0 ${WIDTH} ${shape.height}`}
      role="img"
      aria-label={describeLight(board)}
    >
      {board.form === "mpython" ? (
        <MPython />
      ) : board.form === "tpyboard" ? (
        <TPYBoard chip={board.chip} />
      ) : (
        <Kit board={board} />
      )}
      {shape.rows.map((row) => (
        <Pins key={row.y} row={row} used={used} />
      ))}
      {board.led && <Lights count={board.led.count} pixels={board.pixels} {...shape.lights} />}
    </svg>
  );
}

/** A narrow board with a module, a reset button, and the plug at its end. */
function Kit({ board: { chip, form } }: { readonly board: BoardView }) {
  return (
    <>
      <rect class="pcb" x="8" y="20" width="314" height="124" rx="7" />
      <rect class="module" x="8" y="40" width="112" height="84" rx="2" />
      <path class="antenna" d="M16 50v64M16 50h9v15h-6v15h6v14h-6v20h6" />
      <rect class="shield" x="34" y="44" width="80" height="76" rx="3" />
      <text class="chip" x="74" y="86">
        {chip || "?"}
      </text>
      <ResetButton x={276} y={106} name={form === "devkit" ? "EN" : "RST"} />
      <rect class="plug" x="302" y="62" width="34" height="40" rx="4" />
      <path class="plug-line" d="M310 70h20M310 94h20" />
      {form === "s3" && <rect class="plug" x="302" y="112" width="34" height="22" rx="4" />}
    </>
  );
}

interface ResetProps {
  readonly x: number;
  readonly y: number;
  readonly name: string;
}

function ResetButton({ x, y, name }: ResetProps) {
  return (
    <g class="reset">
      <rect x={x - 12} y={y - 12} width="24" height="24" rx="4" />
      <circle cx={x} cy={y} r="7" />
      <text x={x} y={y + 23}>
        {name}
      </text>
    </g>
  );
}

/** A square board: an ESP-12 module at one edge, the plug at the other; its LED is wired to it. */
function TPYBoard({ chip }: { readonly chip: string }) {
  return (
    <>
      <path class="lead" d="M66 125h46" />
      <rect class="pcb" x="112" y="22" width="216" height="206" rx="3" />
      <rect class="module" x="112" y="88" width="108" height="72" />
      <path class="antenna" d="M116 96v56M116 96h17M116 108h17v11h-17M116 130h17v11h-17M116 152h17" />
      <rect class="shield" x="142" y="96" width="70" height="56" rx="3" />
      <text class="chip" x="177" y="128">
        {chip || "?"}
      </text>
      {[
        [124, 64],
        [124, 182],
        [318, 32],
        [318, 218],
      ].map(([x, y]) => (
        <circle key={y} class="hole" cx={x} cy={y} r="5" />
      ))}
      <ResetButton x={238} y={152} name="RST" />
      <rect class="plug" x="304" y="136" width="30" height="34" rx="4" />
      <path class="plug-line" d="M310 142h18M310 164h18" />
    </>
  );
}

/** From the front: a display under three LEDs, and six pads to touch. */
function MPython() {
  return (
    <>
      <path class="plug" d="M152 12V7h36v5z" />
      <rect class="pcb" x="61" y="12" width="218" height="199" rx="10" />
      {[120, 220].map((x) => (
        <circle key={x} class="clamp" cx={x} cy="29" r="9" />
      ))}
      <rect class="shield" x="96" y="56" width="148" height="95" rx="3" />
      <rect class="display" x="106" y="64" width="127" height="62" rx="3" />
      <circle class="hole" cx="170" cy="164" r="5" />
      <circle class="hole" cx="75" cy="112" r="6" />
      <rect class="shield" x="262" y="109" width="12" height="5" rx="1" />
      {["P", "Y", "T", "H", "O", "N"].map((letter, index) => (
        <g key={letter} class="touch">
          <rect x={64 + index * 36.2} y="178" width="30" height="26" rx="2" />
          <text x={79 + index * 36.2} y="195">
            {letter}
          </text>
        </g>
      ))}
    </>
  );
}

interface PinsProps {
  readonly row: PinRow;
  /** GPIO numbers by the names of pins in use. */
  readonly used: ReadonlyMap<string, number>;
}

/** A row of pins, with the numbers of those in use outside the board. */
function Pins({ row: { pins, from, to, y, labelY, nextLabel }, used }: PinsProps) {
  return (
    <>
      {pins.map((name, index) => {
        const x = from + ((to - from) * (index + 0.5)) / pins.length;
        const pin = used.get(name);
        const isPointed = pin !== undefined && pointed.value === pin;
        const look = `pin ${pin === undefined ? "" : "used"} ${isPointed ? "pointed" : ""}`;
        return (
          <g key={index} class={look}>
            <rect x={x - 3} y={y - 3} width="6" height="6" rx="1.5" />
            {pin !== undefined && (
              <text x={x} y={labelY + (index % 2) * nextLabel}>
                {name}
              </text>
            )}
          </g>
        );
      })}
    </>
  );
}

/** Only the LEDs, for a list of boards. */
export function LightDots({ board }: { readonly board: BoardView }) {
  return (
    <svg
      class={`dots ${isLive.value ? "" : "stale"}`}
      viewBox="0 0 56 40"
      role="img"
      aria-label={describeLight(board)}
    >
      <rect class="pcb" x="1" y="1" width="54" height="38" rx="5" />
      {board.led && (
        <Lights count={board.led.count} pixels={board.pixels} x={4} y={4} width={48} height={32} />
      )}
    </svg>
  );
}

/** A readable description of the LEDs. */
export function describeLight({ led, pixels, isVirtual }: BoardView): string {
  const say = words.value;
  if (!isLive.value) return say.isUnknown;
  const lit = pixels.filter((colour) => colour !== DARK);
  if (led === null) return isVirtual ? say.noLight : say.unknownLight;
  if (lit.length === 0) return say.dark;
  return led.count > 1 ? say.litCount(lit.length, led.count) : say.lit(lit[0] ?? "");
}

/** The colour of an unlit LED. */
export const DARK = "#000000";

interface LightsProps {
  readonly count: number;
  readonly pixels: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The LEDs, in rows that fill the space evenly. */
export function Lights({ count, pixels, x, y, width, height }: LightsProps) {
  const columns = Math.min(count, Math.ceil(Math.sqrt((count * width) / height)));
  const rows = Math.ceil(count / columns);
  const cell = Math.min(width / columns, height / rows);
  const left = x + (width - cell * columns) / 2;
  const top = y + (height - cell * rows) / 2;
  const radius = Math.min(cell * 0.32, 9);
  return (
    <>
      {Array.from({ length: count }, (_, index) => {
        const cx = left + cell * ((index % columns) + 0.5);
        const cy = top + cell * (Math.floor(index / columns) + 0.5);
        return <Light key={index} cx={cx} cy={cy} radius={radius} colour={pixels[index] ?? DARK} />;
      })}
    </>
  );
}

interface LightProps {
  readonly cx: number;
  readonly cy: number;
  readonly radius: number;
  readonly colour: string;
}

function Light({ cx, cy, radius, colour }: LightProps) {
  const { seen, strength } = toEye(colour);
  return (
    <g class="light" data-colour={colour}>
      {strength > 0 && (
        <circle class="glow" cx={cx} cy={cy} r={radius * 2.1} fill={seen} opacity={strength * 0.32} />
      )}
      <circle class="lens" cx={cx} cy={cy} r={radius} />
      <circle cx={cx} cy={cy} r={radius} fill={seen} opacity={strength} />
      <circle
        cx={cx - radius * 0.3}
        cy={cy - radius * 0.35}
        r={radius * 0.22}
        fill="#fff"
        opacity={0.15 + strength * 0.5}
      />
    </g>
  );
}

/**
 * The colour at full power and the perceived brightness, 0–1: an LED at an eighth of its power looks far brighter
 * than that.
 */
export function toEye(colour: string): { readonly seen: string; readonly strength: number } {
  const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) || 0);
  const most = Math.max(...parts);
  if (most === 0) return { seen: DARK, strength: 0 };
  const full = parts.map((part) => Math.round((part / most) * 255));
  return { seen: `rgb(${full.join(" ")})`, strength: 0.4 + 0.6 * (most / 255) ** 0.45 };
}
