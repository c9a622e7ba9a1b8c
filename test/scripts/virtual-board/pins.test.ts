import { describe, expect, it } from "vitest";
import { bench, output } from "./lib.ts";

describe("pins", () => {
  it("show what the program did to them, by number, name and Pin", async () => {
    const { board } = await bench(
      `digitalWrite(4, 1); digitalWrite("D4", 0); D4.set(); digitalWrite([D5, D18], 1);`,
    );
    expect(board.pin(4)).toMatchObject({ mode: "output", value: 1 });
    expect(board.pin(4).history.map(({ value }) => value)).toEqual([1, 0, 1]);
    expect([board.pin(5).value, board.pin(18).value]).toEqual([0, 1]);
    expect(board.pin(21)).toEqual({ mode: undefined, value: 0, history: [] });
  });

  it("report each change", async () => {
    const { board, seen } = await bench(`setTimeout(function () {
      digitalWrite(2, 1); analogWrite(2, 0.25, {freq: 1000}); require("neopixel").write(17, [0, 50, 0]); print("done");
    }, 1);`);
    const changes: unknown[] = [];
    board.on("pin", ({ pin, value }) => changes.push([pin, value]));
    board.on("pwm", (change) => changes.push(change));
    board.on("pixels", ({ pin, bytes }) => changes.push([pin, ...bytes]));
    await seen("done");
    expect(changes).toEqual([[2, 1], { pin: 2, value: 0.25, freq: 1000 }, [17, 0, 50, 0]]);
    expect(board.pixels(17)).toEqual(Uint8Array.of(0, 50, 0));
    expect(board.pin(2)).toMatchObject({ mode: "pwm", value: 0.25 });
  });

  it("pulse once, or several times", async () => {
    const { board, seen } = await bench(`digitalPulse(4, 1, 20); digitalPulse(D5, 0, [10, 10, 10]);
      try { digitalPulse(4, 1, -1); } catch (e) { print(e.message); }
      setTimeout(function () { print("done"); }, 60);`);
    await seen("done");
    expect(board.pin(4).history.map(({ value }) => value)).toEqual([1, 0]);
    expect(board.pin(5).history.map(({ value }) => value)).toEqual([0, 1, 0, 1]);
    await seen("Pulse Time is less than 0 or not a number");
  });

  it("ignore and report writes to input-only and flash pins", async () => {
    const { board, seen } = await bench(`setTimeout(function () {
      digitalWrite(34, 1); digitalWrite(6, 1); print("done"); }, 1);`);
    const faults: string[] = [];
    board.on("fault", (text) => faults.push(text));
    await seen("done");
    expect(faults).toHaveLength(2);
    expect(faults[0]).toContain("D34 is an input-only pin on ESP32");
    expect(faults[1]).toContain("D6 belongs to the flash chip");
    expect(board.pin(34).value).toBe(0);
  });

  it("exist only if the chip has them", async () => {
    const script = `print(typeof D39, typeof D40, typeof LED1, typeof A0); print("done");`;
    expect(await output(script)).toEqual(["object undefined object undefined"]);
    expect(await output(script, { chip: "esp8266" })).toEqual(["undefined undefined undefined object"]);
    expect(await output(script, { chip: "esp32s3" })).toEqual(["object object object undefined"]);
  });

  it("return their voltage, or NaN if the chip cannot measure it", async () => {
    const { board, seen } = await bench(
      `setTimeout(function () { print("read", analogRead(36), analogRead(2)); }, 50);`,
    );
    board.setAnalog(36, 0.5);
    await board.clock.advance(60);
    expect(await seen("read")).toBe("read 0.5 NaN");
  });

  it("accept colours only in threes", async () => {
    const script = `[[], [1, 2]].forEach(function (data) {
        try { require("neopixel").write(17, data); } catch (e) { print(e.message); } });
      print("done");`;
    expect(await output(script)).toEqual([
      "Data must be a non empty array",
      "Data length must be a multiple of 3 (RGB)",
    ]);
  });

  it("call watches: on their edge, debounced, and once unless repeated", async () => {
    const { board, lines, seen } = await bench(`
      pinMode(4, "input_pullup");
      setWatch(function (e) { print("press " + e.state + " " + e.pin); }, 4, {repeat: true, edge: "falling", debounce: 25});
      setWatch(function (e) { print("once " + e.state); }, 4);`);
    for (const level of [0, 1, 0] as const) board.setLevel(4, level);
    await seen("press");
    board.setLevel(4, 1);
    await board.clock.advance(30);
    board.setLevel(4, 0);
    await board.clock.advance(30);
    expect(lines).toEqual(["once false", "press false 4", "press false 4"]);
  });
});

describe("the system", () => {
  it("knows its chip, its memory and its serial number", async () => {
    const script = `print(process.env.BOARD, process.env.VERSION, getSerial());
      var m = process.memory(); print(m.total, m.free + m.usage === m.total); print("done");`;
    expect(await output(script, { chip: "esp32c3", mac: "7c:df:a1:00:00:2a" })).toEqual([
      "ESP32C3_IDF4 2v29 7cdfa100-002a",
      "4095 true",
    ]);
  });

  it.each([
    ["esp32", 3400, 4100],
    ["esp32c3", 3400, 4095],
    ["esp32s3", 4100, 16383],
    ["esp8266", 1600, 1600],
  ] as const)("has the memory of an %s: %d to %d variables [chip F40]", async (chip, least, most) => {
    const [total = ""] = await output(`print(process.memory().total); print("done");`, { chip });
    expect(Number(total)).toBeGreaterThanOrEqual(least);
    expect(Number(total)).toBeLessThanOrEqual(most);
  });

  it("reads source text as UTF-8 bytes, and shows bytes as UTF-8 on the console", async () => {
    expect(await output(`print("温度", "\\xE6\\xB8\\xA9", "\\\\u6e29"); print("done");`)).toEqual([
      "温度 温 \\u6e29",
    ]);
  });

  it("refuses a file larger than the flash", async () => {
    const script = `var S = require("Storage"), b = "x"; while (b.length < 65536) b += b;
      try { for (var i = 0; i < 9; i++) S.write("f" + i, b); } catch (e) { print(e.message, i); }
      print(S.getFree() < 65536); print("done");`;
    expect(await output(script, { chip: "esp8266" })).toEqual(["Unable to find or create file 2", "true"]);
  });

  it("finds a module in a Storage file", async () => {
    const script = `require("Storage").write("mine", "exports.x = 5;"); print(require("mine").x); print("done");`;
    expect(await output(script)).toEqual(["5"]);
  });

  it("fires E's init once the program is loaded", async () => {
    expect(await output(`E.on("init", function () { print("done"); }); print("loaded");`)).toEqual([
      "loaded",
    ]);
  });
});
