/** How these tests read the interpreter's output and the environment. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { printed, readModules } from "./espruino.ts";

it("ignores the interpreter's messages about its input under load", () => {
  const output = "logo espruino.com/Donate\n1\r\nNew interpreter error: FIFO_FULL\r\n2\r\n>";
  expect(printed(output)).toEqual(["1", "2"]);
});

it.each(["New interpreter error: MEMORY", "New interpreter error: FIFO_FULL,MEMORY", "a FIFO_FULL"])(
  "takes %s for a line of the script",
  (line) => expect(printed(`espruino.com/Donate\n${line}\n>`)).toEqual([line]),
);

it("reports a wrong ESPRUINO_MODULES, and continues", async () => {
  const empty = await mkdtemp(join(tmpdir(), "modules-"));
  onTestFinished(() => rm(empty, { recursive: true }));
  expect(readModules("/nowhere", ["DHT22"])).toEqual({
    modules: [],
    missing: expect.stringMatching(
      /^ESPRUINO_MODULES is \/nowhere, and .*DHT22\.js cannot be read \(ENOENT\)/,
    ) as string,
  });
  expect(readModules(empty, ["DHT22"]).missing).toContain("ESPRUINO_MODULES is ");
  expect(readModules(undefined, ["DHT22"]).missing).toMatch(/^set ESPRUINO_MODULES to a folder/);
  await writeFile(join(empty, "DHT22.js"), "exports");
  expect(readModules(empty, ["DHT22"])).toEqual({
    modules: [{ name: "DHT22", text: "exports" }],
    missing: "",
  });
});
