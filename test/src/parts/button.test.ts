/** A button: what counts as a press, a hold, a double press. */

import { describe, expect, it } from "vitest";
import { createButton } from "../../../src/parts/button.ts";

/** A button and its pin; time passes with {@link advance}. */
function create({ press = "press", hold = "", double = "" } = {}) {
  const given: string[] = [];
  let now = 0;
  let isPressed = false;
  const timers: { at: number; callback: () => void }[] = [];
  const button = createButton(
    press,
    hold,
    double,
    () => isPressed,
    (ms, callback) => timers.push({ at: now + ms, callback }),
  );
  button.start((command) => given.push(command));

  function advance(ms: number): void {
    const end = now + ms;
    for (;;) {
      timers.sort((a, b) => a.at - b.at);
      const [next] = timers;
      if (!next || next.at > end) break;
      timers.shift();
      now = next.at;
      next.callback();
    }
    now = end;
  }

  function turn(to: boolean, ms: number): void {
    isPressed = to;
    button.changed();
    advance(ms);
  }

  return {
    button,
    given,
    turn,
    advance,
    click: (ms = 80, pause = 80) => {
      turn(true, ms);
      turn(false, pause);
    },
    timers,
  };
}

describe("with a command for a press only", () => {
  it("a press counts at once", () => {
    const { given, turn } = create();
    turn(true, 0);
    expect(given).toEqual(["press"]);
  });

  it.each([1, 20, 24, 25, 26, 60, 5000])("a press of %i ms counts once", (ms) => {
    const { given, click, button, timers } = create();
    click(ms, 1000);
    expect([given, button.count(), timers]).toEqual([["press"], 1, []]);
  });

  it("contacts that bounce make one press, at its beginning and at its end", () => {
    const { given, turn } = create();
    for (const to of [true, false, true, false, true]) turn(to, 4);
    turn(true, 300);
    for (const to of [false, true, false, true, false]) turn(to, 4);
    turn(false, 300);
    expect(given).toEqual(["press"]);
  });

  it("presses in a row all count", () => {
    const { given, click, button } = create();
    for (let i = 0; i < 20; i++) click(60, 80);
    expect([given.length, button.count()]).toEqual([20, 20]);
  });

  it("a press that was over before the board looked counts", () => {
    const { given, turn } = create();
    turn(false, 100); // the edge comes late: the level is at rest again
    expect(given).toEqual(["press"]);
  });
});

describe("with a command for a hold", () => {
  it("a press counts at its end, a hold after a second", () => {
    const { given, turn, click } = create({ hold: "hold" });
    turn(true, 100);
    expect(given).toEqual([]);
    turn(false, 100);
    expect(given).toEqual(["press"]);
    turn(true, 999);
    expect(given).toEqual(["press"]);
    turn(true, 1);
    expect(given).toEqual(["press", "hold"]);
    turn(false, 100);
    click();
    expect(given).toEqual(["press", "hold", "press"]);
  });

  it("two presses in a second are no hold", () => {
    const { given, click } = create({ hold: "hold" });
    click(400, 60);
    click(600, 100);
    expect(given).toEqual(["press", "press"]);
  });
});

describe("with a command for a double press", () => {
  it("one press counts after 0.4 s", () => {
    const { given, click, advance } = create({ double: "double" });
    click(80, 300);
    expect(given).toEqual([]);
    advance(200);
    expect(given).toEqual(["press"]);
  });

  it("two presses make one double, three a double and a press", () => {
    const { given, click, advance } = create({ double: "double" });
    click();
    click();
    advance(1000);
    expect(given).toEqual(["double"]);
    click();
    click();
    click();
    advance(1000);
    expect(given).toEqual(["double", "double", "press"]);
  });

  it("two slow presses are two", () => {
    const { given, click } = create({ double: "double" });
    click(80, 600);
    click(80, 600);
    expect(given).toEqual(["press", "press"]);
  });

  it("the second press may be long, and is no hold", () => {
    const { given, click, advance } = create({ double: "double", hold: "hold" });
    click();
    click(3000);
    advance(1000);
    expect(given).toEqual(["double"]);
  });
});

describe("as a command", () => {
  it("press, hold and double do as the button would, and count", () => {
    const { button, given } = create({ hold: "hold", double: "double" });
    for (const text of ["press", "hold", "double"]) expect(button.obey(text)).toBe(true);
    expect([given, button.count()]).toEqual([["press", "hold", "double"], 3]);
  });

  it("a press that waits for a second one still counts, and the next is no double", () => {
    const { button, given, click, advance } = create({ double: "double" });
    click();
    button.obey("hold");
    advance(1000);
    expect(given).toEqual(["press"]);
    click();
    advance(1000);
    expect(given).toEqual(["press", "press"]);
  });

  it("a hold in progress counts", () => {
    const { button, given, turn } = create({ hold: "hold" });
    turn(true, 500);
    button.obey("press");
    turn(true, 600);
    turn(false, 100);
    expect(given).toEqual(["press", "hold"]);
  });

  it.each(["", "presss", "constructor"])("%j is refused", (text) => {
    const { button } = create();
    expect([button.obey(text), button.count()]).toEqual([false, 0]);
  });

  it("without a command for it, a press only counts", () => {
    const { button, given, click } = create({ press: "" });
    click();
    expect([button.obey("hold"), button.count(), given]).toEqual([true, 2, []]);
  });
});
