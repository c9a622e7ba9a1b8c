/** The virtual board's table of chips agrees with that of the board files. */

import { describe, expect, it } from "vitest";
import { analogPin, CHIPS as ADVISED } from "../../../scripts/boards/chips.ts";
import { CHIPS } from "../../../scripts/virtual-board/chips.ts";
import { ALL_CHIPS } from "./lib.ts";

describe.each(ALL_CHIPS)("%s", (chip) => {
  const [facts, advised] = [CHIPS[chip], ADVISED[chip]];

  it("has the same image, with the same parts", () => {
    const { board, telnet, bluetooth, storageSize } = facts;
    const { images, hasTelnet, hasBluetooth, storage } = advised;
    expect([board, telnet, bluetooth, storageSize]).toEqual([images[0], hasTelnet, hasBluetooth, storage]);
  });

  it("has variables within the range", () => {
    const { least = 0, most } = advised.variables;
    expect(facts.variables).toBeGreaterThanOrEqual(least);
    expect(facts.variables).toBeLessThanOrEqual(most);
  });

  it("has the same pins", () => {
    const { lastPin, deadFrom, namedPins, negatedPins, analogPins, unwatchedPins, inputOnly, flashPins } =
      facts;
    const isGpio = (pin: number) => pin <= lastPin;
    expect(namedPins).toEqual(advised.names);
    expect(negatedPins).toEqual(advised.inverted);
    expect(analogPins).toEqual(advised.analog.map((pin) => analogPin(chip, pin)));
    expect(unwatchedPins).toEqual(advised.unwatched.pins.filter(isGpio));
    expect(inputOnly).toEqual(advised.inputOnly.pins.filter(isGpio));
    expect(advised.flash.pins).toEqual(expect.arrayContaining([...flashPins]));
    expect(advised.outputs.filter((pin) => pin >= deadFrom)).toEqual(
      advised.dead.pins.filter((pin) => advised.outputs.includes(pin)),
    );
    expect(Math.max(...advised.outputs)).toBeLessThanOrEqual(lastPin);
  });

  it("has the same PWM", () => {
    const { pins, ownFrequency, isSoftware } = advised.pwm;
    expect(facts.pwmChannels).toBe(isSoftware ? 0 : pins + ownFrequency);
  });
});
