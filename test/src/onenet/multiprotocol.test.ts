import { expect, it } from "vitest";
import type { Multiprotocol } from "../../../src/board.ts";
import { connect } from "../../../src/mqtt/encode.ts";
import { createMultiprotocol } from "../../../src/onenet/multiprotocol.ts";
import { bytes, hex } from "../../support/bytes.ts";
import { createProgram } from "./program.ts";

const SETTINGS: Multiprotocol = {
  generation: "multiprotocol",
  server: "mqtt.heclouds.com",
  port: 6002,
  tls: false,
  cleanSession: true,
  product: "244754",
  device: "527521926",
  authInfo: "3C71BFC80054",
  keepAlive: 120,
  pingPeriod: 30,
  topics: ["esp32_mqtt_basic_control"],
  qos: 1,
};

const { program, after } = createProgram();
const profile = createMultiprotocol(SETTINGS, program);

it("logs in with device id, product id and auth info, without a will", () => {
  expect(hex(connect(profile.logIn))).toBe(
    hex(bytes("10 2b 00 04 'MQTT' 04 c2 00 78 00 09 '527521926' 00 06 '244754' 00 0c '3C71BFC80054'")),
  );
});

it("subscribes only to the board's own topics", () => {
  expect(profile.subscriptions).toEqual(["esp32_mqtt_basic_control"]);
});

it("answers a command on the topic its sender expects", () => {
  expect(after(() => profile.receive("$creq/6ca2f10d-8e8f", "on"))).toEqual([
    "obey on",
    "publish $crsp/6ca2f10d-8e8f answer to on",
  ]);
});

it.each(["esp32_mqtt_basic_control", "$crsp/1", "$creq", "a/$creq/1"])(
  "obeys, without an answer, on %s",
  (topic) => {
    expect(after(() => profile.receive(topic, "off"))).toEqual(["obey off"]);
  },
);
