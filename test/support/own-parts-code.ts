/** A board's own code with parts of each type, that can be set or only read. */

import type { BoardCode } from "../../src/board-code.ts";

declare function digitalRead(pin: number): number;
declare function digitalWrite(pin: number, value: 0 | 1): void;
declare function pinMode(pin: number, mode: string): void;
declare function setInterval(callback: () => void, delay: number): void;

/** The pins of the gate and of the float. */
export const GATE = 26;
export const FLOAT = 14;

let position = 0;
let target = 0;
let isOpen = false;
let label = "";
let depth: number | undefined;

export default {
  start() {
    pinMode(FLOAT, "input_pullup");
    setInterval(() => {
      if (position !== target) position += position < target ? 10 : -10;
    }, 500);
  },
  commands: {
    /** What the part `depth` gives from now on. */
    depth_is(argument) {
      depth = argument === "unknown" ? undefined : argument === "text" ? ("deep" as never) : +argument;
    },
  },
  parts: {
    blind: {
      read: () => position,
      set(value: number) {
        target = Math.round(value / 10) * 10;
      },
      commands: {
        stop() {
          target = position;
        },
        jam() {
          throw new Error("the blind is jammed");
        },
      },
    },
    gate: {
      read: () => isOpen,
      set(value: boolean) {
        if (position > 50) throw new Error("the blind is down");
        isOpen = value;
        digitalWrite(GATE, value ? 1 : 0);
      },
    },
    label: {
      read: () => label || undefined,
      set(value: string) {
        label = value;
      },
      commands: {
        clear() {
          label = "";
        },
      },
    },
    depth: {
      read() {
        if (depth === 13) throw new Error("no echo");
        return depth;
      },
    },
    wet: { read: () => digitalRead(FLOAT) === 0 },
    mode: { read: () => (position === target ? "idle" : "bewegt, 动") },
  },
} satisfies BoardCode;
