/** Which questions are asked, how answers are used, and which are rejected. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BOARDS_DIRECTORY, checkUnwritten, loadBoard } from "../../../../scripts/boards/index.ts";
import { mintToken } from "../../../../scripts/boards/token.ts";
import { draftOf } from "../../../../scripts/boards/new/draft.ts";
import { holdInterview } from "../../../../scripts/boards/new/interview.ts";
import type { Answers, Asked } from "../../../../scripts/boards/new/question.ts";
import { QUESTIONS } from "../../../../scripts/boards/new/questions.ts";
import { anyText } from "../../../support/any-text.ts";
import { KEY } from "../board-folder.ts";

const BASES = new Map(
  ["esp32-devkit", "esp32-c3-devkitm", "mpython", "tpyboard-v202"].map((name) => [
    name,
    loadBoard(name, { local: false }),
  ]),
);
const WIFI = { ssid: "attic", "wifi-password": "under-the-roof" };
const LAMP = { board: "esp32-devkit", ...WIFI };
const MULTIPROTOCOL = {
  generation: "multiprotocol",
  product: "200100",
  device: "600700800",
  "auth-info": "lamp-1",
};
const SUITE = { generation: "suite", product: "469948", device: "Chic_D", key: KEY };

function hold(given: Answers, ask?: (question: Asked) => Promise<string>, explicit = Object.keys(given)) {
  const reported: string[] = [];
  const interview = {
    directory: BOARDS_DIRECTORY,
    bases: BASES,
    name: "lamp",
    given,
    explicit: new Set(explicit),
  };
  return holdInterview({ ...interview, ask, report: (line) => reported.push(line) }).then((answered) => ({
    ...answered,
    reported,
    missing: answered.missing.map(({ name }) => name),
    file: draftOf(answered.answers, BASES),
  }));
}

/** A user who gives these answers, and accepts defaults for the rest. */
function person(known: Answers) {
  const heard: string[] = [];
  const ask = ({ text, standard, fault }: Asked): Promise<string> => {
    const { name } = QUESTIONS.find((question) => question.text === text) ?? { name: "" };
    heard.push(name);
    const answer = known[name] ?? standard ?? "";
    expect(fault(answer), name).toBeUndefined();
    return Promise.resolve(answer);
  };
  return { ask, heard };
}

describe("answers become a board file", () => {
  const token = mintToken(
    { resource: "products/469948/devices/Chic_D", expires: 4102444800, method: "sha1" },
    KEY,
  );
  const device = { generation: "suite", product: "469948", device: "Chic_D" };
  const cases: [name: string, given: Answers, file: Record<string, unknown>][] = [
    [
      "multiprotocol, the board's own LED",
      { ...LAMP, ...MULTIPROTOCOL },
      { onenet: { generation: "multiprotocol", product: "200100", device: "600700800", authInfo: "lamp-1" } },
    ],
    [
      "registration",
      {
        ...LAMP,
        title: "教室的灯",
        generation: "multiprotocol",
        product: "200100",
        "registration-code": "Ck3v",
      },
      {
        title: "教室的灯",
        onenet: {
          generation: "multiprotocol",
          product: "200100",
          registration: { code: "Ck3v", title: "教室的灯" },
        },
      },
    ],
    ["suite with a key", { ...LAMP, ...SUITE }, { onenet: SUITE }],
    ["suite with a token", { ...LAMP, ...device, token }, { onenet: { ...device, token } }],
    [
      "studio, WS2812",
      {
        ...LAMP,
        ...SUITE,
        generation: "studio",
        led: "ws2812",
        "led-pin": "4",
        "led-count": "8",
        "led-order": "grbw",
        "led-property": "lamp",
      },
      {
        led: { kind: "ws2812", pin: 4, count: 8, order: "grbw" },
        onenet: { ...SUITE, generation: "studio", properties: { led: "lamp", colour: "colour" } },
        streams: [{ id: "lamp", source: "lit", period: 60 }],
      },
    ],
    [
      "a broker without a user, three PWM pins",
      {
        ...LAMP,
        server: "10.0.0.1",
        led: "pwm",
        "led-pins": "32, 33,27",
        "active-low": "yes",
      },
      {
        led: { kind: "pwm", pins: { red: 32, green: 33, blue: 27 }, activeLow: true },
        mqtt: { server: "10.0.0.1", topic: "boards/lamp" },
      },
    ],
    [
      "set up by phone",
      { ...LAMP, server: "10.0.0.1", "setup-button": "4", "setup-password": "open the page" },
      {
        mqtt: { server: "10.0.0.1", topic: "boards/lamp" },
        setup: { button: 4, password: "open the page" },
      },
    ],
    [
      "set up by phone without a button",
      { ...LAMP, server: "10.0.0.1", setup: "yes", "setup-button": "" },
      { mqtt: { server: "10.0.0.1", topic: "boards/lamp" }, setup: {} },
    ],
    [
      "a cluster of brokers",
      { ...LAMP, server: "10.0.0.1, mqtt.lan:1884" },
      { mqtt: { server: ["10.0.0.1", "mqtt.lan:1884"], topic: "boards/lamp" } },
    ],
    [
      "a broker with a user; another pin; an open network",
      {
        ...LAMP,
        "wifi-password": "",
        "led-pin": "4",
        ...{ generation: "mqtt", server: "mqtt.lan", topic: "a", "mqtt-user": "u", "mqtt-password": " p " },
      },
      {
        led: { kind: "gpio", pin: 4, activeLow: false },
        wifi: { ssid: "attic", password: "" },
        mqtt: { server: "mqtt.lan", topic: "a", userName: "u", password: " p " },
      },
    ],
  ];

  test.each(cases)("%s: by options", async (_name, given, file) => {
    const result = await hold(given);
    expect(result).toMatchObject({ faults: [], missing: [] });
    expect(result.file).toEqual({
      ...{ $schema: "./board.schema.json", extends: "esp32-devkit", title: "lamp" },
      ...{ wifi: { ssid: "attic", password: "under-the-roof" } },
      ...file,
    });
    expect(checkUnwritten("lamp", result.file)).toEqual([]);
  });

  test.each(cases)("%s: the same by interactive answers", async (_name, given) => {
    const credentials = given["token"] ? "token" : given["registration-code"] ? "registration" : undefined;
    const open = given["wifi-password"] === "" ? { "open-network": "yes" } : {};
    const setUp = given["setup-button"] ? { setup: "yes" } : {};
    const generation = given["server"] ? "mqtt" : (given["generation"] ?? "");
    const { ask, heard } = person({
      ...given,
      generation,
      ...open,
      ...setUp,
      ...(credentials && { credentials }),
    });
    const [asked, reported] = [await hold({}, ask), await hold(given)];
    expect(asked.file).toEqual(reported.file);
    if (given["wifi-password"] === "") expect(heard).not.toContain("wifi-password");
    expect(asked.reported).toEqual([]);
    expect(heard).toEqual(Object.keys(asked.answers).filter((name) => name !== "name"));
  });
});

describe("mistakes are reported", () => {
  test("all at once, with corrections, and with everything missing", async () => {
    const { faults, missing } = await hold({
      ...{ board: "esp32-devkit", "led-pin": "36", "led-count": "3", ssid: "" },
      ...{ ...SUITE, key: "hunter2!", topic: "a", generation: "suite", product: "4 6" },
    });
    expect(missing).toEqual(["wifi-password"]);
    expect(faults).toEqual([
      "--led-pin: 36 is an input-only pin on ESP32; choose one of 2, 4, 5, 12–19, 21–23, 25–27, 32, 33",
      "--led-count: is only for --led ws2812; leave it out",
      "--ssid: is empty; write at least one character",
      '--product: "4 6" is not valid; use letters, digits, _ and - only',
      "--key: is not valid; copy the whole access key, which is base64, including the = at the end",
      "--topic: is only for --generation mqtt; leave it out",
    ]);
  });

  test("a chip that a phone cannot set up is not asked about it, not even after a wrong answer", async () => {
    for (const setup of [undefined, "yes"]) {
      const { ask, heard } = person(MULTIPROTOCOL);
      const given = { ...LAMP, board: "esp32-c3-devkitm", ...(setup && { setup }) };
      const { answers, reported } = await hold(given, ask);
      expect([heard.includes("setup"), answers["setup"], reported.length]).toEqual([
        false,
        "no",
        setup ? 1 : 0,
      ]);
    }
  });

  const cases: [given: Answers, fault: string][] = [
    [
      { board: "esp32-c3-devkitm", setup: "yes" },
      "--setup: ESP32-C3 cannot be an access point and a station at once under Espruino; remove it, and write the networks into the board file (docs/setup.md)",
    ],
    [
      { board: "esp32-devkit", "setup-button": "6" },
      "--setup-button: setup.button: 6 belongs to the flash chip on ESP32; choose a pin that can be read and has a pull-up, for example 0, the BOOT button",
    ],
    [
      { board: "esp32-devkit", setup: "no", "setup-button": "0" },
      "--setup-button: is only for --setup yes; leave it out",
    ],
    [
      { board: "esp32-devkit", "setup-password": "short" },
      '--setup-password: setup.password: is not valid; use 8–63 printable ASCII characters, or "" for the MAC address',
    ],
    [{ board: "mpythn" }, '--board: "mpythn" is unknown; did you mean "mpython"?'],
    [
      { board: "esp32-devkit", led: "neopixel" },
      '--led: "neopixel" is unknown; choose one of "gpio", "ws2812", "pwm"',
    ],
    [{ board: "esp32-devkit", "led-pin": "D2" }, '--led-pin: "D2" is not valid; write a whole number'],
    [
      { board: "esp32-devkit", led: "pwm", "led-pins": "32,33" },
      '--led-pins: "32,33" is not valid; write three GPIO numbers separated by commas, such as 32,33,27',
    ],
    [
      { board: "esp32-devkit", led: "pwm", "led-pins": "32,33,33" },
      "--led-pins: led.pins.blue: 33 is also led.pins.green; give each its own pin",
    ],
    [
      { board: "esp32-c3-devkitm", "led-pin": "0" },
      "--led-pin: streams[5].pin: 0 is also led.pin (pin is from boards/esp32-c3-devkitm.json); give each its own pin",
    ],
    [{ "wifi-password": "short" }, "--wifi-password: is 5 bytes long in UTF-8; use 8–63 bytes, or none"],
    [
      { "open-network": "yes", "wifi-password": "under-the-roof" },
      "--wifi-password: is only for --open-network no; leave it out",
    ],
    [
      { "open-network": "no", "wifi-password": "" },
      '--wifi-password: "" is not valid; enter it, or begin again and choose an open network',
    ],
    [{ ...SUITE, "auth-info": "x" }, "--auth-info: is only for --credentials auth-info; leave it out"],
    [
      { ...SUITE, credentials: "registration" },
      '--credentials: "registration" is unknown; choose one of "key", "token"',
    ],
    [
      { generation: "mqtt", server: "mqtt://a" },
      '--server: "mqtt://a" is not valid; write only a host name or an IPv4 address, without mqtt:// or a port',
    ],
    [
      { generation: "mqtt", server: "10.0.0.1, mqtt://a" },
      '--server: mqtt.server[1]: "mqtt://a" is not valid; write a host name or an IPv4 address without mqtt://, and a port only after a colon',
    ],
    [
      { generation: "mqtt", server: "a.lan,A.lan:1883" },
      '--server: mqtt.server[1]: "A.lan:1883" is the same server as entry [0]; remove one of them',
    ],
    [
      { generation: "plain" },
      '--generation: "plain" is unknown; choose one of "studio", "multiprotocol", "suite", "mqtt"',
    ],
    [{ ...SUITE, server: "10.0.0.1" }, "--server: is only for --generation mqtt; leave it out"],
    [{ generation: "mqtt", "mqtt-password": "x" }, "--mqtt-password: is only for --mqtt-user; leave it out"],
  ];
  test.each(cases)("%j", async (given, fault) => {
    expect((await hold(given)).faults).toEqual([fault]);
  });

  test("a missing answer causes no further complaints about answers that depend on it", async () => {
    expect(await hold({ "led-pin": "4", device: "d", key: "k" })).toMatchObject({
      faults: [],
      missing: ["board", "ssid", "wifi-password", "generation"],
    });
  });

  test("unused secrets in the environment are ignored, and wrong ones are reported by their variable", async () => {
    const given = { ...LAMP, ...MULTIPROTOCOL, key: "for another device", "auth-info": "x".repeat(300) };
    const { faults } = await hold(given, undefined, []);
    expect(faults).toEqual(["ONENET_AUTH_INFO: is 300 bytes long in UTF-8; use at most 256"]);
  });

  test("an interactive user is told and asked again", async () => {
    const { ask, heard } = person({ "led-pin": "4" });
    const { reported, file } = await hold({ ...LAMP, ...MULTIPROTOCOL, "led-pin": "36", token: "x" }, ask);
    expect(reported).toEqual([
      expect.stringMatching(/^--led-pin: 36 is an input-only pin/),
      "--token: is only for --credentials token; leave it out",
    ]);
    expect(heard).toContain("led-pin");
    expect(file["led"]).toMatchObject({ pin: 4 });
  });
});

test("no answers, however wild, make an invalid file", async () => {
  const wild = fc.oneof(
    anyText({ maxLength: 80 }),
    fc.constantFrom(
      "",
      "4",
      "0",
      "-1",
      "1e3",
      "32,33,27",
      "no",
      KEY,
      "version=2018-10-31&res=a",
      "__proto__",
    ),
  );
  const options = QUESTIONS.map(({ name, choices }) => {
    const values = ["multiprotocol", "suite"].flatMap((generation) => choices?.({ generation }, BASES) ?? []);
    return [name, values.length > 0 ? fc.constantFrom(...values.map(({ value }) => value)) : wild] as const;
  });
  const given = fc.record(Object.fromEntries(options), { requiredKeys: [] }) as fc.Arbitrary<Answers>;
  const token = mintToken({ resource: "products/2", expires: 4102444800, method: "sha1" }, KEY);
  const GOOD = ["2", "32,33,27", "12,13,14", "4,5,6", "p", "abcdefgh", KEY, token, ""];
  const ask = ({ text, choices = [], standard, fault }: Asked) => {
    const known = [
      ...(standard === undefined ? [] : [standard]),
      ...choices.map(({ value }) => value),
      ...GOOD,
    ];
    const answer = known.find((each) => fault(each) === undefined);
    return answer === undefined
      ? Promise.reject(new Error(`nothing answers ${text}`))
      : Promise.resolve(answer);
  };
  await fc.assert(
    fc.asyncProperty(given, async (answers) => {
      const { credentials, ...rest } = answers;
      const isSure = rest["product"] === undefined; // otherwise the token would have to be for that product
      const { file } = await hold(isSure && credentials ? answers : { ...rest, credentials: "key" }, ask);
      expect(checkUnwritten("lamp", file)).toEqual([]);
    }),
    { numRuns: 10 },
  );
});

test("each question says in one line where to find its answer", () => {
  for (const board of BASES.keys())
    for (const generation of ["multiprotocol", "suite", "studio", "mqtt"])
      for (const { name, where } of QUESTIONS)
        expect(where({ board, led: "gpio", generation }, BASES), name).toMatch(/^[^\n]{10,110}\.$/);
});

test("each question sets a different field", () => {
  const fields = QUESTIONS.flatMap(({ field }) => field ?? []);
  expect(new Set(fields).size).toBe(fields.length);
});

test("the platform console for new devices comes first", () => {
  const generation = QUESTIONS.find(({ name }) => name === "generation");
  expect(generation?.choices?.({}, BASES).map(({ value }) => value)[0]).toBe("studio");
});
