/** The page's downloads: complete, whatever a device is called, and without secrets. */

import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { findBrowser } from "../../scripts/cli/browser.ts";
import { createWireTap } from "../../scripts/web-console/wire-tap.ts";
import { turnTo, setScene } from "./console-page.ts";

/** Formulas, quotes, every kind of line end, half a character, and text that ends a script or a string. */
const NAMES = [
  '=cmd|"/C calc"!A0',
  "+1\tx",
  "-1,2;3",
  "@SUM(A1)",
  "quote \" and \\ and '",
  "two\r\nlines\u2028three\u2029four\u0085",
  "</script><b>",
  "half \ud800 a character",
  "温度\0",
];

const SECRET = "s3cret-t0ken";

const field = (text: string) => Buffer.from([0, text.length, ...Buffer.from(text)]);

/** A CONNECT with the secret as its password, and `more` before the client identifier. */
function connect(protocol: string, level: number, flags: number, ...more: Buffer[]): Buffer {
  const head = Buffer.from([level, flags, 0, 60]);
  const body = [field(protocol), head, ...more, field("d1"), field("user"), field(SECRET)];
  const bytes = Buffer.concat(body);
  return Buffer.concat([Buffer.from([0x10, bytes.length]), bytes]);
}

describe.skipIf(findBrowser() === undefined)("web console", () => {
  it("saves every packet, whatever its name, as JSON and as a hex dump for Wireshark", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    const bytes = Buffer.concat([Buffer.from([0x30, 7]), field("$dp"), Buffer.from("=1")]);
    const packet = {
      time: Date.now(),
      way: "up",
      board: "hostile",
      connection: 9,
      length: bytes.length,
    } as const;
    for (const who of NAMES) scene.feed.packet({ ...packet, who, bytes });
    const board = scene.feed.board("board");
    if (!board) throw new Error("no board");
    for (const title of NAMES) scene.feed.addBoard({ ...board, id: title, title, device: title });
    await page.getByText(`of ${NAMES.length + 1} online`).waitFor();
    await turnTo(page, "wire");
    await page.getByRole("button", { name: "Pause" }).click();
    const saved = JSON.parse(await save(page, "Download JSON")) as { who: string; hex: string }[];
    const hostile = saved.filter(({ hex }) => hex === bytes.toString("hex"));
    expect(hostile.map(({ who }) => who)).toEqual(NAMES);
    const dump = await save(page, "Download hex");
    const strange = dump
      .split("\n")
      .filter((line) => !/^([OI] \d{4}-\d\d-\d\dT[\d:.]{12}Z|[\da-f]{6}( [\da-f]{2}){1,16}|)$/.test(line));
    expect(strange).toEqual([]);
    expect(dump.match(/^[OI]/gm)).toHaveLength(saved.length);
  });

  it("saves no secrets, whatever the protocol, well-formed or not", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    await page.locator('[data-online="true"]').waitFor();
    const tap = createWireTap(scene.feed, () => ({ board: "board", who: "stranger" }));
    const hostile = [
      connect("MQTT", 4, 0xc2),
      connect("MQTT", 5, 0xc2, Buffer.from([5, 0x11, 0, 0, 0, 9])), // properties come first
      connect("MQIsdp", 3, 0xc2),
      connect("MQTT", 4, 0x02), // flags without a password
      connect("MQTT", 4, 0xc6), // flags of a missing will
      Buffer.from(`GET /register?key=${SECRET} HTTP/1.1\r\nauthorization: ${SECRET}\r\n\r\n`),
    ];
    hostile.forEach((bytes, index) => {
      for (const byte of bytes) tap.bytes(100 + index, "up", Buffer.from([byte]));
    });
    await turnTo(page, "wire");
    await page.getByLabel("Filter", { exact: true }).fill("connect");
    await expect.poll(() => page.locator(".packet", { hasText: "CONNECT" }).count()).toBeGreaterThan(5);
    await page.getByLabel("Filter", { exact: true }).fill("");
    const { authInfo } = scene.stage.board.onenet as { readonly authInfo?: string };
    for (const name of ["Download JSON", "Download hex"]) {
      const text = await save(page, name);
      const raw = text.replace(/^[\da-f]{6} |\s/gm, "");
      for (const secret of [SECRET, authInfo ?? ""]) {
        expect(secret).not.toBe("");
        expect(text).not.toContain(secret);
        expect(raw).not.toContain(Buffer.from(secret).toString("hex"));
      }
    }
  });
});

/** Clicks a button. @returns the text of the saved file */
async function save(page: Page, name: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name }).click(),
  ]);
  return readFile(await download.path(), "utf8");
}
