/** Questions about the board itself: which one, its LED, its Wi-Fi. */

import schema from "../../../boards/board.schema.json" with { type: "json" };
import type { Board, Led } from "../board.ts";
import { CHIPS, ledPins, listPins } from "../chips.ts";
import { whyNoSetup } from "../setup.ts";
import { baseOf, type Answers, type Bases, type Choice, type Question } from "./question.ts";
import { list, t } from "../../cli/language.ts";

export const NUMBER = [/^\d{1,9}$/, t`write a whole number`] as const;

export const YES_NO: readonly Choice[] = [
  { value: "no", label: t`no` },
  { value: "yes", label: t`yes` },
];

/** The colour orders of a strip. */
export const ORDERS: readonly Choice[] = schema.definitions.ws2812Led.properties.order.enum.map((value) => ({
  value,
  label: value,
}));

const LED_KINDS: readonly Choice[] = [
  { value: "gpio", label: t`one plain LED on one pin`, description: t`on or off, of one colour` },
  {
    value: "ws2812",
    label: t`WS2812 (NeoPixel), colour LEDs on one data pin`,
    description: t`small white squares with a chip inside; rings, strips and matrices of them`,
  },
  {
    value: "pwm",
    label: t`a red, a green and a blue LED on three pins`,
    description: t`one LED with four legs, or three LEDs, dimmed by PWM`,
  },
];

export const BOARD_QUESTIONS: readonly Question[] = [
  {
    name: "board",
    value: "<name>",
    text: t`Which board is it?`,
    where: () => t`Its name is printed on it, the chip's on the metal lid; choose one with the same chip.`,
    field: "extends",
    choices: (_, bases) =>
      [...bases].map(([value, board]) => ({
        value,
        label: board.title,
        description: t`${CHIPS[board.chip].title}, ${describeLed(board)}`,
      })),
  },
  {
    name: "title",
    value: "<text>",
    text: t`What do you call it?`,
    where: () => t`A title of your choice, in any language.`,
    field: "title",
    standard: ({ name = "" }) => name,
  },
  {
    name: "led",
    value: "<kind>",
    text: t`What sort of LED does it switch?`,
    where: (answers, bases) => t`As sold, the board has: ${describeLed(baseOf(answers, bases))}.`,
    field: "led.kind",
    when: { board: [] },
    choices: () => LED_KINDS,
    standard: (answers, bases) => baseOf(answers, bases)?.led?.kind ?? "gpio",
  },
  {
    name: "led-pin",
    value: "<gpio>",
    text: t`Which GPIO is the LED on?`,
    where: pinsOf,
    field: "led.pin",
    when: { led: ["gpio", "ws2812"] },
    form: NUMBER,
    standard: (answers, bases) => {
      const own = ownLed(answers, bases);
      return own && own.kind !== "pwm" ? String(own.pin) : undefined;
    },
  },
  {
    name: "led-pins",
    value: "<red,green,blue>",
    text: t`Which GPIOs are red, green and blue on?`,
    where: pinsOf,
    field: "led.pins",
    when: { led: ["pwm"] },
    form: [/^\d{1,9}(\s*,\s*\d{1,9}){2}$/, t`write three GPIO numbers separated by commas, such as 32,33,27`],
    standard: (answers, bases) => {
      const own = ownLed(answers, bases);
      return own?.kind === "pwm" ? own.pins.join(",") : undefined;
    },
  },
  {
    name: "active-low",
    value: "<yes|no>",
    text: t`Is it lit by a low level?`,
    where: () => t`yes when the LED's other leg goes to 3.3 V, no when it goes to GND.`,
    field: "led.activeLow",
    when: { led: ["gpio", "pwm"] },
    choices: () => YES_NO,
    standard: (answers, bases) => {
      const own = ownLed(answers, bases);
      return own && own.kind !== "ws2812" && own.activeLow ? "yes" : "no";
    },
  },
  {
    name: "led-count",
    value: "<number>",
    text: t`How many LEDs are in the row?`,
    where: () => t`Count them; any beyond this number stay dark.`,
    field: "led.count",
    when: { led: ["ws2812"] },
    form: NUMBER,
    standard: (answers, bases) => {
      const own = ownLed(answers, bases);
      return own?.kind === "ws2812" ? String(own.count) : "1";
    },
  },
  {
    name: "led-order",
    value: "<order>",
    text: t`What is their colour order?`,
    where: () =>
      t`grb for most, grbw for RGBW such as SK6812; if red and green turn out swapped, rgb or rgbw.`,
    field: "led.order",
    when: { led: ["ws2812"] },
    choices: () => ORDERS,
    standard: (answers, bases) => {
      const own = ownLed(answers, bases);
      return own?.kind === "ws2812" ? own.order : "grb";
    },
  },
  {
    name: "ssid",
    value: "<name>",
    text: t`What is your Wi-Fi called?`,
    where: () =>
      t`Exactly as your phone shows it, with capitals and spaces; the board needs a 2.4 GHz network.`,
    field: "wifi.ssid",
    exact: true,
  },
  {
    name: "open-network",
    value: "<yes|no>",
    text: t`Is it an open network, without a password?`,
    where: () => t`A phone shows a lock beside a network that has a password.`,
    choices: () => YES_NO,
    standard: () => "no",
    implied: ({ "wifi-password": password }) =>
      password === undefined ? undefined : password === "" ? "yes" : "no",
  },
  {
    name: "wifi-password",
    value: "<text>",
    text: t`What is its password?`,
    where: () => t`Often on a label under the router; 8 to 63 bytes.`,
    when: { "open-network": ["no"] },
    form: [/[^]/, t`enter it, or begin again and choose an open network`],
    field: "wifi.password",
    variable: "WIFI_PASSWORD",
    exact: true,
  },
  {
    name: "setup",
    value: "<yes|no>",
    text: t`May a phone give it another Wi-Fi?`,
    where: () =>
      t`Without a network it opens an access point with a page (docs/setup.md). Not with Espruino 2v29.`,
    field: "setup",
    isMoot: (answers, bases) => {
      const board = baseOf(answers, bases);
      return board !== undefined && whyNoSetup(board.chip) !== undefined;
    },
    choices: () => YES_NO,
    standard: () => "no",
    implied: ({ "setup-button": button, "setup-password": password }) =>
      button === undefined && !password ? undefined : "yes",
  },
  {
    name: "setup-button",
    value: "<gpio>",
    text: t`Which GPIO is the button on that opens the page?`,
    where: () => t`Held while the board starts; 0 is the BOOT button. Empty: only a lost network opens it.`,
    // No field: a chip that cannot be set up at all is a mistake of the answer before it.
    when: { setup: ["yes"] },
    form: [/^\d{0,9}$/, t`write a whole number, or nothing`],
    standard: () => "0",
  },
  {
    name: "setup-password",
    value: "<text>",
    text: t`What is the password of its access point?`,
    where: () =>
      t`8 to 63 characters of ASCII. Empty: the board's MAC address, which everyone nearby can find out.`,
    variable: "SETUP_PASSWORD",
    when: { setup: ["yes"] },
    standard: () => "",
    exact: true,
  },
];

/** `WS2812 on GPIO17, 3 of them` */
function describeLed(board: Board | undefined): string {
  const led = board?.led;
  if (led === undefined) return board === undefined ? t`unknown` : t`none`;
  if (led.kind === "pwm") return t`three LEDs on GPIO${list(led.pins.map(String))}`;
  if (led.kind === "ws2812")
    return led.count > 1 ? t`WS2812 on GPIO${led.pin}, ${led.count} of them` : t`WS2812 on GPIO${led.pin}`;
  return led.activeLow ? t`LED on GPIO${led.pin}, lit by a low level` : t`LED on GPIO${led.pin}`;
}

function pinsOf(answers: Answers, bases: Bases): string {
  const chip = baseOf(answers, bases)?.chip ?? "esp32";
  const kind = LED_KINDS.find(({ value }) => value === answers["led"])?.value as Led["kind"];
  return t`The number printed beside its pin; ${CHIPS[chip].title} can use ${listPins(ledPins(chip, kind))}.`;
}

/** The board's original LED, if the answers are about the same kind: it provides the defaults. */
function ownLed(answers: Answers, bases: Bases): Led | undefined {
  const led = baseOf(answers, bases)?.led;
  return led?.kind === answers["led"] ? led : undefined;
}
