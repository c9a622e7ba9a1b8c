/** The doctor's checks of the facts in docs/chip.md: expected results per image, and deviations. */

import { describe, expect, it } from "vitest";
import { healthy, look, standIn, type Globals } from "./stand-in.ts";
import { targetOf } from "../../../../scripts/flash/doctor/target.ts";
import { PROBES } from "../../../../scripts/flash/doctor/probes.ts";
import { FACTS } from "../../../../scripts/flash/doctor/facts.ts";
import { TRIALS } from "../../../../scripts/flash/doctor/trials.ts";
import { shipped } from "../../../support/bundles.ts";

/** A board with this `process.env`. */
function board(env: object, memory: object = {}, changes: Partial<Globals> = {}): Globals {
  return healthy({ process: { env: { VERSION: "2v29", ...env }, memory: () => memory }, ...changes });
}

/** The expected observations for an image. */
async function expectedOn(build: string, version = "2v29"): Promise<Record<string, string | undefined>> {
  const target = targetOf({ build, version, storage: undefined, modules: [] }, undefined);
  const none = undefined as never; // F41 is observed only on builds that are not for a chip
  const all = PROBES.map(async ({ fact, expected }) => [fact, await expected(target, none)] as const);
  return Object.fromEntries(await Promise.all(all));
}

it("each image has its own facts [chip F6] [chip F23] [chip F40] [chip F41] [chip F46]", async () => {
  expect(await expectedOn("ESP32")).toEqual({
    F6: "dgram, http",
    F10: "tls",
    F13: "TelnetServer",
    F23: "896 kB",
    F27: "negated",
    F28: undefined,
    F40: "at most 16383",
    F41: "9, then 10",
    F46: "SHA1, SHA224, SHA256, SHA384, SHA512",
    F38: "some",
  });
  expect(await expectedOn("ESP32C3_IDF4")).toMatchObject({
    F13: "none",
    F27: "not negated",
    F40: "at most 16383",
  });
  expect(await expectedOn("ESP32C3_IDF4", "2v29.301")).toMatchObject({
    F40: "at most 4095",
    F41: "8, then 9",
  });
  expect(await expectedOn("ESP32S3_IDF4")).toMatchObject({
    F13: "TelnetServer",
    F27: "not negated",
    F41: "9, then 10",
  });
  expect(await expectedOn("ESP8266_4MB")).toMatchObject({
    F10: "none",
    F23: "192 kB",
    F40: "at most 1600",
    F41: "8, then 8",
    F46: "SHA1",
  });
  expect(await expectedOn("ESP8266_BOARD")).toMatchObject({
    F13: "none",
    F23: "16 kB",
    F40: "at most 1700",
    F46: "none",
  });
});

describe("a fact that differs from the page", () => {
  it.each([
    ["F6", { MODULES: "Storage,net" }, "none"],
    ["F13", { MODULES: "Storage,net,dgram,http" }, "none"],
    ["F23", { STORAGE: 262_144 }, "256 kB"],
    ["F46", { MODULES: "crypto" }, "SHA1, SHA256"],
  ] as const)("%s", async (fact, env, seen) => {
    const globals = board({ BOARD: "ESP32", ...env });
    const port = await standIn({
      ...globals,
      modules: { ...globals.modules, crypto: { SHA1: 1, SHA256: 1 } },
    });
    expect((await look({ port })).fact(fact)).toMatchObject({ state: "differs", seen });
  });

  it("D0 not negated, or unknown [chip F27]", async () => {
    const seen = async (D0: object) =>
      (await look({ port: await standIn(board({ BOARD: "ESP32" }, {}, { D0 })) })).fact("F27");
    expect(await seen({ getInfo: () => ({}) })).toMatchObject({
      state: "differs",
      expected: "negated",
      seen: "not negated",
    });
    expect(await seen({})).toMatchObject({ state: "skipped", seen: "only 2v29 and later report it" });
  });

  it("a pin that can be watched after all: the watch is removed at once [chip F28]", async () => {
    const watches = new Set([7]);
    const changes = { setWatch: () => (watches.add(8), 8), clearWatch: (id: number) => watches.delete(id) };
    const found = await look({ port: await standIn(board({ BOARD: "ESP32" }, {}, changes)) });
    expect(found.fact("F28")).toMatchObject({ state: "differs", seen: "D12 is watched" });
    expect([...watches]).toEqual([7]);
  });

  it("more variables than possible", async () => {
    const found = await look({
      port: await standIn(board({ BOARD: "ESP8266_4MB" }, { total: 1700, free: 900 })),
      name: "tpyboard-v202",
    });
    expect(found.fact("F40")).toMatchObject({ state: "differs", expected: "at most 1600", seen: "1700" });
  });

  it("another number of characters per variable", async () => {
    const E = { getSizeOf: (text: string) => Math.ceil(text.length / 8), CRC32: () => 0, internal: {} };
    const found = await look({ port: await standIn(board({ BOARD: "ESP32" }, { blocksize: 14 }, { E })) });
    expect(found.fact("F41")).toMatchObject({ state: "differs", expected: "9, then 10", seen: "8, then 8" });
  });
});

describe("a trial that changes something", () => {
  it("does not run without consent", async () => {
    const done: string[] = [];
    const forbidden = (name: string) => () => void done.push(name);
    const changes = Object.fromEntries(
      [
        "setTime",
        "setInterval",
        "setTimeout",
        "analogWrite",
        "digitalWrite",
        "pinMode",
        "digitalRead",
        "load",
        "reset",
      ].map((name) => [name, forbidden(name)]),
    );
    const E = {
      ...(healthy()["E"] as object),
      reboot: forbidden("reboot"),
      setBootCode: forbidden("setBootCode"),
    };
    const found = await look({ port: await standIn(healthy({ ...changes, E })) });
    expect(found.facts.filter(({ seen }) => seen === "not asked").length).toBe(TRIALS.length);
    expect(done).toEqual([]);
  });

  it("uses no pin the board uses", () => {
    const env = { build: "ESP32", version: "2v29", storage: undefined, modules: [] };
    const devkit = shipped("esp32-devkit");
    expect(targetOf(env, devkit).free).not.toContain(2); // its LED
    expect(targetOf(env, devkit).free).toContain(12);
    expect(targetOf(env, shipped("esp32-devkit-button")).free).toEqual([]); // own code may use any
    expect(targetOf(env, undefined).free).toEqual([]);
  });
});

it("demonstrates a fact of the page", () => {
  const ids = FACTS.map(({ id }) => id);
  for (const { fact } of [...PROBES, ...TRIALS]) expect(ids).toContain(fact);
});
