import { expect, it } from "vitest";
import { createPlainLamp, createRgbLamp } from "../../../src/app/lamp.ts";
import { createProperties } from "../../../src/app/properties.ts";

it("of a plain LED: whether it is lit", () => {
  let pin = false;
  const lamp = createPlainLamp(
    (lit) => (pin = lit),
    () => pin,
  );
  const properties = createProperties(lamp, "led", undefined);
  expect(properties.names).toEqual(["led"]);
  expect(properties.set("led", true)).toBe(true);
  expect([lamp.isLit(), properties.get("led"), properties.get("colour")]).toEqual([true, true, undefined]);
  expect(properties.set("colour", "#ff0000")).toBe(false);
});

it("of an RGB LED: also its colour", () => {
  const lamp = createRgbLamp(() => undefined, [50, 0, 0]);
  const properties = createProperties(lamp, "led", "colour");
  expect(properties.set("colour", "#00FF00")).toBe(true);
  expect([properties.get("led"), properties.get("colour")]).toEqual([true, "#00ff00"]);
  expect(properties.set("led", false)).toBe(true);
  expect([properties.get("led"), properties.get("colour")]).toEqual([false, "#000000"]);
});

it.each([
  ["led", 1],
  ["led", "on"],
  ["led", undefined],
  ["colour", "red"],
  ["colour", 5],
  ["door", true],
])("reject %s = %j", (name, value) => {
  const lamp = createRgbLamp(() => undefined, [50, 0, 0]);
  expect(createProperties(lamp, "led", "colour").set(name, value)).toBe(false);
  expect(lamp.isLit()).toBe(false);
});
