import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { startTimeServer, type TimeServer } from "../../scripts/stage/time-server.ts";
import type { VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { createBoardAt } from "../support/board-at.ts";
import { plain } from "../support/boards.ts";
import { discoveryOf } from "../../scripts/boards/home-assistant.ts";
import { announced } from "../support/equipped.ts";
import { buildScript, shippedMultiprotocol } from "../support/bundles.ts";
import { watchConsole, type Console } from "../support/console.ts";
import { MOSQUITTO, startMosquitto, WITHOUT_MOSQUITTO, type Mosquitto } from "../support/mosquitto.ts";
import { connectAsync } from "../support/mqtt-client.ts";
import { observe, type Observer } from "../support/observer.ts";

let broker: Mosquitto;
let time: TimeServer;
let observer: Observer;
let device: VirtualBoard;
let console: Console;

/** Starts a board at a mosquitto before each test of the group, and ends both afterwards. @param filters what to observe */
function startEach(board: Board, filters: readonly string[]): void {
  beforeEach(async (context) => {
    if (!MOSQUITTO) return context.skip(WITHOUT_MOSQUITTO);
    broker = await startMosquitto(MOSQUITTO);
    time = await startTimeServer(Date.now);
    observer = await observe(broker.port, [...filters]);
    device = createBoardAt(board, await buildScript(board), broker.port, time.port);
    console = watchConsole(device);
    await device.start();
  });
  afterEach(async () => {
    if (!MOSQUITTO) return;
    await device.stop();
    await observer.close();
    await broker.close();
    await time.close();
  });
}

describe("the built bundle against a real mosquitto", () => {
  const board = shippedMultiprotocol("esp32-devkit");
  const topic = board.onenet.topics[0] ?? "";
  startEach(board, ["$dp"]);

  it("logs in with device id and product id, and mosquitto finds no fault in the CONNECT", async () => {
    const { device: id, product, keepAlive } = board.onenet;
    await broker.logged(new RegExp(`as ${id} \\(p2, c1, k${keepAlive}, u'${product}'\\)`));
    await console.next(/^OneNET: online/);
  });

  it("obeys commands on its topic, and reports their count", async () => {
    await observer.next("$dp", /"switch".*"value":0/);
    await observer.send(topic, "on");
    await observer.next("$dp", /"switch".*"value":1/);
    expect(device.pin(2).value).toBe(1);
    await observer.send(topic, "off");
    await observer.next("$dp", /"switch".*"value":2/);
    expect(device.pin(2).value).toBe(0);
    await observer.send(topic, "toggle");
    await observer.next("$dp", /"switch".*"value":3/);
    expect(device.pin(2).value).toBe(1);
  });

  it("publishes $dp frames with the exact length", async () => {
    const frame = await observer.next("$dp");
    expect([frame[0], frame.readUInt16BE(1)]).toEqual([1, frame.length - 3]);
  });

  it("pings and gets an answer", async () => {
    await console.next(/^OneNET: online/);
    await device.clock.advance(1000 * (board.onenet.pingPeriod + 2));
    await broker.logged(new RegExp(`Received PINGREQ from ${board.onenet.device}`));
    await broker.logged(new RegExp(`Sending PINGRESP to ${board.onenet.device}`));
    await device.clock.advance(15_000);
    expect(console.lines.join("\n")).not.toMatch(/no answer to a ping/);
  });

  it("comes back after mosquitto was down", async () => {
    await console.next(/^OneNET: online/);
    device.air.drop();
    await console.next(/^OneNET: online/, 60_000);
    await observer.send(topic, "on");
    await console.next(/^Command: on/);
  });
});

describe("a plain board with a real mosquitto", () => {
  const made = plain();
  const board = { ...made, onenet: { ...made.onenet, userName: "", password: "" } };
  startEach(board, ["home/lamp/#"]);

  it("announces itself, reports, obeys, and is marked offline by its will", async () => {
    await observer.next("home/lamp/status", /^online$/);
    await observer.next("home/lamp/data", /"uptime":\d+/);
    await observer.send("home/lamp/set", "on");
    await observer.next("home/lamp/answer", /^on$/);
    expect(device.pin(2).value).toBe(1);
    await device.stop();
    await observer.next("home/lamp/status", /^offline$/);
    const late = await observe(broker.port, ["home/lamp/status"]);
    await late.next("home/lamp/status", /^offline$/); // retained
    await late.close();
  });
});

describe("a board with parts that announces itself, with a real mosquitto", () => {
  const board = announced();
  startEach(board, ["home/lamp/#", "homeassistant/#"]);

  it("mosquitto keeps its message, the states of its parts, and its will", async () => {
    const { topic, payload } = discoveryOf(board) ?? { topic: "", payload: "" };
    await observer.next("home/lamp/pump/state", /^off$/);
    await device.clock.advance(1000);
    expect((await observer.next(topic)).toString()).toBe(payload);
    await observer.send("home/lamp/set", "pump on");
    await observer.next("home/lamp/pump/state", /^on$/);
    await observer.send("homeassistant/status", "online");
    await observer.next("home/lamp/pump/state", /^on$/);
    await device.clock.advance(1000);
    await observer.next(topic);
    await device.stop();
    await observer.next("home/lamp/status", /^offline$/);
    const late = await observe(broker.port, ["homeassistant/#", "home/lamp/#"]);
    expect((await late.next(topic)).toString()).toBe(payload);
    const states = {
      state: "off",
      "led/state": "off",
      "pump/state": "on",
      "door/state": "open",
      "fan/state": "off",
    };
    await late.close();
    for (const [end, text] of Object.entries({ ...states, status: "offline" })) {
      const each = await observe(broker.port, [`home/lamp/${end}`]);
      expect((await each.next(`home/lamp/${end}`)).toString()).toBe(text);
      await each.close();
    }
  });

  /** What mosquitto keeps for those who subscribe now. @param end of the topic */
  async function kept(end: string): Promise<string> {
    const late = await observe(broker.port, [`home/lamp/${end}`]);
    const payload = await late.next(`home/lamp/${end}`);
    await late.close();
    return payload.toString();
  }

  /** A second later, the states at mosquitto are those of the pins. */
  async function agree(led: 0 | 1, pump: 0 | 1): Promise<void> {
    await device.clock.advance(1000);
    expect([device.pin(2).value, 1 - device.pin(26).value]).toEqual([led, pump]); // the pump's is active low
    const state = ["off", "on"][led];
    await expect.poll(() => kept("state")).toBe(state);
    await expect.poll(() => kept("led/state")).toBe(state);
    await expect.poll(() => kept("pump/state")).toBe(["off", "on"][pump]);
  }

  async function obeyed(command: string): Promise<void> {
    await observer.send("home/lamp/set", command);
    await console.next(/^Command: /);
  }

  it("the state is the pin's after a power cut", async () => {
    await observer.next("home/lamp/status", /^online$/);
    await obeyed("on");
    await obeyed("pump on");
    await agree(1, 1);
    await device.stop();
    await expect.poll(() => kept("status")).toBe("offline");
    await device.start();
    await expect.poll(() => kept("status")).toBe("online");
    await agree(0, 0);
  });

  it("the state is the pin's after a press of a button", async () => {
    await observer.next("home/lamp/status", /^online$/);
    for (const led of [1, 0] as const) {
      device.setLevel(13, 0);
      await device.clock.advance(60);
      device.setLevel(13, 1);
      await agree(led, 0);
    }
  });

  it("the state is the pin's after a rule", async () => {
    await observer.next("home/lamp/status", /^online$/);
    await agree(0, 0);
    device.setLevel(14, 0);
    await agree(0, 1);
  });

  it("the state is the pin's after an unknown command", async () => {
    await observer.next("home/lamp/status", /^online$/);
    await obeyed("pump on");
    await observer.send("home/lamp/set", "pump of");
    await observer.next("home/lamp/answer", /^error: pump takes on, off or toggle/);
    await agree(0, 1);
    await observer.send("home/lamp/set", "dance");
    await observer.next("home/lamp/answer", /^error: unknown command/);
    await agree(0, 1);
  });

  it("a retained command is obeyed once, and at no log-in", async () => {
    await observer.next("home/lamp/status", /^online$/);
    const other = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
    await other.publish("home/lamp/set", "toggle", { qos: 1, retain: true });
    await other.end();
    await console.next(/^Command: on/);
    await agree(1, 0);
    device.air.drop();
    await console.next(/^OneNET: a retained message on home\/lamp\/set was not obeyed/, 60_000);
    await agree(1, 0);
    await device.stop();
    await device.start();
    await console.next(/^OneNET: a retained message on home\/lamp\/set was not obeyed/, 60_000);
    await agree(0, 0);
  });
});
