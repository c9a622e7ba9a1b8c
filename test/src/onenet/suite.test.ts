import { beforeEach, describe, expect, it } from "vitest";
import type { Suite } from "../../../src/board.ts";
import type { Profile } from "../../../src/onenet/profile.ts";
import { createSuite } from "../../../src/onenet/suite.ts";
import { utf8 } from "../../support/bytes.ts";
import { wholeOf } from "./pieces.ts";
import { createProgram, type Asked } from "./program.ts";

const SETTINGS: Suite = {
  generation: "suite",
  server: "mqtts.heclouds.com",
  port: 1883,
  tls: false,
  cleanSession: true,
  product: "469948",
  device: "Chic_D",
  token: "version=2018-10-31&res=…",
  keepAlive: 30,
  pingPeriod: 10,
  qos: 1,
};
const OWN = "$sys/469948/Chic_D/";

let asked: Asked;
let profile: Profile;
beforeEach(() => {
  asked = createProgram();
  profile = createSuite(SETTINGS, asked.program);
});

function receive(topic: string, payload: string): string[] {
  return asked.after(() => profile.receive(OWN + topic, payload));
}

it("logs in with device name, product id and token, without a will", () => {
  expect(profile.logIn).toEqual({
    clientId: "Chic_D",
    cleanSession: true,
    keepAlive: 30,
    userName: "469948",
    password: SETTINGS.token,
  });
});

it("subscribes to its own part of the $sys topics only", () => {
  expect(profile.subscriptions).toEqual([
    `${OWN}dp/post/json/+`,
    `${OWN}cmd/request/+`,
    `${OWN}cmd/response/+/+`,
  ]);
});

describe("data points", () => {
  it("have increasing ids, and a time in s if known", () => {
    const encode = profile.encoder?.(() => ["temperatrue", utf8("温度"), "c"]);
    expect(encode?.([30, "x", null], 1552289676123)).toBe(
      `{"id":1,"dp":{"temperatrue":[{"v":30,"t":1552289676}],"${utf8("温度")}":[{"v":"x","t":1552289676}]}}`,
    );
    expect(encode?.([null, null, 4.5], undefined)).toBe('{"id":2,"dp":{"c":[{"v":4.5}]}}');
  });

  it("of several reports are in one message, each with its time", () => {
    const batch = profile.batch?.(() => ["a", utf8("温度"), 'c"']);
    const pieces = batch?.((visit) => {
      visit([30, null, "x"], 1552289676999);
      visit([31, true, null], 1552289677000);
    }, true);
    expect(wholeOf(pieces ?? (() => ""))).toBe(
      `{"id":1,"dp":{"a":[{"v":30,"t":1552289676},{"v":31,"t":1552289677}],` +
        `"${utf8("温度")}":[{"v":true,"t":1552289677}],"c\\"":[{"v":"x","t":1552289676}]}}`,
    );
  });

  it("are reported if rejected, once, and only if they are ours", () => {
    profile.encoder?.(() => ["a"])([1], undefined);
    const rejected = '{"id":1,"err_code":98,"err_msg":"Illegal Data"}';
    expect(receive("dp/post/json/rejected", rejected)).toEqual([
      "OneNET: data points rejected, code 98: Illegal Data",
    ]);
    expect(receive("dp/post/json/rejected", rejected)).toEqual([]);
    expect(asked.answers).toEqual([false]);
  });

  it("are not reported if accepted", () => {
    profile.encoder?.(() => ["a"])([1], undefined);
    expect(receive("dp/post/json/accepted", '{"id":1}')).toEqual([]);
    expect(receive("dp/post/json/rejected", '{"id":1,"err_code":98,"err_msg":"x"}')).toEqual([]);
    expect(asked.answers).toEqual([true]);
  });

  it.each(["", "nonsense", "[]", '{"id":"x"}', '{"id":{}}'])(
    "are not affected by the notification %j",
    (notice) => {
      profile.encoder?.(() => ["a"])([1], undefined);
      expect(receive("dp/post/json/rejected", notice)).toEqual([]);
    },
  );
});

describe("commands", () => {
  it("are obeyed and answered", () => {
    expect(receive("cmd/request/7d1e", "on")).toEqual([
      "obey on",
      `publish ${OWN}cmd/response/7d1e answer to on`,
    ]);
  });

  it("are reported if their answer is rejected", () => {
    expect(receive("cmd/response/7d1e/accepted", "")).toEqual([]);
    expect(receive("cmd/response/7d1e/rejected", '{"err_code":113,"err_msg":"cmd id not found"}')).toEqual([
      "OneNET: an answer rejected, code 113: cmd id not found",
    ]);
  });
});
