/** A plain board's `state` always matches its LED, no matter what switched it or what happened to the link. */

import { resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Way } from "../../scripts/stage/faults/index.ts";
import { startPlainBroker, type PlainBroker } from "../../scripts/local-onenet/plain.ts";
import type { Board } from "../../scripts/boards/board.ts";
import { plain } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";
import { BUTTON, LAMP } from "../support/lamp-code.ts";
import { brew, type Storm } from "../support/storm.ts";

const MADE = plain();

function lampAt(qos: 0 | 1 | 2): Board {
  return {
    ...MADE,
    name: `lamp-qos-${qos}`,
    onenet: { ...MADE.onenet, qos, cleanSession: qos < 2 },
    code: {
      file: resolve("test/support/lamp-code.ts"),
      starts: true,
      sources: ["lux"],
      commands: ["party", "write", "later", "fail", "echo", "blink"],
    },
    streams: [{ id: "switch", source: "commands", period: 600, dpType: 3 }],
    reconnect: { maximum: 1 },
  };
}

let broker: PlainBroker | undefined;
let stage: Storm | undefined;
afterEach(async () => {
  await stage?.close();
  await broker?.close();
  stage = broker = undefined;
});

describe.each([0, 1, 2] as const)("at QoS %i", (qos) => {
  const board = lampAt(qos);

  /** A board that is online. */
  async function start() {
    const server = (broker = await startPlainBroker());
    const { retained } = server;
    const states: string[] = [];
    const answers: string[] = [];
    server.on("message", ({ topic, payload, retain }) => {
      if (topic === "home/lamp/state") states.push(`${retain ? "" : "not retained: "}${payload.toString()}`);
      if (topic === "home/lamp/answer") answers.push(`${retain ? "retained: " : ""}${payload.toString()}`);
    });
    const set = (stage = await brew(board, await buildScript(board), server.port, server, 1));
    const { device, clock, proxy } = set;
    await online();

    /** Waits until the board must be back, plus a second. */
    async function online(): Promise<void> {
      for (let s = 0; s < 60; s++) {
        await clock.advance(1000);
        if (retained.get("home/lamp/status")?.toString() === "online") break;
      }
      await clock.advance(1000);
    }

    return {
      states,
      answers,
      device,
      clock,
      proxy,
      retained,
      online,
      /** Sends a command. */
      send: (text: string, options: object = {}) =>
        server.publish("home/lamp/set", text, { qos, ...options }),
      /** The retained state at the broker, and the LED's actual state. */
      both: () => [retained.get("home/lamp/state")?.toString(), device.pin(LAMP).value ? "on" : "off"],
      press: async () => {
        for (const level of [0, 1] as const) {
          device.setLevel(BUTTON, level);
          await clock.advance(80);
        }
      },
    };
  }

  it("after each command, separate from the answer", async () => {
    const { send, clock, both, states, answers } = await start();
    expect(both()).toEqual(["off", "off"]);
    for (const command of ["on", "dance", "on", "toggle"]) {
      await send(command);
      await clock.advance(1000);
    }
    expect(both()).toEqual(["off", "off"]);
    expect(states).toEqual(["off", "on", "off"]);
    expect(answers).toEqual(["on", "error: unknown command", "on", "off"]);
  });

  it("after a power cut while it was lit", async () => {
    const { send, clock, both, device, online } = await start();
    await send("on");
    await clock.advance(1000);
    expect(both()).toEqual(["on", "on"]);
    await device.stop();
    await device.start();
    await online();
    expect(both()).toEqual(["off", "off"]);
  });

  it("after a button press, a command that runs another one, and one that writes the pin itself", async () => {
    const { send, clock, both, press, states, answers } = await start();
    await press();
    await clock.advance(1000);
    expect(both()).toEqual(["on", "on"]);
    for (const [command, after] of [
      ["off", "off"],
      ["party", "on"],
      ["write 0", "off"],
      ["write 1", "on"],
      ["toggle", "off"],
      ["fail", "off"],
      ["later 1", "on"],
    ] as const) {
      await send(command);
      await clock.advance(1200);
      expect([command, ...both()]).toEqual([command, after, after]);
    }
    expect(answers).toEqual(["off", "on!", "done", "done", "off", "error: no ", "done"]);
    expect(states).toEqual(["off", "on", "off", "on", "off", "on", "off", "on"]);
  });

  it("after a button press while there was no link", async () => {
    const { clock, both, press, online, proxy } = await start();
    proxy.strike({ kind: "refuse", ms: 5000 });
    proxy.strike({ kind: "cut", how: "reset" });
    await clock.advance(1000);
    await press();
    await online();
    expect(both()).toEqual(["on", "on"]);
  });

  it("after 120 commands at once", async () => {
    const { send, clock, both } = await start();
    const commands = Array.from({ length: 120 }, (_, i) => ["on", "dance", "toggle", "write 1"][i % 4] ?? "");
    await Promise.all(commands.map((command) => send(command)));
    await clock.advance(1000);
    expect(both()).toEqual(["on", "on"]);
  });

  it.each(["down", "up"] as const)(
    "after the link was cut at each byte of the exchange, direction %s",
    async (way: Way) => {
      const { send, clock, both, proxy, online } = await start();
      const struck = () => stage?.trace.filter((line) => line.includes('"cut"')).length ?? 0;
      let cuts = -1;
      for (let bytes = 1; cuts < struck(); bytes++) {
        cuts = struck();
        proxy.strike({ kind: "cut", how: "reset" }, { way, bytes });
        await send("toggle");
        await clock.advance(1000);
        proxy.heal();
        await online();
        const [reported, shown] = both();
        expect({ bytes, reported }).toEqual({ bytes, reported: shown });
      }
      expect(cuts).toBeGreaterThan(20);
    },
  );
});

describe.each([1, 2] as const)("at QoS %i, 120 commands queued at the broker", (qos) => {
  it("are all obeyed and answered, and the state matches the LED", async () => {
    const made = lampAt(qos);
    const board: Board = { ...made, onenet: { ...made.onenet, cleanSession: false } };
    const server = (broker = await startPlainBroker());
    const set = (stage = await brew(board, await buildScript(board), server.port, server, 1));
    const { device, clock, proxy } = set;
    await clock.advance(10_000);
    let answers = 0;
    server.on("message", ({ topic }) => {
      if (topic === "home/lamp/answer") answers++;
    });
    proxy.strike({ kind: "refuse", ms: 5000 });
    proxy.strike({ kind: "cut", how: "reset" });
    await clock.advance(1000);
    const commands = Array.from({ length: 120 }, (_, i) => ["on", "dance", "off", "toggle"][i % 4] ?? "");
    await Promise.all(commands.map((command) => server.publish("home/lamp/set", command, { qos })));
    expect([answers, device.pin(LAMP).value]).toEqual([0, 0]);
    for (let s = 0; s < 30 && answers < commands.length; s++) await clock.advance(1000);
    await clock.advance(1000);
    expect(answers).toBe(commands.length);
    expect([server.retained.get("home/lamp/state")?.toString(), device.pin(LAMP).value]).toEqual(["on", 1]);
  });
});

describe("a retained command", () => {
  it("is obeyed when sent, and not again at each log-in", async () => {
    const board = lampAt(1);
    const server = (broker = await startPlainBroker());
    const set = (stage = await brew(board, await buildScript(board), server.port, server, 1));
    const { device, clock, proxy, trace } = set;
    await clock.advance(10_000);
    await server.publish("home/lamp/set", "toggle", { qos: 1, retain: true });
    await clock.advance(1000);
    expect(device.pin(LAMP).value).toBe(1); // [MQTT-3.3.1-9]: to the board it is a message like any other
    for (let again = 0; again < 3; again++) {
      proxy.strike({ kind: "cut", how: "reset" });
      await clock.advance(10_000);
      expect(device.pin(LAMP).value).toBe(1);
    }
    const said = trace.filter((line) =>
      line.endsWith(" OneNET: a retained message on home/lamp/set was not obeyed: send it without retain"),
    );
    expect(said).toHaveLength(3);
    expect(server.retained.get("home/lamp/state")?.toString()).toBe("on");
  });
});
