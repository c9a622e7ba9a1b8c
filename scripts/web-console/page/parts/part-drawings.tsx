/** A drawing of each kind of part, as it is now. */

import type { PartState, PartView } from "../../protocol.ts";
import { DARK, Lights, toEye } from "./board-drawing.tsx";

/** What a drawing shows. */
export interface Drawn {
  readonly part: PartView;
  readonly state: PartState;
  /** Whether its button is pressed, its contact open, its motion sensor moved, its counter in a pulse. */
  readonly isActive: boolean;
  /** The place of its value in its range, 0–1; undefined while unknown. */
  readonly share: number | undefined;
  /** The value as text; empty while unknown. */
  readonly value: string;
}

/** The state as text stands beside it, so the drawing itself is hidden from screen readers. */
export function PartDrawing(drawn: Drawn) {
  return (
    <svg class="part-drawing" viewBox="0 0 80 80" aria-hidden="true">
      {draw(drawn)}
    </svg>
  );
}

function draw(drawn: Drawn) {
  const { part, state, isActive, share = 0, value } = drawn;
  switch (part.kind) {
    case "light":
      return <Lamp pixels={state?.does === "shine" ? state.pixels : []} />;
    case "switch":
      return <Relay isOn={state?.does === "switch" && state.isOn} />;
    case "dimmer":
      return <Gauge percent={state?.does === "drive" ? state.percent : 0} />;
    case "servo":
      return <Servo angle={state?.does === "turn" ? state.angle : null} />;
    case "buzzer":
      return <Buzzer isOn={state?.does === "sound" && state.isOn} />;
    case "button":
      return <Key isPressed={isActive} />;
    case "contact":
      return <Door isOpen={isActive} />;
    case "motion":
      return <Motion isMoving={isActive} />;
    case "analog":
      return <Meter share={share} />;
    case "counter":
      return <Counter value={value} isActive={isActive} />;
    case "setting":
    case "own":
      return <Setting share={share} />;
    case "dht11":
    case "dht22":
      return (
        <Sensor state={state}>
          <rect class={part.kind} x="18" y="4" width="44" height="48" rx="5" />
          {[0, 1, 2, 3, 4].map((row) => (
            <path key={row} class="grille" d={`M26 ${13 + row * 7.5}h12M42 ${13 + row * 7.5}h12`} />
          ))}
        </Sensor>
      );
    case "ds18b20":
      return (
        <Sensor state={state}>
          <rect class="glass" x="33" y="2" width="14" height="42" rx="7" />
          <circle class="glass" cx="40" cy="44" r="11" />
          <circle class="mercury" cx="40" cy="44" r="7" />
          <rect class="mercury column" x="37" y="8" width="6" height="36" rx="3" style={scaled(share)} />
          <path class="grille" d="M50 12h5M50 20h8M50 28h5" />
        </Sensor>
      );
    case "bme280":
    case "bmp280":
      return (
        <Sensor state={state}>
          <rect class={part.kind} x="14" y="6" width="52" height="46" rx="5" />
          <rect class="metal" x="29" y="16" width="22" height="22" rx="3" />
          <circle class="hole" cx="35" cy="22" r="2.4" />
          <circle class="ground" cx="21" cy="13" r="3" />
          <circle class="ground" cx="59" cy="13" r="3" />
        </Sensor>
      );
  }
}

/** One LED, or every pixel of a strip. */
function Lamp({ pixels }: { readonly pixels: readonly string[] }) {
  if (pixels.length > 1) {
    return (
      <>
        <rect class="pcb" x="2" y="14" width="76" height="52" rx="7" />
        <Lights count={pixels.length} pixels={pixels} x={6} y={18} width={68} height={44} />
      </>
    );
  }
  const { seen, strength } = toEye(pixels[0] ?? DARK);
  const dome = "M24 48V28a16 16 0 0 1 32 0v20z";
  return (
    <g class="light" data-colour={pixels[0] ?? DARK}>
      <path class="leg" d="M34 53v24M46 53v18" />
      <circle class="glow" cx="40" cy="30" r="28" fill={seen} opacity={strength * 0.35} />
      <path class="lens" d={dome} />
      <path d={dome} fill={seen} opacity={strength} />
      <rect class="lens" x="20" y="46" width="40" height="8" rx="3" />
      <rect x="20" y="46" width="40" height="8" rx="3" fill={seen} opacity={strength * 0.75} />
      <path class="shine" d="M30 42V28a10 10 0 0 1 6-9" opacity={0.25 + strength * 0.5} />
    </g>
  );
}

function Relay({ isOn }: { readonly isOn: boolean }) {
  return (
    <g class={isOn ? "on" : ""}>
      <rect class="pcb" x="4" y="12" width="72" height="50" rx="6" />
      <path class="wire" d="M20 44v32M60 44v32" />
      <path class="arm" d="M20 44H58" />
      <circle class="gold" cx="20" cy="44" r="5" />
      <circle class="gold" cx="60" cy="44" r="5" />
      <circle class="pilot" cx="65" cy="21" r="3.5" />
    </g>
  );
}

/** A ring, and its share in the accent's colour. */
function Gauge({ percent }: { readonly percent: number }) {
  const ring = "M20.2 61.8a28 28 0 1 1 39.6 0";
  const blade = "M40 42c-7-5-7-15 0-17c7 2 7 12 0 17z";
  return (
    <>
      <path class="ring" d={ring} />
      <path class="ring filled" d={ring} pathLength={100} style={{ strokeDasharray: `${percent} 200` }} />
      <g class={percent > 0 ? "on" : ""}>
        {[0, 120, 240].map((turn) => (
          <path key={turn} class="blade" d={blade} transform={`rotate(${turn + percent * 3.6} 40 42)`} />
        ))}
        <circle class="metal" cx="40" cy="42" r="4" />
      </g>
    </>
  );
}

function Servo({ angle }: { readonly angle: number | null }) {
  return (
    <g class={angle === null ? "" : "on"}>
      <path class="scale" d="M8 46a32 32 0 0 1 64 0" pathLength={180} />
      <rect class="pcb" x="18" y="36" width="44" height="34" rx="4" />
      <rect class="pcb" x="9" y="50" width="62" height="7" rx="2.5" />
      <g class="horn" style={{ transform: `rotate(${(angle ?? 90) - 90}deg)` }}>
        <rect x="36" y="16" width="8" height="36" rx="4" />
      </g>
      <circle class="metal" cx="40" cy="46" r="9" />
      <circle class="hole" cx="40" cy="46" r="2.5" />
    </g>
  );
}

function Buzzer({ isOn }: { readonly isOn: boolean }) {
  return (
    <g class={isOn ? "on" : ""}>
      <circle class="case" cx="32" cy="42" r="26" />
      <circle class="groove" cx="32" cy="42" r="17" />
      <circle class="hole" cx="32" cy="42" r="5" />
      <path class="wave" d="M62 28a20 20 0 0 1 0 28" />
      <path class="wave late" d="M69 20a31 31 0 0 1 0 44" />
    </g>
  );
}

function Key({ isPressed }: { readonly isPressed: boolean }) {
  return (
    <g class={isPressed ? "on" : ""}>
      <path class="leg" d="M14 26H6M14 58H6M66 26h8M66 58h8" />
      <rect class="metal" x="12" y="12" width="56" height="56" rx="7" />
      {[20, 60].flatMap((x) =>
        [20, 60].map((y) => <circle key={`${x} ${y}`} class="rivet" cx={x} cy={y} r="3" />),
      )}
      <circle class="well" cx="40" cy="40" r="20" />
      <circle class="cap" cx="40" cy="40" r="17" />
    </g>
  );
}

function Door({ isOpen }: { readonly isOpen: boolean }) {
  return (
    <g class={isOpen ? "on" : ""}>
      <rect class="frame" x="16" y="6" width="48" height="70" rx="2" />
      <rect class="opening" x="21" y="11" width="38" height="65" />
      <g class="leaf">
        <rect x="21" y="11" width="38" height="65" />
        <circle class="gold" cx="53" cy="45" r="3" />
      </g>
      <rect class="pilot" x="50" y="2" width="14" height="6" rx="2" />
    </g>
  );
}

function Motion({ isMoving }: { readonly isMoving: boolean }) {
  return (
    <g class={isMoving ? "on" : ""}>
      <path class="wave late" d="M14 22a36 36 0 0 1 52 0" />
      <path class="wave" d="M23 30a24 24 0 0 1 34 0" />
      <rect class="pcb" x="10" y="62" width="60" height="14" rx="4" />
      <path class="dome" d="M18 62a22 22 0 0 1 44 0z" />
      <path class="facet" d="M40 40v22M29 43.5 33 62M51 43.5 47 62M21 52h38" />
    </g>
  );
}

/** A needle over a scale. */
function Meter({ share }: { readonly share: number }) {
  return (
    <g class="on">
      <path class="scale" d="M8 54a32 32 0 0 1 64 0" pathLength={180} />
      <g class="needle" style={{ transform: `rotate(${share * 180 - 90}deg)` }}>
        <path d="M37.8 54L40 20L42.2 54z" />
      </g>
      <circle class="metal" cx="40" cy="54" r="6" />
      <rect class="pcb" x="16" y="62" width="48" height="12" rx="4" />
    </g>
  );
}

/** Digits of a counter at least. */
const DIGITS = 5;

function Counter({ value, isActive }: { readonly value: string; readonly isActive: boolean }) {
  const digits = /^\d+$/.test(value) ? value.padStart(DIGITS, "0") : "–".repeat(DIGITS);
  const width = 68 / digits.length;
  return (
    <g class={isActive ? "on" : ""}>
      <rect class="case" x="3" y="20" width="74" height="36" rx="6" />
      {Array.from(digits).map((digit, index) => (
        <g key={index}>
          <rect class="window" x={6.8 + index * width} y="25" width={width - 1.6} height="26" rx="2" />
          <text
            class="digit"
            x={6 + (index + 0.5) * width}
            y="44"
            style={{ fontSize: `${Math.min(17, width * 1.3)}px` }}
          >
            {digit}
          </text>
        </g>
      ))}
      <circle class="pilot" cx="40" cy="66" r="4" />
    </g>
  );
}

function Setting({ share }: { readonly share: number }) {
  return (
    <>
      <path class="ring" d="M14 40h52" />
      <path
        class="ring filled"
        d="M14 40h52"
        pathLength={100}
        style={{ strokeDasharray: `${share * 100} 200` }}
      />
      <circle class="knob" cx="14" cy="40" r="10" style={{ transform: `translateX(${share * 52}px)` }} />
      <path class="ticks" d="M14 60v6M27 60v4M40 60v6M53 60v4M66 60v6" />
    </>
  );
}

interface SensorProps {
  readonly state: PartState;
  readonly children: preact.ComponentChildren;
}

/** A sensor with its plug, which is out while the sensor is away. */
function Sensor({ state, children }: SensorProps) {
  const faults = state?.does === "measure" ? state.faults : [];
  const fault = faults.find((each) => each !== "none") ?? "none";
  const isAway = faults.length > 0 && faults.every((each) => each === "away");
  return (
    <g class={isAway ? "away" : ""}>
      <g class="sensor">
        <path class="leg" d="M28 50v14M36 50v14M44 50v14M52 50v14" />
        {children}
        {fault !== "none" && !isAway && (
          <text class="fault" x="62" y="22">
            {fault === "damaged" ? "?!" : "!"}
          </text>
        )}
      </g>
      <g class="plug-in">
        <path class="cable" d="M40 70v10" />
        <rect class="case" x="22" y="61" width="36" height="12" rx="3" />
      </g>
    </g>
  );
}

function scaled(share: number) {
  return { transform: `scaleY(${Math.max(0.04, share)})` };
}
