import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sized } from "../../src/mqtt/bytes.ts";
import { PacketType } from "../../src/mqtt/packet.ts";
import { startCutter, type Cut, type Cutter } from "../support/cutter.ts";
import { WITHOUT_MOSQUITTO } from "../support/mosquitto.ts";
import { startSessionClient, type SessionClient } from "../support/session-client.ts";
import { BROKERS, type Broker } from "./brokers.ts";
import { connectAsync, type MqttClient } from "../support/mqtt-client.ts";

/** Each point of the QoS 2 exchange, both ways. */
const CUTS: Cut[] = (["up", "down"] as const).flatMap((way) =>
  [PacketType.Publish, PacketType.Pubrec, PacketType.Pubrel, PacketType.Pubcomp].flatMap((type) =>
    (["before", "after"] as const).map((when) => ({ way, type, when })),
  ),
);

function nameOf({ way, type, when }: Cut): string {
  return `${when} ${["PUBLISH", "", "PUBREC", "PUBREL", "PUBCOMP"][type - PacketType.Publish] ?? ""} ${way}`;
}

describe.each(BROKERS)("the session with %s", (_name, start) => {
  let broker: Broker;
  /** Another client, whose link is not cut, and the messages it received. */
  let other: MqttClient;
  let seen: string[];
  let cutter: Cutter;
  let client: SessionClient;
  let number = 0;

  beforeAll(async () => {
    if (start) broker = await start();
  });
  afterAll(async () => {
    if (start) await broker.close();
  });
  beforeEach(async (context) => {
    if (!start) return context.skip(WITHOUT_MOSQUITTO);
    number++;
    seen = [];
    other = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
    other.on("message", (_topic, payload) => seen.push(payload.toString()));
    await other.subscribe(`up/${number}`, { qos: 2 });
    cutter = await startCutter(broker.port);
  });
  afterEach(async () => {
    if (!start) return;
    client.close();
    await cutter.close();
    await other.cut();
  });

  async function settled(): Promise<void> {
    await expect.poll(() => client.isSettled()).toBe(true);
  }

  async function join(restarts = false): Promise<void> {
    client = startSessionClient(cutter.port, `client-${number}`, `down/${number}`, restarts);
    await settled();
  }

  function send(payload: string, qos: 0 | 1 | 2, retain = false): Promise<unknown> {
    return other.publish(`down/${number}`, payload, { qos, retain });
  }

  it("gets messages sent while it was offline, once and in order", async () => {
    await join();
    cutter.part();
    await expect.poll(() => client.isSettled()).toBe(false);
    for (const qos of [1, 2, 1, 2] as const) await send(`at QoS ${qos}`, qos);
    cutter.join();
    await expect.poll(() => client.messages.length).toBe(4);
    await settled();
    expect(client.messages).toEqual(["at QoS 1", "at QoS 2", "at QoS 1", "at QoS 2"]);
    expect([client.present, client.faults]).toEqual([[false, true], []]);
  });

  it("does not subscribe again if the session persisted, and gets no retained message twice", async () => {
    await send("retained", 1, true);
    await join();
    await expect.poll(() => client.messages).toEqual(["retained"]); // it may come after the SUBACK
    cutter.part();
    await expect.poll(() => client.isSettled()).toBe(false);
    cutter.join();
    await settled();
    await send("new", 1);
    await expect.poll(() => client.messages).toEqual(["retained", "new"]);
    expect([client.present, cutter.passed("up", PacketType.Subscribe)]).toEqual([[false, true], 1]);
    await send("", 1, true);
  });

  describe.each([
    ["the same program goes on", false],
    ["another program goes on with what was saved", true],
  ])("cut, and %s: at QoS 2 nothing is lost or duplicated,", (_what, restarts) => {
    it.each(CUTS.map((cut): [string, Cut] => [nameOf(cut), cut]))("%s", async (_cut, cut) => {
      await join(restarts);
      const isCut = cutter.cut(cut);
      expect(client.session().publish(sized(`up/${number}`), "first", 2)).toBeGreaterThan(0);
      await send("first", 2);
      await isCut;
      await settled();
      expect(client.session().publish(sized(`up/${number}`), "second", 2)).toBeGreaterThan(0);
      await send("second", 2);
      await expect
        .poll(() => [seen.includes("second"), client.messages.includes("second")])
        .toEqual([true, true]);
      await settled();
      expect([client.messages, seen]).toEqual([
        ["first", "second"],
        ["first", "second"],
      ]);
      expect([client.acknowledged.length, client.present, client.faults]).toEqual([2, [false, true], []]);
    });
  });
});
