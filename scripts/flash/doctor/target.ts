/** The image on a board: which facts of docs/chip.md apply depends on its kind and version. */

import type { Board, Chip } from "../../boards/board.ts";
import { CHIPS } from "../../boards/chips.ts";
import { pinsOf } from "../../boards/parts.ts";
import { chipOf, isOlder } from "../who-is-there.ts";
import type { Environment } from "./visit.ts";

export interface Target {
  /** undefined for a build for another platform, such as Linux. */
  readonly chip: Chip | undefined;
  /** Whether it is the ESP8266 image of 512 kB. */
  readonly isSmall: boolean;
  readonly version: string;
  readonly modules: readonly string[];
  /** Whether it is later than 2v29, which the page describes. */
  readonly isLater: boolean;
  /** GPIO numbers of output pins the board does not use. */
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

function usedPins(board: Board | undefined): number[] {
  if (board === undefined) return [];
  const { led, parts = [], streams } = board;
  const ofLed = led === undefined ? [] : led.kind === "pwm" ? led.pins : [led.pin];
  const ofParts = parts.flatMap(pinsOf).map(({ pin }) => pin);
  return [...ofLed, ...ofParts, ...streams.flatMap(({ pin }) => (pin === undefined ? [] : [pin]))];
}
