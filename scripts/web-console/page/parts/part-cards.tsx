/** A card for each part of the selected board: its drawing, its state and its controls. */

import { useComputed, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { BoardView, InputView, PartState, PartView, Value } from "../../protocol.ts";
import { send } from "../state/commands.ts";
import { turn } from "../state/inputs.ts";
import { seriesOf } from "../state/points.ts";
import { disturbSensor } from "../state/server.ts";
import { boardIds, boardSignal, isLive, selected } from "../state/store.ts";
import { words } from "../words/index.ts";
import { DARK } from "./board-drawing.tsx";
import { Amount } from "./amount.tsx";
import { PartDrawing, type Drawn } from "./part-drawings.tsx";
import { usePress } from "./use-press.ts";

export function PartCards() {
  const say = words.value;
  const id = selected.value;
  const count = useComputed(() => boardSignal(selected.value)?.value.parts.length ?? 0).value;
  const title = useComputed(() => boardSignal(selected.value)?.value.title ?? "").value;
  const hasOthers = useComputed(() => boardIds.value.length > 1).value;
  if (count === 0) return null;
  return (
    <section class="panel parts" aria-labelledby="parts-title">
      <h2 id="parts-title">{hasOthers ? say.partsOf(title) : say.parts}</h2>
      <div class="cards">
        {Array.from({ length: count }, (_, index) => (
          <Card key={`${id} ${index}`} id={id} index={index} />
        ))}
      </div>
    </section>
  );
}

/** What a card shows. */
interface Look {
  readonly part: PartView;
  readonly state: PartState;
  readonly inputs: readonly InputView[];
}

interface Place {
  /** The board's. */
  readonly id: string;
  readonly index: number;
}

/** The same object until something in it changes: most news of a board do not affect a part. */
function useLook({ id, index }: Place): Look | undefined {
  const before = useRef<{ readonly text: string; readonly look: Look } | undefined>(undefined);
  return useComputed(() => {
    const board = boardSignal(id)?.value;
    const look = board && lookOf(board, index);
    if (!look) return undefined;
    const text = JSON.stringify(look);
    if (before.current?.text !== text) before.current = { text, look };
    return before.current.look;
  }).value;
}

function lookOf({ parts, states, inputs }: BoardView, index: number): Look | undefined {
  const part = parts[index];
  if (!part) return undefined;
  return { part, state: states[index] ?? null, inputs: inputs.filter((input) => input.part === part.name) };
}

function Card({ id, index }: Place) {
  const look = useLook({ id, index });
  const error = useSignal("");
  const stream = look?.part.values[0]?.stream ?? "";
  const last = useComputed(() => (stream === "" ? undefined : seriesOf(stream).get(id)?.last)).value;
  if (!look) return null;
  const say = words.value;
  const { part } = look;
  const drawn = drawnOf(look, last);

  async function order(argument: string): Promise<void> {
    error.value = "";
    error.value = await send(id, `${part.name} ${argument}`);
  }

  const Control = controlOf(part);
  return (
    <article class={`part ${isLive.value ? "" : "stale"}`} data-part={part.name} aria-label={part.name}>
      <div class="part-head">
        <PartDrawing {...drawn} />
        <div class="part-text">
          <h3>{part.name}</h3>
          <p class="part-state">{isLive.value ? describe(look, drawn) : say.isUnknown}</p>
          <p class="quiet">
            {[nameOf(part.kind), part.pins && say.pins(part.pins)].filter(Boolean).join(" · ")}
          </p>
        </div>
        {part.commands.words.includes("on") && (
          <Toggle
            label={part.name}
            isOn={isOnNow(look.state) ?? (drawn.share ?? 0) > 0}
            turn={(on) => void order(on ? "on" : "off")}
          />
        )}
      </div>
      <Control id={id} look={look} drawn={drawn} order={order} fail={(why) => (error.value = why)} />
      {error.value !== "" && (
        <p class="bad part-error" role="alert">
          {error}
        </p>
      )}
    </article>
  );
}

function nameOf(kind: PartView["kind"]): string {
  const { kind: names } = words.value;
  return kind in names ? names[kind as keyof typeof names] : kind.toUpperCase();
}

/** @param last the last data point of its value */
function drawnOf({ part, state, inputs }: Look, last: Value | undefined): Drawn {
  const [input] = inputs;
  const isActive = input?.quantity === "level" && input.value !== input.rest;
  const common = { part, state, isActive, share: undefined, value: "" };
  switch (part.kind) {
    case "analog": {
      if (!part.scale || !input) return common;
      const { from, to } = part.scale;
      const share = Math.min(1, Math.max(0, (input.value - from[0]) / (from[1] - from[0])));
      const value = to[0] + share * (to[1] - to[0]);
      return { ...common, share: to[0] <= to[1] ? share : 1 - share, value: format(value) };
    }
    case "setting":
    case "own": {
      const text = String(last ?? part.preset);
      const { number } = part.commands;
      const share = number
        ? (Number(text) - number.least) / (number.most - number.least)
        : Number(isTrue(text));
      return { ...common, share: Math.min(1, Math.max(0, share || 0)), value: text };
    }
    case "ds18b20":
      return { ...common, share: input && (input.value + 20) / 80 };
    default:
      return { ...common, value: String(last ?? "") };
  }
}

function describe({ part, state, inputs }: Look, { isActive, value }: Drawn): string {
  const say = words.value;
  const unit = part.values[0]?.unit ?? "";
  const withUnit = value === "" ? "–" : unit === "" ? value : say.quantity(value, unit);
  switch (state?.does) {
    case "shine":
      return describePixels(part, state.pixels);
    case "switch":
      return state.isOn ? say.isOn : say.isOff;
    case "sound":
      return state.isOn ? say.sounding : say.silent;
    case "drive":
      return say.quantity(String(state.percent), "%");
    case "turn":
      return state.angle === null ? say.noPulses : `${state.angle}°`;
    case "measure": {
      const fault = state.faults.find((each) => each !== "none");
      if (fault) return say.sensorFault[fault];
      return inputs.map((input) => say.quantity(format(input.value), input.unit)).join(" · ") || "–";
    }
    default:
  }
  switch (part.kind) {
    case "button":
      return isActive ? say.pressed : value === "" ? say.released : say.presses(value);
    case "contact":
      if (inputs.length === 0) return "–"; // not read yet
      return isActive ? say.open : say.closed;
    case "motion":
      if (inputs.length === 0) return "–";
      return isActive ? say.moving : say.still;
    case "setting":
    case "own":
      if (value === "" || !part.commands.words.includes("on")) return withUnit;
      return isTrue(value) ? say.isOn : say.isOff;
    default:
      return withUnit;
  }
}

/** Whether an on-or-off value is on: a number, or `true` in a thing model. */
function isTrue(value: string): boolean {
  return value === "true" || value === "1";
}

function describePixels({ commands }: PartView, pixels: readonly string[]): string {
  const say = words.value;
  const lit = pixels.filter((colour) => colour !== DARK);
  const [first = DARK] = lit;
  if (lit.length === 0) return say.isOff;
  if (commands.number) return say.quantity(String(Math.round(parseInt(first.slice(1, 3), 16) / 2.55)), "%");
  if (commands.isColour !== true) return say.isOn;
  return pixels.every((colour) => colour === first) ? first : say.litCount(lit.length, pixels.length);
}

interface ControlProps {
  /** The board's. */
  readonly id: string;
  readonly look: Look;
  readonly drawn: Drawn;
  /** Gives the part a command, without its name. Resolves once it was answered. */
  readonly order: (argument: string) => Promise<void>;
  /** Says why something else failed. */
  readonly fail: (why: string) => void;
}

function controlOf({ kind }: PartView) {
  switch (kind) {
    case "button":
    case "counter":
      return PressControls;
    case "contact":
    case "motion":
      return LevelControl;
    case "analog":
      return AnalogControl;
    case "dht11":
    case "dht22":
    case "ds18b20":
    case "bme280":
    case "bmp280":
      return SensorControls;
    default:
      return CommandControls;
  }
}

/** Controls for what the part's commands take. */
function CommandControls({ look: { part, state }, drawn, order }: ControlProps) {
  const say = words.value;
  const { words: taken, number, isColour, longest } = part.commands;
  const [first = DARK] = state?.does === "shine" ? state.pixels : [];
  const others = taken.filter(
    (word) => !["on", "off", "toggle"].includes(word) || (word === "off" && !taken.includes("on")),
  );
  return (
    <div class="part-controls">
      {number && (
        <Amount
          label={part.name}
          least={number.least}
          most={number.most}
          step={number.most - number.least > 5 ? 1 : 0.01}
          unit={part.values[0]?.unit ?? ""}
          value={amountOf(state, drawn)}
          set={(value) => order(String(value))}
        />
      )}
      <div class="row">
        {isColour && (
          <input
            type="color"
            aria-label={say.colourOf(part.name)}
            value={first === DARK ? "#ffffff" : first}
            onChange={({ currentTarget }) => void order(currentTarget.value)}
          />
        )}
        {others.map((word) => (
          <button key={word} type="button" onClick={() => void order(word)}>
            {say.order(word)}
          </button>
        ))}
        {longest !== undefined && (
          <Text label={part.name} longest={longest} set={(text) => void order(text)} />
        )}
      </div>
    </div>
  );
}

function isOnNow(state: PartState): boolean | undefined {
  switch (state?.does) {
    case "shine":
      return state.pixels.some((colour) => colour !== DARK);
    case "switch":
    case "sound":
      return state.isOn;
    case "drive":
      return state.percent > 0;
    default:
      return undefined;
  }
}

/** The number that a command would set; undefined while unknown. */
function amountOf(state: PartState, { value }: Drawn): number | undefined {
  switch (state?.does) {
    case "shine":
      return Math.round(parseInt(state.pixels[0]?.slice(1, 3) ?? "0", 16) / 2.55);
    case "drive":
      return state.percent;
    case "turn":
      return state.angle ?? undefined;
    default:
      return value === "" || isNaN(Number(value)) ? undefined : Number(value);
  }
}

/** A button that is pressed, or a pulse that is counted. */
function PressControls({ id, look: { part, inputs }, drawn, order }: ControlProps) {
  const say = words.value;
  const [input] = inputs;
  const set = (isActive: boolean) => {
    if (input) void turn(id, input, isActive ? 1 - input.rest : input.rest);
  };
  const handlers = usePress(set);
  const isButton = part.kind === "button";
  return (
    <div class="part-controls row">
      <button
        type="button"
        class="press"
        disabled={!input}
        aria-pressed={drawn.isActive}
        aria-label={isButton ? say.pressOf(part.name) : say.pulseOf(part.name)}
        {...handlers}
      >
        {isButton ? say.press : say.pulse}
      </button>
      {isButton && (
        <label class="check">
          <input
            type="checkbox"
            disabled={!input}
            checked={drawn.isActive}
            aria-label={say.holdOf(part.name)}
            onChange={({ currentTarget }) => set(currentTarget.checked)}
          />
          {say.hold}
        </label>
      )}
      {part.commands.number && (
        <button type="button" onClick={() => void order("0")}>
          {say.reset}
        </button>
      )}
    </div>
  );
}

/** What stays as it is until it is turned again. */
function LevelControl({ id, look: { part, inputs }, drawn: { isActive } }: ControlProps) {
  const say = words.value;
  const [input] = inputs;
  const [on, off] = part.kind === "contact" ? [say.makeOpen, say.makeClosed] : [say.move, say.stop];
  return (
    <div class="part-controls row">
      <button
        type="button"
        disabled={!input}
        aria-label={`${isActive ? off : on}: ${part.name}`}
        onClick={() => {
          if (input) void turn(id, input, isActive ? input.rest : 1 - input.rest);
        }}
      >
        {isActive ? off : on}
      </button>
    </div>
  );
}

/** Turned in the unit of its value; the pin gets the level. */
function AnalogControl({ id, look: { part, inputs }, drawn }: ControlProps) {
  const [input] = inputs;
  const { scale } = part;
  if (!scale) return null;
  const { from, to } = scale;
  const least = Math.min(...to);
  const most = Math.max(...to);
  return (
    <div class="part-controls">
      <Amount
        label={part.name}
        least={least}
        most={most}
        step={10 ** (Math.ceil(Math.log10(most - least)) - 3)}
        unit={part.values[0]?.unit ?? ""}
        value={drawn.value === "" ? undefined : Number(drawn.value)}
        isLive
        set={(value) => {
          const share = (value - to[0]) / (to[1] - to[0]);
          const level = Math.min(1, Math.max(0, from[0] + share * (from[1] - from[0])));
          return input ? turn(id, input, level) : Promise.resolve();
        }}
      />
    </div>
  );
}

function SensorControls({ id, look: { part, state, inputs }, fail }: ControlProps) {
  const say = words.value;
  const faults = state?.does === "measure" ? state.faults : [];
  return (
    <div class="part-controls">
      {faults.map((fault, sensor) => {
        const number = faults.length > 1 ? ` ${sensor + 1}` : "";
        return (
          <fieldset key={sensor} class={`sensor-row ${fault === "none" ? "" : "disturbed"}`}>
            <legend class="hidden">{`${part.name}${number}`}</legend>
            {inputs
              .filter(({ index }) => index === sensor)
              .map((input) => (
                <Amount
                  key={input.id}
                  label={`${part.name}${number}: ${say.measured[input.quantity]}`}
                  {...(faults.length > 1 ? { number: sensor + 1 } : {})}
                  least={input.least}
                  most={input.most}
                  step={input.step}
                  unit={input.unit}
                  value={input.value}
                  isLive
                  set={(value) => turn(id, input, value)}
                />
              ))}
            <select
              aria-label={say.faultOf(`${part.name}${number}`)}
              value={fault}
              onChange={({ currentTarget }) => {
                const next = FAULTS.find((each) => each === currentTarget.value) ?? "none";
                fail("");
                disturbSensor(id, part.name, sensor, next).catch((reason: unknown) =>
                  fail((reason as Error).message),
                );
              }}
            >
              {FAULTS.map((each) => (
                <option key={each} value={each}>
                  {each === "none" ? say.connected : say.sensorFault[each]}
                </option>
              ))}
            </select>
          </fieldset>
        );
      })}
    </div>
  );
}

const FAULTS = ["none", "away", "stuck", "damaged"] as const;

interface ToggleProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly turn: (on: boolean) => void;
}

function Toggle({ label, isOn, turn }: ToggleProps) {
  return (
    <button
      type="button"
      class="toggle"
      role="switch"
      aria-checked={isOn}
      aria-label={label}
      onClick={() => turn(!isOn)}
    />
  );
}

interface TextProps {
  readonly label: string;
  /** In bytes: the board refuses a text whose characters take more. */
  readonly longest: number;
  readonly set: (text: string) => void;
}

function Text({ label, longest, set }: TextProps) {
  return (
    <input
      class="grow"
      aria-label={label}
      maxLength={longest}
      onChange={({ currentTarget }) => {
        set(currentTarget.value);
        currentTarget.value = "";
      }}
    />
  );
}

/** At most four significant digits. */
function format(value: number): string {
  return String(Number(value.toPrecision(Math.abs(value) >= 1000 ? 5 : 4)));
}
