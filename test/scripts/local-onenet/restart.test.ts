import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { startPlainBroker, type PlainBroker } from "../../../scripts/local-onenet/plain.ts";
import { LAMP, next, openWire, startPlatform, type Wire } from "./wire.ts";
import { connect, connectAsync } from "../../support/mqtt-client.ts";

let broker: PlainBroker;
const atEnd: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end();
});

async function start(): Promise<void> {
  broker = await startPlainBroker();
  atEnd.push(() => broker.close());
}

async function restart(): Promise<void> {
  await broker.stop();
  await broker.start();
}

/** CONNECT of the client "c" with clean session 0; reads the CONNACK. */
async function logIn(sessionPresent: boolean): Promise<Wire> {
  const wire = await openWire(broker.port);
  atEnd.push(() => Promise.resolve(wire.socket.destroy()));
  wire.send("10 0d 00 04 4d 51 54 54 04 00 00 00 00 01 63");
  expect(await wire.read(4)).toBe(sessionPresent ? "20020100" : "20020000");
  return wire;
}

/** Logs in, subscribes to "t" at a QoS, and leaves. */
async function subscribe(qos: number): Promise<void> {
  const wire = await logIn(false);
  wire.send(`82 06 00 01 00 01 74 0${qos}`);
  expect(await wire.read(5)).toBe(`900300010${qos}`);
  await leave(wire);
}

async function leave(wire: Wire): Promise<void> {
  const offline = new Promise((resolve) => broker.once("offline", resolve));
  wire.socket.destroy();
  await offline;
}

describe.each([
  { what: "a lost connection", between: () => Promise.resolve() },
  { what: "a restart", between: restart },
])("over $what, a persistent session keeps", ({ between }) => {
  it("messages that arrived meanwhile, in order, at no higher QoS than subscribed", async () => {
    await start();
    await subscribe(1);
    await broker.publish("t", "a", { qos: 2 });
    await between();
    await broker.publish("t", "b", { qos: 1 });
    const wire = await logIn(true);
    const [first, second] = [await wire.read(8), await wire.read(8)];
    expect([first.slice(0, 10), first.slice(14)]).toEqual(["3206000174", "61"]);
    expect([second.slice(0, 10), second.slice(14)]).toEqual(["3206000174", "62"]);
    expect(second.slice(10, 14)).not.toBe(first.slice(10, 14));
  });

  it("unacknowledged QoS 2 messages, with their packet identifiers", async () => {
    await start();
    await subscribe(2);
    await broker.publish("t", "a", { qos: 2 });
    const before = await logIn(true);
    const sent = await before.read(8);
    expect(sent.slice(0, 2)).toBe("34");
    await leave(before);
    await between();
    const wire = await logIn(true);
    expect(await wire.read(8)).toBe(`3c${sent.slice(2)}`); // DUP
    const id = sent.slice(10, 14);
    wire.send(`50 02 ${id}`);
    expect(await wire.read(4)).toBe(`6202${id}`);
    await leave(wire);
    await between();
    const after = await logIn(true);
    expect(await after.read(4)).toBe(`6202${id}`);
    after.send(`70 02 ${id} c0 00`);
    expect(await after.read(2)).toBe("d000"); // and nothing more
  });

  it("unreleased QoS 2 messages, so that none is accepted twice", async () => {
    await start();
    await subscribe(2);
    const reported: string[] = [];
    broker.on("message", ({ payload }) => reported.push(payload.toString()));
    const before = await logIn(true);
    before.send("34 06 00 01 75 00 07 61");
    expect(await before.read(4)).toBe("50020007");
    await leave(before);
    await between();
    const wire = await logIn(true);
    wire.send("3c 06 00 01 75 00 07 61");
    expect(await wire.read(4)).toBe("50020007");
    wire.send("62 02 00 07");
    expect(await wire.read(4)).toBe("70020007");
    wire.send("34 06 00 01 75 00 07 62"); // the identifier is free again
    expect(await wire.read(4)).toBe("50020007");
    expect(reported).toEqual(["a", "b"]);
  });
});

it("a PUBREC with an unknown identifier is answered, not punished", async () => {
  await start();
  await subscribe(2);
  const wire = await logIn(true);
  wire.send("50 02 00 09");
  expect(await wire.read(4)).toBe("62020009");
});

it("messages published while a queue is being sent follow it, once", async () => {
  await start();
  await subscribe(2);
  for (let n = 0; n < 20; n++) await broker.publish("t", String(n), { qos: 2 });
  const arrived: string[] = [];
  const client = connect(`mqtt://127.0.0.1:${broker.port}`, {
    clientId: "c",
    clean: false,
  });
  atEnd.push(() => client.cut());
  client.on("message", (_topic, payload) => arrived.push(payload.toString()));
  for (let n = 20; n < 60; n++) await broker.publish("t", String(n), { qos: 2 });
  await expect.poll(() => arrived.length).toBeGreaterThanOrEqual(60);
  expect(arrived).toEqual(Array.from({ length: 60 }, (_, n) => String(n)));
});

it("a second connection of a client ends the first", async () => {
  await start();
  await subscribe(2);
  const first = await logIn(true);
  await logIn(true);
  expect(await first.closed).toBe("");
});

it("at most 1000 messages are queued for an offline client", async () => {
  await start();
  await subscribe(1);
  for (let n = 0; n < 1001; n++) await broker.publish("t", "x", { qos: 1 });
  const wire = await logIn(true);
  await wire.read(1000 * 8);
  wire.send("c0 00");
  expect(await wire.read(2)).toBe("d000");
});

it("at most 16 MiB are queued for all offline clients", async () => {
  await start();
  const clients = ["a", "b", "c", "d"];
  for (const clientId of clients) {
    const options = { clientId, clean: false } as const;
    const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, options);
    await client.subscribe("t", { qos: 1 });
    await client.end();
  }
  for (let n = 0; n < 99; n++) await broker.publish("t", "x".repeat(60_000), { qos: 1 });
  const arrived: number[] = [];
  const options = { clientId: "d", clean: false } as const;
  const client = connect(`mqtt://127.0.0.1:${broker.port}`, options);
  atEnd.push(() => client.cut());
  client.on("message", (_topic, { length }) => arrived.push(length));
  // 500 bytes of each are the broker's overhead.
  const each = Math.floor((16 * 1024 * 1024) / 60_501 / clients.length);
  await expect.poll(() => arrived.length).toBe(each);
  await broker.publish("t", "more", { qos: 1 }); // delivered messages make room
  await expect.poll(() => arrived.at(-1)).toBe(4);
  expect(arrived).toHaveLength(each + 1);
});

it("the local OneNET keeps its devices, data points and ports across a restart", async () => {
  const platform = await startPlatform();
  atEnd.push(() => platform.close());
  const { device: clientId, product: username, authInfo: password } = LAMP;
  const options = { clientId, username, password } as const;
  const address = `mqtt://127.0.0.1:${platform.mqttPort}`;
  const device = await connectAsync(address, options);
  await device.publish("$dp", Buffer.from('\x03\x00\x07{"t":1}'), { qos: 1 });
  await expect.poll(() => platform.datapoints(LAMP.device, "t").length).toBe(1);
  const offline = next(platform, "offline");
  await platform.stop();
  expect((await offline).why).toContain("platform");
  await expect(connectAsync(address, options)).rejects.toThrow();
  await platform.start();
  const online = next(platform, "online");
  const again = await connectAsync(address, options);
  expect((await online).device).toBe(LAMP.device);
  expect(platform.datapoints(LAMP.device, "t")).toMatchObject([{ value: 1 }]);
  await again.end();
});

it("finally comes up on all its ports, although one was taken at first", async () => {
  const platform = await startPlatform();
  atEnd.push(() => platform.close());
  await platform.stop();
  const thief = createServer().listen(platform.suitePort, "127.0.0.1");
  await once(thief, "listening");
  await expect(platform.start()).rejects.toMatchObject({ code: "EADDRINUSE" });
  await new Promise((resolve) => thief.close(resolve));
  await platform.stop();
  await platform.start();
  for (const port of [platform.mqttPort, platform.suitePort]) {
    const wire = await openWire(port);
    wire.socket.destroy();
  }
});
