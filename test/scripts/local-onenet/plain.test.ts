import { once } from "node:events";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { afterEach, expect, test } from "vitest";
import {
  startPlainBroker,
  type PlainBroker,
  type PlainBrokerOptions,
  type PlainEvents,
} from "../../../scripts/local-onenet/plain.ts";
import { openWire } from "./wire.ts";

let broker: PlainBroker;
const clients: MqttClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  await broker.close();
});

async function start(options: PlainBrokerOptions = {}): Promise<void> {
  broker = await startPlainBroker(options);
}

async function connect(options: IClientOptions = {}, scheme = "mqtt"): Promise<MqttClient> {
  const client = await connectAsync(`${scheme}://127.0.0.1:${broker.port}`, {
    protocolVersion: 4,
    reconnectPeriod: 0,
    ...options,
  });
  clients.push(client);
  return client;
}

/** The next message that comes to a client. */
function arrival(client: MqttClient): Promise<{ topic: string; payload: string; qos: number }> {
  return new Promise((resolve) => {
    client.once("message", (topic, payload, { qos }) => resolve({ topic, payload: payload.toString(), qos }));
  });
}

function next<K extends keyof PlainEvents>(event: K): Promise<PlainEvents[K][0]> {
  return once(broker, event).then(([told]: unknown[]) => told as PlainEvents[K][0]);
}

test("messages go where they are subscribed, with wildcards, at their QoS", async () => {
  await start();
  const online = next("online");
  const client = await connect({ clientId: "板" });
  expect(await online).toEqual({ clientId: "板" });
  await client.subscribeAsync("home/+/set", { qos: 1 });
  const arrived = arrival(client);
  await broker.publish("home/lamp/set", "开", { qos: 1 });
  expect(await arrived).toEqual({ topic: "home/lamp/set", payload: "开", qos: 1 });
  const told = next("message");
  await client.publishAsync("home/lamp/state", "on");
  expect(await told).toEqual({
    clientId: "板",
    topic: "home/lamp/state",
    payload: Buffer.from("on"),
    retain: false,
  });
});

test("nobody speaks for the broker: a message below $SYS ends its sender, and no other", async () => {
  await start();
  const other = await connect({ clientId: "other" });
  const liar = await connect({ clientId: "liar" });
  const gone = next("offline");
  liar.publish("$SYS/x/new/clients", "other");
  expect(await gone).toEqual({ clientId: "liar" });
  const arrived = arrival(other);
  await other.subscribeAsync("t");
  await broker.publish("t", "x");
  expect((await arrived).payload).toBe("x");
});

test("a retained message is kept, and cleared by an empty one", async () => {
  await start();
  const client = await connect();
  await client.publishAsync("state", "online", { retain: true, qos: 1 });
  await expect.poll(() => broker.retained.get("state")?.toString()).toBe("online");
  const other = await connect();
  const arrived = arrival(other);
  await other.subscribeAsync("state");
  expect((await arrived).payload).toBe("online");
  await client.publishAsync("state", "", { retain: true, qos: 1 });
  await expect.poll(() => broker.retained.size).toBe(0);
});

test("a will is published when the connection is lost, not after DISCONNECT", async () => {
  await start();
  const will = { topic: "state", payload: Buffer.from("offline"), retain: true, qos: 0 as const };
  const polite = await connect({ will });
  await polite.endAsync();
  const rude = await connect({ will });
  const told = next("message");
  rude.stream.destroy();
  expect(await told).toMatchObject({ topic: "state", payload: Buffer.from("offline") });
  await expect.poll(() => broker.retained.get("state")?.toString()).toBe("offline");
});

test("a wrong password is refused with code 4, and never told", async () => {
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
  expect(client.connected).toBe(true);
});

test("bounds: long packets, many retained messages, many filters", async () => {
  await start();
  const wire = await openWire(broker.port);
  wire.send("10 ff ff ff 7f");
  expect(await wire.closed).toBe("");
  const client = await connect();
  const filters = Array.from({ length: 101 }, (_, index) => `filter/${index}`);
  for (const filter of filters.slice(0, 100)) await client.subscribeAsync(filter);
  await expect(client.subscribeAsync("filter/100")).rejects.toThrow();
  for (const topic of filters.slice(0, 100)) await client.publishAsync(topic, "x", { retain: true, qos: 1 });
  const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
  client.publish("one/more", "x", { retain: true });
  await closed;
  expect(broker.retained.size).toBe(100);
});
