import { expect, it } from "vitest";
import { connect } from "../../../src/mqtt/encode.ts";
import { multiprotocol } from "../../../src/onenet/multiprotocol.ts";
import { bytes, hex } from "../../lib/bytes.ts";

const SETTINGS = {
  generation: "multiprotocol",
  server: "mqtt.heclouds.com",
  port: 6002,
  product: "244754",
  device: "527521926",
  authInfo: "3C71BFC80054",
  keepAlive: 120,
  pingPeriod: 30,
  topics: ["esp32_mqtt_basic_control"],
  qos: 1,
} as const;

it("logs in with device id, product id and auth info, without a will", () => {
  expect(hex(connect(multiprotocol.logIn(SETTINGS)))).toBe(
    hex(bytes("10 2b 00 04 'MQTT' 04 c2 00 78 00 09 '527521926' 00 06 '244754' 00 0c '3C71BFC80054'")),
  );
});

it("subscribes to the board's own topics and nothing else", () => {
  expect(multiprotocol.subscriptions(SETTINGS)).toEqual(["esp32_mqtt_basic_control"]);
});

it("answers a command where its sender waits", () => {
  expect(multiprotocol.answerTopic("$creq/6ca2f10d-8e8f")).toBe("$crsp/6ca2f10d-8e8f");
});

it.each(["esp32_mqtt_basic_control", "$crsp/1", "$creq", "a/$creq/1"])("answers nobody on %s", (topic) => {
  expect(multiprotocol.answerTopic(topic)).toBeUndefined();
});
