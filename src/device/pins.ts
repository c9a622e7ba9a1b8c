/** The pins of parts. */

import { softwarePwm } from "virtual:features";
import type { DimmedLed } from "../board";
import { PWM_FREQUENCY } from "./led";

/** Time between two pulses of a servo, as a frequency in Hz. */
const SERVO_FREQUENCY = 50;

/** @returns sets the power, 0–1 */
export function openDimmer(led: DimmedLed): (level: number) => void {
  return (level) => {
    const duty = led.activeLow ? 1 - level : level;
    if (softwarePwm) analogWrite(led.pin, duty, { freq: PWM_FREQUENCY });
    else analogWrite(led.pin, duty);
  };
}

/** @returns sets the share of the time that the pin is high */
export function openServo(pin: Pin): (duty: number) => void {
  return (duty) => analogWrite(pin, duty, { freq: SERVO_FREQUENCY });
}

/**
 * A passive buzzer.
 * @param silence level of the pin in silence
 * @param frequency in Hz
 */
export function openTone(pin: Pin, silence: 0 | 1, frequency: number): (on: boolean) => void {
  return (on) => analogWrite(pin, on ? 0.5 : silence, { freq: frequency });
}

/** @returns whether the pin has this level */
export function openInput(pin: Pin, mode: "input" | "input_pullup", level: 0 | 1): () => boolean {
  pinMode(pin, mode);
  return () => digitalRead(pin) === level;
}

/**
 * @returns whether the pin has another level than now, at rest: the interpreter inverts some pins on some chips
 */
export function openInvertedInput(pin: Pin, mode: "input" | "input_pullup"): () => boolean {
  pinMode(pin, mode);
  const rest = digitalRead(pin);
  return () => digitalRead(pin) !== rest;
}

/**
 * Calls back at each change of a pin, or when it goes low, however short: without `debounce`, the interpreter would take
 * 25 ms for a pin that it knows as a button.
 */
export function watch(pin: Pin, edge: "both" | "falling", changed: () => void): void {
  setWatch(changed, pin, { edge, repeat: true, debounce: 0 });
}

/** Calls back once. @param ms a time in ms */
export function after(ms: number, callback: () => void): void {
  setTimeout(callback, ms);
}
