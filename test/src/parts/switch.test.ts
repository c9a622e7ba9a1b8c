/** A switch obeys, and goes off by itself. */

import { describe, expect, it } from "vitest";
import { createSwitch } from "../../../src/parts/switch.ts";

function create(isOn = false, longest = 0) {
  const written: boolean[] = [];
  const changed: boolean[] = [];
  let expired = 0;
  const part = createSwitch(
    (on) => written.push(on),
    isOn,
    (on) => changed.push(on),
    longest,
    () => expired++,
  );
  return { part, written, changed, expired: () => expired };
}

describe("a switch", () => {
  it("writes its state at the boot, and obeys", () => {
    const { part, written, changed } = create(true);
    expect(written).toEqual([true]);
    for (const text of ["off", "on", "toggle", "toggle"]) expect(part.obey(text)).toBe(true);
    expect(written).toEqual([true, false, true, false, true]);
    expect(changed).toEqual([false, true, false, true]);
    expect(part.isOn()).toBe(true);
  });

  it.each(["", "ON", "1", "true", "on off", "\0"])("refuses %j", (text) => {
    const { part, written } = create();
    expect(part.obey(text)).toBe(false);
    expect(written).toEqual([false]);
  });
});

describe("a switch with a longest time", () => {
  it("goes off at that time, and a second on does not prolong it", () => {
    const { part, expired } = create(false, 10_000);
    part.obey("on");
    for (let age = 1000; age <= 10_000; age += 1000) {
      part.tick(age);
      part.obey("on");
      expect(part.isOn()).toBe(true);
    }
    part.tick(11_000);
    expect([part.isOn(), expired()]).toEqual([false, 1]);
  });

  it("counts from the boot if it is on then", () => {
    const { part } = create(true, 2000);
    part.tick(1000);
    part.tick(3000);
    expect(part.isOn()).toBe(false);
  });

  it("counts anew when it was switched off", () => {
    const { part } = create(false, 5000);
    part.obey("on");
    part.tick(1000);
    part.obey("toggle");
    part.obey("toggle");
    part.tick(6000);
    expect(part.isOn()).toBe(true);
    part.tick(11_000);
    expect(part.isOn()).toBe(false);
  });

  it("goes off at the first tick after the board was busy", () => {
    const { part } = create(false, 5000);
    part.obey("on");
    part.tick(1000);
    part.tick(60_000);
    expect(part.isOn()).toBe(false);
  });
});

it("without a longest time it stays on", () => {
  const { part, expired } = create(true);
  part.tick(1000);
  part.tick(1e12);
  expect([part.isOn(), expired()]).toEqual([true, 0]);
});
