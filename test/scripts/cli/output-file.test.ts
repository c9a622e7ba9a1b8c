import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { writeOutput } from "../../../scripts/cli/output-file.ts";

it.skipIf(process.platform === "win32")(
  "makes output files readable only by their owner, even existing ones",
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
