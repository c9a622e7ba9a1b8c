/** Services of the thing model that a board's own code provides, on the virtual board. */

import { once } from "node:events";
import { resolve } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { setStage } from "../../scripts/stage/index.ts";
import { RGB, studio } from "../support/boards.ts";
import { buildScript } from "../support/bundles.ts";

const made = studio({ led: RGB });
if (made.onenet.generation !== "studio") throw new Error("not studio");
const own: typeof made = {
  ...made,
  name: "own-services",
  onenet: { ...made.onenet, services: ["blink", "fail", "echo", "party"] },
  code: {
    file: resolve("test/support/lamp-code.ts"),
    starts: true,
    sources: ["lux"],
    commands: ["blink", "fail", "echo", "party"],
  },
  streams: [{ id: "lux", source: "lux", period: 60, dpType: 3 }],
};

it("services of own code get their input and answer, or fail with an error code", async () => {
  const stage = await setStage(own, await buildScript(own));
  onTestFinished(() => stage.close());
  const { platform, server } = stage;
  const name = own.onenet.device;
  const ready = once(server.events, "ready");
  await stage.device.start();
  await ready;
  const invoke = (service: string, params = {}) => platform.invoke(name, service, params);
  expect(await invoke("blink", { times: 3 })).toMatchObject({ code: 200, data: { answer: "blinks 3" } });
  expect(await invoke("party")).toMatchObject({ code: 200, data: { answer: "#202020!" } });
  expect(await invoke("fail")).toEqual({ code: 400, message: "no " });
  const params = { 名: '温"\\\n', list: [1, true, null, { a: "" }] };
  const { data } = await invoke("echo", params);
  expect(JSON.parse((data as { answer: string }).answer)).toEqual(params);
  await expect.poll(() => platform.datapoints(name, "lux").length).toBeGreaterThan(0);
  expect(await platform.getProperty(name, ["lux"])).toMatchObject({ code: 200, data: { lux: 42.5 } });
  expect(await server.command('blink {"times":5}', 60_000)).toBe('{"answer":"blinks 5"}');
  expect(await server.command("fail", 60_000)).toBe("error: no ");
  await expect(server.command("blink five", 60_000)).rejects.toThrow("must be a JSON object");
  expect(platform.violations).toEqual([]);
});
