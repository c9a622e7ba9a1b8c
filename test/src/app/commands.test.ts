import { describe, expect, it } from "vitest";
import type { Rgb } from "../../../src/board.ts";
import { createCommands } from "../../../src/app/commands.ts";
import { createPlainLamp, createRgbLamp } from "../../../src/app/lamp.ts";

describe("a plain LED", () => {
  function plain() {
    const shown: boolean[] = [];
    const lamp = createPlainLamp(
      (lit) => shown.push(lit),
      () => shown.at(-1) === true,
    );
    return { shown, lamp, commands: createCommands(lamp, () => undefined) };
  }

  it("is dark after boot", () => expect(plain().shown).toEqual([false]));

  it("obeys on, off and toggle, answers with its state and counts", () => {
    const { shown, lamp, commands } = plain();
    const orders = ["on", "on", "off", "toggle", "toggle"];
    expect(orders.map((order) => commands.obey(order))).toEqual(["on", "on", "off", "on", "off"]);
    expect(shown).toEqual([false, true, true, false, true, false]);
    expect(commands.count()).toBe(5);
    expect(lamp.state()).toBe(0);
    commands.obey("on");
    expect(lamp.state()).toBe(1);
  });

  it("ignores case and surrounding spaces", () => {
    expect(plain().commands.obey(" ON\r\n")).toBe("on");
  });

  it.each(["", "onn", "#ff0000", "on off", "\0", "x".repeat(5000)])(
    "does not obey %j, and does not count it",
    (order) => {
      const { shown, commands } = plain();
      expect(commands.obey(order)).toBe("error: unknown command");
      expect([shown, commands.count()]).toEqual([[false], 0]);
    },
  );
});

describe("an RGB LED", () => {
  function rgb() {
    const shown: Rgb[] = [];
    const lamp = createRgbLamp((colour) => shown.push(colour), [50, 0, 0]);
    return { shown, lamp, commands: createCommands(lamp, () => undefined) };
  }

  it("is dark after boot", () => expect(rgb().shown).toEqual([[0, 0, 0]]));

  it("lights in its own colour on on, and goes dark on off", () => {
    const { shown, commands } = rgb();
    expect(["on", "off", "toggle", "toggle"].map((order) => commands.obey(order))).toEqual([
      "#320000",
      "off",
      "#320000",
      "off",
    ]);
    expect(shown.slice(1)).toEqual([
      [50, 0, 0],
      [0, 0, 0],
      [50, 0, 0],
      [0, 0, 0],
    ]);
  });

  it("accepts a colour, which on replaces with its own", () => {
    const { shown, lamp, commands } = rgb();
    expect(commands.obey("#00FF7f")).toBe("#00ff7f");
    expect(lamp.state()).toBe("#00ff7f");
    expect(commands.obey("on")).toBe("#320000");
    expect(shown.slice(1)).toEqual([
      [0, 255, 127],
      [50, 0, 0],
    ]);
  });

  it("reports black as off", () => {
    const { lamp, commands } = rgb();
    expect(commands.obey("#000000")).toBe("off");
    expect(lamp.isLit()).toBe(false);
    expect(lamp.state()).toBe("#000000");
  });

  it.each(["#", "#12345", "#1234567", "#12345g", "ff0000", "#ff 000"])("does not obey %j", (order) => {
    const { commands } = rgb();
    expect([commands.obey(order), commands.count()]).toEqual(["error: unknown command", 0]);
  });
});
