/** `npm run publish` for boards on a plain broker: what it shows, and the order of its waves. */

import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { publishCommand } from "../../../scripts/devices/publish-command.ts";
import { startPlainBroker, type PlainBroker } from "../../../scripts/local-onenet/plain.ts";
import { commandHere } from "../../support/run-here.ts";
import { boardFolder, MQTT } from "../boards/board-folder.ts";

const USER = { name: "teacher", password: "a password for tests" };
const KEY = "a key of sixteen bytes";
const BOARDS = ["bench", "desk", "hall"];

let broker: PlainBroker;
beforeEach(async () => {
  broker = await startPlainBroker({ user: USER });
});
afterEach(() => broker.close());

const keep = (topic: string, payload: string) => broker.publish(topic, payload, { retain: true });
const state = (installed: string, latest: string, isRunning: boolean, step: string) =>
  JSON.stringify({
    installed_version: installed,
    latest_version: latest,
    in_progress: isRunning,
    release_summary: step,
  });

async function run(args: readonly string[]) {
  const { name: userName, password } = USER;
  const file = (topic: string) => ({
    ...MQTT,
    mqtt: { server: "127.0.0.1", port: broker.port, topic, userName, password },
    update: { key: KEY, server: "files.example", port: 8080 },
  });
  const directory = boardFolder(Object.fromEntries(BOARDS.map((name) => [`${name}.local.json`, file(name)])));
  onTestFinished(() => {
    for (const name of BOARDS) rmSync(`dist/${name}-v7.bin`, { force: true });
  });
  const { code, ...said } = await commandHere(
    () => publishCommand(directory, ({ name }) => Promise.resolve({ program: `${name}\n`, warnings: [] })),
    ["publish", "--all", ...args],
  );
  return { code: Number(code), ...said };
}

test("shows what the boards have told", async () => {
  await keep("bench/update/state", state("v1", "v1", false, ""));
  await keep("desk/update/state", state("v1", "v2", false, "step 206"));
  for (const name of BOARDS) await keep(`${name}/status`, "offline");
  expect(await run(["--list"])).toEqual({
    code: 0,
    stdout:
      "bench  version v1  no task\n" +
      "desk  version v1  v2 failed, step 206: the program did not get online, and the one before it runs again\n" +
      "hall  version ?  no task\n",
    stderr: "",
  });
});

test("boards that are online come first", async () => {
  await keep("bench/status", "offline");
  await keep("hall/status", "online");
  const offered: string[] = [];
  broker.on("message", ({ topic }) => {
    const [, board] = /^(\w+)\/update$/.exec(topic) ?? [];
    if (board === undefined) return;
    offered.push(board);
    void keep(`${board}/update/state`, state("v7", "v7", false, "step 201"));
  });
  const { code, stdout } = await run(["--version", "v7", "--json"]);
  expect([code, offered]).toEqual([0, ["hall", "bench", "desk"]]);
  // Home Assistant hears of the update before it is offered.
  expect([...broker.retained.keys()].filter((topic) => topic.startsWith("homeassistant/")).sort()).toEqual(
    BOARDS.map((name) => `homeassistant/update/${name}/firmware/config`),
  );
  const { boards } = JSON.parse(stdout) as { boards: readonly { board: string; wave: number }[] };
  expect(boards.map(({ board, wave }) => `${board} ${wave}`)).toEqual(["hall 1", "bench 2", "desk 2"]);
});
