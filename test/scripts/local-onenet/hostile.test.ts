import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LocalOneNet } from "../../../scripts/local-onenet/index.ts";
import {
  CHIC,
  HEATER,
  logInWithToken,
  next,
  publishPacket,
  settle,
  startPlatform,
  subscribePacket,
} from "./wire.ts";

let platform: LocalOneNet;
beforeEach(async () => {
  platform = await startPlatform({ streams: 20, violations: 10 });
});
afterEach(() => platform.close());

const TOPICS = [
  [CHIC, "dp/post/json"],
  [CHIC, "cmd/response/1"],
  [HEATER, "thing/property/post"],
  [HEATER, "thing/event/post"],
  [HEATER, "thing/property/desired/get"],
  [HEATER, "thing/property/set_reply"],
  [HEATER, "thing/property/get_reply"],
  [HEATER, "thing/service/blink/invoke_reply"],
] as const;

/** Near misses of real messages: the right names with arbitrary values. */
const names = fc.constantFrom(
  "id",
  "dp",
  "v",
  "t",
  "params",
  "value",
  "time",
  "led",
  "code",
  "msg",
  "data",
  "version",
  "__proto__",
);
const { anything } = fc.letrec((tie) => ({
  anything: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<unknown>(1, 200, "1", "1.0", true, null, -0.5, 1e300),
    fc.array(tie("anything"), { maxLength: 3 }),
    fc.dictionary(names, tie("anything"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const payloads = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  anything.map((value) => Buffer.from(JSON.stringify(value))),
  fc
    .array(fc.constantFrom('{"id":', '"1"', "1", ",", "[", "]", "{", "}", '"params":', '"', "\\"))
    .map((parts) => Buffer.from(parts.join(""))),
);

test("no payload stops the platform, or ends a connection", async () => {
  const wires = new Map([
    [CHIC, await logInWithToken(platform, CHIC)],
    [HEATER, await logInWithToken(platform, HEATER)],
  ]);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...TOPICS), payloads, async ([record, below], payload) => {
      const wire = wires.get(record);
      wire?.send(publishPacket(`$sys/${record.product}/${record.device}/${below}`, payload));
      if (wire) await settle(wire);
    }),
    { numRuns: 200 },
  );
  expect(platform.devices().filter(({ online }) => online)).toHaveLength(2);
});

test.each([
  ["brackets that close nothing", Buffer.from(`[${"}".repeat(7000)},${"[".repeat(7000)}`)],
  ["brackets that close one another", Buffer.from("[},".repeat(5000))],
  ["an open text", Buffer.from(`"${'\\"'.repeat(8000)}`)],
])("%s: the device gets an answer, and others continue", async (_what, payload) => {
  const wire = await logInWithToken(platform, HEATER);
  const reported = next(platform, "violation");
  wire.send(publishPacket(`$sys/${HEATER.product}/${HEATER.device}/thing/property/post`, payload));
  await settle(wire);
  expect(await reported).toMatchObject({ rule: "one-json" });
});

test("no filter reaches another device's topics", async () => {
  const level = fc.constantFrom(
    "$sys",
    "469948",
    "500000",
    "Chic_D",
    "Chic_E",
    "cmd",
    "request",
    "response",
    "1",
    "+",
    "#",
  );
  const filters = fc.array(level, { minLength: 1, maxLength: 8 }).map((levels) => levels.join("/"));
  await fc.assert(
    fc.asyncProperty(filters, async (filter) => {
      const wire = await logInWithToken(platform, CHIC);
      wire.send(subscribePacket(filter));
      const answer = await wire.read(5).catch(() => "cut");
      const isOwn = filter.startsWith("$sys/469948/Chic_D/");
      if (!isOwn) expect(answer).not.toBe("9003000100");
      wire.socket.destroy();
      await wire.closed;
    }),
    { numRuns: 200 },
  );
});
