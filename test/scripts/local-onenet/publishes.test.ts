import type { Client } from "aedes";
import { generate } from "mqtt-packet";
import { beforeEach, describe, expect, it, test } from "vitest";
import { takePublishes, type PlainPublish } from "../../../scripts/local-onenet/publishes.ts";
import { hex, logIn, startPlatform } from "./wire.ts";

const LIMIT = 1000;

/** What was handled, and what was answered, in hexadecimal. */
let taken: PlainPublish[];
let answers: string[];
let client: {
  connected: boolean;
  closed: boolean;
  _keepaliveInterval: number;
  _keepaliveTimer: { refresh(): void };
};
let refreshes: number;

beforeEach(() => {
  taken = [];
  answers = [];
  refreshes = 0;
  client = {
    connected: true,
    closed: false,
    _keepaliveInterval: 60,
    _keepaliveTimer: { refresh: () => refreshes++ },
  };
});

function take(
  chunk: Buffer,
  accepts: (message: PlainPublish) => boolean = () => true,
  atMost = Infinity,
): number {
  return takePublishes(
    client as unknown as Client,
    chunk,
    LIMIT,
    (message) => accepts(message) && taken.push(message) > 0,
    (bytes) => answers.push(bytes.toString("hex")),
    atMost,
  ).bytes;
}

function publish(qos: 0 | 1 | 2, messageId = 1, topic = "t", payload = "x"): Buffer {
  return generate({ cmd: "publish", topic, payload, qos, messageId, retain: false, dup: false });
}

describe("packets on the fast path", () => {
  it("are read completely", () => {
    const chunk = publish(1, 0x1234, "a/b", "payload");
    expect(take(chunk)).toBe(chunk.length);
    expect(taken).toEqual([
      { topic: "a/b", payload: Buffer.from("payload"), qos: 1, dup: false, retain: false },
    ]);
    expect(answers).toEqual(["40021234"]);
    expect(refreshes).toBe(1);
  });

  it("are left after the maximum number", () => {
    const one = publish(1);
    expect(take(Buffer.concat([one, one, one]), undefined, 2)).toBe(2 * one.length);
    expect(answers).toEqual(["4002000140020001"]);
  });

  it("are answered in one write, except at QoS 0", () => {
    const chunk = Buffer.concat([publish(1, 1), publish(0), publish(1, 2)]);
    expect(take(chunk)).toBe(chunk.length);
    expect(taken.map(({ qos }) => qos)).toEqual([1, 0, 1]);
    expect(answers).toEqual(["4002000140020002"]);
  });

  it("may have a long remaining length, a DUP flag, or no payload", () => {
    const long = publish(1, 1, "t", "x".repeat(300));
    const again = generate({
      cmd: "publish",
      topic: "t",
      payload: "",
      qos: 1,
      messageId: 1,
      retain: false,
      dup: true,
    });
    expect(take(Buffer.concat([long, again]))).toBe(long.length + again.length);
    expect(taken.map(({ payload, dup }) => [payload.length, dup])).toEqual([
      [300, false],
      [0, true],
    ]);
  });

  it("end at one that must go through aedes", () => {
    const first = publish(1, 7);
    expect(take(Buffer.concat([first, hex("c0 00"), publish(1, 8)]))).toBe(first.length);
    expect(answers).toEqual(["40020007"]);
  });

  it("end at a refused one, which is not answered", () => {
    const first = publish(1, 7);
    expect(take(Buffer.concat([first, publish(1, 8, "no")]), ({ topic }) => topic !== "no")).toBe(
      first.length,
    );
    expect(answers).toEqual(["40020007"]);
  });

  it("end with the connection; the packet that ended it is not answered", () => {
    const first = publish(1, 7);
    const closing = (): boolean => (client.closed = true);
    expect(take(Buffer.concat([first, publish(1, 8)]), closing)).toBe(first.length);
    expect(answers).toEqual([]);
  });
});

test.each([
  ["at QoS 2", publish(2)],
  ["at QoS 3", hex("36 06 00 01 74 00 01 78")],
  ["retained", hex("33 06 00 01 74 00 01 78")],
  ["a duplicate at QoS 0", hex("38 04 00 01 74 78")],
  ["not whole", publish(1).subarray(0, -1)],
  ["not whole in its length", hex("32 80")],
  ["with a fifth byte of length", hex("32 80 80 80 80 01 00 01 74 00 01")],
  ["over the limit", publish(1, 1, "t", "x".repeat(LIMIT))],
  ["too short for a topic", hex("32 01 00")],
  ["too short for its topic", hex("30 03 00 05 74")],
  ["too short for a packet identifier", hex("32 04 00 01 74 00")],
  ["with packet identifier 0", hex("32 06 00 01 74 00 00 78")],
  ["with an empty topic", hex("30 03 00 00 78")],
  ["with a wildcard", publish(0, 1, "a+b")],
  ["with another wildcard", publish(0, 1, "#")],
  ["with a topic beyond ASCII", publish(0, 1, "灯")],
  ["with a space in its topic", publish(0, 1, "a b")],
  ["with a topic of many levels", publish(0, 1, "/".repeat(20))],
  ["another packet", hex("c0 00")],
])("a packet %s goes through aedes", (_what, chunk) => {
  expect(take(chunk)).toBe(0);
  expect([taken, answers, refreshes]).toEqual([[], [], 0]);
});

test("the fast path is closed until the log-in is accepted", () => {
  client.connected = false;
  expect(take(publish(1))).toBe(0);
});

test("packets sent together are handled in order, on either path", async () => {
  const platform = await startPlatform();
  try {
    const seen: string[] = [];
    platform.on("message", ({ payload }) => seen.push(payload.toString()));
    const wire = await logIn(platform);
    wire.send(
      Buffer.concat([
        publish(1, 1, "t", "a"),
        publish(0, 1, "t", "b"),
        publish(1, 2, "t 1", "c"),
        publish(1, 3, "t", "d"),
      ]),
    );
    expect(await wire.read(12)).toBe("400200014002000240020003");
    await expect.poll(() => seen).toEqual(["a", "b", "c", "d"]);
  } finally {
    await platform.close();
  }
});
