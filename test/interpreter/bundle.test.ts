import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startOnEspruino, type Running } from "../../scripts/bench/interpreter.ts";
import { standIns } from "../../scripts/bench/stand-ins.ts";
import { shippedMultiprotocol, shippedScript } from "../support/bundles.ts";
import { MOSQUITTO, startMosquitto, WITHOUT_MOSQUITTO, type Mosquitto } from "../support/mosquitto.ts";
import { observe, type Observer } from "../support/observer.ts";
import { ESPRUINO, WITHOUT } from "./espruino.ts";

describe("the bundle of esp32-devkit on a real Espruino, observed at a real mosquitto", () => {
  const board = shippedMultiprotocol("esp32-devkit");
  const topic = board.onenet.topics[0] ?? "";
  let broker: Mosquitto;
  let observer: Observer;
  let espruino: Running;

  beforeEach(async (context) => {
    if (!ESPRUINO) return context.skip(WITHOUT);
    if (!MOSQUITTO) return context.skip(WITHOUT_MOSQUITTO);
    broker = await startMosquitto(MOSQUITTO);
    observer = await observe(broker.port, ["$dp"]);
    espruino = await startOnEspruino(ESPRUINO, standIns(broker.port) + (await shippedScript(board.name)));
  });
  afterEach(async () => {
    if (!ESPRUINO || !MOSQUITTO) return;
    await espruino.stop();
    await observer.close();
    await broker.close();
  });

  it("completes every step: log-in, on, off, toggle, a data point and a ping", async () => {
    const { device, product, keepAlive } = board.onenet;
    await espruino.next(/^AP off$/);
    await broker.logged(new RegExp(`as ${device} \\(p2, c1, k${keepAlive}, u'${product}'\\)`));
    await espruino.next(/^OneNET: online/);
    const frame = await observer.next("$dp", /"switch"/);
    const text = frame.toString("latin1", 3);
    expect([frame[0], frame.readUInt16BE(1)]).toEqual([1, text.length]);
    expect(text).toMatch(
      /^\{"datastreams":\[\{"id":"switch","datapoints":\[\{"at":"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d","value":0\}\]\},/,
    );

    await observer.send(topic, "on");
    await espruino.next(/^PIN 2 1$/);
    await observer.send(topic, "off");
    await espruino.next(/^PIN 2 0$/);
    await observer.send(topic, "toggle");
    await espruino.next(/^PIN 2 1$/);
    await observer.next("$dp", /"switch","datapoints":\[\{"at":"[^"]*","value":3/);

    await broker.logged(new RegExp(`Received PINGREQ from ${device}`));
    await broker.logged(new RegExp(`Sending PINGRESP to ${device}`));
    expect(espruino.lines.join("\n")).not.toMatch(/Uncaught|Error|next try/);
  });
});
