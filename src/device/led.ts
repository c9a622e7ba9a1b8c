/** The LED's pins. */

import { ownLed, softwarePwm } from "virtual:features";
import type { GpioLed, PwmLed, Rgb, Ws2812Led } from "../board";

/**
 * PWM frequency of the ESP8266, in Hz. There the interpreter makes the PWM, with an interrupt for each edge; its default
 * of 50 Hz flickers visibly. At 200 Hz the dimmest level lasts 20 µs, still longer than the interrupt.
 */
export const PWM_FREQUENCY = 200;

export function openGpioLed(led: GpioLed): (lit: boolean) => void {
  if (ownLed) {
    return (lit) => {
      digitalWrite(led.pin, lit === led.activeLow ? 0 : 1);
      // Otherwise reading the pin would make it an input.
      pinMode(led.pin, "output");
    };
  }
  return led.activeLow
    ? (lit) => digitalWrite(led.pin, lit ? 0 : 1)
    : (lit) => digitalWrite(led.pin, lit ? 1 : 0);
}

/** Whether the LED is lit, no matter what wrote its pin. */
export function isGpioLedLit(led: GpioLed): boolean {
  return digitalRead(led.pin) !== (led.activeLow ? 1 : 0);
}

export function openPwmLed(led: PwmLed): (colour: Rgb) => void {
  return (colour) =>
    led.pins.forEach((pin, i) => {
      const level = (colour[i] as number) / 255;
      const duty = led.activeLow ? 1 - level : level;
      // Other chips have hardware for five pins at 5 kHz, and for fewer at any other frequency.
      if (softwarePwm) analogWrite(pin, duty, { freq: PWM_FREQUENCY });
      else analogWrite(pin, duty);
    });
}

export function openWs2812Led(led: Ws2812Led): (colour: Rgb) => void {
  const data = new Uint8Array(led.count * 3);
  return (colour) => {
    for (let i = 0; i < data.length; i++) {
      data[i] = colour["rgb".indexOf(led.order.charAt(i % 3))] as number;
    }
    require("neopixel").write(led.pin, data);
  };
}

/** For RGBW: white shows what red, green and blue have in common. */
export function openRgbwLed(led: Ws2812Led): (colour: Rgb) => void {
  const size = led.count * 4;
  // The interpreter takes multiples of 3 bytes only; what is left over stays 0 and goes past the last LED.
  const data = new Uint8Array(Math.ceil(size / 3) * 3);
  return (colour) => {
    const white = Math.min(colour[0], colour[1], colour[2]);
    for (let i = 0; i < size; i++) {
      const level = colour["rgb".indexOf(led.order.charAt(i % 4))];
      data[i] = level === undefined ? white : level - white;
    }
    require("neopixel").write(led.pin, data);
  };
}
