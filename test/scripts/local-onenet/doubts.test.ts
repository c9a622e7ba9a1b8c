/** Rules of which nobody knows whether the platform has them: notices, or with `strict`, refusals. */

import { afterAll, beforeAll, expect, test } from "vitest";
import type { LocalOneNet } from "../../../scripts/local-onenet/index.ts";
import {
  CHIC,
  HEATER,
  LAMP,
  connectPacket,
  logInWithToken,
  next,
  openWire,
  publishPacket,
  readMessage,
  settle,
  startPlatform,
  subscribePacket,
} from "./wire.ts";

let lenient: LocalOneNet;
let strict: LocalOneNet;
beforeAll(async () => {
  lenient = await startPlatform();
  strict = await startPlatform({}, { strict: true });
});
afterAll(async () => {
  await lenient.close();
  await strict.close();
});

const THING = "$sys/9MaNe52pNO/heater/thing/";

test.each<[what: string, payload: string, code: number]>([
  ["single quotes in OneJSON", "{'id':'5','params':{'led':{'value':true}}}", 400],
  ["commas before closing brackets in OneJSON", '{"id":"5","params":{"led":{"value":true,}}}', 400],
  ["an id that is a number, not a string", '{"id":5,"params":{"led":{"value":true}}}', 2405],
  ['a version that is not "1.0"', '{"id":"5","version":"1","params":{"led":{"value":true}}}', 400],
])("studio: %s", async (what, payload, code) => {
  for (const [platform, expected] of [
    [lenient, 200],
    [strict, code],
  ] as const) {
    const wire = await logInWithToken(platform, HEATER);
    wire.send(subscribePacket(`${THING}property/post/reply`));
    await wire.read(5);
    const notice = platform === lenient ? next(platform, "notice") : undefined;
    wire.send(publishPacket(`${THING}property/post`, payload));
    const answer = JSON.parse((await readMessage(wire)).payload) as { id: string; code: number };
    expect(answer.code).toBe(expected);
    if (platform === strict) continue;
    expect(answer.id).toBe("5");
    expect((await notice)?.detail).toBe(
      `${what}: accepted, but the platform may refuse it; with --strict, so does the local OneNET`,
    );
  }
});

test("a notice comes once for each device and rule", async () => {
  const reported: string[] = [];
  const count = ({ detail }: { detail: string }) => reported.push(detail);
  lenient.on("notice", count);
  const wire = await logInWithToken(lenient, CHIC);
  const payload = '{"id":1,"dp":{"a":[{"v":1,}]}}';
  for (let turn = 0; turn < 3; turn++) wire.send(publishPacket("$sys/469948/Chic_D/dp/post/json", payload));
  await settle(wire);
  lenient.off("notice", count);
  expect(lenient.datapoints("469948/Chic_D", "a")).toHaveLength(3);
  expect(reported).toEqual([
    expect.stringMatching(/^commas before closing brackets in dp\/post\/json: accept/),
  ]);
});

test("suite: commas before closing brackets, strictly", async () => {
  const wire = await logInWithToken(strict, CHIC);
  wire.send(subscribePacket("$sys/469948/Chic_D/dp/post/json/+"));
  await wire.read(5);
  wire.send(publishPacket("$sys/469948/Chic_D/dp/post/json", '{"id":1,"dp":{"a":[{"v":1,}]}}'));
  expect((await readMessage(wire)).topic).toMatch(/rejected$/);
  expect(strict.datapoints("469948/Chic_D", "a")).toEqual([]);
});

test("multiprotocol: a keep alive under the document's 120 s", async () => {
  const { device, product, authInfo: password } = LAMP;
  const refused = next(strict, "login-refused");
  const wire = await openWire(strict.mqttPort);
  wire.send(connectPacket({ device, product, password }, { keepAlive: 119 }));
  expect(await wire.closed).toBe("");
  expect((await refused).why).toBe("the keep alive is 119 s: the platform's document says 120 to 65535 s");
  for (const [platform, keepAlive] of [
    [lenient, 119],
    [strict, 120],
  ] as const) {
    const fine = await openWire(platform.mqttPort);
    fine.send(connectPacket({ device, product, password }, { keepAlive }));
    expect(await fine.read(4)).toBe("20020000");
  }
});
