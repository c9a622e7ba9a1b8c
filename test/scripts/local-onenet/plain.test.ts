import { once } from "node:events";
import { TLSSocket } from "node:tls";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  startPlainBroker,
  type PlainBroker,
  type PlainBrokerOptions,
  type PlainEvents,
} from "../../../scripts/local-onenet/plain.ts";
import { connectOf } from "./malformed-mqtt.ts";
import { openWire, packet, publishPacket, settle, subscribePacket, type Wire } from "./wire.ts";
import { connectAsync, type ClientOptions, type MqttClient } from "../../support/mqtt-client.ts";

let broker: PlainBroker;
const clients: MqttClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) void client.cut();
  await broker.close();
});

async function start(options: PlainBrokerOptions = {}): Promise<void> {
  broker = await startPlainBroker(options);
}

async function connect(options: ClientOptions = {}, scheme = "mqtt"): Promise<MqttClient> {
  const client = await connectAsync(`${scheme}://127.0.0.1:${broker.port}`, {
    ...options,
  });
  clients.push(client);
  return client;
}

/** The next message a client receives. */
function arrival(client: MqttClient): Promise<{ topic: string; payload: string; qos: number }> {
  return new Promise((resolve) => {
    client.once("message", (topic, payload, { qos }) => resolve({ topic, payload: payload.toString(), qos }));
  });
}

function next<K extends keyof PlainEvents>(event: K): Promise<PlainEvents[K][0]> {
  return once(broker, event).then(([reported]: unknown[]) => reported as PlainEvents[K][0]);
}

test("messages reach their subscribers, with wildcards, at the right QoS", async () => {
  await start();
  const online = next("online");
  const client = await connect({ clientId: "板" });
  expect(await online).toEqual({ clientId: "板" });
  await client.subscribe("home/+/set", { qos: 1 });
  const arrived = arrival(client);
  await broker.publish("home/lamp/set", "开", { qos: 1 });
  expect(await arrived).toEqual({ topic: "home/lamp/set", payload: "开", qos: 1 });
  const reported = next("message");
  await client.publish("home/lamp/state", "on");
  expect(await reported).toEqual({
    clientId: "板",
    topic: "home/lamp/state",
    payload: Buffer.from("on"),
    retain: false,
  });
});

test("a client that says it is leaving is not one whose connection was lost", async () => {
  await start();
  const client = await connect({ clientId: "sleeper" });
  const gone = next("offline");
  await client.end();
  expect(await gone).toEqual({ clientId: "sleeper", why: "the device sent DISCONNECT" });
});

test("a message below $SYS disconnects its sender, and nobody else", async () => {
  await start();
  const other = await connect({ clientId: "other" });
  const liar = await connect({ clientId: "liar" });
  const gone = next("offline");
  void liar.publish("$SYS/x/new/clients", "other");
  expect(await gone).toEqual({ clientId: "liar", why: "connection lost" });
  const arrived = arrival(other);
  await other.subscribe("t");
  await broker.publish("t", "x");
  expect((await arrived).payload).toBe("x");
});

test("a retained message is kept, and cleared by an empty one", async () => {
  await start();
  const client = await connect();
  await client.publish("state", "online", { retain: true, qos: 1 });
  await expect.poll(() => broker.retained.get("state")?.toString()).toBe("online");
  const other = await connect();
  const arrived = arrival(other);
  await other.subscribe("state");
  expect((await arrived).payload).toBe("online");
  await client.publish("state", "", { retain: true, qos: 1 });
  await expect.poll(() => broker.retained.size).toBe(0);
});

test("a will is published when the connection is lost, not after DISCONNECT", async () => {
  await start();
  const will = { topic: "state", payload: Buffer.from("offline"), retain: true, qos: 0 as const };
  const polite = await connect({ will });
  await polite.end();
  const rude = await connect({ will });
  const reported = next("message");
  void rude.cut();
  expect(await reported).toMatchObject({ topic: "state", payload: Buffer.from("offline") });
  await expect.poll(() => broker.retained.get("state")?.toString()).toBe("offline");
});

test("a wrong password is refused with code 4, and never printed", async () => {
  await start({ user: { name: "me", password: "right" } });
  const refused = next("login-refused");
  await expect(connect({ username: "me", password: "guess" })).rejects.toMatchObject({ code: 4 });
  expect(JSON.stringify(await refused)).not.toContain("guess");
  await expect(connect()).rejects.toMatchObject({ code: 4 });
  await connect({ username: "me", password: "right" });
});

test("over TLS", async () => {
  await start({ tls: true });
  const client = await connect({ rejectUnauthorized: false }, "mqtts");
  expect(client.socket).toBeInstanceOf(TLSSocket);
});

test("bounds: long packets, many retained messages, many filters", async () => {
  await start();
  const wire = await openWire(broker.port);
  wire.send("10 ff ff ff 7f");
  expect(await wire.closed).toBe("");
  const client = await connect();
  const filters = Array.from({ length: 101 }, (_, index) => `filter/${index}`);
  for (const filter of filters.slice(0, 100)) await client.subscribe(filter);
  await expect(client.subscribe("filter/100")).rejects.toThrow();
  for (const topic of filters.slice(0, 100)) await client.publish(topic, "x", { retain: true, qos: 1 });
  const reported = new Promise<boolean>((resolve) => {
    broker.on("message", ({ topic, retain }) => topic === "one/more" && resolve(retain));
  });
  await client.publish("one/more", "x", { retain: true, qos: 1 });
  expect(await reported).toBe(false);
  await client.publish("filter/0", "y", { retain: true, qos: 1 });
  await expect.poll(() => broker.retained.get("filter/0")?.toString()).toBe("y");
  expect(broker.retained.size).toBe(100);
});

test("a client that does not read is cut, and blocks nobody", async () => {
  await start();
  const deaf = await logIn("deaf");
  deaf.send(subscribePacket("flood"));
  await deaf.read(5);
  deaf.socket.pause();
  const gone = new Set<string>();
  broker.on("offline", ({ clientId }) => gone.add(clientId));
  const other = await connect();
  await other.subscribe("t");
  const flood = Buffer.alloc(60_000);
  while (!gone.has("deaf")) await broker.publish("flood", flood);
  const arrived = arrival(other);
  await broker.publish("t", "x");
  expect((await arrived).payload).toBe("x");
});

test("a session with very long queues leaves room for others", async () => {
  await start();
  for (const [id, filter] of [
    ["hoarder", "flood"],
    ["board", "t"],
  ] as const) {
    const wire = await logIn(id, 0);
    wire.send(packet(0x82, Buffer.from([0, 1, 0, filter.length]), Buffer.from(filter), Buffer.from([1])));
    await wire.read(5);
    const gone = next("offline");
    wire.socket.destroy();
    await gone;
  }
  const flood = Buffer.alloc(60_000);
  for (let size = 0; size < 17 * 1024 * 1024; size += flood.length)
    await broker.publish("flood", flood, { qos: 1 });
  // Up to the last byte of room.
  for (let count = 0; count < 200; count++) await broker.publish("flood", "x", { qos: 1 });
  await broker.publish("t", "x", { qos: 1 });
  const board = await openWire(broker.port);
  board.send(connectOf({ id: "board", flags: 0 }));
  expect(await board.read(4)).toBe("20020100");
  expect(await board.read(8)).toMatch(/^3206000174....78$/);
});

test("a stored session keeps at most 100 filters, even if one packet brings more; unsubscribing makes room", async () => {
  await start();
  const wire = await openWire(broker.port);
  wire.send(connectOf({ id: "board", flags: 0 }));
  expect(await wire.read(4)).toBe("20020000");
  wire.send(subscribePacket(...Array.from({ length: 102 }, (_, index) => `filter/${index}`)));
  expect(await wire.read(4 + 102)).toBe(`90680001${"00".repeat(100)}8080`);
  wire.send(subscribePacket("filter/7", "filter/100"));
  expect(await wire.read(6)).toBe("900400010080");
  wire.send("a2 0c 0002 0008 66696c7465722f37");
  expect(await wire.read(4)).toBe("b0020002");
  const gone = next("offline");
  wire.socket.destroy();
  await gone;
  const back = await openWire(broker.port);
  back.send(connectOf({ id: "board", flags: 0 }));
  expect(await back.read(4)).toBe("20020100");
  back.send(subscribePacket("one", "two"));
  expect(await back.read(6)).toBe("900400010080");
});

test("setting the clock forward a day does not publish the will of an online client", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const intervals = vi.spyOn(globalThis, "setInterval");
  try {
    await start();
    const reported: string[] = [];
    broker.on("message", ({ topic }) => reported.push(topic));
    const client = await openWire(broker.port);
    client.send(connectOf({ flags: 6, rest: ["000473746174", "00036f6666"] }));
    expect(await client.read(4)).toBe("20020000");
    // aedes records each minute that it is alive, and every four looks for wills of dead brokers.
    const minutes = intervals.mock.calls.filter(([, time = 0]) => time >= 60_000).map(([step]) => step);
    expect(minutes).toHaveLength(2);
    minutes[0]?.();
    await settle(client);
    vi.setSystemTime(Date.now() + 24 * 3_600_000);
    minutes[1]?.();
    await settle(client);
    await new Promise(setImmediate);
    expect(reported).toEqual([]);
  } finally {
    intervals.mockRestore();
    vi.useRealTimers();
  }
});

async function logIn(id: string, flags = 2): Promise<Wire> {
  const wire = await openWire(broker.port);
  wire.send(connectOf({ id, flags }));
  expect(await wire.read(4)).toMatch(/^2002..00$/);
  return wire;
}

/** A PUBLISH to a topic of one letter. */
function publishAt(qos: 0 | 1 | 2, topic: string, payload: string, retain = false): Buffer {
  const id = qos > 0 ? Buffer.from([0, payload.charCodeAt(0)]) : Buffer.alloc(0);
  const first = 0x30 | (qos << 1) | (retain ? 1 : 0);
  return packet(first, Buffer.from([0, 1]), Buffer.from(topic), id, Buffer.from(payload));
}

test.each([
  [0, 0],
  [0, 1],
  [0, 2],
  [1, 0],
  [1, 1],
  [1, 2],
  [2, 0],
  [2, 1],
  [2, 2],
] as const)(
  "a retained message at QoS %i and one at QoS %i in the same read both arrive",
  async (one, two) => {
    await start();
    const listener = await logIn("listener");
    listener.send(subscribePacket("#"));
    expect(await listener.read(5)).toBe("9003000100");
    const speaker = await logIn("speaker");
    speaker.send(Buffer.concat([publishAt(one, "a", "1", true), publishAt(two, "b", "2")]));
    const messages = [await listener.read(6), await listener.read(6)];
    expect(messages.toSorted()).toEqual(["300400016131", "300400016232"]);
    expect(broker.retained.get("a")?.toString()).toBe("1");
  },
);

test("messages published at once arrive in order, retained or not", async () => {
  await start();
  const listener = await logIn("listener");
  listener.send(subscribePacket("#"));
  await listener.read(5);
  const publishes = ["1", "2", "3", "4"].map((payload, index) =>
    broker.publish("a", payload, { retain: index % 2 === 0, qos: 1 }),
  );
  await Promise.all(publishes);
  expect(await listener.read(24)).toBe(
    ["31", "32", "33", "34"].map((digit) => `3004000161${digit}`).join(""),
  );
});

describe.each([
  ["lasting", 0],
  ["clean", 2],
] as const)("a %s session", (_name, flags) => {
  test.each([
    [0, 1, "300400016178"],
    [0, 2, "300400016178"],
    [1, 0, "300400016178"],
    [1, 2, /^3206000161....78$/],
    [2, 1, /^3206000161....78$/],
  ] as const)(
    "subscribed at QoS %i gets a QoS %i message at the lower QoS",
    async (granted, qos, message) => {
      await start();
      for (const filter of ["a", "+"]) {
        const listener = await logIn(`listener${filter}`, flags);
        listener.send(packet(0x82, Buffer.from([0, 1, 0, 1]), Buffer.from(filter), Buffer.from([granted])));
        expect(await listener.read(5)).toBe(`900300010${granted}`);
        await broker.publish("a", "x", { qos });
        const length = typeof message === "string" ? 6 : 8;
        expect(await listener.read(length)).toMatch(message);
        await settle(listener); // and nothing else
        listener.socket.destroy();
      }
    },
  );

  test("with overlapping subscriptions gets a message once, at the highest QoS", async () => {
    await start();
    const listener = await logIn("listener", flags);
    for (const [filter, qos] of [
      ["+", 0],
      ["a", 1],
      ["#", 0],
    ] as const) {
      listener.send(packet(0x82, Buffer.from([0, 1, 0, 1]), Buffer.from(filter), Buffer.from([qos])));
      expect(await listener.read(5)).toBe(`900300010${qos}`);
    }
    await broker.publish("a", "x", { qos: 2 });
    expect(await listener.read(8)).toMatch(/^3206000161....78$/);
    await settle(listener);
  });

  test("gets a retained message at its subscription's QoS", async () => {
    await start();
    await broker.publish("a", "x", { qos: 1, retain: true });
    const listener = await logIn("listener", flags);
    listener.send(subscribePacket("+"));
    expect(await listener.read(5)).toBe("9003000100");
    expect(await listener.read(6)).toBe("310400016178");
    await settle(listener);
  });
});

test("nothing is published before the log-in is decided; packets sent with the CONNECT are handled after it", async () => {
  await start({ user: { name: "me", password: "right" } });
  const reported: string[] = [];
  broker.on("message", ({ topic }) => reported.push(topic));
  const credentials = (password: string) =>
    connectOf({ flags: 0xc2, rest: ["00026d65", Buffer.from([0, password.length]), Buffer.from(password)] });
  const flood = Array.from({ length: 1000 }, () => publishPacket("t", "x"));
  const impostor = await openWire(broker.port);
  impostor.send(Buffer.concat([credentials("guess"), ...flood]));
  await impostor.closed;
  expect(reported).toEqual([]);
  const client = await openWire(broker.port);
  client.send(Buffer.concat([credentials("right"), ...flood]));
  expect(await client.read(4)).toBe("20020000");
  await settle(client);
  expect(reported).toHaveLength(1000);
});
