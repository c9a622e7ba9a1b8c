import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { PacketType } from "../../src/mqtt/packet.ts";
import { createBoardAt } from "../support/board-at.ts";
import { plain, plainAt, QUALITIES } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";
import { watchConsole, type Console } from "../support/console.ts";
import { startCutter, type Cut, type Cutter } from "../support/cutter.ts";
import { WITHOUT_MOSQUITTO } from "../support/mosquitto.ts";
import { BROKERS, type Broker } from "./brokers.ts";
import { connectAsync, type MqttClient } from "../support/mqtt-client.ts";

const MINUTE = 60_000;
/** The board's messages at log-in: its status and state. */
const AT_LOG_IN = 2;

const MADE = plain({ reboot: { withoutPlatform: 1800 }, streams: [] });
const BOARD = {
  ...MADE,
  onenet: { ...MADE.onenet, userName: "", password: "", qos: 2, cleanSession: false } as const,
};

const SCRIPT = await buildScript(BOARD);

/** Where the QoS 2 exchange of a command or of its answer is cut. */
const CUTS: [name: string, cut: Cut][] = [
  ["before PUBREC of the command", { way: "up", type: PacketType.Pubrec, when: "before" }],
  ["after PUBREC of the command", { way: "up", type: PacketType.Pubrec, when: "after" }],
  ["before PUBCOMP of the command", { way: "up", type: PacketType.Pubcomp, when: "before" }],
  ["before PUBREC of the answer", { way: "down", type: PacketType.Pubrec, when: "before" }],
  ["after PUBREL of the answer", { way: "up", type: PacketType.Pubrel, when: "after" }],
  ["before PUBCOMP of the answer", { way: "down", type: PacketType.Pubcomp, when: "before" }],
];

describe.each(BROKERS)("a board with a persistent session, with %s", (_name, start) => {
  let broker: Broker;
  let cutter: Cutter;
  let device: VirtualBoard;
  let console: Console;
  /** The application, and the answers it received. */
  let application: MqttClient;
  let answers: string[];

  beforeEach(async (context) => {
    if (!start) return context.skip(WITHOUT_MOSQUITTO);
    broker = await start();
    cutter = await startCutter(broker.port);
    answers = [];
    application = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
    application.on("message", (_topic, payload) => answers.push(payload.toString()));
    await application.subscribe("home/lamp/answer", { qos: 2 });
    device = createBoardAt(BOARD, SCRIPT, cutter.port);
    console = watchConsole(device);
    await device.start();
    await console.next(/^OneNET: online/);
    await expect.poll(() => cutter.passed("down", PacketType.Suback)).toBe(1);
    // The messages at log-in are complete, so a test cuts its own exchange and not this one.
    await expect.poll(() => cutter.passed("down", PacketType.Pubcomp)).toBe(AT_LOG_IN);
  });
  afterEach(async () => {
    if (!start) return;
    await device.stop();
    await cutter.close();
    await application.cut();
    await broker.close();
  });

  function send(command: string, qos: 1 | 2): Promise<unknown> {
    return application.publish("home/lamp/set", command, { qos });
  }

  it("obeys commands sent while it was offline, in order, and does not subscribe again", async () => {
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

  it.each(CUTS)("obeys and answers exactly once over a link cut %s", async (_cut, cut) => {
    const isCut = cutter.cut(cut);
    await send("toggle", 2);
    await isCut;
    await console.next(/^OneNET: online/, MINUTE);
    await send("toggle", 2);
    await expect.poll(() => answers).toEqual(["on", "off"]);
    expect(device.pin(2).value).toBe(0);
  });

  it.each(CUTS)("and across a restart of the board after a link cut %s", async (_cut, cut) => {
    let boots = 0;
    device.on("reboot", () => boots++);
    const isCut = cutter.cut(cut);
    await send("toggle", 2);
    await isCut;
    cutter.part();
    await console.next(/^No platform for 1800 s: rebooting$/, 31 * MINUTE);
    cutter.join();
    await console.next(/^OneNET: online/, MINUTE);
    await send("toggle", 2);
    // The LED is dark after a restart, whatever the command before it did.
    await expect.poll(() => answers).toEqual(["on", "on"]);
    expect(boots).toBe(1);
  });
});

describe.each(BROKERS)("a session left by a QoS 2 program to a QoS 1 program, with %s", (_name, start) => {
  it("is resumed: queued QoS 2 commands are obeyed on the first link, and so are later ones", async (context) => {
    if (!start) return context.skip(WITHOUT_MOSQUITTO);
    const broker = await start();
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const board = plainAt(1, false);
    const device = createBoardAt(board, await buildScript(board), broker.port);
    const console = watchConsole(device);
    const application = await connectAsync(url);
    try {
      const before = await connectAsync(url, {
        clientId: board.onenet.device,
        clean: false,
      });
      await before.subscribe("home/lamp/set", { qos: 2 });
      await before.end();
      await application.publish("home/lamp/set", "on", { qos: 2 });
      await application.publish("home/lamp/set", "x".repeat(5000), { qos: 2 });
      await application.publish("home/lamp/set", "off", { qos: 2 });
      await device.start();
      await console.next(/^Command: on$/);
      await console.next(/^Command: off$/);
      await application.publish("home/lamp/set", "toggle", { qos: 2 });
      await console.next(/^Command: on$/);
      expect(console.lines.filter((line) => /next try|rebooting/.test(line))).toEqual([]);
    } finally {
      await device.stop();
      await application.cut();
      await broker.close();
    }
  });
});

describe.each(BROKERS)("120 commands at once, with %s", (_name, start) => {
  it.each(QUALITIES)(
    "are all answered at QoS %i, clean session %s",
    async (qos, cleanSession) => {
      if (!start) return;
      const broker = await start();
      const board = plainAt(qos, cleanSession);
      const device = createBoardAt(board, await buildScript(board), broker.port);
      const console = watchConsole(device);
      const application = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
      let answers = 0;
      let isReady = false;
      try {
        application.on("message", (topic) => {
          if (topic === "home/lamp/answer") answers++;
          else isReady = true;
        });
        await application.subscribe(["home/lamp/answer", "home/lamp/status"], { qos: 2 });
        await device.start();
        await expect.poll(() => isReady, { timeout: 60_000 }).toBe(true); // its subscription is acknowledged
        await application.publish("home/lamp/set", "on", { qos: 1 });
        await expect.poll(() => answers, { timeout: 60_000 }).toBe(1);
        for (let i = 0; i < 120; i++) void application.publish("home/lamp/set", "toggle", { qos: 0 });
        await expect.poll(() => answers, { timeout: 60_000 }).toBe(121);
        expect(console.lines.filter((line) => /not sent|next try|rebooting/.test(line))).toEqual([]);
      } finally {
        await device.stop();
        await application.cut();
        await broker.close();
      }
    },
    60_000,
  );
});
