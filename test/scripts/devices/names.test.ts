import { expect, it } from "vitest";
import { namesIn } from "../../../scripts/devices/names.ts";

const read = (text: string | Uint8Array) => namesIn("names.txt", Buffer.from(text));

function faults(text: string | Uint8Array): readonly string[] {
  try {
    read(text);
  } catch (error) {
    return (error as { lines: readonly string[] }).lines;
  }
  return [];
}

it.each<[what: string, text: string]>([
  ["with a byte order mark and Windows's line ends", "\ufeff王小明\r\nZoë\r\n"],
  ["without a last line end", "王小明\nZoë"],
  ["with blank lines, comments and spaces around", "# class 3b\n\n  王小明\u3000\n \t\n#Ada\nZoë \n"],
  ["with old line ends", "王小明\rZoë\r"],
  ["with accents written as two characters", "王小明\nZoe\u0308"],
])("reads names %s", (_what, text) => {
  expect(read(text)).toEqual(["王小明", "Zoë"]);
});

it("keeps emoji, with their joiners", () => {
  expect(read("Mia 👩‍🔬🇨🇳\n小李 ❤️")).toEqual(["Mia 👩‍🔬🇨🇳", "小李 ❤️"]);
});

it("reports every fault with its line, and a name only once", () => {
  const long = "王".repeat(22);
  expect(
    faults(["Ada", "王伟", "ADA", "", "王伟", long, "a\u0007b", "a  b", "Ａ B", "x".repeat(64)].join("\n")),
  ).toEqual([
    'names.txt:3: "ADA" is already on line 1; add something that tells the two apart',
    'names.txt:5: "王伟" is already on line 2; add something that tells the two apart',
    `names.txt:6: "${long}" has 66 bytes; a name has at most 64, a Chinese character takes 3`,
    'names.txt:7: "a\\u0007b" contains an invisible character; type the name again',
    'names.txt:9: "Ａ B" is already on line 8; add something that tells the two apart',
  ]);
});

it.each<[what: string, text: string | Uint8Array, fault: RegExp]>([
  ["GBK", Buffer.from("cdf5d0a1c3f7", "hex"), /^names\.txt: is not UTF-8 text; save it with UTF-8/],
  ["UTF-16", Buffer.from("\ufeff王小明", "utf16le"), /is not UTF-8 text/],
  ["no names", "# nobody\n\n", /has no names; write one a line/],
  [
    "too many names",
    Array.from({ length: 1001 }, (_, index) => `n${index}`).join("\n"),
    /has 1001 names; at most 1000/,
  ],
  ["a film", Buffer.alloc(1024 * 1024 + 1, "a\n"), /is 1048577 bytes long/],
])("refuses %s", (_what, text, fault) => {
  expect(() => read(text)).toThrow(fault);
});
