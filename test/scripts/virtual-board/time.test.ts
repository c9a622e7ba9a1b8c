import { describe, expect, it } from "vitest";
import { createVirtualBoard } from "../../../scripts/virtual-board/index.ts";
import { bench, HOME, online, output, serve } from "./lib.ts";

describe("timers", () => {
  it("have small ids from 1, and reuse the highest once it is free", async () => {
    const script = `
      var f = function () {};
      print(setTimeout(f, 1e6), setInterval(f, 1e6)); clearTimeout(2); print(setTimeout(f, 1e6));
      clearInterval(); print(setTimeout(f, 1e6)); print("done");`;
    expect(await output(script)).toEqual(["1 2", "2", "1"]);
  });

  it("throw if cleared with undefined", async () => {
    const script = `
      try { clearTimeout(undefined); } catch (e) { print(e.message); }
      try { changeInterval(9, 1); } catch (e) { print(e.message); }
      try { setTimeout(5, 1); } catch (e) { print(e.message); }
      clearTimeout(null); clearTimeout("1"); clearTimeout(99); print("done");`;
    expect(await output(script)).toEqual([
      "clearTimeout(undefined) not allowed. Use clearTimeout() instead",
      "Unknown Interval",
      "Function or String not supplied!",
    ]);
  });

  it("continue after an exception, which the console shows", async () => {
    const { lines, seen, board } = await bench(
      `setTimeout(function () { throw new Error("boom"); }, 1); setTimeout(function () { print("done"); }, 2);
       throw "at load";`,
    );
    const uncaught: string[] = [];
    board.on("uncaught", (text) => uncaught.push(text));
    await seen("done");
    expect(lines.filter((line) => line.startsWith("Uncaught"))).toEqual([
      "Uncaught at load",
      "Uncaught Error: boom",
    ]);
    expect(uncaught).toEqual(["Error: boom"]);
  });

  it("run in the order they were set if late, and intervals catch up [chip F2]", async () => {
    const script = `
      var n = 0, i = setInterval(function () { print("tick"); if (++n === 3) { clearInterval(i); print("done"); } }, 10);
      setTimeout(function () { print("5"); }, 5); setTimeout(function () { print("2"); }, 2);
      var until = getTime() + 0.035; while (getTime() < until);`;
    expect(await output(script)).toEqual(["tick", "5", "2", "tick", "tick"]);
  });
});

describe("advance", () => {
  it("runs an hour's timers in order of their due times", async () => {
    const { board, lines } = await bench(`
      var start = getTime(), at = function () { return Math.round((getTime() - start) / 60); };
      setTimeout(function () { print("late " + at()); }, 3540000);
      setInterval(function () { print("tick " + at()); }, 1200000);`);
    await board.clock.advance(3_600_000 + 1000);
    expect(lines).toEqual(["tick 20", "tick 40", "late 59", "tick 60"]);
    expect(board.uptime()).toBeGreaterThan(3_600_000);
  });

  it("lets each message be answered before the next timer runs", async () => {
    const port = await serve((socket) => socket.on("data", (data) => socket.write(data)));
    const script = online(`
      require("net").connect({host: "127.0.0.1", port: ${port}}, function (s) {
        var open = 0, most = 0, n = 0;
        s.on("data", function () { open--; });
        setInterval(function () { open++; n++; most = Math.max(most, open); s.write("x"); print(n + " " + most); }, 10000);
        print("ready");
      });`);
    const { board, lines, seen } = await bench(script, { air: HOME });
    await seen("ready");
    await board.clock.advance(600_500);
    expect(lines.at(-1)).toBe("60 1");
  });

  it("moves one board's time, not another's", async () => {
    const first = await bench(`setTimeout(function () { print("rang"); }, 60000);`);
    const second = await bench(`setTimeout(function () { print("rang"); }, 60000);`);
    await first.board.clock.advance(60_001);
    expect(first.lines).toEqual(["rang"]);
    expect(second.lines).toEqual([]);
  });

  it("refuses to go back", async () => {
    const { board } = await bench("");
    await expect(board.clock.advance(-1)).rejects.toThrow("0 ms or more");
  });
});

describe("E.reboot", () => {
  it("ends the callback, and runs the program again with its storage and without its timers", async () => {
    const { board, lines, seen } = await bench(`
      var S = require("Storage"), boots = Number(S.read("boots") || 0) + 1;
      S.write("boots", "" + boots);
      print("boot " + boots);
      if (boots === 1) {
        setTimeout(function () { E.reboot(); print("never"); }, 1); // runs first if both are late
        setTimeout(function () { print("never"); }, 20);
      } else setTimeout(function () { print("done"); }, 40);`);
    let reboots = 0;
    board.on("reboot", () => reboots++);
    await seen("done");
    expect(lines).toEqual(["boot 1", "boot 2", "done"]);
    expect(reboots).toBe(1);
    expect(board.storage.get("boots")).toBe("2");
  });

  it("closes the connections, like the interpreter before it restarts the chip", async () => {
    let ended: () => void = () => undefined;
    const whole = new Promise<void>((resolve) => (ended = resolve));
    const port = await serve((socket) => socket.resume().on("end", ended));
    const script = `
      if (require("Storage").read("again") === undefined) {
        require("Storage").write("again", "1");
        ${online(`require("net").connect({host: "127.0.0.1", port: ${port}}, function () { E.reboot(); });`)}
      }`;
    const { board } = await bench(script, { air: HOME });
    const closed = new Promise((resolve) => board.once("close", resolve));
    await whole;
    await closed;
  });

  it("is what an unfed watchdog does", async () => {
    const { board, lines } = await bench(`print("boot"); E.enableWatchdog(10, false);`);
    await board.clock.advance(9_000);
    expect(lines).toEqual(["boot"]);
    await board.clock.advance(2_000);
    await board.clock.advance(0);
    expect(lines).toEqual(["boot", "boot"]);
  });
});

describe("the board's date", () => {
  it("is in UTC, wherever the host is", async () => {
    const script = `print(new Date(2026, 0, 2, 3).toISOString(), new Date(0).getHours()); print("done");`;
    expect(await output(script)).toEqual(["2026-01-02T03:00:00.000Z 0"]);
  });
});

it("a board can be stopped without having been started", async () => {
  await createVirtualBoard({ script: "", chip: "esp32" }).stop();
});

describe("a number with a long exponent [chip F51]", () => {
  it("keeps the interpreter busy", async () => {
    const script = `var t = getTime(); print(JSON.parse("[1e-50000000]")[0], Math.round(getTime() - t));
      t = getTime(); print(JSON.parse('{"a":1.5e308}').a, Math.round(getTime() - t)); print("done");`;
    expect(await output(script)).toEqual(["0 50", "1.5e+308 0"]);
  });

  it("makes the watchdog restart the chip", async () => {
    const { board } = await bench(`E.enableWatchdog(300, true);
      setTimeout(function () { JSON.parse('{"led":1e-999999999}'); print("never"); }, 1000);`);
    const faults: string[] = [];
    board.on("fault", (text) => faults.push(text));
    await board.clock.advance(1500);
    expect(faults[0]).toMatch(/watchdog/);
  });
});
