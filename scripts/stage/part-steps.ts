/** The steps of the walk-through for a board's parts: what is set arrives at the pin, what the pin shows arrives above. */

import type { Board, Stream } from "../boards/board.ts";
import { valuesOf, type Part } from "../boards/parts.ts";
import type { VirtualBoard } from "../virtual-board/index.ts";
import { restLevel } from "./connect-parts.ts";
import { hexColour, readLight } from "./light.ts";
import { t } from "../cli/language.ts";

/** What the steps use of the walk-through. */
export interface PartTools {
  readonly board: Board;
  readonly device: VirtualBoard;
  /** Gives the board a command. @returns the answer, for the screen @throws Error without an answer */
  readonly send: (text: string) => Promise<string>;
  /** The last value of a data stream at the server. */
  readonly last: (stream: string) => unknown;
  /** Lets the board's time pass until something has happened. @param extra time beyond the usual patience, in ms */
  readonly until: (failure: string, isDone: () => boolean, extra: number) => Promise<void>;
}

type Step = readonly [step: string, make: () => Promise<string>];
type Kind<K extends Part["kind"]> = Extract<Part, { readonly kind: K }>;

/** Longest period of a stream whose data point is awaited, in s: longer would try the patience of anyone. */
const LONGEST_PERIOD = 600;
/** How long a button is pressed, in ms. */
const PRESS = 60;
/** Time after which a button's press is no half of a double one, in ms. */
const APART = 1000;

export function partSteps(tools: PartTools): [step: string, make: () => Promise<string>][] {
  return (tools.board.parts ?? []).flatMap((part) =>
    stepsOf(part, tools).map(([step, make]): [string, () => Promise<string>] => [step, make]),
  );
}

function stepsOf(part: Part, tools: PartTools): Step[] {
  switch (part.kind) {
    case "light":
      return part.led === tools.board.led ? [] : [lightStep(part, tools)];
    case "switch":
      return [switchStep(part, tools)];
    case "buzzer":
      return part.frequency > 0 ? [toneStep(part, tools)] : [switchStep(part, tools)];
    case "dimmer":
      return [dutyStep(`${part.name} 40`, part.pin, part.activeLow ? 0.6 : 0.4, tools)];
    case "servo": {
      const [least, most] = part.pulse;
      return [dutyStep(`${part.name} 90`, part.pin, (least + most) / 2 / 20, tools)];
    }
    case "setting":
      return [settingStep(part, tools)];
    case "button":
      return [buttonStep(part, tools)];
    case "contact":
    case "motion":
      return [inputStep(part, tools)];
    case "analog":
      return [analogStep(part, tools)];
    case "counter":
      return [counterStep(part, tools)];
    case "own":
      return []; // what its code does with a command, and when it has a value, is its own affair
    default:
      return valuesOf(part).map(({ id }): Step => [id, () => arrival(tools, id, () => true)]);
  }
}

function lightStep({ name, led }: Kind<"light">, tools: PartTools): Step {
  const text = `${name} on`;
  return [
    text,
    async () => {
      const answer = await tools.send(text);
      const { colour, pins } = readLight(led, tools.device);
      const expected = "on" in led ? hexColour(led.on) : "#ff0000";
      if (hexColour(colour) !== expected) throw new Error(t`unexpected state of the light: ${pins}`);
      return t`${pins}; ${answer}`;
    },
  ];
}

function switchStep({ name, pin, activeLow }: Kind<"switch" | "buzzer">, { send, device }: PartTools): Step {
  return [
    `${name} on, ${name} off`,
    async () => {
      let answer = "";
      for (const [text, level] of [
        ["on", activeLow ? 0 : 1],
        ["off", activeLow ? 1 : 0],
      ] as const) {
        answer = await send(`${name} ${text}`);
        const { mode, value } = device.pin(pin);
        if (mode !== "output" || value !== level)
          throw new Error(
            value === 1
              ? t`after "${name} ${text}" pin ${pin} is high`
              : t`after "${name} ${text}" pin ${pin} is low`,
          );
      }
      return activeLow
        ? t`pin ${pin} was low and is high; ${answer}`
        : t`pin ${pin} was high and is low; ${answer}`;
    },
  ];
}

function toneStep({ name, pin, frequency }: Kind<"buzzer">, { send, device }: PartTools): Step {
  return [
    `${name} on, ${name} off`,
    async () => {
      await send(`${name} on`);
      const { value } = device.pin(pin);
      const answer = await send(`${name} off`);
      if (value !== 0.5) throw new Error(t`pin ${pin} has no tone`);
      return t`pin ${pin} had a tone of ${frequency} Hz; ${answer}`;
    },
  ];
}

function dutyStep(text: string, pin: number, duty: number, { send, device }: PartTools): Step {
  return [
    text,
    async () => {
      const answer = await send(text);
      const { value } = device.pin(pin);
      if (Math.abs(value - duty) > 0.002)
        throw new Error(t`pin ${pin} is high ${percent(value)} of the time`);
      return t`pin ${pin} is high ${percent(value)} of the time; ${answer}`;
    },
  ];
}

function settingStep(part: Kind<"setting">, tools: PartTools): Step {
  const { name } = part;
  const set = otherValue(part);
  const text = `${name} ${typeof set === "boolean" ? (set ? "on" : "off") : set}`;
  const arrives = (value: unknown) =>
    typeof set === "boolean" ? Number(value) === Number(set) : value === set;
  return [
    text,
    async () => {
      const answer = await tools.send(text);
      return t`${await arrival(tools, name, arrives)}; ${answer}`;
    },
  ];
}

/** A value for a setting that it does not have after its first boot. */
function otherValue(part: Kind<"setting">): number | string | boolean {
  switch (part.holds) {
    case "number":
      return part.from + Math.floor((part.to - part.from) / 2);
    case "text":
      // A text of the right length in any case: 温 has three bytes.
      return part.longest >= 3 ? "温" : part.default === "a" ? "b" : "a";
    case "switch":
      return !part.default;
  }
}

function buttonStep(part: Kind<"button">, tools: PartTools): Step {
  const { board, device } = tools;
  const { name, pin } = part;
  return [
    t`press ${name}`,
    async () => {
      const rest = restLevel(part, board.chip);
      device.setLevel(pin, rest === 1 ? 0 : 1);
      await device.clock.advance(PRESS);
      device.setLevel(pin, rest);
      await device.clock.advance(APART);
      return arrival(tools, name, (value) => value === 1);
    },
  ];
}

function inputStep(part: Kind<"contact" | "motion">, tools: PartTools): Step {
  const { name, pin } = part;
  return [
    name,
    async () => {
      const rest = restLevel(part, tools.board.chip);
      tools.device.setLevel(pin, rest);
      await arrival(tools, name, (value) => Number(value) === 0);
      tools.device.setLevel(pin, rest === 1 ? 0 : 1);
      return arrival(tools, name, (value) => Number(value) === 1);
    },
  ];
}

function analogStep({ name, pin, from, to }: Kind<"analog">, tools: PartTools): Step {
  const expected = (to[0] + to[1]) / 2;
  const step = Math.abs(to[1] - to[0]) / 50;
  return [
    name,
    () => {
      tools.device.setAnalog(pin, (from[0] + from[1]) / 2);
      return arrival(tools, name, (value) => Math.abs(Number(value) - expected) <= step);
    },
  ];
}

function counterStep({ name, pin }: Kind<"counter">, tools: PartTools): Step {
  return [
    name,
    async () => {
      for (const level of [1, 0, 1, 0] as const) {
        tools.device.setLevel(pin, level);
        await tools.device.clock.advance(PRESS);
      }
      return arrival(tools, name, (value) => value === 2);
    },
  ];
}

/** Waits for a data point with a value of a part. */
async function arrival(tools: PartTools, id: string, fits: (value: unknown) => boolean): Promise<string> {
  const stream = tools.board.streams.find((each) => each.source === id);
  if (!stream || stream.period > LONGEST_PERIOD) return t`not reported often enough to wait for it`;
  const found = () => {
    const value = tools.last(stream.id);
    return value !== undefined && value !== null && (isStoredOtherwise(stream) || fits(value));
  };
  await tools.until(t`no data point "${stream.id}" with its value arrived`, found, stream.period * 1000);
  return `${stream.id} = ${JSON.stringify(tools.last(stream.id))}`;
}

/** Whether the platform stores the values of its frames in another form: as text, as bytes, in lists. */
function isStoredOtherwise({ dpType }: Stream): boolean {
  return [2, 5, 6, 7].includes(dpType);
}

function percent(duty: number): string {
  return `${Math.round(duty * 1000) / 10} %`;
}
