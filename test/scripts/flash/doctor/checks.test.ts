/** The doctor's findings for a board that answers: each check, with the faults it is meant to detect. */

import { describe, expect, it } from "vitest";
import { judgeNames, judgeNode, judgeToken } from "../../../../scripts/flash/doctor/checks/computer.ts";
import { suite, LATER } from "../../../support/boards.ts";
import { shipped } from "../../../support/bundles.ts";
import { boardFolder, COMPLETE, NOW, STUDIO, SUITE } from "../../boards/board-folder.ts";
import { answerDatagrams, healthy, listen, look, standIn, timeAnswer } from "./stand-in.ts";

const DAY = 86_400;

describe("this computer and the board file", () => {
  it("a supported version of Node, and one that is too old", () => {
    expect(judgeNode("20.19.0", ">=20.19").state).toBe("ok");
    expect(judgeNode("22.1.0", ">=20.19").state).toBe("ok");
    expect(judgeNode("20.18.9", ">=20.19")).toMatchObject({
      state: "wrong",
      remedy: expect.stringContaining("20.19") as string,
    });
  });

  it("a file with mistakes: reports them, and checks the rest", async () => {
    const directory = boardFolder({ "attic.json": { ...COMPLETE, chip: "esp33" } });
    const found = await look({ name: "attic" }, { directory });
    expect(found.row("board file")).toMatchObject({
      state: "wrong",
      remedy: expect.stringContaining("docs/boards.md") as string,
    });
    expect(found.row("board file").found).toContain("attic.json: chip: ");
    expect(found.row("token")).toMatchObject({ state: "skipped", found: "the board file does not load" });
  });

  it.each([
    ["suite", SUITE],
    ["studio", STUDIO],
  ])("a token of %s that has expired", async (_generation, board) => {
    const onenet = { ...board.onenet, expires: "2026-01-31" };
    const directory = boardFolder({ "attic.json": { ...board, onenet } });
    const on = (day: number) => look({ name: "attic" }, { directory, now: () => (NOW + day * DAY) * 1000 });
    expect((await on(0)).row("token")).toMatchObject({
      state: "ok",
      found: expect.stringMatching(/^opens this device until 2026-01-31 23:59:59 UTC$/) as string,
    });
    expect((await on(2)).row("token").state).toBe("warning");
    const late = await on(40);
    expect(late.row("token")).toEqual({
      check: "token",
      state: "wrong",
      found: "expired at 2026-01-31 23:59:59 UTC: the platform refuses the board's log-in",
      remedy: "choose a later onenet.expires, build, and flash",
    });
    expect(late.wrong).toEqual(["token"]);
  });

  it("a key that looks truncated", () => {
    const board = suite({}, LATER + 60 * DAY);
    const onenet = { ...board.onenet, key: "c2hvcnQ=" } as typeof board.onenet;
    expect(judgeToken({ ...board, onenet }, LATER)).toMatchObject({
      state: "warning",
      found: expect.stringContaining("its key is short") as string,
    });
    expect(judgeToken(board, LATER).state).toBe("ok");
  });

  it("a network name and a password that Espruino cuts [chip F47]", () => {
    expect(judgeNames({ ssid: "x".repeat(31), password: "y".repeat(63) }).state).toBe("ok");
    expect(judgeNames({ ssid: "x".repeat(32), password: "" })).toMatchObject({
      state: "wrong",
      found: expect.stringContaining("cuts it to 31") as string,
    });
    expect(judgeNames({ ssid: "x", password: "f".repeat(64) })).toMatchObject({
      state: "wrong",
      found: expect.stringContaining("cuts it to 63") as string,
    });
    expect(judgeNames({ ssid: "教室里的灯在二楼走廊", password: "" }).found).toContain("30 bytes");
    expect(judgeNames({ ssid: "教室里的灯在二楼走廊边", password: "" })).toMatchObject({
      state: "wrong",
      found: expect.stringContaining("33 bytes: Espruino cuts it to 31") as string,
    });
    expect(judgeNames({ ssid: "attic ", password: "y" }).state).toBe("warning");
    expect(judgeNames({ ssid: "attic", password: "" }).found).not.toContain("attic");
  });
});

describe("a board that answers", () => {
  it("is healthy: no findings, and every fact as expected", async () => {
    const found = await look({ port: await standIn(healthy()) });
    expect(found.wrong).toEqual([]);
    expect(found.row("chip").found).toBe("esp32, as the board file says");
    expect(found.row("memory").found).toBe("2300 of 2700 variables are free, each of 9 to 10 characters");
    expect(found.facts.filter(({ state }) => state === "differs")).toEqual([]);
  });

  it("is another chip", async () => {
    const globals = healthy();
    const process = { ...(globals["process"] as object), env: { VERSION: "2v29", BOARD: "ESP32C3_IDF4" } };
    const found = await look({ port: await standIn(healthy({ process })) });
    expect(found.row("chip")).toMatchObject({
      state: "wrong",
      remedy: 'write "chip": "esp32c3", build, and flash',
    });
  });

  it("runs an old Espruino", async () => {
    const process = { env: { VERSION: "2v08", BOARD: "ESP32" }, memory: () => ({}) };
    const found = await look({ port: await standIn(healthy({ process })) });
    expect(found.row("interpreter")).toMatchObject({
      state: "wrong",
      found: expect.stringContaining("too old") as string,
    });
    expect(found.row("memory")).toMatchObject({ state: "skipped" });
  });

  it("is short of variables", async () => {
    const globals = healthy();
    const process = {
      ...(globals["process"] as object),
      memory: () => ({ free: 90, total: 1600, blocksize: 12 }),
    };
    const found = await look({ port: await standIn(healthy({ process })) });
    expect(found.row("memory")).toMatchObject({
      state: "wrong",
      found: "90 of 1600 variables are free, each of 8 to 8 characters",
    });
  });

  it("has a nearly full flash, or would have without a compaction", async () => {
    const storage = (freeBytes: number, trashBytes: number) =>
      healthy(
        {},
        {
          Storage: { read: () => undefined, getStats: () => ({ totalBytes: 917504, freeBytes, trashBytes }) },
        },
      );
    const full = await look({ port: await standIn(storage(4000, 500)) });
    expect(full.row("flash")).toMatchObject({
      state: "wrong",
      found: expect.stringContaining("nearly full") as string,
      remedy: expect.stringContaining('require("Storage").list()') as string,
    });
    const untidy = await look({ port: await standIn(storage(4000, 500_000)) });
    expect(untidy.row("flash")).toMatchObject({
      state: "warning",
      remedy: "npm run flash will compact it first",
    });
  });

  it("has files that run before the program [chip F24]", async () => {
    const read = (name: string) => (name === ".boot1" || name === ".bootrst" ? "x" : undefined);
    const Storage = { read, getFree: () => 800_000 };
    const found = await look({ port: await standIn(healthy({}, { Storage })) });
    expect(found.row("before the program")).toMatchObject({
      state: "warning",
      found: expect.stringMatching(/^\.boot1, \.bootrst runs in its place/) as string,
    });
    expect(found.row("program")).toMatchObject({ state: "warning", found: "none in flash" });
  });

  it("has no program: the remedy does not repeat the console's token, which the report would keep", async () => {
    const board = await standIn(healthy({}, { Storage: { read: () => undefined, getFree: () => 1e6 } }));
    const { remedy } = (await look({ port: board.replace("tcp://", "tcp://:1234@") })).row("program");
    expect(remedy).toBe(`npm run flash -- esp32-devkit --port ${board}`);
  });

  it("has a saved Wi-Fi configuration [chip F26]", async () => {
    const read = (name: string) => (name === ".wificfg" ? "{" : undefined);
    const found = await look({ port: await standIn(healthy({}, { Storage: { read, getFree: () => 1e6 } })) });
    expect(found.row("saved Wi-Fi")).toMatchObject({
      state: "warning",
      remedy: expect.stringContaining('save("clear")') as string,
    });
  });

  it.each([
    [1e9, "warning", "not set"],
    [NOW * 1000 - 7_200_000, "warning", "7200 s behind this computer's"],
    [NOW * 1000 + 60_000, "warning", "60 s ahead of this computer's"],
    [NOW * 1000 + 1000, "ok", "matches this computer's"],
  ])("has its clock at %d", async (time, state, words) => {
    const Date = { now: () => time };
    const found = await look({ port: await standIn(healthy({ Date })) }, { now: () => NOW * 1000 });
    expect(found.row("clock")).toMatchObject({ state, found: words });
  });

  it.each([
    [{ station: "NO_AP_FOUND", mode: "STA" }, "wrong", /^not connected: NO_AP_FOUND/],
    [
      { station: "connected", ssid: "neighbour", rssi: -60, mode: "STA" },
      "warning",
      /not the one in the board file/,
    ],
    [{ station: "connected", ssid: "your-wifi", rssi: -80, mode: "STA" }, "warning", /-80 dBm.*weak/],
    [{ station: "connected", ssid: "your-wifi", rssi: -90, mode: "STA" }, "wrong", /too weak/],
  ])("has Wi-Fi state %j", async (status, state, words) => {
    const wifi = { getStatus: () => status, getDetails: () => ({}), getIP: () => ({ ip: "192.168.77.20" }) };
    const found = await look({ port: await standIn(healthy({}, { Wifi: wifi })) });
    expect(found.row("Wi-Fi").state).toBe(state);
    expect(found.row("Wi-Fi").found).toMatch(words);
    expect(JSON.stringify(found.rows)).not.toContain("neighbour");
  });

  it("opens its own network [chip F20]", async () => {
    const wifi = {
      getStatus: () => ({ station: "connected", mode: "APSTA" }),
      getDetails: () => ({}),
      getIP: () => ({}),
      getAPDetails: () => ({ authMode: "open" }),
    };
    const found = await look({ port: await standIn(healthy({}, { Wifi: wifi })) });
    expect(found.row("access point")).toMatchObject({
      state: "wrong",
      remedy: expect.stringContaining("flash") as string,
    });
  });

  it.each([
    [{ advertising: true }, "wrong"],
    [{ advertising: false }, "ok"],
    [undefined, "skipped"],
  ])("reports Bluetooth %j [chip F15]", async (status, state) => {
    const found = await look({ port: await standIn(healthy({ NRF: { getSecurityStatus: () => status } })) });
    expect(found.row("Bluetooth").state).toBe(state);
  });
});

describe("telnet [chip F13]", () => {
  const ADDRESS = "192.168.77.20";

  it("open: says what to do", async () => {
    const telnet = await listen((socket) => socket.end());
    const leads = { [`${ADDRESS}:23`]: telnet };
    const found = await look({
      port: await standIn(healthy()),
      isOffline: false,
      leads: { ...leads, ...(await servers()) },
    });
    expect(found.row("telnet")).toMatchObject({
      state: "wrong",
      found: expect.stringMatching(/^open: /) as string,
      remedy: expect.stringMatching(/flash this firmware.*console\.telnet/) as string,
    });
    expect(found.wrong).toEqual(["telnet"]);
  });

  it("closed", async () => {
    const leads = { [`${ADDRESS}:23`]: 1 };
    const found = await look({
      port: await standIn(healthy()),
      isOffline: false,
      leads: { ...leads, ...(await servers()) },
    });
    expect(found.row("telnet")).toMatchObject({ state: "ok", found: "closed" });
  });

  it("is tried only at private addresses", async () => {
    const wifi = {
      getStatus: () => ({ station: "connected" }),
      getDetails: () => ({}),
      getIP: () => ({ ip: "93.184.216.34" }),
    };
    const found = await look({
      port: await standIn(healthy({}, { Wifi: wifi })),
      isOffline: false,
      leads: await servers(),
    });
    expect(found.row("telnet")).toMatchObject({ state: "skipped" });
  });

  it("is not tried while the doctor itself uses it", async () => {
    const port = await standIn(
      healthy(
        {},
        {
          Wifi: {
            getStatus: () => ({ station: "connected" }),
            getDetails: () => ({}),
            getIP: () => ({ ip: "127.0.0.1" }),
          },
        },
      ),
    );
    const openPort = () => import("../../../../scripts/flash/port.ts").then((lib) => lib.openPort(port));
    const found = await look(
      { port: "tcp://127.0.0.1", isOffline: false, leads: await servers() },
      { openPort },
    );
    expect(found.row("telnet").state).toBe("wrong");
  });

  /** The routes for the board file's servers. */
  async function servers(): Promise<Record<string, number>> {
    const { onenet, time } = shipped("esp32-devkit");
    return {
      [`${onenet.server}:${onenet.port}`]: await listen(() => undefined),
      [`${time?.server ?? ""}:123`]: await answerDatagrams(() => timeAnswer(Date.now())),
    };
  }
});
