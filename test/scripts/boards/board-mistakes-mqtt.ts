/** Possible mistakes in `mqtt` of a board file, and the exact lines that report them. */

import { kitchen, type Case } from "./board-case.ts";
import { COMPLETE, MQTT, SUITE } from "./board-folder.ts";

/** `kitchen.json` on top of a complete board for a broker that is not OneNET. */
function of(title: string, fields: object, ...lines: string[]): Case {
  return over(
    title,
    { mqtt: MQTT },
    { extends: "mqtt", ...fields },
    ...lines.map((line) => `kitchen.json: ${line}`),
  );
}

/** `kitchen.json` on top of other files, of which `base` is a complete board of multiprotocol. */
function over(
  title: string,
  bases: Readonly<Record<string, object>>,
  fields: object,
  ...lines: string[]
): Case {
  const below = Object.entries(bases).map(([name, file]): [string, object] => [`${name}.json`, file]);
  const files = { ...Object.fromEntries<object>(below), "kitchen.json": fields };
  return { title, files, lines: lines.map((line) => `boards/${line}`) };
}

/** The former syntax of `onenet` for other brokers. */
const FORMERLY = {
  generation: "plain",
  server: "10.0.0.1",
  device: "lamp",
  userName: "a",
  password: "b",
  topic: "c",
};

/** What a server of a list may be. */
const ENTRY = "write a host name or an IPv4 address without mqtt://, and a port only after a colon";

const OLD_SPELLING =
  'onenet.generation: "plain" is no longer a generation; move its fields to "mqtt" in place of "onenet"';

const NOT_ONENET = 'for a broker other than OneNET, use "mqtt" in place of "onenet"';

export const BROKER: readonly Case[] = [
  over(
    "alone",
    {},
    { ...COMPLETE, onenet: undefined, mqtt: { userName: "teacher" } },
    'kitchen.json: mqtt.password: is missing; add it, for example "password": "your-password"',
    'kitchen.json: mqtt.server: is missing; add it, for example "server": "your-broker.local"',
    'kitchen.json: mqtt.topic: is missing; add it, for example "topic": "esp32/lamp"',
  ),
  of(
    "fields of OneNET",
    { mqtt: { generation: "suite", product: "1", registration: { code: "a" }, topik: "hunter2" } },
    'mqtt.generation: is only for "onenet"; remove it',
    'mqtt.product: is only for "onenet"; remove it',
    'mqtt.registration: is only for "onenet"; remove it',
    'mqtt.topik: is an unknown field; did you mean "topic"?',
  ),
  of(
    "servers that are no list of up to four different ones",
    { mqtt: { server: ["10.0.0.1", "mqtt://a", "a:70000", "A:1883", "a", "10.0.0.1:1883"] } },
    "mqtt.server: has 6 entries; keep at most 4",
    `mqtt.server[1]: "mqtt://a" is not valid; ${ENTRY}`,
    `mqtt.server[2]: "a:70000" is not valid; ${ENTRY}`,
    'mqtt.server[4]: "a" is the same server as entry [3]; remove one of them',
    'mqtt.server[5]: "10.0.0.1:1883" is the same server as entry [0]; remove one of them',
  ),
  of(
    "the same server twice",
    { mqtt: { server: ["10.0.0.1", "10.0.0.1"] } },
    "mqtt.server[1]: duplicates entry [0]; remove one of them",
  ),
  of(
    "the same server twice, in a file with other mistakes",
    { wifi: { ssid: "" }, mqtt: { server: ["a.lan", "A.lan"], port: "1883", topic: "#" } },
    "wifi.ssid: is empty; write at least one character",
    "mqtt.port: is text; write a whole number without quotes, for example 1883",
    'mqtt.topic: "#" is not valid; remove wildcards (+, #), $, and / at the beginning or end',
    'mqtt.server[1]: "A.lan" is the same server as entry [0]; remove one of them',
  ),
  of("no server at all", { mqtt: { server: [] } }, "mqtt.server: has 0 entries; write 1"),
  of(
    "a server that is a number",
    { mqtt: { server: 1 } },
    'mqtt.server: is a number; write text in double quotes, or a list [ … ], for example "your-broker.local"',
  ),
  of("device", { mqtt: { device: "lamp" } }, 'mqtt.device: is called "clientId" here; rename it'),
  of(
    "QoS 2 without a persistent session",
    { mqtt: { qos: 2, cleanSession: true } },
    "mqtt.cleanSession: is true, but QoS 2 needs a persistent session; write false, or choose another qos",
  ),
  of(
    "QoS 2 on a board that sleeps",
    { mqtt: { qos: 2, cleanSession: true }, sleep: { every: 600 } },
    "mqtt.qos: 2 would write the session to flash at each sleep; write 1",
  ),
  of(
    "pings that are too rare",
    { mqtt: { keepAlive: 10 } },
    "mqtt.pingPeriod: 30 s is not shorter than keepAlive, 10 s; write less than 10",
  ),
  of(
    "TLS on an ESP8266",
    { chip: "esp8266", mqtt: { tls: true } },
    "mqtt.tls: Espruino for ESP8266 has no TLS; remove it, or write false",
  ),
  of(
    "the example is the port of TLS",
    { mqtt: { tls: true, port: "" } },
    "mqtt.port: is text; write a whole number without quotes, for example 8883",
  ),
  of(
    "log-in",
    { mqtt: { password: "hunter2", clientId: "" } },
    'mqtt.userName: is missing; add it, for example "userName": "your-user-name"',
    "mqtt.clientId: is empty; write at least one character",
  ),
  ...["attic/+", "#", "$SYS/lamp", "/lamp", "lamp/", "a$b"].map((topic) =>
    of(
      `topic ${topic}`,
      { mqtt: { topic } },
      `mqtt.topic: "${topic}" is not valid; remove wildcards (+, #), $, and / at the beginning or end`,
    ),
  ),
  of(
    "what is no prefix of Home Assistant's",
    { mqtt: { homeAssistant: "home/#" } },
    `mqtt.homeAssistant: "home/#" is not valid; remove wildcards (+, #), $, and / at the beginning or end`,
  ),
  of(
    "a number for Home Assistant",
    { mqtt: { homeAssistant: 1 } },
    "mqtt.homeAssistant: is a number; write true or false without quotes, or text in double quotes, for example true",
  ),
  of(
    "an empty prefix",
    { mqtt: { homeAssistant: "" } },
    "mqtt.homeAssistant: is empty; write at least one character",
  ),
  of("no topic", { mqtt: { topic: "" } }, "mqtt.topic: is empty; write at least one character"),
  of("text", { mqtt: "10.0.0.1" }, "mqtt: is text; write an object { … }"),
  of(
    "frames",
    { streams: [{ id: "a", source: "led", dpType: 3 }] },
    'streams[0].dpType: is only for "generation": "multiprotocol"; remove it',
  ),
  of(
    "a stream called time",
    { streams: [{ id: "time", source: "uptime" }] },
    'streams[0].id: "time" is reserved for the time of measurement; choose another id',
  ),
];

export const ONE_SERVER: readonly Case[] = [
  kitchen(
    "OneNET and another broker",
    { onenet: {}, mqtt: MQTT.mqtt },
    'boards/kitchen.json: onenet: conflicts with "mqtt": a board has one server; keep "onenet" for OneNET, or "mqtt" for any other broker',
  ),
  over(
    "OneNET and another broker, in a base",
    { both: { ...COMPLETE, mqtt: MQTT.mqtt } },
    { extends: "both", title: "Kitchen" },
    'both.json: onenet: conflicts with "mqtt": a board has one server; keep "onenet" for OneNET, or "mqtt" for any other broker',
  ),
  over(
    "no server",
    {},
    { ...COMPLETE, onenet: undefined },
    'kitchen.json: onenet: is missing; add it, or "mqtt" for a broker other than OneNET, or start with "extends": "esp32-devkit"',
  ),
  over("the old spelling, alone", {}, { ...COMPLETE, onenet: FORMERLY }, `kitchen.json: ${OLD_SPELLING}`),
  over(
    "the old spelling, on a board of OneNET",
    {},
    { extends: "base", onenet: FORMERLY },
    `kitchen.json: ${OLD_SPELLING}`,
  ),
  over(
    "the old spelling, in a base",
    { old: { extends: "base", onenet: FORMERLY } },
    { extends: "old", onenet: { password: "hunter2" } },
    `old.json: ${OLD_SPELLING}`,
  ),
  over(
    "the old spelling of a file whose base is right",
    { mqtt: MQTT },
    { extends: "mqtt", onenet: { userName: "a", password: "hunter2" } },
    `kitchen.json: onenet.generation: is missing; add it, for example "generation": "multiprotocol"; ${NOT_ONENET}`,
    `kitchen.json: onenet.userName: is only for "mqtt"; remove it; ${NOT_ONENET}`,
    `kitchen.json: onenet.password: is only for "mqtt"; remove it; ${NOT_ONENET}`,
  ),
];

export const INHERITED: readonly Case[] = [
  over(
    "another broker takes nothing of OneNET's identity",
    {},
    { extends: "base", mqtt: { qos: 2 } },
    'kitchen.json: mqtt.server: is missing; add it, for example "server": "your-broker.local"',
    'kitchen.json: mqtt.topic: is missing; add it, for example "topic": "esp32/lamp"',
  ),
  over(
    "a keep alive that was wrong in onenet",
    { a: { extends: "base", onenet: { keepAlive: -1 } } },
    { extends: "a", mqtt: MQTT.mqtt },
    "a.json: onenet.keepAlive: -1 is out of range; write a whole number from 0 to 65535",
  ),
  over(
    "a ping period that was wrong in mqtt",
    { a: { ...MQTT, mqtt: { ...MQTT.mqtt, pingPeriod: "30" } } },
    { extends: "a", onenet: SUITE.onenet },
    "a.json: mqtt.pingPeriod: is text; write a whole number without quotes, for example 30",
  ),
  over(
    "a keep alive that was wrong two servers ago",
    { a: { extends: "base", onenet: { keepAlive: -1 } }, b: { extends: "a", mqtt: MQTT.mqtt } },
    { extends: "b", onenet: COMPLETE.onenet },
    "a.json: onenet.keepAlive: -1 is out of range; write a whole number from 0 to 65535",
  ),
  over(
    "a keep alive that another broker took, and OneNET does not",
    { a: { ...MQTT, mqtt: { ...MQTT.mqtt, keepAlive: 5, pingPeriod: 2 } } },
    { extends: "a", onenet: SUITE.onenet },
    "kitchen.json: onenet.keepAlive: 5 is out of range (mqtt.keepAlive is from boards/a.json); write a whole number from 10 to 1800",
  ),
  over(
    "QoS 2, which another broker took, and OneNET does not",
    { a: { ...MQTT, mqtt: { ...MQTT.mqtt, qos: 2 } } },
    { extends: "a", onenet: COMPLETE.onenet },
    "kitchen.json: onenet.qos: 2 is unknown (mqtt.qos is from boards/a.json); choose one of 0, 1",
  ),
  over(
    "pings of OneNET that come too late for another broker's keep alive",
    { a: { extends: "base", onenet: { pingPeriod: 20 } } },
    { extends: "a", mqtt: { ...MQTT.mqtt, keepAlive: 10 } },
    "kitchen.json: mqtt.pingPeriod: 20 s is not shorter than keepAlive, 10 s (onenet.pingPeriod is from boards/a.json); write less than 10",
  ),
  over(
    "pings that came too late before the broker was another",
    { a: { extends: "base", onenet: { keepAlive: 20 } }, b: { extends: "a", mqtt: MQTT.mqtt } },
    { extends: "b", title: "Kitchen" },
    "b.json: mqtt.pingPeriod: 30 s is not shorter than keepAlive, 20 s; write less than 20",
  ),
  over(
    "a OneNET stream that another broker cannot have, reported where that broker is set",
    {
      a: { extends: "base", streams: [{ id: "time", source: "uptime" }] },
      b: { extends: "a", mqtt: MQTT.mqtt },
    },
    { extends: "b", mqtt: { topic: "kitchen" } },
    'b.json: streams[0].id: "time" is reserved for the time of measurement (id is from boards/a.json); choose another id',
  ),
];
