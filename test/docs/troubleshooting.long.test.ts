/** The firmware prints every line in docs/troubleshooting.md, and every text it prints is there. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "../../scripts/compile/typescript.js";
import { describe, expect, it } from "vitest";
import { buildScript } from "../support/bundles.ts";
import type { Exchange } from "../exchanges/exchange.ts";
import { exchangeOf } from "../exchanges/index.ts";
import { play } from "../support/play.ts";
import { consoleOf, explain, readPage } from "../support/troubleshooting-page.ts";
import { makeVirtualRig } from "../support/virtual-rig.ts";
import { LINES, provocationOf } from "./provoked-lines.ts";

const PAGE = readPage("docs/troubleshooting.md");

/** Pages that have the lines of a single feature. */
const PAGES = ["docs/updates.md", "docs/setup.md", "docs/battery.md"];

/** Texts in the firmware's sources that no board prints. */
const NEVER_PRINTED = [
  // Answers to applications.
  "there is no value of",
  "there is no service",
  // Answers to commands, and lines that are sent from afar.
  "error: log takes off, problems or all",
  "error: no light to blink",
  "error: not in the first minute",
  "lines left out",
  "resting for an hour",
  "safe mode",
  // Part of a message for Home Assistant.
  // Ruled out by the check of board files.
  "$dp type 7 numbers its data streams 1 to 65535, not",
  "a password needs a user name [MQTT-3.1.2-22]",
  "an empty client id needs a clean session [MQTT-3.1.3-7]",
  "values; $dp type 7 takes 500 in a frame",
  // More than a chip can hold.
  "over 65535 bytes",
  // The interpreter's message, which is replaced by another.
  "Unable to create socket",
  // Parts of HTTP.
  "/fuse-ota/",
  "200 OK",
  "400 Bad Request",
  "403 Forbidden",
  "409 Conflict",
  "411 Length Required",
  "413 Content Too Large",
  "Authorization:",
  "Cache-Control: no-store",
  "Content-Length:",
  "Content-Length: 0",
  "Content-Type: application/json",
  "Content-Type: text/html; charset=utf-8",
  "Content-Type: text/plain",
  "HTTP/1.1 200 OK",
  "HTTP/1.1 302 Found",
  "Location: http://",
  "POST",
  "get /",
  "get /state",
  "origin: http://",
  "post /",
];

for (const line of LINES) await buildScript(provocationOf(line).board);

describe("docs/troubleshooting.md", () => {
  it.each(PAGE.entries)("%s", async (line) => {
    const printed = await consoleIn(provocationOf(line));
    expect(printed.map((each) => explain(PAGE, each))).toContain(line);
  });

  it("has each line the tests provoke, once", () => {
    expect(PAGE.entries.toSorted()).toEqual(LINES.toSorted());
  });

  it("shows a good boot exactly", async () => {
    const printed = await consoleIn(exchangeOf("log-in", "multiprotocol comes online and reports"));
    expect(printed.slice(0, PAGE.boot.length)).toEqual(PAGE.boot);
    expect(PAGE.boot.at(-1)).toBe("OneNET: online");
  });

  it("quotes lines that need no action as the firmware prints them", async () => {
    const printed = [
      ...(await consoleIn(exchangeOf("registration", "granted, and kept over power off and on"))),
      ...(await consoleIn(exchangeOf("commands and requests", "a command byte by byte"))),
    ];
    const explained = printed.map((line) => explain(PAGE, line));
    expect(explained).toEqual(expect.arrayContaining([...PAGE.calm]));
  });

  it("omits no text of the firmware", () => {
    const lines = [...PAGE.entries, ...PAGE.calm, ...PAGES.map((page) => readFileSync(page, "utf8"))];
    const missing = textsOf("src").filter((text) => !lines.some((line) => line.includes(text)));
    expect([...new Set(missing)].toSorted()).toEqual(NEVER_PRINTED.toSorted());
  });

  it("has the same lines in Chinese", () => {
    expect(readPage("docs/zh-CN/troubleshooting.md")).toEqual(PAGE);
  });
});

const played = new Map<Exchange, Promise<string[]>>();

/** The lines a board prints in an exchange. */
function consoleIn(exchange: Exchange): Promise<string[]> {
  const printed =
    played.get(exchange) ?? play(exchange, makeVirtualRig).then(({ board }) => consoleOf(board));
  played.set(exchange, printed);
  return printed;
}

/** The texts of more than one word in the sources of a folder, without the spaces around them. */
function textsOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .flatMap((file) => {
      const texts: string[] = [];
      const visit = (node: ts.Node): void => {
        if (
          ts.isStringLiteralLike(node) ||
          ts.isTemplateHead(node) ||
          ts.isTemplateMiddleOrTemplateTail(node)
        )
          texts.push(node.text);
        ts.forEachChild(node, visit);
      };
      const path = join(folder, file);
      visit(ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest));
      return texts;
    })
    .flatMap((text) => text.split("\r\n"))
    .filter((text) => text.includes(" ") && /[a-z]/i.test(text))
    .map((text) => text.trim());
}
