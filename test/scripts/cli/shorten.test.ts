import { describe, expect, it } from "vitest";
import { cutText, shorten } from "../../../scripts/cli/shorten.ts";
import { printable } from "../../../scripts/local-onenet/text.ts";
import { oneLine, readable } from "../../../scripts/cli/console-text.ts";
import { asText } from "../../../scripts/flash/doctor/text.ts";
import { textIn } from "../../../scripts/web-console/page/words/text.ts";
import { createFeed } from "../../../scripts/web-console/feed.ts";
import { textOrHex } from "../../../scripts/local-onenet/wire/fields.ts";

it("hides characters that control a terminal or reverse a line", () => {
  expect(printable("a\u202eb\u0007c👩‍🏫")).toBe("a�b�c👩‍🏫");
});

it("cuts between characters", () => {
  expect(cutText("灯😀", 2)).toBe("灯");
  expect(cutText("灯😀", 3)).toBe("灯😀");
  expect(shorten("灯😀!", 3)).toBe("灯😀…");
  expect(shorten("灯😀!", 2)).toBe("灯…");
});

/** Everywhere that visible text is shortened, tested with an emoji at each position. */
describe("never splits a character, however long the text", () => {
  const line = (text: string) => {
    const feed = createFeed();
    feed.line("board", "board", text);
    const { lines } = feed.snapshot({ title: "", address: "", faults: [], isExportable: false });
    return textIn("en", lines[0]?.text ?? "");
  };
  it.each<[string, (text: string) => string]>([
    ["the platform's log", (text) => printable(text, 64)],
    ["a line of a real board", (text) => readable(Buffer.from(text).toString("latin1"))],
    ["a board's description of itself", oneLine],
    ["the doctor's report", (text) => asText(text)],
    ["the page's lines", line],
    ["a packet's field", (text) => textOrHex(Buffer.from(text))],
  ])("%s", (_where, shortened) => {
    expect(shortened("灯👩‍🏫")).toContain("灯👩‍🏫"); // its joiner is a part of it
    for (const start of ["", "a"]) {
      const text = shortened(start + "😀".repeat(700));
      expect(text.length).toBeLessThan(700);
      expect(text).not.toMatch(/\p{Surrogate}|\ufffd/u);
    }
  });
});
