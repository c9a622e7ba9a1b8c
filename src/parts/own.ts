/** A part of the board's own code: checks what goes in and what comes out, reports what it throws, and carries on. */

import { errorText } from "../app/own-code";
import type { OwnPart, Reading } from "../board-code";

export interface ConnectedOwn<T extends Reading> {
  /** Undefined while it is unknown; NaN, which is not reported, after a failure. */
  read(): T | number | undefined;
  /** Its value as the answer to a command. */
  answer(): string;
  /** False if the value does not fit, or the code refuses it. */
  set(value: unknown): boolean;
  /** Runs a command of it; false if that throws. */
  run(command: () => void): boolean;
  /** The answer to what the code refused just now, once; empty if it has refused nothing. */
  refusal(): string;
}

/**
 * @param fits whether a value is of the part's type, and in its range
 * @param say writes a line on the console: once when it begins to fail, and once when it works again
 */
export function createOwn<T extends Reading>(
  name: string,
  part: OwnPart<T>,
  fits: (value: unknown) => boolean,
  say: (line: string) => void,
): ConnectedOwn<T> {
  let isFailing = false;
  let refusal = "";

  function failed(why: string): number {
    if (!isFailing) say("Own code: part " + name + " failed: " + why);
    isFailing = true;
    return NaN;
  }

  function read(): T | number | undefined {
    try {
      const value = part.read();
      if (value === undefined || value !== value) return value;
      if (!fits(value)) return failed("read returned " + (typeof value === "number" ? value : typeof value));
      if (isFailing) say("Own code: part " + name + " works again");
      isFailing = false;
      return value;
    } catch (e) {
      return failed(errorText(e));
    }
  }

  function run(command: () => void): boolean {
    try {
      command();
      return true;
    } catch (e) {
      refusal = "error: " + errorText(e);
      return false;
    }
  }

  return {
    read,
    answer() {
      const value = read();
      return value === undefined || value !== value
        ? "unknown"
        : typeof value === "boolean"
          ? value
            ? "on"
            : "off"
          : value + "";
    },
    set(value) {
      refusal = "";
      return fits(value) && run(() => (part.set as NonNullable<typeof part.set>)(value as T));
    },
    run,
    refusal() {
      const given = refusal;
      refusal = "";
      return given;
    },
  };
}

/** What a command means for a switch; undefined if it takes no such argument. */
export function switchedTo(argument: string, isOn: unknown): boolean | undefined {
  return argument === "on"
    ? true
    : argument === "off"
      ? false
      : argument === "toggle"
        ? isOn !== true
        : undefined;
}

/** A value as a data point: outside a thing model, on and off are numbers. */
export function asNumber<T>(value: T): T | number {
  return typeof value === "boolean" ? +value : value;
}
