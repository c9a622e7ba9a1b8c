import { connectAsync, type MqttClient } from "mqtt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { PacketType } from "../../src/mqtt/packet.ts";
import { createBoardAt } from "../lib/board-at.ts";
import { plain } from "../lib/boards.ts";
import { buildScript } from "../lib/bundles.ts";
import { watchConsole, type Console } from "../lib/console.ts";
import { startCutter, type Cut, type Cutter } from "../lib/cutter.ts";
import { WITHOUT_MOSQUITTO } from "../lib/mosquitto.ts";
import { BROKERS, type Broker } from "./brokers.ts";

const MINUTE = 60_000;

const MADE = plain({ reboot: { withoutPlatform: 120 }, streams: [] });
const BOARD = {
  ...MADE,
  onenet: { ...MADE.onenet, userName: "", password: "", qos: 2, cleanSession: false } as const,
};

const SCRIPT = await buildScript(BOARD);

/** Where the exchange of a command at QoS 2, and of its answer at QoS 2, is cut. */
const CUTS: [name: string, cut: Cut][] = [
  ["before PUBREC of the command", { way: "up", type: PacketType.Pubrec, when: "before" }],
  ["after PUBREC of the command", { way: "up", type: PacketType.Pubrec, when: "after" }],
  ["before PUBCOMP of the command", { way: "up", type: PacketType.Pubcomp, when: "before" }],
  ["before PUBREC of the answer", { way: "down", type: PacketType.Pubrec, when: "before" }],
  ["after PUBREL of the answer", { way: "up", type: PacketType.Pubrel, when: "after" }],
  ["before PUBCOMP of the answer", { way: "down", type: PacketType.Pubcomp, when: "before" }],
];

describe.each(BROKERS)("a board with a session that stays, at %s", (_name, start) => {
  let broker: Broker;
  let cutter: Cutter;
  let device: VirtualBoard;
  let console: Console;
  /** The application, and the answers that it got. */
  let application: MqttClient;
  let answers: string[];

  beforeEach(async (context) => {
    if (!start) return context.skip(WITHOUT_MOSQUITTO);
    broker = await start();
    cutter = await startCutter(broker.port);
    answers = [];
    application = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { protocolVersion: 4 });
    application.on("message", (_topic, payload) => answers.push(payload.toString()));
    await application.subscribeAsync("home/lamp/answer", { qos: 2 });
    device = createBoardAt(BOARD, SCRIPT, cutter.port);
    console = watchConsole(device);
    await device.start();
    await console.next(/^OneNET: online/);
    await expect.poll(() => cutter.passed("down", PacketType.Suback)).toBe(1);
  });
  afterEach(async () => {
    if (!start) return;
    await device.stop();
    await cutter.close();
    await application.endAsync(true);
    await broker.close();
  });

  function send(command: string, qos: 1 | 2): Promise<unknown> {
    return application.publishAsync("home/lamp/set", command, { qos });
  }

  it("obeys what was sent while it was away, in its order, and does not subscribe again", async () => {
    cutter.part();
    await console.next(/next try in/);
    await send("on", 2);
    await send("off", 1);
    await send("toggle", 2);
    cutter.join();
    await console.next(/^OneNET: online/, MINUTE);
    await expect.poll(() => answers).toEqual(["on", "off", "on"]);
    expect(cutter.passed("up", PacketType.Subscribe)).toBe(1);
  });

  it.each(CUTS)("obeys and answers exactly once over a link that is cut %s", async (_cut, cut) => {
    const isCut = cutter.cut(cut);
    await send("toggle", 2);
    await isCut;
    await console.next(/^OneNET: online/, MINUTE);
    await send("toggle", 2);
    await expect.poll(() => answers).toEqual(["on", "off"]);
    expect(device.pin(2).value).toBe(0);
  });

  it.each(CUTS)("and over a restart of its own after a link that was cut %s", async (_cut, cut) => {
    let boots = 0;
    device.on("reboot", () => boots++);
    const isCut = cutter.cut(cut);
    await send("toggle", 2);
    await isCut;
    cutter.part();
    await console.next(/^No platform for 120 s: rebooting$/, 10 * MINUTE);
    cutter.join();
    await console.next(/^OneNET: online/, MINUTE);
    await send("toggle", 2);
    // The LED is dark after a restart, whatever the command before it did.
    await expect.poll(() => answers).toEqual(["on", "on"]);
    expect(boots).toBe(1);
  });
});
