/** Possible mistakes in `parts` and `words` of a board file, and the exact lines that report them. */

import { kitchen, type Case } from "./board-case.ts";
import { COMPLETE, MQTT, STUDIO } from "./board-folder.ts";

/** Parts beside the LED of the complete board, on pin 2. */
function parts(title: string, fields: object, ...lines: string[]): Case {
  return kitchen(title, { parts: fields }, ...lines.map((line) => `boards/kitchen.json: ${line}`));
}

function words(title: string, fields: object, ...lines: string[]): Case {
  const pump = { kind: "switch", pin: 26 };
  return kitchen(
    title,
    { parts: { pump }, words: fields },
    ...lines.map((line) => `boards/kitchen.json: ${line}`),
  );
}

const SWITCH = { kind: "switch", pin: 26 };
const OUTPUTS = "2, 4, 5, 12–19, 21–23, 25–27, 32, 33";

export const SHAPES: readonly Case[] = [
  parts("no object", { pump: 26 }, "parts.pump: is a number; write an object { … }"),
  parts("null", { pump: null }, "parts.pump: is null; write an object { … }"),
  parts(
    "no kind",
    { pump: { pin: 26 } },
    'parts.pump.kind: is missing; add it, for example "kind": "switch"',
  ),
  parts(
    "unknown kind",
    { pump: { kind: "relay", pin: 26 } },
    'parts.pump.kind: "relay" is unknown; choose one of "light", "switch", "dimmer", "servo", "buzzer", "button", "contact", "motion", "analog", "counter", "setting", "dht11", "dht22", "ds18b20", "bme280", "bmp280", "own"',
  ),
  parts("no pin", { pump: { kind: "switch" } }, 'parts.pump.pin: is missing; add it, for example "pin": 2'),
  parts("pin as text", { pump: { kind: "switch", pin: "D26" } }, 'parts.pump.pin: "D26" is text; write 26'),
  parts(
    "unknown field",
    { pump: { ...SWITCH, activelow: true } },
    'parts.pump.activelow: is an unknown field; did you mean "activeLow"?',
  ),
  parts(
    "a field of another kind",
    { pump: { ...SWITCH, count: 2 } },
    'parts.pump.count: is an unknown field; choose one of "kind", "pin", "activeLow", "atBoot", "longestOn", "report"',
  ),
  parts(
    "out of range",
    { pump: { ...SWITCH, longestOn: -1, report: 86401 } },
    "parts.pump.longestOn: -1 is out of range; write a whole number from 0 to 86400",
    "parts.pump.report: 86401 is out of range; write a whole number from 0 to 86400",
  ),
  parts(
    "three levels",
    { soil: { kind: "analog", pin: 34, from: [0, 1, 2], to: [0] } },
    "parts.soil.from: has 3 entries; keep at most 2",
    "parts.soil.from[2]: 2 is out of range; write a number from 0 to 1",
    "parts.soil.to: has one entry; write 2",
  ),
  parts(
    "a brightness of a strip",
    { strip: { kind: "light", driver: "ws2812", pin: 17, dim: true } },
    'parts.strip.dim: is an unknown field; choose one of "kind", "driver", "pin", "count", "order", "on", "report"',
  ),
  kitchen(
    "no words",
    { words: ["on"] },
    'boards/kitchen.json: words: is a list; write an object { … }, for example {"开灯":"on"}',
  ),
];

export const NAMES: readonly Case[] = [
  parts(
    "no letter first",
    { "1st": SWITCH },
    'parts.1st: "1st" is not a valid name of a part; start with a letter, followed by letters, digits and _, at most 30 in all; use words for others',
  ),
  parts(
    "Chinese",
    { 水泵: SWITCH },
    'parts."水泵": "水泵" is not a valid name of a part; start with a letter, followed by letters, digits and _, at most 30 in all; use words for others',
  ),
  parts(
    "a command",
    { Toggle: SWITCH },
    'parts.Toggle: "Toggle" is a built-in command; give the part another name',
  ),
  parts(
    "a source",
    { memory: SWITCH },
    'parts.memory: "memory" is a built-in source; give the part another name',
  ),
  parts("the LED", { Led: SWITCH }, 'parts.Led: "Led" is also led; give the part another name'),
  parts(
    "the same but for case",
    { pump: SWITCH, Pump: { ...SWITCH, pin: 27 } },
    'parts.Pump: "Pump" is also parts.pump; give the part another name',
  ),
  parts(
    "a value of another part",
    { air: { kind: "dht22", pin: 4 }, air_humidity: SWITCH },
    'parts.air_humidity: "air_humidity" is also a value of parts.air; give the part another name',
  ),
  kitchen(
    "a stream of something else",
    { parts: { pump: SWITCH }, streams: [{ id: "pump", source: "uptime" }] },
    'boards/kitchen.json: parts.pump: "pump" is also the id of streams[0], which reports something else; give the stream another id, or the part another name',
  ),
  {
    title: "a property of the LED",
    files: { "kitchen.json": { ...STUDIO, parts: { colour: SWITCH } } },
    lines: [
      'boards/kitchen.json: parts.colour: "colour" is also a property of the LED in onenet.properties; give the part another name',
    ],
  },
  {
    title: "an identifier of 31 letters",
    files: {
      "kitchen.json": { ...STUDIO, parts: { climateOfTheRoom_12: { kind: "dht22", pin: 4 } } },
    },
    lines: [
      'boards/kitchen.json: parts.climateOfTheRoom_12: its value "climateOfTheRoom_12_temperature" is longer than an identifier of a thing model, 30 letters; give the part a shorter name, or its value another identifier in onenet.identifiers',
    ],
  },
  {
    title: "too many properties for a message",
    files: {
      "kitchen.json": {
        ...STUDIO,
        parts: Object.fromEntries(
          Array.from({ length: 19 }, (_, index) => [`s${index}`, { kind: "setting", default: 1 }]),
        ),
      },
    },
    lines: [
      "boards/kitchen.json: parts.s18: a message about all settable parts would be too long for the board; use fewer parts that can be set, or shorter names",
    ],
  },
  {
    title: "the time of a plain broker",
    files: { "kitchen.json": { ...MQTT, parts: { time: SWITCH } } },
    lines: [
      'boards/kitchen.json: parts.time: "time" is reserved for the time of measurement; give the part another name',
    ],
  },
  parts(
    "too many",
    Object.fromEntries(
      Array.from({ length: 33 }, (_, index) => [`s${index}`, { kind: "setting", default: 1 }]),
    ),
    "parts: has 33 entries; keep at most 32",
  ),
];

export const PINS: readonly Case[] = [
  parts(
    "an input",
    { pump: { kind: "switch", pin: 34 } },
    `parts.pump.pin: 34 is an input-only pin on ESP32; choose one of ${OUTPUTS}`,
  ),
  parts(
    "the flash chip's",
    { key: { kind: "button", pin: 6 } },
    "parts.key.pin: 6 belongs to the flash chip on ESP32; choose one of 0, 2, 4, 5, 13–19, 21–23, 25–27, 32, 33",
  ),
  parts(
    "a pin without a resistor",
    { door: { kind: "contact", pin: 35 } },
    "parts.door.pin: 35 has no internal pull-up resistor on ESP32; choose one of 0, 2, 4, 5, 12–19, 21–23, 25–27, 32, 33",
  ),
  parts(
    "a pin that cannot be watched",
    { key: { kind: "button", pin: 12 } },
    "parts.key.pin: 12 cannot be watched (Espruino reserves 6–12 for the flash chip) on ESP32; choose one of 0, 2, 4, 5, 13–19, 21–23, 25–27, 32, 33",
  ),
  parts(
    "a wire that cannot be watched",
    { air: { kind: "dht22", pin: 12 } },
    "parts.air.pin: 12 cannot be watched (Espruino reserves 6–12 for the flash chip) on ESP32; choose one of 2, 4, 5, 13–19, 21–23, 25–27, 32, 33",
  ),
  parts(
    "a DAC",
    { fan: { kind: "dimmer", pin: 25 } },
    "parts.fan.pin: 25 is a DAC, where analogWrite gives a voltage and level 1 comes out as 0, on ESP32; choose one of 2, 4, 5, 12–19, 21–23, 27, 32, 33",
  ),
  parts(
    "no analogue pin",
    { soil: { kind: "analog", pin: 4 } },
    "parts.soil.pin: 4 is not an analogue pin on ESP32; choose one of 32–39",
  ),
  parts(
    "the LED's",
    { pump: { kind: "switch", pin: 2 } },
    "parts.pump.pin: 2 is also led.pin; give each its own pin",
  ),
  parts(
    "another part's",
    { pump: SWITCH, bell: { kind: "buzzer", pin: 26 } },
    "parts.bell.pin: 26 is also parts.pump.pin; give each its own pin",
  ),
  kitchen(
    "a stream's",
    {
      parts: { soil: { kind: "analog", pin: 34 } },
      streams: [{ id: "level", source: "analog", pin: 34 }],
    },
    "boards/kitchen.json: parts.soil.pin: 34 is also streams[0].pin; give each its own pin",
  ),
  parts(
    "clock and data on one",
    { room: { kind: "bme280", sda: 21, scl: 21 } },
    "parts.room.scl: 21 is also parts.room.sda; give each its own pin",
  ),
  parts(
    "two thermometers on one pin",
    { water: { kind: "ds18b20", pin: 13 }, ice: { kind: "ds18b20", pin: 13 } },
    'parts.ice.pin: 13 is also parts.water.pin; write one part, with "count": the number of sensors on the pin',
  ),
  parts(
    "two sensors of one address",
    { room: { kind: "bme280", sda: 21, scl: 22 }, attic: { kind: "bmp280", sda: 21, scl: 22 } },
    "parts.attic.address: 0x76 is also parts.room.address; wire one of the two for 0x77, and write that",
  ),
  parts(
    "too much PWM",
    Object.fromEntries([4, 5, 12, 13, 14, 15].map((pin) => [`fan${pin}`, { kind: "dimmer", pin }])),
    "parts.fan15.pin: ESP32 has PWM for 5 pins only; use fewer dimmers, dimmed LEDs and RGB LEDs",
  ),
  {
    title: "too many servos",
    files: {
      "kitchen.json": {
        ...COMPLETE,
        chip: "esp32c3",
        parts: { a: { kind: "servo", pin: 3 }, b: { kind: "buzzer", pin: 4, frequency: 2000 } },
      },
    },
    lines: [
      "boards/kitchen.json: parts.b.pin: ESP32-C3 has PWM at a frequency of its own for one pin only; use fewer servos and passive buzzers",
    ],
  },
  {
    title: "S3 without analogue pins",
    files: {
      "kitchen.json": { ...COMPLETE, chip: "esp32s3", parts: { soil: { kind: "analog", pin: 4 } } },
    },
    lines: [
      "boards/kitchen.json: parts.soil.pin: Espruino cannot read analogue pins on ESP32-S3; remove this part or use another chip",
    ],
  },
  {
    title: "a pin of the base",
    files: {
      "kitchen.json": { extends: "a", parts: { bell: { kind: "buzzer", pin: 26 } } },
      "a.json": { extends: "base", parts: { pump: SWITCH } },
    },
    lines: ["boards/kitchen.json: parts.bell.pin: 26 is also parts.pump.pin; give each its own pin"],
  },
  {
    title: "GPIO16 of an ESP8266",
    files: {
      "kitchen.json": { ...COMPLETE, chip: "esp8266", parts: { door: { kind: "contact", pin: 16 } } },
    },
    lines: [
      "boards/kitchen.json: parts.door.pin: 16 has no internal pull-up resistor on ESP8266; choose one of 0, 2, 4, 5, 12–15",
    ],
  },
];

export const NUMBERS: readonly Case[] = [
  parts(
    "a default out of range",
    { dryBelow: { kind: "setting", default: 101 } },
    "parts.dryBelow.default: 101 is out of range; write a number from 0 to 100",
  ),
  parts(
    "no range",
    { dryBelow: { kind: "setting", default: 5, from: 5, to: 5 } },
    "parts.dryBelow.to: 5 is not more than from, 5; write a larger number",
  ),
  parts(
    "a default text that is too long",
    { note: { kind: "setting", default: "温室", longest: 5 } },
    "parts.note.default: is 6 bytes long in UTF-8; use at most longest, 5",
  ),
  parts(
    "a text longer than any",
    { note: { kind: "setting", default: "a", longest: 129 } },
    "parts.note.longest: 129 is out of range; write a whole number from 1 to 128",
  ),
  parts(
    "no default text",
    { note: { kind: "setting", default: "" } },
    "parts.note.default: is empty; write at least one character",
  ),
  parts(
    "an own part without code",
    { blind: { kind: "own", type: "number", from: 5, to: 5 } },
    "parts.blind: has no code; define it in boards/<name>.ts: parts: { blind: { read: () => … } } (docs/own-code.md)",
  ),
  parts(
    "an own part of an unknown type",
    { blind: { kind: "own", type: "float" } },
    'parts.blind.type: "float" is unknown; choose one of "number", "text", "switch"',
    "parts.blind: has no code; define it in boards/<name>.ts: parts: { blind: { read: () => … } } (docs/own-code.md)",
  ),
  parts(
    "no scale",
    { soil: { kind: "analog", pin: 34, from: [0.5, 0.5] } },
    "parts.soil.from: has the same number twice; write two different ones",
  ),
  parts(
    "a servo that does not move",
    { lid: { kind: "servo", pin: 27, pulse: [1, 1] } },
    "parts.lid.pulse: has the same number twice; write two different ones",
  ),
  parts(
    "a tone that nobody hears",
    { bell: { kind: "buzzer", pin: 27, frequency: 20 } },
    "parts.bell.frequency: 20 Hz is too low; write 100 or more, or 0 for an active buzzer",
  ),
  kitchen(
    "a colour as a float",
    {
      parts: { strip: { kind: "light", driver: "ws2812", pin: 17 } },
      streams: [{ id: "strip", source: "strip", dpType: 7, number: 1 }],
    },
    "boards/kitchen.json: streams[0].dpType: 7 is for numbers, but the state of strip is text; choose another dpType",
  ),
  {
    title: "the LED of a board without one",
    files: {
      "kitchen.json": {
        ...COMPLETE,
        led: undefined,
        parts: { pump: SWITCH },
        streams: [{ id: "led", source: "led" }],
      },
    },
    lines: [
      'boards/kitchen.json: streams[0].source: "led" needs a light, and this board has none; choose another source, or add a part of kind light',
    ],
  },
];

export const COMMANDS: readonly Case[] = [
  parts(
    "a button's unknown command",
    { key: { kind: "button", pin: 13, press: "lamp on" } },
    'parts.key.press: "lamp on" is not a command of this board; choose one of "on", "off", "toggle", "key"',
  ),
  parts(
    "a button that presses itself",
    { key: { kind: "button", pin: 13, press: "Key press" } },
    'parts.key.press: "Key press" would press a button; write the command of another part',
  ),
  kitchen("a button's word", {
    parts: { pump: SWITCH, key: { kind: "button", pin: 13, press: " 浇水", hold: "STOP" } },
    words: { 浇水: "pump on", stop: "pump off" },
  }),
  kitchen(
    "a button that presses itself by a word",
    { parts: { key: { kind: "button", pin: 13, press: "浇水" } }, words: { 浇水: "Key press" } },
    'boards/kitchen.json: parts.key.press: "浇水" would press a button; write the command of another part',
  ),
  parts(
    "what a part does not take",
    { pump: SWITCH, key: { kind: "button", pin: 13, hold: "pump of" } },
    'parts.key.hold: "pump" does not take "of"; write "pump …" with on, off or toggle',
  ),
  words(
    "an unknown command",
    { 开泵: "pomp on" },
    'words."开泵": "pomp on" is not a command of this board; did you mean "pump"?',
  ),
  words("an empty text", { " ": "pump on" }, 'words." ": is an empty text; use 1–64 bytes'),
  words(
    "too long",
    { ["水".repeat(22)]: "pump on" },
    `words."${"水".repeat(22)}": is 66 bytes long in UTF-8; use 1–64 bytes`,
  ),
  words(
    "a command",
    { "Pump on": "pump off" },
    'words."Pump on": "Pump on" is already a command; choose another text',
  ),
  words(
    "the same twice",
    { pumpe: "pump on", " PUMPE ": "pump off" },
    'words." PUMPE ": is the same as words.pumpe; remove one of them',
  ),
  words(
    "what the LED does not take",
    { a: "led dance", b: "#ff0000", c: "LED Toggle" },
    'words.a: "led" does not take "dance"; write "led …" with on, off or toggle',
    'words.b: "#ff0000" is not a command of this board; choose one of "on", "off", "toggle", "pump"',
  ),
  kitchen("colours of an RGB LED", {
    led: { kind: "ws2812", pin: 2 },
    words: { a: "led #FF0000", b: "#ff0000" },
  }),
  words("no text", { a: 1 }, 'words.a: is a number; write text in double quotes, for example "toggle"'),
  words("no command", { a: "" }, "words.a: is empty; write at least one character"),
];

const DHT = { kind: "dht22", pin: 4 };
const REMEDY =
  "use 1–30 letters, digits and _, as in the thing model, or two such names with a dot for a member of a struct";

/** A thing model whose identifiers are given. */
function identifiers(title: string, given: unknown, fields: object, ...lines: string[]): Case {
  const file = { ...STUDIO, parts: { pump: SWITCH }, ...fields };
  return {
    title: `identifiers: ${title}`,
    files: { "kitchen.json": { ...file, onenet: { ...STUDIO.onenet, identifiers: given } } },
    lines: lines.map((line) => `boards/kitchen.json: onenet.${line}`),
  };
}

export const IDENTIFIERS: readonly Case[] = [
  identifiers("right ones", { pump: "PumpSwitch", led: "LightSwitch" }, {}),
  identifiers("a swap", { pump: "led", led: "pump" }, {}),
  identifiers(
    "a stream of the same value",
    { pump: "PumpSwitch" },
    { streams: [{ id: "PumpSwitch", source: "pump" }] },
  ),
  identifiers(
    "a name of JavaScript's own",
    { door: "__proto__" },
    { parts: { door: { kind: "contact", pin: 14 } } },
  ),
  identifiers(
    "a name of JavaScript's own, to set",
    { pump: "__proto__", fan: "drive.__proto__" },
    { parts: { pump: SWITCH, fan: { kind: "dimmer", pin: 27 } } },
    'identifiers.pump: "__proto__" cannot be set: the board loses that name when it reads a message; choose another identifier, in the thing model too',
    'identifiers.fan: "__proto__" cannot be set: the board loses that name when it reads a message; choose another identifier, in the thing model too',
  ),
  {
    title: "identifiers: a name of JavaScript's own, for the LED",
    files: {
      "kitchen.json": {
        ...STUDIO,
        onenet: { ...STUDIO.onenet, properties: { led: "__proto__", colour: "lamp.__proto__" } },
      },
    },
    lines: [
      'boards/kitchen.json: onenet.properties.led: "__proto__" cannot be set: the board loses that name when it reads a message; choose another identifier, in the thing model too',
      'boards/kitchen.json: onenet.properties.colour: "__proto__" cannot be set: the board loses that name when it reads a message; choose another identifier, in the thing model too',
    ],
  },
  identifiers(
    "the LED by a name of JavaScript's own",
    { led: "lamp.__proto__" },
    {},
    'identifiers.led: "__proto__" cannot be set: the board loses that name when it reads a message; choose another identifier, in the thing model too',
  ),
  identifiers(
    "a list",
    [],
    {},
    'identifiers: is a list; write an object { … }, for example {"pump":"PumpSwitch"}',
  ),
  {
    ...identifiers(
      "of no value, where two parts have the same one",
      { wind: "Wind" },
      {
        parts: {
          air: { kind: "dht22", pin: 4 },
          air_humidity: { kind: "setting", default: 50, from: 0, to: 100 },
        },
      },
    ),
    lines: [
      'boards/kitchen.json: parts.air_humidity: "air_humidity" is also a value of parts.air; give the part another name',
      'boards/kitchen.json: onenet.identifiers.wind: "wind" is not a value of a part; choose one of "air_temperature", "air_humidity", "led"',
    ],
  },
  identifiers(
    "of another type",
    { pump: 1 },
    {},
    "identifiers.pump: is a number; write text in double quotes",
  ),
  identifiers(
    "invalid",
    { pump: "水泵", led: "" },
    {},
    'identifiers.pump: "水泵" is not valid; use 1–30 letters, digits and _, as in the thing model, or two such names with a dot for a member of a struct',
    "identifiers.led: is empty; write at least one character",
  ),
  identifiers(
    "of no value",
    { pomp: "PumpSwitch" },
    {},
    'identifiers.pomp: "pomp" is not a value of a part; did you mean "pump"?',
  ),
  identifiers(
    "of what every object has",
    JSON.parse('{"__proto__":"a","constructor":"b"}'),
    {},
    'identifiers.__proto__: "__proto__" is not a value of a part; choose one of "pump", "led"',
    'identifiers.constructor: "constructor" is not a value of a part; choose one of "pump", "led"',
  ),
  identifiers(
    "of a board without parts",
    { pump: "PumpSwitch" },
    { parts: undefined },
    'identifiers.pump: "pump" is not a value of a part; choose one of "led"',
  ),
  identifiers(
    "of the LED of a board without one",
    { led: "LightSwitch" },
    { led: undefined },
    'identifiers.led: "led" is not a value of a part; choose one of "pump"',
  ),
  identifiers(
    "twice",
    { pump: "Switch", led: "Switch" },
    {},
    'identifiers.led: "Switch" is also onenet.identifiers.pump; give each property its own identifier',
  ),
  identifiers(
    "of the LED",
    { pump: "colour" },
    {},
    'identifiers.pump: "colour" is also onenet.properties.colour; give each property its own identifier',
  ),
  identifiers(
    "of another part",
    { pump: "fan" },
    { parts: { pump: SWITCH, fan: { kind: "dimmer", pin: 27 } } },
    'identifiers.pump: "fan" is also parts.fan; give each property its own identifier',
  ),
  identifiers(
    "of a stream that reports something else",
    { pump: "time_up" },
    { streams: [{ id: "time_up", source: "uptime" }] },
    'identifiers.pump: "time_up" is also streams[0].id; give each property its own identifier',
  ),
  {
    title: "identifiers: of the LED in two places",
    files: {
      "kitchen.json": {
        ...STUDIO,
        onenet: { ...STUDIO.onenet, properties: { led: "light" }, identifiers: { led: "LightSwitch" } },
      },
    },
    lines: [
      'boards/kitchen.json: onenet.identifiers.led: "led" is also in onenet.properties; remove one of them',
    ],
  },
  identifiers(
    "members of a struct",
    { air_temperature: "air.temperature", air_humidity: "air.humidity", pump: "air.pump", led: "light.on" },
    { parts: { air: DHT, pump: SWITCH }, streams: [{ id: "air.rssi", source: "rssi" }] },
  ),
  identifiers(
    "no member of a struct",
    { pump: "air.", led: ".on" },
    {},
    `identifiers.pump: "air." is not valid; ${REMEDY}`,
    `identifiers.led: ".on" is not valid; ${REMEDY}`,
  ),
  identifiers(
    "a member of a member, and a name in another script",
    { pump: "air.a.b", led: "灯.on" },
    {},
    `identifiers.pump: "air.a.b" is not valid; ${REMEDY}`,
    `identifiers.led: "灯.on" is not valid; ${REMEDY}`,
  ),
  identifiers(
    "two values of one member",
    { pump: "air.pump", led: "air.pump" },
    {},
    'identifiers.led: "air.pump" is also onenet.identifiers.pump; give each property its own identifier',
  ),
  identifiers(
    "a struct that is also a value",
    { air_temperature: "pump.temperature", air_humidity: "climate.humidity", led: "climate" },
    { parts: { air: DHT, pump: SWITCH } },
    'identifiers.air_temperature: "pump.temperature" is a member of "pump", which is also parts.pump; give one of them another identifier',
    'identifiers.air_humidity: "climate.humidity" is a member of "climate", which is also onenet.identifiers.led; give one of them another identifier',
  ),
  identifiers(
    "a struct that is also a stream, or the colour of the LED",
    { pump: "up.pump" },
    { streams: [{ id: "up", source: "uptime" }] },
    'identifiers.pump: "up.pump" is a member of "up", which is also streams[0].id; give one of them another identifier',
  ),
  {
    title: "identifiers: a struct that is also the LED, without parts",
    files: { "kitchen.json": { ...STUDIO, streams: [{ id: "led.rssi", source: "rssi" }] } },
    lines: [
      'boards/kitchen.json: streams[0].id: "led.rssi" is a member of "led", which is also onenet.properties.led; give one of them another identifier',
    ],
  },
  {
    ...identifiers(
      "structs that need more than a message has",
      Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`s${index}`, `p${index}.a`])),
      {
        parts: Object.fromEntries(
          Array.from({ length: 14 }, (_, index) => [`s${index}`, { kind: "setting", default: 1 }]),
        ),
      },
    ),
    lines: [
      "boards/kitchen.json: parts.s13: a message about all settable parts would be too long for the board; use fewer parts that can be set, or shorter names",
    ],
  },
  {
    title: "identifiers: of another generation",
    files: {
      "kitchen.json": { ...COMPLETE, onenet: { ...COMPLETE.onenet, identifiers: { pump: "a" } } },
    },
    lines: ['boards/kitchen.json: onenet.identifiers: is only for "generation": "studio"; remove it'],
  },
];
