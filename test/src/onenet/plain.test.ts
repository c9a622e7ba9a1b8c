import { expect, it } from "vitest";
import type { Plain } from "../../../src/board.ts";
import { createPlain } from "../../../src/onenet/plain.ts";
import { createProgram } from "./program.ts";

const SETTINGS: Plain = {
  generation: "plain",
  server: "192.168.1.10",
  port: 1883,
  tls: false,
  cleanSession: true,
  device: "lamp-1",
  userName: undefined,
  password: "",
  topic: "home/lamp",
  keepAlive: 60,
  pingPeriod: 20,
  qos: 1,
};

const { program, after } = createProgram();
const profile = createPlain(SETTINGS, program);

it("logs in without credentials if there are none, with a will that says offline", () => {
  expect(profile.logIn).toEqual({
    clientId: "lamp-1",
    cleanSession: true,
    keepAlive: 60,
    will: { topic: "home/lamp/status", payload: "offline", qos: 1, retain: true },
  });
  expect(createPlain({ ...SETTINGS, userName: "u", password: "p" }, program).logIn).toMatchObject({
    userName: "u",
    password: "p",
  });
});

it("announces that it is online, retained", () => {
  expect(after(() => profile.online())).toEqual(["retain home/lamp/status online"]);
});

it("obeys commands on set, and publishes the answer separately from the state", () => {
  expect(profile.subscriptions).toEqual(["home/lamp/set", "homeassistant/status", "home/lamp/update"]);
  expect(profile.stateTopic).toBe("home/lamp/state");
  expect(after(() => profile.receive("home/lamp/set", "on", false))).toEqual([
    "obey on",
    "publish home/lamp/answer answer to on",
  ]);
});

it("does not obey retained commands", () => {
  expect(after(() => profile.receive("home/lamp/set", "toggle", true))).toEqual([
    "OneNET: a retained message on home/lamp/set was not obeyed: send it without retain",
  ]);
  expect(after(() => profile.receive("home/lamp/old", "toggle", true))).toEqual([]);
});

it("announces the board again when Home Assistant has started", () => {
  expect(after(() => profile.receive("homeassistant/status", "online", false))).toEqual(["announce"]);
  expect(after(() => profile.receive("homeassistant/status", "offline", false))).toEqual([]);
  // Kept by the broker from before the log-in.
  expect(after(() => profile.receive("homeassistant/status", "online", true))).toEqual([]);
});

it("hands on what is offered as an update, retained or not", () => {
  for (const isRetained of [true, false])
    expect(after(() => profile.receive("home/lamp/update", "{}", isRetained))).toEqual([
      "check for an update: {}",
    ]);
});

it("ignores topics another program subscribed to", () => {
  expect(after(() => profile.receive("home/lamp/old", "on"))).toEqual([]);
});

it("publishes data points as JSON", () => {
  expect(profile.dataTopic).toBe("home/lamp/data");
  expect(profile.encoder?.(() => ["a", "b"])([1, "x"], 1599534283111)).toBe(
    '{"time":1599534283111,"a":1,"b":"x"}',
  );
  expect(profile.encoder?.(() => ["a", "b"])([null, false], undefined)).toBe('{"b":false}');
});
