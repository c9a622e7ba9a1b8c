import { afterEach, describe, expect, it } from "vitest";
import type { Chip } from "../../../src/board.ts";
import { startTimeServer, type TimeServer } from "../../../scripts/stage/time-server.ts";
import { createClock } from "../../../scripts/virtual-board/clock.ts";
import { bench, HOME, online, type Bench } from "./lib.ts";

const START = Date.UTC(2026, 0, 1);

let server: TimeServer;
afterEach(() => server.close());

/** A board with a time server on its network. */
async function boardAt(chip: Chip, script: string): Promise<Bench> {
  const clock = createClock(START);
  server = await startTimeServer(clock.now);
  return bench(script, { chip, clock, air: HOME, network: { "ntp.example:123/udp": server.port } });
}

const ZONE = { esp32: '"UTC0"', esp32c3: '"UTC0"', esp32s3: '"UTC0"', esp8266: "0" } as const;
const ask = (chip: Chip) => `require("Wifi").setSNTP("ntp.example", ${ZONE[chip]});`;
const TICK = `var ticks = 0; setInterval(function () { ticks++; }, 1000);
  setTimeout(function () { print(new Date().getFullYear(), ticks); }, 10000);`;

describe("Wifi.setSNTP on an esp32", () => {
  it("sets the clock under the timers: all are due at once, and an interval runs wild [chip F1]", async () => {
    const { board, lines } = await boardAt("esp32", TICK + online(ask("esp32")));
    await board.clock.advance(1000);
    expect(lines).toEqual(["2026 1"]);
    await board.clock.advance(9000);
    board.type("print(ticks > 1000)\n");
    expect(lines.at(-1)).toBe("true");
  });

  it("asks once, and only with a network", async () => {
    const { board } = await boardAt("esp32", ask("esp32") + online(`print("up");`));
    await board.clock.advance(7_200_000);
    expect(server.asked).toBe(0);
  });

  it("never asks again [chip F4]", async () => {
    const { board } = await boardAt("esp32", online(ask("esp32")));
    await board.clock.advance(86_400_000);
    expect(server.asked).toBe(1);
  });
});

it.each(["esp32c3", "esp32s3"] as const)("is never answered on an %s [chip F4]", async (chip) => {
  const { board, lines } = await boardAt(chip, TICK + online(ask(chip)));
  await board.clock.advance(10_100);
  expect(lines).toEqual(["1970 10"]);
});

describe.each(["esp32", "esp32c3", "esp32s3"] as const)("a second start on an %s", (chip) => {
  it("fails an assertion and restarts the chip [chip F5]", async () => {
    const script = `print("boot"); if (!require("Storage").read("once")) {
      require("Storage").write("once", "1"); ${ask(chip)} ${ask(chip)} print("never"); }`;
    const { board, lines } = await boardAt(chip, script);
    await board.clock.advance(10);
    expect(lines).toEqual([
      "boot",
      expect.stringMatching(/^assert failed: .* SNTP client is running/),
      "boot",
    ]);
  });

  it("does so even after reset(), which does not restart the chip [chip F5]", async () => {
    const { board, lines } = await boardAt(chip, `print("boot"); ${ask(chip)} setTimeout(load, 10);`);
    let reboots = 0;
    board.on("reboot", () => reboots++);
    await board.clock.advance(15);
    expect(lines).toEqual(["boot", "boot", expect.stringContaining("assert failed"), "boot"]);
    expect(reboots).toBe(1);
  });
});

describe("Wifi.setSNTP on an esp8266", () => {
  it("sets the clock by setTime, to whole seconds, without affecting timers [chip F3]", async () => {
    const { board, lines } = await boardAt("esp8266", TICK + online(ask("esp8266")));
    await board.clock.advance(10_100);
    expect(lines).toEqual(["2026 10"]);
  });

  it("may be called again, and asks until it gets an answer", async () => {
    const { board, lines } = await boardAt(
      "esp8266",
      online(ask("esp8266") + ask("esp8266")) +
        `setInterval(function () { print(new Date().getFullYear()); }, 25000);`,
    );
    server.isSilent = true;
    await board.clock.advance(26_000);
    server.isSilent = false;
    await board.clock.advance(50_000);
    expect(lines).toEqual(["1970", "2026", "2026"]);
  });
});
