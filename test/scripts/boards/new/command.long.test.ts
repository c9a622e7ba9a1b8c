/** `npm run new-board` without a terminal, and as a shell runs it at one. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadBoard } from "../../../../scripts/boards/index.ts";
import { newBoardCommand } from "../../../../scripts/boards/new/command.ts";
import { commandHere, type Surroundings } from "../../../support/run-here.ts";
import { KEY } from "../board-folder.ts";
import { addedTo, shippedFolder } from "./folder.ts";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
const NODE = [process.execPath, "--import", "tsx", "test/scripts/boards/new/in-folder.ts"];
const SUITE = [
  "--board",
  "mpython",
  "--ssid",
  "attic",
  "--generation",
  "suite",
  "--product",
  "p",
  "--device",
  "d",
];
const SECRETS = { WIFI_PASSWORD: "under-the-roof", ONENET_KEY: KEY };

const NO_SECRETS = Object.fromEntries(
  [
    "WIFI_PASSWORD",
    "ONENET_KEY",
    "ONENET_TOKEN",
    "ONENET_AUTH_INFO",
    "ONENET_REGISTRATION_CODE",
    "MQTT_PASSWORD",
    "SETUP_PASSWORD",
  ].map((name) => [name, undefined]),
);

function start([program = "", ...args]: readonly string[]) {
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...process.env, ...NO_SECRETS, NO_COLOR: "1", FORCE_COLOR: undefined, TERM: "xterm" },
  });
  let screen = "";
  let wake = (): void => undefined;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      screen += text;
      wake();
    });
  const finished = once(child, "close").then(([code]) => ({ code: code as number | null, screen }));
  /** Types once the screen, since the last input, shows the expected text. */
  let seen = 0;
  const type = async (prompt: string, keys: string): Promise<void> => {
    while (!screen.slice(seen).includes(prompt)) await new Promise<void>((resolve) => (wake = resolve));
    seen = screen.length;
    child.stdin.write(keys);
  };
  return { child, type, finished };
}

/** In this process, which saves a second each. */
async function run(
  [directory = "", ...args]: readonly string[],
  { env = {}, stdin = "" }: Surroundings = {},
) {
  const surroundings = { env: { ...NO_SECRETS, ...env }, stdin };
  const { code, stdout, stderr } = await commandHere(
    () => newBoardCommand(directory),
    ["new-board", ...args],
    surroundings,
  );
  return { code, screen: stdout + stderr };
}

describe("without a terminal", () => {
  test("writes a file from the options, readable only by its owner, and prints the next steps", async () => {
    const directory = shippedFolder();
    const { code, screen } = await run([directory, "lamp", ...SUITE], { env: SECRETS });
    expect(screen).toMatch(
      /^From the environment: WIFI_PASSWORD, ONENET_KEY\nWrote boards\/lamp\.local\.json\./,
    );
    expect(screen).toMatch(/npm start -- --board lamp .*\n.*npm run flash -- lamp --port/);
    expect(screen).not.toContain(SECRETS.WIFI_PASSWORD);
    expect(screen).not.toContain(KEY);
    expect(code).toBe(0);
    expect(addedTo(directory)).toEqual(["lamp.local.json"]);
    expect(statSync(join(directory, "lamp.local.json")).mode & 0o777).toBe(0o600);
    expect(loadBoard("lamp", { directory })).toMatchObject({
      ...{ title: "lamp", chip: "esp32", led: { kind: "ws2812", pin: 17, count: 3 } },
      wifi: { ssid: "attic", password: "under-the-roof" },
      onenet: { generation: "suite", product: "p", device: "d", key: KEY },
    });
  });

  test("reads secrets from standard input; overwrites an existing file only on request", async () => {
    const directory = shippedFolder();
    const path = join(directory, "lamp.local.json");
    writeFileSync(path, "mine");
    const refused = await run([directory, "lamp", ...SUITE], { env: SECRETS });
    expect(refused).toEqual({
      code: 1,
      screen:
        "error: boards/lamp.local.json already exists; choose another name, or replace it with --force\n",
    });
    expect(readFileSync(path, "utf8")).toBe("mine");
    const stdin = `WIFI_PASSWORD= spaces too \r\n\r\nONENET_KEY=${KEY}`;
    const { code } = await run([directory, "lamp", "--force", "--secrets-stdin", ...SUITE], { stdin });
    expect(code).toBe(0);
    expect(loadBoard("lamp", { directory })).toMatchObject({ wifi: { password: " spaces too " } });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(addedTo(directory)).toEqual(["lamp.local.json"]);
  });

  test("lists missing and wrong options, without secrets", async () => {
    const directory = shippedFolder();
    const wrong = { WIFI_PASSWORD: "hunter2", ONENET_KEY: "hunter2!" };
    const nothing = await run([directory]);
    const secret = await run([directory, "lamp", ...SUITE.slice(0, -2)], { env: wrong });
    const stdin = "WIFI_PASSWORD=a\nhunter2\n";
    const line = await run([directory, "lamp", "--secrets-stdin", ...SUITE], { stdin });
    const name = await run([directory, "../lamp", ...SUITE], { env: SECRETS });
    for (const { screen } of [nothing, secret, line, name]) {
      expect(screen).not.toContain("hunter2");
    }
    expect([nothing, secret, line, name].map(({ code }) => code)).toEqual([2, 2, 1, 2]);
    const missing = [...nothing.screen.matchAll(/^ {2}(\S+)/gm)].map(([, option]) => option);
    expect(missing).toEqual(["<name>", "--board", "--ssid", "--wifi-password", "--generation"]);
    expect(secret.screen).toMatch(
      /^error: WIFI_PASSWORD: is 7 bytes.*\nerror: ONENET_KEY: is not valid.*\nerror: missing.*\n {2}--device/,
    );
    expect(line.screen).toMatch(/^error: standard input, line 2: is unknown; use NAME=value/);
    expect(name.screen).toMatch(/^error: "..\/lamp" is not a valid board name/);
    expect(addedTo(directory)).toEqual([]);
  });
});

// util-linux's script gives the command a terminal; other systems use other arguments.
describe.skipIf(process.platform !== "linux")("at a terminal", () => {
  function atTerminal(...args: string[]) {
    return start(["script", "-qec", [...NODE, ...args].map((arg) => `'${arg}'`).join(" "), "/dev/null"]);
  }
  const DOWN = "\x1b[B";

  test("asks, explains, rejects at once, hides secrets, and writes", async () => {
    const directory = shippedFolder();
    const { type, finished } = atTerminal(directory);
    await type("What should the board file be called?", "lamp\r");
    await type("Which board is it?", `${DOWN}\r`);
    await type("What do you call it?", "厨房的灯\r");
    await type("As sold, the board has: LED on GPIO2", "\r");
    await type("Which GPIO is the LED on?", "\b36\r");
    await type("input-only pin on ESP32; choose one of 2, 4, 5", "\x7f\x7f4\r");
    await type("Is it lit by a low level?", "\r");
    await type("What is your Wi-Fi called?", "attic\r");
    await type("Is it an open network", "\r");
    await type("What is its password?", "under-the-roof\r");
    await type("May a phone give it another Wi-Fi?", `${DOWN}\r`);
    await type("Which GPIO is the button on", "\r");
    await type("What is the password of its access point?", "\r");
    await type("Which OneNET console", "\r");
    await type("What is the product id", "p1\r");
    await type("What does the board log in with?", "\r");
    await type("Which device is the board?", "d1\r");
    await type("设备密钥", `${KEY}\r`);
    await type("Which property of the thing model", "\r");
    await type("What else is connected?", `${DOWN}${DOWN}\r`);
    await type("What do you call it?", "pump\r");
    await type("Is it switched on by a low level?", "\r");
    await type("free for it on ESP32: 2, 5, 12", "4\r");
    await type("4 is also led.pin; give each its own pin", "\x7f26\r");
    await type("So far: pump.", "\r");
    await type("Write boards/lamp.local.json?", "\r");
    const { code, screen } = await finished;
    expect(screen).toMatch(/What do you call it +厨房的灯\r?\n/);
    expect(screen).toMatch(/What is its password +\(secret, 14 bytes\)/);
    expect(screen).toMatch(/What else is connected +pump \(switch, activeLow false, pin 26\)/);
    expect(code).toBe(0);
    expect(screen).toContain("Wrote boards/lamp.local.json.");
    expect(screen).not.toContain("under-the-roof");
    expect(screen).not.toContain(KEY);
    expect(JSON.parse(readFileSync(join(directory, "lamp.local.json"), "utf8"))).toEqual({
      ...{ $schema: "./board.schema.json", extends: "esp32-devkit", title: "厨房的灯" },
      led: { kind: "gpio", pin: 4, activeLow: false },
      parts: { pump: { kind: "switch", activeLow: false, pin: 26 } },
      wifi: { ssid: "attic", password: "under-the-roof" },
      setup: { button: 0 },
      onenet: { generation: "studio", product: "p1", device: "d1", key: KEY, properties: { led: "led" } },
      streams: [{ id: "led", source: "lit", period: 60 }],
    });
  });

  test("goes back to an answer, and quits on request", async () => {
    const directory = shippedFolder();
    const given = ["lamp", "--board", "esp32-devkit", "--led-pin", "4", "--ssid", "attic", "--title", "x"];
    const broker = [
      "--generation",
      "mqtt",
      "--topic",
      "a",
      "--mqtt-user",
      "",
      "--led",
      "gpio",
      "--active-low",
      "no",
    ];
    const { type, finished } = atTerminal(directory, ...given, ...broker, "--open-network", "yes");
    await type("May a phone give it another Wi-Fi?", "\r");
    await type("Where is the broker?", "wrong.example\r");
    await type("What else is connected?", "\r");
    await type("Write boards/lamp.local.json?", `${DOWN}\r`);
    await type("Which answer?", `${DOWN}\r`);
    await type("? What do you call it?", "厨房\r"); // it is also in the list of answers
    await type("Write boards/lamp.local.json?", `${DOWN}${DOWN}\r`);
    const { code, screen } = await finished;
    expect(screen).toContain("error: nothing was written");
    expect(code).toBe(130);
    expect(addedTo(directory)).toEqual([]);
  });

  test("Ctrl-C and Ctrl-D leave nothing behind", async () => {
    const directory = shippedFolder();
    const [broken, ended] = [atTerminal(directory), atTerminal(directory)];
    await broken.type("called?", "lamp\r");
    await broken.type("Which board is it?", "\x03");
    await ended.type("called?", "\x04");
    for (const { code, screen } of await Promise.all([broken.finished, ended.finished])) {
      expect(screen).toContain("interrupted; nothing was written");
      expect(code).toBe(130);
    }
    expect(addedTo(directory)).toEqual([]);
  });
});
