/** What is wrong in a board file, in Chinese. */

import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { speaking as Speaking } from "../../../scripts/cli/language.ts";
import { boardFolder, COMPLETE } from "./board-folder.ts";
import * as BROKER from "./board-mistakes-mqtt.ts";
import * as ONENET from "./board-mistakes-onenet.ts";
import * as PARTS from "./board-mistakes-parts.ts";
import * as RULES from "./board-mistakes-rules.ts";
import * as MISTAKES from "./board-mistakes.ts";

let refusal: (name: string, directory: string) => readonly string[];
let speaking: typeof Speaking;

beforeAll(async () => {
  vi.stubEnv("LC_ALL", "zh_CN.UTF-8");
  vi.resetModules();
  ({ refusal } = await import("./board-folder.ts"));
  ({ speaking } = await import("../../../scripts/cli/language.ts"));
});

afterAll(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

it("names each mistake and what to do", () => {
  const kitchen = `{
  "extends": "base",
  "led": { "kind": "gpio", "pin": 36 },
  "wifi": { "ssid": "", "pasword": "12345678" },
  "streams": [{ "id": "t", "source": "temprature" }]
}
`;
  const directory = boardFolder({ "base.json": COMPLETE, "kitchen.json": kitchen });
  expect(refusal("kitchen", directory)).toEqual([
    'boards/kitchen.json: wifi.pasword: 没有这个字段；是不是要写 "password"？',
    "boards/kitchen.json: wifi.ssid: 为空；至少写一个字符",
    "boards/kitchen.json: led.pin: 36 在 ESP32 上只能作输入；从 2、4、5、12–19、21–23、25–27、32、33 中选一个",
    expect.stringMatching(
      /^boards\/kitchen\.json: streams\[0\]\.source: "temprature" 不是内置的来源；从 "commands"、"led"、.*中选一个；也可以在 boards\/<name>\.ts 里自己定义（docs\/zh-CN\/own-code\.md）$/,
    ),
  ]);
});

it("says in which lines a file is wrong", () => {
  const twice = '{\n  "chip": "esp32",\n  "chip": "esp32",\n  "wifi": {},\n  "wifi": {}\n}\n';
  expect(refusal("kitchen", boardFolder({ "kitchen.json": twice })).slice(0, 2)).toEqual([
    "boards/kitchen.json:3:3: chip: 重复的键；只保留一个",
    "boards/kitchen.json:5:3: wifi: 重复的键；只保留一个",
  ]);
  const quotes = '{\n  "chip": "esp32",\n  "title": “厨房”\n}\n';
  expect(refusal("kitchen", boardFolder({ "kitchen.json": quotes }))).toEqual([
    "boards/kitchen.json:3:12: 不是有效的 JSON；名称和字符串写在英文双引号里；其他值可以是数字、true 和 false",
  ]);
});

const CASES = [MISTAKES, ONENET, BROKER, PARTS, RULES].flatMap((page) => Object.values(page)).flat();
it.each(CASES)("a page in English shows it in English: $title", ({ files, lines }) => {
  const directory = boardFolder({ "base.json": COMPLETE, ...files });
  expect(speaking("en", () => refusal("kitchen", directory))).toEqual(lines);
});
