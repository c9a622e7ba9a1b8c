/** How a chip interprets bytes. The interpreter on Linux differs: there, bytes above 127 are negative. */

import { expect, it } from "vitest";
import { output } from "./lib.ts";

/** As printed by an interpreter 2v29 built with `-funsigned-char`, like the chips' compilers. */
it("changes case by Latin-1, which corrupts UTF-8 [chip F52]", async () => {
  const script = `var upper = [], lower = [];
    for (var i = 128; i < 256; i++) {
      var c = String.fromCharCode(i);
      if (c.toUpperCase() != c) upper.push(i - c.toUpperCase().charCodeAt(0));
      if (c.toLowerCase() != c) lower.push(c.toLowerCase().charCodeAt(0) - i);
    }
    print(upper.length, upper.every((by) => by == 32), lower.length, lower.every((by) => by == 32));
    print("\\xd7\\xdf".toLowerCase() == "\\xd7\\xdf", "\\xf7\\xff".toUpperCase() == "\\xf7\\xff");
    print("É".toLowerCase() == "\\xe3\\x89", "温".toLowerCase() == "温", "温".toUpperCase() == "温");
    print("done");`;
  expect(await output(script)).toEqual(["30 true 30 true", "true true", "true true false"]);
});

it("encodes and decodes addresses byte by byte [chip F52]", async () => {
  const script = `print(encodeURIComponent("温é😀 a"), decodeURIComponent("%E6%b8%A9%C3%A9"));
    print("done");`;
  expect(await output(script)).toEqual(["%E6%B8%A9%C3%A9%F0%9F%98%80%20a 温é"]);
});
