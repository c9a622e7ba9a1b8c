/** A drawing of a board: its chip, its plug, and its LEDs lit by the pins. */

import type { BoardView } from "../../protocol.ts";
import { isLive } from "../state/store.ts";
import { words } from "../words/index.ts";

export function BoardDrawing({ board }: { readonly board: BoardView }) {
  return (
    <svg
      class={`drawing ${isLive.value ? "" : "stale"}`}
      viewBox="0 0 240 120"
      role="img"
      aria-label={describeLight(board)}
    >
      <rect class="pcb" x="4" y="8" width="226" height="104" rx="8" />
      <Header y={15} />
      <Header y={105} />
      <path class="antenna" d="M18 38v44M18 38h8v12h-6v10h6v12h-6v10h8" />
      <rect class="shield" x="34" y="30" width="72" height="60" rx="3" />
      <text class="chip" x="70" y="64">
        {board.chip || "?"}
      </text>
      <rect class="plug" x="216" y="44" width="22" height="32" rx="3" />
      {board.led && (
        <Lights count={board.led.count} pixels={board.pixels} x={116} y={26} width={92} height={68} />
      )}
    </svg>
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

/** A row of pins. */
function Header({ y }: { readonly y: number }) {
  return <line class="pins" x1="14" x2="208" y1={y} y2={y} />;
}

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
