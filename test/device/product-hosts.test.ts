/** The default servers of a product of suite or studio: its own host, and the one for all products. */

import { afterEach, beforeEach, expect, it } from "vitest";
import { serversOf } from "../../scripts/boards/servers.ts";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { shipped, shippedScript } from "../support/bundles.ts";
import { watchConsole, type Console } from "../support/console.ts";

const BOARD = shipped("esp32-devkit-suite");
const SCRIPT = await shippedScript(BOARD.name);
const [OWN = "", COMMON = ""] = serversOf(BOARD).map(({ host, port }) => `${host}:${port}`);
const TO_OWN = `OneNET: connecting to ${OWN}`;
const TO_COMMON = `OneNET: connecting to ${COMMON}`;
const ONLINE = "OneNET: online";

let stage: Stage;
let console: Console;
beforeEach(async () => {
  stage = await setStage(BOARD, SCRIPT);
  console = watchConsole(stage.device);
});
afterEach(() => stage.close());

function connections(): string[] {
  return console.lines.filter((line) => line.startsWith("OneNET: "));
}

it("a new product's board needs only the host of its own", async () => {
  Reflect.deleteProperty(stage.network, COMMON);
  await stage.device.start();
  await console.next(/^OneNET: online$/);
  expect(connections()).toEqual([TO_OWN, ONLINE]);
});

it("an old product's board, whose own host is unknown, is on the common one after a second, and stays with it", async () => {
  Reflect.deleteProperty(stage.network, OWN);
  const before = stage.device.clock.now();
  await stage.device.start();
  await console.next(/^OneNET: no connection/);
  await console.next(/^OneNET: online$/, 3000);
  expect(connections()).toEqual([
    TO_OWN,
    "OneNET: no connection: Unable to locate host; next try in 1 s",
    TO_COMMON,
    ONLINE,
  ]);
  expect(stage.device.clock.now() - before).toBeLessThan(5000);
  stage.device.air.drop();
  await console.next(/^OneNET: online$/, 10_000);
  expect(connections().slice(4)).toEqual([TO_COMMON, ONLINE]);
});
