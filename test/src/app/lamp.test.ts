import { expect, it } from "vitest";
import { createPlainLamp } from "../../../src/app/lamp.ts";

it("is lit if its pin is, no matter what wrote it", () => {
  let pin = true;
  const lamp = createPlainLamp(
    (lit) => (pin = lit),
    () => pin,
  );
  expect([pin, lamp.isLit()]).toEqual([false, false]);
  lamp.light(true);
  expect([pin, lamp.isLit(), lamp.state(), lamp.answer()]).toEqual([true, true, 1, "on"]);
  pin = false;
  expect([lamp.isLit(), lamp.state(), lamp.answer()]).toEqual([false, 0, "off"]);
});
