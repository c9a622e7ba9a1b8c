import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { writeOutput } from "../../scripts/lib/output-file.ts";

it.skipIf(process.platform === "win32")(
  "what a command writes is for its owner's eyes, also where it was not",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "output-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const fresh = join(folder, "new", "board.js");
    await writeOutput(fresh, "secret");
    const old = join(folder, "old.js");
    writeFileSync(old, "something longer", { mode: 0o644 });
    await writeOutput(old, "secret");
    for (const file of [fresh, old]) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readFileSync(file, "utf8")).toBe("secret");
    }
  },
);
