/** Words, buttons and rules of a board with parts that name the commands of `remote`. */

import { afterEach, expect, it } from "vitest";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { buildScript } from "../support/bundles.ts";
import { equipped } from "../support/equipped.ts";
import { startOn } from "../support/started.ts";

const BOARD = {
  ...equipped("plain", {
    parts: {
      lamp: { kind: "light", pin: 2 },
      door: { kind: "contact", pin: 14 },
      key: { kind: "button", pin: 13, press: "identify" },
    },
    words: { 重启: "restart", quiet: "log off" },
    rules: [{ when: "door opens", do: "log problems" }],
    remote: { log: "all" },
    streams: [{ id: "switch", source: "commands", period: 600 }],
  }),
  name: "equipped-remote",
};

let stage: Stage | undefined;
afterEach(() => stage?.close());

it("reaches them by command, word, JSON, button and rule", async () => {
  stage = await setStage(BOARD, await buildScript(BOARD));
  const { device, lines, pass, send } = await startOn(stage);
  device.setLevel(14, 0); // the door's contact to ground is closed
  expect(await send("log")).toBe("all");
  expect(await send("Quiet")).toBe("off");
  expect(await send('{"log":"problems"}')).toBe("log: problems");
  expect(await send("log all")).toBe("all");
  expect(await send("重启")).toBe("error: not in the first minute");
  expect(await send("restart now")).toMatch(/^error: unknown command "restart now"/);
  await pass(2000);
  device.setLevel(14, 1);
  await pass(2000);
  expect(await send("log")).toBe("problems");
  device.setLevel(13, 0);
  await pass(100);
  device.setLevel(13, 1);
  await pass(100);
  expect(lines.at(-1)).toBe("Command: blinking");
  await pass(60_000);
  expect(await send("重启")).toBe("restarting");
  await pass(4000);
  expect(lines).toContain("Restart by a command: rebooting");
});
