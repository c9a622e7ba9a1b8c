import { EventEmitter } from "node:events";
import { afterEach, expect, it, vi } from "vitest";
import type { Data } from "../../../scripts/local-onenet/data.ts";
import type { LocalOneNet } from "../../../scripts/local-onenet/index.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules(); // other tests in this process speak English
});

it("the log is Chinese on the terminal and English in the file", async () => {
  vi.stubEnv("LC_ALL", "zh_CN.UTF-8");
  vi.stubEnv("NO_COLOR", "1");
  vi.resetModules();
  const { keepLog, logPlatform } = await import("../../../scripts/local-onenet/log.ts");
  const events = new EventEmitter();
  const platform = Object.assign(events, { registry: { devices: new Map() } }) as unknown as LocalOneNet;
  const shown: string[] = [];
  const kept: string[] = [];
  logPlatform(platform, (line) => void shown.push(typeof line === "string" ? line : line()));
  keepLog(platform, { addLine: (_device: string, text: string) => void kept.push(text) } as unknown as Data);
  events.emit("offline", { device: "lamp", why: "the device sent DISCONNECT" });
  expect(kept).toEqual(["offline: the device sent DISCONNECT"]);
  expect(shown).toEqual([expect.stringMatching(/lamp 离线：设备.*DISCONNECT/)]);
});
