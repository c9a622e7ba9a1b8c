/** What a program asks for and a chip does not do: English for programs, in the language of whoever reads it. */

import { afterEach, expect, it, vi } from "vitest";
import type { Chip } from "../../../src/board.ts";
import { bench } from "./lib.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules(); // other tests in this process speak English
});

/** {@link inLanguage} of a command in Chinese. */
async function inChinese(): Promise<(text: string) => string> {
  vi.stubEnv("LC_ALL", "zh_CN.UTF-8");
  vi.resetModules();
  return (await import("../../../scripts/cli/language.ts")).inLanguage;
}

it.each<[Chip, script: string, english: string, chinese: string]>([
  [
    "esp32",
    "digitalWrite(34, 1)",
    "D34 is an input-only pin on ESP32: it cannot be driven",
    "ESP32 的 D34 只能作输入：无法驱动",
  ],
  [
    "esp32",
    "digitalWrite(6, 1)",
    "D6 belongs to the flash chip of ESP32: driving it crashes a real board",
    "D6 属于 ESP32 的闪存芯片：驱动它会让真实的开发板崩溃",
  ],
  [
    "esp32",
    "[2, 4, 5, 12, 13, 14].forEach(function (pin) { analogWrite(pin, 0.5); })",
    "D14 gets no PWM channel on ESP32: all are in use",
    "ESP32 的 D14 分不到 PWM 通道：所有通道都已占用",
  ],
  [
    "esp32",
    "ESP32.deepSleep(-1)",
    "deepSleep: -1 µs do not fit in 31 bits, and the chip would sleep for ever",
    "deepSleep：31 位放不下 -1 µs，芯片会一直休眠",
  ],
])("%s, %s: %s", async (chip, script, english, chinese) => {
  const { board } = await bench(`setTimeout(function () { ${script}; }, 1);`, { chip });
  const [fault] = await new Promise<[string]>((resolve) =>
    board.once("fault", (text) => {
      resolve([text]);
    }),
  );
  expect(fault).toBe(english);
  expect((await inChinese())(fault)).toBe(chinese);
});
