/** The LED's pins. */

import type { GpioLed, PwmLed, Rgb, Ws2812Led } from "../board";

/** Frequency of the PWM that dims an LED, in Hz: above what an eye or a camera sees flicker. */
const PWM_FREQUENCY = 1000;

export function openGpioLed(led: GpioLed): (lit: boolean) => void {
  return led.activeLow
    ? (lit) => digitalWrite(led.pin, lit ? 0 : 1)
    : (lit) => digitalWrite(led.pin, lit ? 1 : 0);
}

export function openPwmLed(led: PwmLed): (colour: Rgb) => void {
  return (colour) =>
    led.pins.forEach((pin, i) => {
      const level = (colour[i] as number) / 255;
      analogWrite(pin, led.activeLow ? 1 - level : level, { freq: PWM_FREQUENCY });
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
