/** The image on a board: what docs/chip.md says of it depends on which one it is, and how old. */

import type { Board, Chip } from "../../src/board.ts";
import { CHIPS } from "../lib/chips.ts";
import { chipOf, isOlder } from "../lib/who-is-there.ts";
import type { Environment } from "./visit.ts";

export interface Target {
  /** undefined for a build that is for none of the chips, such as Linux's. */
  readonly chip: Chip | undefined;
  /** Whether it is the ESP8266 image of 512 kB. */
  readonly isSmall: boolean;
  readonly version: string;
  readonly modules: readonly string[];
  /** Whether it is of after 2v29, whose facts the page has. */
  readonly isLater: boolean;
  /** GPIO numbers that can drive something, and that the board does not use. */
  readonly free: readonly number[];
}

export function targetOf({ build, version, modules }: Environment, board: Board | undefined): Target {
  const chip = chipOf(build);
  const used = usedPins(board);
  return {
    chip,
    isSmall: build === "ESP8266_BOARD",
    version,
    modules,
    isLater: isOlder("2v29", version),
    // A board's own code may use any pin.
    free:
      chip === undefined || !board || board.code
        ? []
        : CHIPS[chip].outputs.filter((pin) => !used.includes(pin)),
  };
}

function usedPins({ led, streams }: Pick<Board, "led" | "streams"> = NO_PINS): number[] {
  const pins = led.kind === "pwm" ? led.pins : [led.pin];
  return [...pins, ...streams.flatMap(({ pin }) => (pin === undefined ? [] : [pin]))];
}

const NO_PINS = {
  led: { kind: "pwm", pins: [-1, -1, -1], activeLow: false, on: [0, 0, 0] },
  streams: [],
} as const;
