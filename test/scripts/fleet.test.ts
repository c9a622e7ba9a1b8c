/** What `npm run fleet` refuses. */

import { expect, it } from "vitest";
import { runHere } from "../support/run-here.ts";

it.each([
  [
    "a board of OneNET without a server of one's own",
    [],
    1,
    /^error: esp32-devkit is for OneNET, .*give --local/,
  ],
  [
    "QoS 2 at OneNET",
    ["--local", "--qos", "2"],
    1,
    /^error: esp32-devkit is multiprotocol: OneNET has no QoS 2/,
  ],
  [
    "a plain board at a local OneNET",
    ["esp32-devkit-plain", "--local"],
    1,
    /^error: esp32-devkit-plain is for a plain/,
  ],
  ["a rate of nothing", ["--local", "--rate", "0"], 2, /^error: .*Must be a number from 0\.01 to 100\./],
  ["two servers in one", ["--local", "--host", "127.0.0.1"], 2, /^error: .*cannot be used with/],
])("refuses %s", async (_what, args, code, error) => {
  const found = await runHere("fleet", args);
  expect(found).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(error) as string });
});
