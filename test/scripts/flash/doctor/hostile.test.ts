/** A port's other end may send anything: output is bounded, shown as plain text, and never controls the doctor. */

import { describe, expect, it } from "vitest";
import { readable } from "../../../../scripts/boards/wifi.ts";
import { markdownOf, redacted, tableOf } from "../../../../scripts/flash/doctor/report.ts";
import { bytesOf, TEXTS } from "../../../support/texts.ts";
import { networkMark, redactor, asText } from "../../../../scripts/flash/doctor/text.ts";
import { registering, suite } from "../../../support/boards.ts";
import { shipped } from "../../../support/bundles.ts";
import { healthy, listen, look, standIn, type Found } from "./stand-in.ts";

const HEADING = { board: "b", port: undefined, date: "2026-01-01", node: "v20", system: "linux" };
const NASTY = "\x1b[2J\x1b]0;owned\x07<script>alert(1)</script>|`$(rm)`\u202e\r\n| x |";

describe("a console that receives no input [chip F37]", () => {
  it("but prints: says which socket to use", async () => {
    const port = await listen((socket) => {
      const timer = setInterval(() => socket.write("Wi-Fi: joining attic\r\n"), 50);
      socket.on("close", () => clearInterval(timer));
    });
    const found = await look({ name: "esp32-c3-devkitm", port: `tcp://127.0.0.1:${port}`, patience: 500 });
    expect(found.row("console")).toMatchObject({
      state: "wrong",
      found: expect.stringContaining(
        "prints output but receives no input; its last line: Wi-Fi: joining attic",
      ) as string,
      remedy: expect.stringMatching(/the chip's own USB.*other socket, marked USB/) as string,
    });
    expect(found.wrong).toEqual(["console"]);
    expect(found.row("memory")).toMatchObject({ state: "skipped" });
  });

  it("and prints nothing", async () => {
    const port = await listen(() => undefined);
    const found = await look({ port: `tcp://127.0.0.1:${port}`, patience: 300 });
    expect(found.row("console")).toMatchObject({
      state: "wrong",
      found: expect.stringMatching(/^no response on/) as string,
      remedy: expect.stringContaining("EN or RST") as string,
    });
  });
});

describe("a port", () => {
  it("on which nothing listens", async () => {
    const found = await look({ port: "tcp://127.0.0.1:1" });
    expect(found.row("console")).toMatchObject({
      state: "wrong",
      found: "nothing listens on tcp://127.0.0.1:1",
    });
  });

  it("with an invalid address", async () => {
    const found = await look({ port: "tcp://" });
    expect(found.row("console")).toMatchObject({
      state: "wrong",
      remedy: expect.stringContaining("tcp://host:port") as string,
    });
  });

  it("missing: lists the available ones", async () => {
    const ports = [{ path: "/dev/ttyUSB7", what: "CP210x", isLikely: true }];
    const found = await look({}, { listPorts: () => Promise.resolve(ports) });
    expect(found.row("port")).toMatchObject({
      state: "skipped",
      found: "no --port given; there is /dev/ttyUSB7",
    });
    expect(found.wrong).toEqual([]);
  });

  it("on the wrong socket", async () => {
    const usb = { vendor: "10c4", product: "ea60" };
    const listed = [{ path: "tty", usb, what: "CP210x", isLikely: true, socket: "bridge" as const }];
    const openPort = () => Promise.reject(new Error("not in this test"));
    const found = await look(
      { name: "esp32-c3-devkitm", port: "tty" },
      { listPorts: () => Promise.resolve(listed), openPort },
    );
    expect(found.row("port")).toMatchObject({
      state: "warning",
      remedy: expect.stringContaining("other socket") as string,
    });
  });
});

describe("a board that lies", () => {
  it.each([
    ["escape sequences", { VERSION: "2v29", BOARD: NASTY, MODULES: NASTY }],
    ["a megabyte", { VERSION: "2v29", BOARD: "ESP32" + "x".repeat(1_000_000) }],
    ["numbers", { VERSION: "2v29", BOARD: "ESP32", STORAGE: "much", MODULES: 7 }],
  ])("with %s", async (_what, env) => {
    const process = { env, memory: () => ({ free: NASTY, total: {} }) };
    const found = await look({ port: await standIn(healthy({ process })), patience: 1500 });
    expect(everythingOf(found)).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f\u202e]/); // oxlint-disable-line no-control-regex -- that is the point
    expect(everythingOf(found).length).toBeLessThan(30_000);
    expect(markdownOf(HEADING, found)).not.toMatch(/(?<!\\)</);
  });

  it.each([
    ["garbage", "garbage"],
    ["half an object", '{"a":'],
    ["frames of nothing", "\x02\x02\x03\x03"],
    ["no JSON", "\x021:not json\x03"],
    ["10 000 bytes", "\x00\xff".repeat(5000)],
  ])("with %s for each answer", async (_what, answer) => {
    const port = await listen((socket) =>
      socket.on("data", () => socket.write(Buffer.from(answer, "latin1"))),
    );
    const found = await look({ port: `tcp://127.0.0.1:${port}`, patience: 300 });
    expect(found.row("console").state).toBe("wrong");
  });

  it("stops answering halfway: the rest is skipped at once", async () => {
    let questions = 0;
    const inner = await standIn(healthy());
    const { openPort } = await import("../../../../scripts/flash/port.ts");
    const port = await listen((socket) => {
      void openPort(inner).then((board) => {
        board.on("data", (bytes: Buffer) => questions < 12 && socket.write(bytes));
        socket.on("data", (bytes) => {
          questions += bytes.toString("latin1").split("\x10").length - 1;
          board.write(bytes);
        });
        socket.on("close", () => board.destroy());
      });
    });
    const started = Date.now();
    const found = await look({ port: `tcp://127.0.0.1:${port}`, patience: 1000 });
    expect(found.row("interpreter").state).toBe("ok");
    expect(found.rows.filter(({ found: why }) => why === "the board does not answer").length).toBeGreaterThan(
      1,
    );
    expect(Date.now() - started).toBeLessThan(10_000);
  });
});

it("Ctrl-C ends it, and releases the port", async () => {
  let isClosed = false;
  const stop = new AbortController();
  const port = await listen((socket) => {
    socket.resume().on("close", () => (isClosed = true));
    stop.abort(new Error("interrupted"));
  });
  await expect(look({ port: `tcp://127.0.0.1:${port}` }, {}, stop.signal)).rejects.toThrow("interrupted");
  await expect.poll(() => isClosed).toBe(true);
});

describe("a report", () => {
  it("has none of the board file's secrets, whatever the board prints", async () => {
    const board = shipped("esp32-devkit");
    const { onenet, wifi } = board;
    const authInfo = "authInfo" in onenet ? onenet.authInfo : "";
    const process = {
      env: { VERSION: "2v29", BOARD: `ESP32 ${authInfo}` },
      memory: () => ({ free: 2000, total: 2600 }),
    };
    const Wifi = {
      getStatus: () => ({ station: wifi.password, mode: wifi.ssid }),
      getDetails: () => ({}),
      getIP: () => ({}),
    };
    const found = await look({ port: await standIn(healthy({ process }, { Wifi })) });
    const text = markdownOf(HEADING, redacted(found, redactor(board)));
    for (const secret of [authInfo, wifi.password, wifi.ssid]) expect(text).not.toContain(secret);
    expect(text).toContain(networkMark(readable(wifi.ssid)).slice(-6));
    expect(text).not.toMatch(/240ac4/i); // nor the chip's address
  });

  it.each(TEXTS)(
    "redacts a network and its password in %s, as text and as a board's bytes",
    async (_kind, ssid) => {
      const board = { ...shipped("esp32-devkit"), wifi: { ssid, password: `${ssid}-password` } };
      const status = { station: "connected", ssid: bytesOf(ssid), rssi: -50, mode: "STA" };
      const Wifi = {
        getStatus: () => status,
        getDetails: () => ({}),
        getIP: () => ({ ip: "192.168.77.20" }),
      };
      const found = await look({ board, port: await standIn(healthy({}, { Wifi })) });
      const { mark } = /^(?<mark>network #\w+)/.exec(found.row("Wi-Fi").found)?.groups ?? {};
      expect(mark).toBe(networkMark(ssid));
      const said = `${ssid} ${board.wifi.password} ${bytesOf(ssid)} ${bytesOf(board.wifi.password)}`;
      expect(redactor(board)(said)).toBe("*** *** *** ***");
    },
  );

  it("redacts each generation's secrets", () => {
    const { onenet } = suite();
    const { key = "", token } = onenet as { key?: string; token: string };
    expect(redactor(suite())(`a ${key} b ${token} c`)).toBe("a *** b *** c");
    expect(redactor(registering())("AbC123")).toBe("***");
    const board = { ...shipped("esp32-devkit"), console: { password: "open sesame", telnet: false } };
    expect(redactor(board)("with open sesame")).toBe("with ***");
  });

  it("redacts a secret that shortening has cut", () => {
    const { onenet } = suite();
    const { token } = onenet as { token: string };
    const wifi = { ssid: "attic", password: "0123456789abcdef".repeat(4).slice(1) };
    const redact = redactor({ ...suite(), wifi });
    expect(redact(asText(wifi.password))).toBe("***…");
    expect(redact(asText({ station: wifi.password }))).toBe('{"station":"***…');
    expect(redact(asText(`with ${token}`, 100))).toBe("with ***…");
    expect(redact(`${asText("x".repeat(56) + wifi.password)} ${asText(token)}`)).toBe(
      `${"x".repeat(56)}***… ***…`,
    );
  });

  it("is safe for Markdown and for a terminal", () => {
    const row = {
      check: "x",
      state: "wrong",
      found: `a|b <i> ${NASTY.replace(/[^ -~]/g, "")}`,
      remedy: "[y](z)",
    } as const;
    const text = markdownOf(HEADING, { rows: [row], facts: [] });
    const cells = text.split("\n").find((line) => line.startsWith("| wrong"));
    expect(cells?.match(/(?<!\\)\|/g)?.length).toBe(5);
    expect(text).not.toMatch(/(?<!\\)</);
    expect(tableOf({ rows: [row], facts: [] })).toHaveLength(2);
  });

  it("has one line for checks that were skipped for the same reason", () => {
    const skipped = (check: string, found: string) => ({ check, found, state: "skipped" }) as const;
    const rows = [
      { ...skipped("port", "none"), remedy: "connect it" },
      skipped("a", "none"),
      skipped("b", "none"),
      { check: "c", found: "fine", state: "ok" } as const,
      skipped("d", "none"),
      skipped("e", "other"),
    ];
    const lines = tableOf({ rows, facts: [] }).map((line) => line.trim().replace(/ {2,}/g, "|"));
    expect(lines).toEqual([
      "skipped|port|none",
      "→ connect it",
      "skipped|a and 1 more|none",
      "ok|c|fine",
      "skipped|d|none",
      "skipped|e|other",
    ]);
  });

  it("shortens long text", () => {
    expect(asText("x".repeat(500))).toHaveLength(61);
    expect(asText(undefined)).toBe("nothing");
    expect(asText({ a: 1 })).toBe('{"a":1}');
  });
});

function everythingOf(found: Found): string {
  return [...tableOf(found), markdownOf(HEADING, found)].join("\n");
}
