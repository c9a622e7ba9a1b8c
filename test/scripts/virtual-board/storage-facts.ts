/** What `require("Storage")` does with its flash: erased files remain as trash until a compaction. */
import type { Fact } from "./fact.ts";

/** Prints how files, trash and free bytes have changed since the last call. */
const CHANGES = `var S = require("Storage"), last; S.eraseAll();
  function changes() {
    var s = S.getStats(), was = last || s; last = s;
    print(s.fileBytes - was.fileBytes, s.fileCount - was.fileCount, s.trashBytes, s.trashCount, s.freeBytes - was.freeBytes,
      s.freeBytes == S.getFree());
  }
  changes();`;

export const STORAGE_FACTS: readonly Fact[] = [
  {
    name: "Storage: a file takes 32 bytes plus its own, rounded up to 4; replaced or erased files are trash",
    script: `${CHANGES} S.write("a", "hello"); changes(); S.write("a", "hello"); changes(); S.write("a", "hallo!"); changes();
      S.erase("a"); changes(); S.erase("a"); changes();`,
    lines: [
      "0 0 0 0 0 true",
      "40 1 0 0 -40 true",
      "0 0 0 0 0 true",
      "0 0 40 1 -40 true",
      "-40 -1 80 2 0 true",
      "0 0 80 2 0 true",
    ],
  },
  {
    name: "Storage: compact frees the trash, and says so",
    script: `${CHANGES} S.write("a", "1"); S.write("b", "2"); S.erase("a"); changes(); print(S.compact()); changes();
      print(S.compact(), S.read("b"));`,
    lines: [
      "0 0 0 0 0 true",
      "36 1 36 1 -72 true",
      "Compacting... ",
      "undefined",
      "0 0 0 0 36 true",
      "undefined 2",
    ],
  },
  {
    name: "Storage: each part of a file can be written once",
    script: String.raw`var S = require("Storage"); S.eraseAll(); S.write("b", "x", 0, 10); S.write("b", "yy", 3);
      function attempt(f) { try { print(f()); } catch (e) { print(e.toString()); } }
      print(JSON.stringify(S.read("b")));
      attempt(function () { return S.write("b", "zz", 3); }); attempt(function () { return S.write("b", "zzzzzzzz", 5); });
      attempt(function () { return S.write("none", "zz", 3); }); attempt(function () { return S.write("c", "zz", 0, 1); });
      print(JSON.stringify(S.read("c")), S.list().join()); S.eraseAll();`,
    lines: [
      String.raw`"x\u00FF\u00FFyy\u00FF\u00FF\u00FF\u00FF\u00FF"`,
      "Error: File already written with different data",
      "Error: Too much data for file size",
      "Error: Unable to find or create file",
      "Error: Too much data for file size",
      String.raw`"\u00FF" b,c`,
    ],
  },
  {
    name: "Storage: a write without room compacts; if that is not enough it fails, and the old file is gone",
    script: `var S = require("Storage"), big = Math.floor(S.getStats().totalBytes / 2); S.eraseAll();
      S.write("a", "x", 0, big); S.erase("a"); S.write("b", "kept"); S.write("c", "y", 0, big); print(S.list().join());
      try { S.write("b", "z", 0, big); } catch (e) { print(e.toString()); }
      print(S.read("b"), S.list().join()); S.eraseAll();`,
    lines: [
      "Compacting... \b/",
      "b,c",
      "Compacting... ",
      "Error: Unable to find or create file",
      "undefined c",
    ],
  },
];
