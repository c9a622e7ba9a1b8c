/**
 * Possible mistakes in a board file, and the exact lines that report them; those of onenet and mqtt are in
 * board-mistakes-onenet.ts and board-mistakes-mqtt.ts.
 */

import schema from "../../../boards/board.schema.json" with { type: "json" };
import { SOURCES } from "../../../scripts/boards/code.ts";
import { kitchen, type Case } from "./board-case.ts";
import { COMPLETE, SUITE } from "./board-folder.ts";

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");
const CHIP_NAMES = quoted(schema.properties.chip.enum);
const SOURCE_NAMES = quoted(SOURCES);

/** `kitchen.json` as it stands. */
function text(title: string, content: string | Uint8Array, ...lines: string[]): Case {
  return { title, files: { "kitchen.json": content }, lines };
}

function repeat<T>(count: number, entry: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => entry(index));
}

export const FILES: readonly Case[] = [
  text(
    "empty",
    " \n",
    'boards/kitchen.json: is empty; write a board, for example { "extends": "esp32-devkit" }',
  ),
  text(
    "not UTF-8",
    Uint8Array.of(0x7b, 0x22, 0xce, 0xc2, 0x22, 0x7d),
    "boards/kitchen.json: is not UTF-8 text; save it with UTF-8 encoding",
  ),
  text(
    "too long",
    " ".repeat(65537),
    "boards/kitchen.json: is 65537 bytes long; a board file has at most 65536",
  ),
  text(
    "nested",
    '{"a":' + "[".repeat(8) + "]".repeat(8) + "}",
    "boards/kitchen.json: is nested too deeply; a board file has at most 8 levels",
  ),
  text(
    "nested beyond the parser's stack",
    "[".repeat(60000),
    "boards/kitchen.json: is nested too deeply; a board file has at most 8 levels",
  ),
  text("a list", "[]", "boards/kitchen.json: is not an object; enclose it in { and }"),
  text("null", "null", "boards/kitchen.json: is not an object; enclose it in { and }"),
];

export const SYNTAX: readonly Case[] = [
  text(
    "word",
    '{\n  "title": kitchen\n}',
    "boards/kitchen.json:2:12: not valid JSON; write names and strings in double quotes; other values are numbers, true and false",
  ),
  text(
    "number",
    '{ "port": 0x }',
    "boards/kitchen.json:1:12: not valid JSON; write names and strings in double quotes; other values are numbers, true and false",
  ),
  text(
    "number without digits",
    '{ "port": 1. }',
    "boards/kitchen.json:1:11: incomplete number; add digits after the point or the e",
  ),
  text(
    "single quotes",
    "{ 'title': 1 }",
    "boards/kitchen.json:1:3: not valid JSON; write names and strings in double quotes; other values are numbers, true and false",
  ),
  text(
    "two commas",
    '{\n  "title": "a",,\n}',
    "boards/kitchen.json:2:16: expected a field name; write it in double quotes, or remove a comma",
  ),
  text(
    "two commas in a list",
    '{ "streams": [1,, ] }',
    "boards/kitchen.json:1:17: expected a value; add one, or remove a comma",
  ),
  text(
    "several mistakes on several lines",
    '{\n  "title": ,\n  "chip" "esp32",\n  "led": { "pin": 2 \n',
    "boards/kitchen.json:2:12: expected a value; add one, or remove a comma",
    'boards/kitchen.json:3:10: expected a colon; write "name": value',
  ),
  text("no value", '{ "title": }', "boards/kitchen.json:1:12: expected a value; add one, or remove a comma"),
  text("no colon", '{ "title" "a" }', 'boards/kitchen.json:1:11: expected a colon; write "name": value'),
  text(
    "no comma",
    '{\n  "title": "a"\n  "chip": "esp32"\n}',
    "boards/kitchen.json:2:15: expected a comma; separate fields and values with commas",
  ),
  text(
    "no brace",
    '{ "title": "a"',
    "boards/kitchen.json:1:15: expected a closing brace; end the object with }",
  ),
  text(
    "no bracket",
    '{ "streams": [',
    "boards/kitchen.json:1:15: expected a closing bracket; end the list with ]",
  ),
  text(
    "more after the end",
    "{} {}",
    "boards/kitchen.json:1:4: expected the end of the file; remove everything after the last }",
  ),
  text(
    "comment without an end",
    "{ /* a comment",
    "boards/kitchen.json:1:3: comment without an end; end it with */",
  ),
  text(
    "text not closed",
    '{ "title": "a\n }',
    'boards/kitchen.json:1:12: unterminated string; end it with " on the same line',
  ),
  text(
    "control character",
    '{ "title": "a\tb" }',
    "boards/kitchen.json:1:12: control character in a string; remove it; strings cannot contain tabs or line breaks",
  ),
  text(
    "escape",
    '{ "title": "\\x41" }',
    'boards/kitchen.json:1:12: unknown escape sequence; write \\\\ for a backslash and \\" for a quote',
  ),
  text(
    "unicode escape",
    '{ "title": "\\u41" }',
    "boards/kitchen.json:1:12: incomplete \\u escape; write four hexadecimal digits after \\u",
  ),
  text(
    "a key twice",
    '{ "extends": "base",\n  "wifi": { "ssid": "a", "ssid": "b" }, "streams": [{ "id": "a", "source": "led", "id": "b" }] }',
    "boards/kitchen.json:2:26: wifi.ssid: is a duplicate key; keep one of them",
    "boards/kitchen.json:2:83: streams[0].id: is a duplicate key; keep one of them",
  ),
];

export const EXTENDS: readonly Case[] = [
  kitchen(
    "unknown base",
    { extends: "bose" },
    'boards/kitchen.json: extends: there is no file "bose.json"; did you mean "base"?',
  ),
  kitchen(
    "unknown base, nothing near",
    { extends: "esp32-devkit" },
    'boards/kitchen.json: extends: there is no file "esp32-devkit.json"; choose one of "base"',
  ),
  kitchen(
    "no name",
    { extends: "../base" },
    'boards/kitchen.json: extends: "../base" is not valid; write the name of a file in boards/ without .json: lower-case letters, digits and -',
  ),
  kitchen(
    "no text",
    { extends: null },
    'boards/kitchen.json: extends: is null; write text in double quotes, for example "esp32-devkit"',
  ),
  {
    title: "circle",
    files: {
      "kitchen.json": { extends: "a" },
      "a.json": { extends: "b", chip: "esp31" },
      "b.json": { extends: "a" },
    },
    lines: [
      "boards/b.json: extends: is circular: kitchen → a → b → a; remove one of these extends",
      `boards/a.json: chip: "esp31" is unknown; choose one of ${CHIP_NAMES}`,
    ],
  },
  {
    title: "itself",
    files: { "kitchen.json": { extends: "kitchen" } },
    lines: ["boards/kitchen.json: extends: is circular: kitchen → kitchen; remove one of these extends"],
  },
  {
    title: "too many files",
    files: {
      "kitchen.json": { extends: "b1" },
      ...Object.fromEntries(repeat(9, (i) => [`b${i + 1}.json`, { extends: `b${i + 2}` }])),
    },
    lines: ["boards/b7.json: extends: chain of more than 8 files; shorten it"],
  },
  {
    title: "a base that is not JSON",
    files: { "kitchen.json": { extends: "broken", chip: "esp31" }, "broken.json": "{" },
    lines: [
      "boards/broken.json:1:2: expected a closing brace; end the object with }",
      `boards/kitchen.json: chip: "esp31" is unknown; choose one of ${CHIP_NAMES}`,
    ],
  },
  {
    title: "the base's own mistake",
    files: {
      "kitchen.json": { extends: "a", onenet: { port: 0 } },
      "a.json": { extends: "base", onenet: { qos: 2 } },
    },
    lines: [
      "boards/kitchen.json: onenet.port: 0 is out of range; write a whole number from 1 to 65535",
      "boards/a.json: onenet.qos: 2 is unknown; choose one of 0, 1",
    ],
  },
  {
    title: "two files together",
    files: {
      "kitchen.json": { extends: "a", chip: "esp32c3" },
      "a.json": { extends: "base", led: { pin: 12 } },
    },
    lines: [
      "boards/kitchen.json: led.pin: 12 belongs to the flash chip on ESP32-C3 (pin is from boards/a.json); choose one of 0–8, 10",
    ],
  },
  {
    title: "a time of the base",
    files: {
      "kitchen.json": { extends: "a", onenet: { keepAlive: 10 } },
      "a.json": { extends: "base", onenet: { pingPeriod: 20 } },
    },
    lines: [
      "boards/kitchen.json: onenet.pingPeriod: 20 s is not shorter than keepAlive, 10 s (pingPeriod is from boards/a.json); write less than 10",
    ],
  },
  {
    title: "missing in the object of the nearer file",
    files: {
      "kitchen.json": { extends: "a", led: { kind: "pwm", pins: { red: 12, green: 13 } } },
      "a.json": { extends: "base" },
    },
    lines: ['boards/kitchen.json: led.pins.blue: is missing; add it, for example "blue": 2'],
  },
  {
    title: "missing in a base",
    files: { "kitchen.json": { extends: "a" }, "a.json": { ...COMPLETE, wifi: { ssid: "attic" } } },
    lines: ['boards/a.json: wifi.password: is missing; add it, for example "password": "your-wifi-password"'],
  },
  {
    title: "local",
    files: { "kitchen.json": COMPLETE, "kitchen.local.json": { led: { pin: 36 } } },
    lines: [
      "boards/kitchen.local.json: led.pin: 36 is an input-only pin on ESP32; choose one of 2, 4, 5, 12–19, 21–23, 25–27, 32, 33",
    ],
  },
];

export const SCHEMA: readonly Case[] = [
  {
    title: "nothing",
    files: { "kitchen.json": {} },
    lines: [
      'boards/kitchen.json: led: is missing; add it, or start with "extends": "esp32-devkit"',
      'boards/kitchen.json: onenet: is missing; add it, or "mqtt" for a broker other than OneNET, or start with "extends": "esp32-devkit"',
      'boards/kitchen.json: title: is missing; add it, for example "title": "Kitchen lamp"',
      'boards/kitchen.json: chip: is missing; add it, for example "chip": "esp32"',
      'boards/kitchen.json: wifi: is missing; add it, or start with "extends": "esp32-devkit"',
    ],
  },
  {
    title: "empty sections",
    files: { "kitchen.json": { ...COMPLETE, led: {}, wifi: {}, onenet: {} } },
    lines: [
      'boards/kitchen.json: led.kind: is missing; add it, for example "kind": "gpio"',
      'boards/kitchen.json: wifi.ssid: is missing; add it, for example "ssid": "your-wifi"',
      'boards/kitchen.json: wifi.password: is missing; add it, for example "password": "your-wifi-password"',
      'boards/kitchen.json: onenet.generation: is missing; add it, for example "generation": "multiprotocol"; for a broker other than OneNET, use "mqtt" in place of "onenet"',
    ],
  },
  {
    title: "no pin",
    files: { "kitchen.json": { ...COMPLETE, led: { kind: "ws2812" } } },
    lines: ['boards/kitchen.json: led.pin: is missing; add it, for example "pin": 2'],
  },
  {
    title: "no pins",
    files: { "kitchen.json": { ...COMPLETE, led: { kind: "pwm" } } },
    lines: [
      'boards/kitchen.json: led.pins: is missing; add it, for example "pins": {"red":32,"green":33,"blue":27}',
    ],
  },
  kitchen(
    "unknown field",
    { onenet: { authinfo: "hunter2hunter2" } },
    'boards/kitchen.json: onenet.authinfo: is an unknown field; did you mean "authInfo"?',
  ),
  kitchen(
    "unknown field, nothing near",
    { wifi: { "\u001b[2J": 1 } },
    'boards/kitchen.json: wifi."\\u001b[2J": is an unknown field; choose one of "ssid", "password", "ip", "gateway", "netmask", "dns"',
  ),
  kitchen(
    "field of another kind of LED",
    { led: { kind: "gpio", pin: 2, count: 3 } },
    'boards/kitchen.json: led.count: is an unknown field; choose one of "kind", "pin", "activeLow"',
  ),
  kitchen(
    "__proto__",
    JSON.parse('{ "__proto__": 1, "constructor": 2 }') as object,
    'boards/kitchen.json: __proto__: is an unknown field; choose one of "$schema", "extends", "title", "chip", "led", "wifi", "hostname", "onenet", "mqtt", "streams", "parts", "words", "rules", "time", "outbox", "newestFirst", "reboot", "sleep", "console", "remote", "reconnect", "update", "setup"',
    'boards/kitchen.json: constructor: is an unknown field; choose one of "$schema", "extends", "title", "chip", "led", "wifi", "hostname", "onenet", "mqtt", "streams", "parts", "words", "rules", "time", "outbox", "newestFirst", "reboot", "sleep", "console", "remote", "reconnect", "update", "setup"',
  ),
  kitchen(
    "types",
    { title: 1, led: { pin: "D2", activeLow: 1 }, wifi: { password: 12345678 }, onenet: [], streams: {} },
    "boards/kitchen.json: onenet: is a list; write an object { … }",
    'boards/kitchen.json: title: is a number; write text in double quotes, for example "Kitchen lamp"',
    'boards/kitchen.json: led.pin: "D2" is text; write 2',
    "boards/kitchen.json: led.activeLow: is a number; write true or false without quotes, for example false",
    'boards/kitchen.json: wifi.password: is a number; write text in double quotes, or { "hex": "…" }, for example "your-wifi-password"',
    "boards/kitchen.json: streams: is an object; write a list [ … ]",
  ),
  kitchen(
    "types of numbers",
    { onenet: { port: 1.5, keepAlive: "120", pingPeriod: null, qos: true }, reconnect: true },
    "boards/kitchen.json: onenet.port: is a fraction; write a whole number without quotes, for example 6002",
    "boards/kitchen.json: onenet.keepAlive: is text; write a whole number without quotes, for example 120",
    "boards/kitchen.json: onenet.pingPeriod: is null; write a whole number without quotes, for example 30",
    "boards/kitchen.json: onenet.qos: true is unknown; choose one of 0, 1",
    "boards/kitchen.json: reconnect: is true or false; write an object { … }, for example {}",
  ),
  kitchen(
    "secret in the wrong place",
    { wifi: "hunter2hunter2" },
    "boards/kitchen.json: wifi: is text; write an object { … }, or a list [ … ]",
  ),
  kitchen(
    "names that remote takes",
    {
      remote: { log: "debug" },
      parts: { Restart: { kind: "switch", pin: 26 } },
      streams: [{ id: "log", source: "uptime", period: 60 }],
    },
    'boards/kitchen.json: remote.log: "debug" is unknown; choose one of "off", "problems", "all"',
    'boards/kitchen.json: parts.Restart: "Restart" is a command of a board with remote; give the part another name',
    'boards/kitchen.json: streams[0].id: "log" is the data stream for the lines of the console; choose another id',
  ),
  kitchen(
    "rules that restart the board",
    {
      remote: {},
      time: {},
      parts: { soil: { kind: "analog", pin: 34 }, key: { kind: "button", pin: 13, press: "identify" } },
      words: { again: "Restart", rest: "safe  mode" },
      rules: [
        { when: "soil > 3", do: "restart" },
        { when: "soil > 3", do: "identify", then: "again after 5" },
        { at: "04:00", do: "again" },
        { at: "04:00", do: "log  all", then: "safe_mode after 5" },
        { at: "04:00", do: "log most" },
      ],
    },
    'boards/kitchen.json: rules[0].do: would restart the board again and again: its condition may hold after the restart, too; use "at" in place of "when"',
    'boards/kitchen.json: rules[1].then: would restart the board again and again: its condition may hold after the restart, too; use "at" in place of "when"',
    'boards/kitchen.json: rules[4].do: "log most" is not a command of this board; choose one of "on", "off", "toggle", "log off", "log problems", "log all", "restart", "safe mode", "safe_mode", "identify", "soil", "key"',
  ),
  kitchen("networks without their fields", { wifi: [] }, "boards/kitchen.json: wifi: has 0 entries; write 1"),
  kitchen(
    "networks",
    {
      wifi: [
        { ssid: "attic", password: "under-the-roof" },
        { ssid: { hex: "6174746963" }, password: "" },
        { ssid: { hex: "c4e" }, password: { hex: "6869" } },
        { ssid: { hex: "c400e3" }, password: { hex: "0011223344556677" } },
        { ssid: "shed", pasword: "in-the-garden" },
        "shed",
      ],
      hostname: "kitchen lamp",
    },
    'boards/kitchen.json: wifi[2].ssid.hex: "c4e" is not valid; write 1–31 bytes other than 0, two hexadecimal digits each',
    "boards/kitchen.json: wifi[2].password.hex: is not valid; write 8–63 bytes other than 0, two hexadecimal digits each",
    'boards/kitchen.json: wifi[3].ssid.hex: "c400e3" is not valid; write 1–31 bytes other than 0, two hexadecimal digits each',
    "boards/kitchen.json: wifi[3].password.hex: is not valid; write 8–63 bytes other than 0, two hexadecimal digits each",
    'boards/kitchen.json: wifi[4].password: is missing; add it, for example "password": "your-wifi-password"',
    'boards/kitchen.json: wifi[4].pasword: is an unknown field; did you mean "password"?',
    "boards/kitchen.json: wifi[5]: is text; write an object { … }",
    'boards/kitchen.json: hostname: "kitchen lamp" is not valid; use 1–31 letters, digits and -, without - at its ends',
    "boards/kitchen.json: wifi[1].ssid: is also the name of wifi[0]; remove one of them: a board joins any access point with that name",
  ),
  kitchen(
    "an address of its own",
    { wifi: { ip: "192.168.1.50", gateway: "192.168.2.1", dns: "192.168.1" } },
    'boards/kitchen.json: wifi.dns: "192.168.1" is not valid; write an IPv4 address',
    "boards/kitchen.json: wifi.ip: Espruino cannot set an address on ESP32: its Wifi.setIP does nothing; remove it, and have the router always give the board the same address",
    'boards/kitchen.json: wifi.gateway: "192.168.2.1" is not in the network of "192.168.1.50"; correct one of ip, gateway and netmask',
  ),
  kitchen(
    "addresses on an ESP8266",
    {
      chip: "esp8266",
      wifi: [
        { ssid: "a", password: "", netmask: "255.255.255.0", dns: "192.168.1.1" },
        { ssid: "b", password: "", ip: "192.168.1.50" },
        { ssid: "c", password: "", ip: "192.168.1.50", gateway: "192.168.1.1", netmask: "255.255.0.255" },
        { ssid: "d", password: "", ip: "192.168.1.255", gateway: "192.168.1.1" },
        { ssid: "e", password: "", ip: "10.0.0.2", gateway: "10.0.0.2", netmask: "255.0.0.0" },
        { ssid: "f", password: "", ip: "10.0.1.255", gateway: "10.255.0.1", netmask: "255.0.0.0" },
      ],
    },
    'boards/kitchen.json: wifi[0].netmask: is only for a board with an address of its own; add "ip", or remove it',
    'boards/kitchen.json: wifi[0].dns: is only for a board with an address of its own; add "ip", or remove it',
    "boards/kitchen.json: wifi[1].gateway: is missing; add the address of the router",
    'boards/kitchen.json: wifi[2].netmask: "255.255.0.255" is not a netmask; most home networks have 255.255.255.0',
    'boards/kitchen.json: wifi[3].ip: "192.168.1.255" is the address of the network itself; choose another number at its end',
    'boards/kitchen.json: wifi[4].ip: "10.0.0.2" is also the gateway\'s; choose an address that no other device has',
  ),
  kitchen(
    "choices of another type",
    { chip: { secret: 1 }, led: { kind: null }, onenet: { qos: true } },
    `boards/kitchen.json: chip: is an object; choose one of ${CHIP_NAMES}`,
    'boards/kitchen.json: led.kind: is null; choose one of "gpio", "ws2812", "pwm"',
    "boards/kitchen.json: onenet.qos: true is unknown; choose one of 0, 1",
  ),
  kitchen(
    "choices",
    { chip: "esp8622", led: { kind: "neopixel" }, onenet: { generation: "Studio" } },
    `boards/kitchen.json: chip: "esp8622" is unknown; choose one of ${CHIP_NAMES}`,
    'boards/kitchen.json: led.kind: "neopixel" is unknown; choose one of "gpio", "ws2812", "pwm"',
    'boards/kitchen.json: onenet.generation: "Studio" is unknown; choose one of "multiprotocol", "suite", "studio"',
  ),
  kitchen(
    "characters that turn a terminal's line around",
    { chip: "\u202e\u009besp32" },
    `boards/kitchen.json: chip: "\\u{202e}\\u{9b}esp32" is unknown; choose one of ${CHIP_NAMES}`,
  ),
  kitchen(
    "order",
    { led: { kind: "ws2812", pin: 4, order: "gwrb" } },
    'boards/kitchen.json: led.order: "gwrb" is unknown; choose one of "grb", "rgb", "rbg", "gbr", "brg", "bgr", "grbw", "rgbw", "wrgb"',
  ),
  kitchen(
    "ranges",
    { led: { pin: 49 }, onenet: { port: 65536, keepAlive: -1 }, reconnect: { maximum: 0 } },
    "boards/kitchen.json: led.pin: 49 is out of range; write a whole number from 0 to 48",
    "boards/kitchen.json: onenet.port: 65536 is out of range; write a whole number from 1 to 65535",
    "boards/kitchen.json: onenet.keepAlive: -1 is out of range; write a whole number from 0 to 65535",
    "boards/kitchen.json: reconnect.maximum: 0 is out of range; write a whole number from 1 to 3600",
  ),
  kitchen(
    "strip",
    { led: { kind: "ws2812", pin: 4, count: 257, on: "red" } },
    "boards/kitchen.json: led.count: 257 is out of range; write a whole number from 1 to 256",
    'boards/kitchen.json: led.on: "red" is not valid; write # and six hexadecimal digits, two each for red, green and blue, for example "#ff8000"',
  ),
  kitchen(
    "lengths",
    {
      title: "灯".repeat(22),
      wifi: { ssid: "无线".repeat(6), password: "1234567" },
      onenet: { product: "", authInfo: "x".repeat(257) },
    },
    "boards/kitchen.json: title: is 66 bytes long in UTF-8; use at most 64",
    "boards/kitchen.json: wifi.ssid: is 36 bytes long in UTF-8; use at most 32",
    "boards/kitchen.json: wifi.password: is 7 bytes long in UTF-8; use 8–63 bytes, or none",
    "boards/kitchen.json: onenet.product: is empty; write at least one character",
    "boards/kitchen.json: onenet.authInfo: is 257 bytes long in UTF-8; use at most 256",
  ),
  kitchen(
    "password too long",
    { wifi: { password: "x".repeat(64) } },
    "boards/kitchen.json: wifi.password: is 64 bytes long in UTF-8; use 8–63 bytes, or none",
  ),
  kitchen(
    "characters",
    { title: "a\u001b[2J", wifi: { ssid: "\ud800", password: "secret\u0000secret" } },
    "boards/kitchen.json: title: contains an unprintable character; remove control characters",
    "boards/kitchen.json: wifi.ssid: contains an unprintable character; remove control characters",
    "boards/kitchen.json: wifi.password: contains an unprintable character; remove control characters",
  ),
  kitchen(
    "server",
    { onenet: { server: "mqtt://mqtt.heclouds.com:6002" } },
    'boards/kitchen.json: onenet.server: "mqtt://mqtt.heclouds.com:6002" is not valid; write only a host name or an IPv4 address, without mqtt:// or a port',
  ),
  kitchen(
    "server address",
    { onenet: { server: "183.230.40.399" } },
    'boards/kitchen.json: onenet.server: "183.230.40.399" is not valid; write only a host name or an IPv4 address, without mqtt:// or a port',
  ),
  kitchen(
    "topics",
    { onenet: { topics: ["a/+", "$creq", "", "a", "b", "a"] } },
    'boards/kitchen.json: onenet.topics[0]: "a/+" is not valid; use letters, digits, _ and / only; OneNET does not allow wildcards (+, #) or $ here',
    'boards/kitchen.json: onenet.topics[1]: "$creq" is not valid; use letters, digits, _ and / only; OneNET does not allow wildcards (+, #) or $ here',
    'boards/kitchen.json: onenet.topics[2]: "" is not valid; use letters, digits, _ and / only; OneNET does not allow wildcards (+, #) or $ here',
    "boards/kitchen.json: onenet.topics[5]: duplicates entry [3]; remove one of them",
  ),
  kitchen(
    "too many topics",
    { onenet: { topics: repeat(101, (i) => `t${i}`) } },
    "boards/kitchen.json: onenet.topics: has 101 entries; keep at most 100",
  ),
  kitchen(
    "a long topic",
    { onenet: { topics: ["t".repeat(257)] } },
    "boards/kitchen.json: onenet.topics[0]: is 257 bytes long in UTF-8; use at most 256",
  ),
  kitchen(
    "too many streams",
    { streams: repeat(65, (i) => ({ id: `s${i}`, source: "led" })) },
    "boards/kitchen.json: streams: has 65 entries; keep at most 64",
  ),
  kitchen(
    "streams",
    {
      streams: [
        {},
        { id: "", source: "temperature" },
        { id: "a", source: "analog" },
        { id: "b", source: "led", pin: 34 },
        { id: "c", source: "led", period: 86401, dpType: 8 },
      ],
    },
    'boards/kitchen.json: streams[0].id: is missing; add it, for example "id": "temperature"',
    'boards/kitchen.json: streams[0].source: is missing; add it, for example "source": "uptime"',
    "boards/kitchen.json: streams[1].id: is empty; write at least one character",
    'boards/kitchen.json: streams[2].pin: is missing; add it, for example "pin": 34',
    'boards/kitchen.json: streams[3].pin: is only for a stream with "source": "analog"; remove it',
    "boards/kitchen.json: streams[4].period: 86401 is out of range; write a whole number from 1 to 86400",
    "boards/kitchen.json: streams[4].dpType: 8 is unknown; choose one of 1, 2, 3, 4, 5, 6, 7",
    `boards/kitchen.json: streams[1].source: "temperature" is not a built-in source; choose one of ${SOURCE_NAMES}; define your own in boards/<name>.ts (docs/own-code.md)`,
  ),
];

export const FRAMES: readonly Case[] = [
  kitchen(
    "the number of a stream",
    {
      streams: [
        { id: "a", source: "uptime", dpType: 7 },
        { id: "b", source: "uptime", dpType: 7, number: 0 },
        { id: "c", source: "uptime", dpType: 7, number: 65536 },
        { id: "d", source: "uptime", number: 1 },
        { id: "e", source: "uptime", dpType: 7, number: 65535 },
        { id: "f", source: "uptime", dpType: 7, number: 65535 },
      ],
    },
    'boards/kitchen.json: streams[0].number: is missing; add it, for example "number": 1',
    "boards/kitchen.json: streams[1].number: 0 is out of range; write a whole number from 1 to 65535",
    "boards/kitchen.json: streams[2].number: 65536 is out of range; write a whole number from 1 to 65535",
    'boards/kitchen.json: streams[3].number: is only for a stream with "dpType": 7; remove it',
    "boards/kitchen.json: streams[5].number: 65535 is also streams[4].number; give each stream its own number",
  ),
  kitchen(
    "a separator in a name",
    {
      streams: [
        { id: "a,b", source: "uptime", dpType: 5 },
        { id: "a;b", source: "uptime", dpType: 6 },
        { id: "a;b,c", source: "uptime", dpType: 4 },
      ],
    },
    'boards/kitchen.json: streams[0].id: "a,b" contains a comma or semicolon, which separate the fields of dpType 5; remove it, or choose another dpType',
    'boards/kitchen.json: streams[1].id: "a;b" contains a comma or semicolon, which separate the fields of dpType 6; remove it, or choose another dpType',
  ),
  kitchen(
    "a text as a number",
    { led: { kind: "ws2812", pin: 4 }, streams: [{ id: "led", source: "led", dpType: 7, number: 1 }] },
    "boards/kitchen.json: streams[0].dpType: 7 is for numbers, but the state of an RGB LED is text; choose another dpType",
  ),
  {
    title: "numbers too large for JavaScript",
    files: { "kitchen.json": '{ "extends": "base", "onenet": { "port": 1e999, "keepAlive": -1e999 } }' },
    lines: [
      "boards/kitchen.json: onenet.port: is too large; write a whole number without quotes, for example 6002",
      "boards/kitchen.json: onenet.keepAlive: is too large; write a whole number without quotes, for example 120",
    ],
  },
  kitchen(
    "the time",
    { time: { server: "ntp://x", zone: 5.5, offset: 1 } },
    'boards/kitchen.json: time.offset: is an unknown field; choose one of "server", "zone"',
    'boards/kitchen.json: time.server: "ntp://x" is not valid; write only a host name or an IPv4 address',
    "boards/kitchen.json: time.zone: is a fraction; write a whole number without quotes, for example 8",
  ),
];

export const RULES: readonly Case[] = [
  kitchen(
    "input-only pin",
    { led: { pin: 36 } },
    "boards/kitchen.json: led.pin: 36 is an input-only pin on ESP32; choose one of 2, 4, 5, 12–19, 21–23, 25–27, 32, 33",
  ),
  kitchen(
    "flash pin",
    { led: { kind: "ws2812", pin: 6 } },
    "boards/kitchen.json: led.pin: 6 belongs to the flash chip on ESP32; choose one of 2, 4, 5, 12–19, 21–23, 25–27, 32, 33",
  ),
  kitchen(
    "a pin that cannot drive WS2812",
    { chip: "esp8266", led: { kind: "ws2812", pin: 16 } },
    "boards/kitchen.json: led.pin: 16 cannot drive WS2812 on ESP8266; choose one of 0, 2, 4, 5, 12–15",
  ),
  kitchen(
    "no such pin",
    { led: { pin: 24 } },
    "boards/kitchen.json: led.pin: 24 does not exist on ESP32; choose one of 2, 4, 5, 12–19, 21–23, 25–27, 32, 33",
  ),
  kitchen(
    "PWM pins",
    { led: { kind: "pwm", pins: { red: 0, green: 1, blue: 39 } } },
    "boards/kitchen.json: led.pins.red: 0 selects the boot mode on ESP32; choose one of 2, 4, 5, 12–19, 21–23, 27, 32, 33",
    "boards/kitchen.json: led.pins.green: 1 is used by the console on ESP32; choose one of 2, 4, 5, 12–19, 21–23, 27, 32, 33",
    "boards/kitchen.json: led.pins.blue: 39 is an input-only pin on ESP32; choose one of 2, 4, 5, 12–19, 21–23, 27, 32, 33",
  ),
  kitchen(
    "a PWM pin twice",
    { led: { kind: "pwm", pins: { red: 12, green: 13, blue: 12 } } },
    "boards/kitchen.json: led.pins.blue: 12 is also led.pins.red; give each its own pin",
  ),
  kitchen(
    "LED and analogue",
    { led: { pin: 32 }, streams: [{ id: "a", source: "analog", pin: 32 }] },
    "boards/kitchen.json: streams[0].pin: 32 is also led.pin; give each its own pin",
  ),
  kitchen(
    "analogue",
    { streams: [{ id: "a", source: "analog", pin: 4 }] },
    "boards/kitchen.json: streams[0].pin: 4 is not an analogue pin on ESP32; choose one of 32–39",
  ),
  kitchen(
    "analogue on ESP32-C3",
    { chip: "esp32c3", streams: [{ id: "a", source: "analog", pin: 5 }] },
    "boards/kitchen.json: streams[0].pin: 5 is not an analogue pin on ESP32-C3; choose one of 0–4",
  ),
  kitchen(
    "analogue on ESP32-S3",
    { chip: "esp32s3", streams: [{ id: "a", source: "analog", pin: 1 }] },
    "boards/kitchen.json: streams[0].pin: Espruino cannot read analogue pins on ESP32-S3; remove this stream or choose another source",
  ),
  kitchen(
    "analogue on ESP8266",
    { chip: "esp8266", streams: [{ id: "a", source: "analog", pin: 17 }] },
    "boards/kitchen.json: streams[0].pin: 17 is not an analogue pin on ESP8266; write 0, which means A0",
  ),
  kitchen(
    "stream ids",
    {
      streams: [
        { id: "温度", source: "led" },
        { id: "b", source: "led" },
        { id: "温度", source: "uptime" },
      ],
    },
    'boards/kitchen.json: streams[2].id: "温度" is also streams[0].id; give each stream its own id',
  ),
  kitchen(
    "ping",
    { onenet: { keepAlive: 30, pingPeriod: 30 } },
    "boards/kitchen.json: onenet.pingPeriod: 30 s is not shorter than keepAlive, 30 s; write less than 30",
  ),
  kitchen(
    "ping against a base",
    { onenet: { keepAlive: 10 } },
    "boards/kitchen.json: onenet.pingPeriod: 30 s is not shorter than keepAlive, 10 s; write less than 10",
  ),
  kitchen(
    "the shortest keep alive",
    { onenet: { keepAlive: 1, pingPeriod: 1 } },
    "boards/kitchen.json: onenet.pingPeriod: 1 s is not shorter than keepAlive, 1 s; make keepAlive longer",
  ),
  kitchen(
    "telnet without a password",
    { console: { telnet: true } },
    "boards/kitchen.json: console.telnet: would open the console to everyone on the network; set console.password too, or write false",
  ),
  {
    title: "a password that is taken away from a base with telnet",
    files: {
      "attic.json": { extends: "base", console: { password: "open-sesame", telnet: true } },
      "kitchen.json": { extends: "attic", console: { password: "" } },
    },
    lines: [
      "boards/kitchen.json: console.telnet: would open the console to everyone on the network (telnet is from boards/attic.json); set console.password too, or write false",
    ],
  },
  kitchen(
    "telnet on ESP32-C3",
    { chip: "esp32c3", console: { password: "open-sesame", telnet: true } },
    "boards/kitchen.json: console.telnet: Espruino for ESP32-C3 has no telnet server; remove it, or write false",
  ),
  kitchen(
    "a password for the console that is too long",
    { console: { password: "x".repeat(21) } },
    "boards/kitchen.json: console.password: is 21 bytes long in UTF-8; use at most 20",
  ),
  ...["密码", "a\tb", "a\u007f", "é"].map((password) =>
    kitchen(
      `a password for the console that no terminal types: ${JSON.stringify(password)}`,
      { console: { password } },
      "boards/kitchen.json: console.password: is not valid; use printable ASCII characters only",
    ),
  ),
  kitchen(
    "an invalid console",
    { console: { password: 1234, telnet: "on", Telnet: true } },
    'boards/kitchen.json: console.Telnet: is an unknown field; did you mean "telnet"?',
    'boards/kitchen.json: console.password: is a number; write text in double quotes, for example "your-console-password"',
    "boards/kitchen.json: console.telnet: is text; write true or false without quotes, for example false",
  ),
  kitchen(
    "PWM on the DAC of an ESP32",
    { led: { kind: "pwm", pins: { red: 25, green: 33, blue: 26 } } },
    ...["red: 25", "blue: 26"].map(
      (pin) =>
        `boards/kitchen.json: led.pins.${pin} is a DAC, where analogWrite gives a voltage and level 1 comes out as 0, on ESP32; choose one of 2, 4, 5, 12–19, 21–23, 27, 32, 33`,
    ),
  ),
  kitchen(
    "a plain LED that Espruino does not reach",
    { chip: "esp32s3", led: { pin: 48 } },
    "boards/kitchen.json: led.pin: 48 supports only PWM and WS2812 in Espruino 2v29 on ESP32-S3; choose one of 1–18, 21, 33–39",
  ),
  kitchen(
    "a board that restarts before it could be online",
    { reboot: { withoutPlatform: 1799 } },
    "boards/kitchen.json: reboot.withoutPlatform: a restart every 1799 s would wear the flash; write 1800 or more, or 0 for never",
  ),
  kitchen(
    "a sleep too long for the interpreter",
    { sleep: { every: 3600 } },
    "boards/kitchen.json: sleep.every: 3600 is out of range; write a whole number from 10 to 2147",
  ),
  kitchen(
    "a sleep that nothing ends",
    { sleep: {} },
    'boards/kitchen.json: sleep: says nothing that wakes the board; add "every", for example "every": 600',
  ),
  kitchen(
    "a sleep that time and a pin should end",
    { sleep: { every: 600, wakePin: { pin: 33, level: 0 } } },
    "boards/kitchen.json: sleep.wakePin: cannot be combined with every: Espruino's chips sleep until a time, or until a level; remove one of them",
  ),
  kitchen(
    "a pin that cannot wake the chip",
    { sleep: { wakePin: { pin: 5, level: 0 } } },
    "boards/kitchen.json: sleep.wakePin.pin: 5 cannot wake ESP32; choose one of 0, 2, 4, 12–15, 25–27, 32–39",
  ),
  kitchen(
    "a chip that no pin wakes",
    { chip: "esp32c3", sleep: { wakePin: { pin: 5, level: 0 } } },
    'boards/kitchen.json: sleep.wakePin: no pin wakes ESP32-C3 under Espruino, except its reset pin; write "every" in its place; a button on the reset pin wakes the board as well',
  ),
  kitchen(
    "a level that is none",
    { sleep: { wakePin: { pin: 33, level: 2 } } },
    "boards/kitchen.json: sleep.wakePin.level: 2 is unknown; choose one of 0, 1",
  ),
  kitchen(
    "the pin that wakes an ESP8266 used twice",
    { chip: "esp8266", led: { pin: 16 }, sleep: { every: 600 } },
    "boards/kitchen.json: led.pin: 16 wakes the board: it is wired to RST; choose another pin",
  ),
  kitchen(
    "a frame that needs the time, of a board that sleeps",
    { sleep: { every: 600 }, streams: [{ id: "a", source: "uptime", dpType: 4 }] },
    "boards/kitchen.json: streams[0].dpType: 4 is sent only with the time, for which a board that sleeps cannot wait; choose 1, which has the time once the board knows it",
  ),
  kitchen(
    "what needs a board that is awake",
    {
      sleep: { every: 600 },
      remote: {},
      setup: {},
      rules: [{ when: "led is on", do: "off" }],
      parts: {
        bell: { kind: "button", pin: 4 },
        rain: { kind: "counter", pin: 13 },
        lid: { kind: "contact", pin: 14 },
      },
    },
    "boards/kitchen.json: rules: need a board that is awake, and this one is awake for seconds only; remove it, or sleep",
    "boards/kitchen.json: remote: looks after a board that is awake, and this one is awake for seconds only; remove it, or sleep",
    "boards/kitchen.json: parts.bell: misses a press while the board sleeps; remove it, or sleep; for what wakes a board, see docs/battery.md",
    "boards/kitchen.json: parts.rain: misses a pulse while the board sleeps; remove it, or sleep; for what wakes a board, see docs/battery.md",
    'boards/kitchen.json: setup: needs a button: the board is asleep before its access point would open; add "button"',
  ),
  kitchen(
    "set up by phone on chips that cannot",
    { chip: "esp8266", setup: { button: 0 } },
    "boards/kitchen.json: setup: ESP8266 has too little memory for the page beside the program; remove it, and write the networks into the board file (docs/setup.md)",
  ),
  kitchen(
    "set up by phone with a button that cannot be read, and a short password",
    { setup: { button: 34, password: "short" } },
    'boards/kitchen.json: setup.password: is not valid; use 8–63 printable ASCII characters, or "" for the MAC address',
    "boards/kitchen.json: setup.button: 34 is an input-only pin on ESP32; choose a pin that can be read and has a pull-up, for example 0, the BOOT button",
  ),
  kitchen(
    "updates without a key",
    { onenet: SUITE.onenet, update: {} },
    'boards/kitchen.json: update.key: is missing; add it, for example "key": "your-key-for-updates"',
  ),
  kitchen(
    "updates with a short key, for a chip and a platform without them",
    { chip: "esp8266", update: { key: "too short" } },
    "boards/kitchen.json: update.key: is not valid; use 16–64 printable ASCII characters",
    "boards/kitchen.json: update: needs SHA-256, which Espruino does not have on an ESP8266; remove it, and flash the board over its cable",
    "boards/kitchen.json: update: needs OneNET's service for updates, of the generations suite and studio, or a plain broker (mqtt); remove it, and flash the board over its cable",
  ),
  kitchen(
    "updates from OneNET for a board on another broker",
    {
      onenet: undefined,
      mqtt: { server: "10.0.0.1", topic: "kitchen" },
      update: { key: "sixteen characters" },
      parts: { update: { kind: "switch", pin: 25 } },
    },
    "boards/kitchen.json: parts.update: has the topic on which the board tells its versions; choose another name",
    'boards/kitchen.json: update.server: is OneNET\'s, and this board uses another broker; name the computer that serves the packages over HTTP, for example "server": "192.168.1.10"',
  ),
  kitchen(
    "the newest first without reports in bulk",
    { newestFirst: true },
    "boards/kitchen.json: newestFirst: needs OneNET's generation suite or studio; remove it: the others get the oldest report first",
  ),
  kitchen(
    "the newest first of a number",
    { newestFirst: 1 },
    "boards/kitchen.json: newestFirst: is a number; write true or false without quotes",
  ),
  kitchen(
    "an outbox of no use",
    { outbox: 255 },
    "boards/kitchen.json: outbox: 255 is out of range; write a whole number from 256 to 65536",
  ),
  kitchen(
    "an outbox object of no use",
    { outbox: { bytes: 70000, full: "thinned", byte: 1 } },
    'boards/kitchen.json: outbox.byte: is an unknown field; did you mean "bytes"?',
    "boards/kitchen.json: outbox.bytes: 70000 is out of range; write a whole number from 256 to 65536",
    'boards/kitchen.json: outbox.full: "thinned" is unknown; choose one of "drop", "thin"',
  ),
  kitchen(
    "an outbox in words",
    { outbox: "thin" },
    'boards/kitchen.json: outbox: is text; write a whole number without quotes, or { "bytes": …, "full": "thin" }, for example 2048',
  ),
  kitchen(
    "all together",
    {
      led: { pin: 6, activelow: true },
      streams: [
        { id: "a", source: "led" },
        { id: "a", source: "led", period: 0 },
      ],
      onenet: { keepAlive: 5 },
    },
    'boards/kitchen.json: led.activelow: is an unknown field; did you mean "activeLow"?',
    "boards/kitchen.json: streams[1].period: 0 is out of range; write a whole number from 1 to 86400",
    "boards/kitchen.json: led.pin: 6 belongs to the flash chip on ESP32; choose one of 2, 4, 5, 12–19, 21–23, 25–27, 32, 33",
    'boards/kitchen.json: streams[1].id: "a" is also streams[0].id; give each stream its own id',
    "boards/kitchen.json: onenet.pingPeriod: 30 s is not shorter than keepAlive, 5 s; write less than 5",
  ),
];
