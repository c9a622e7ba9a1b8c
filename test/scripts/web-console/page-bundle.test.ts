import { expect, it } from "vitest";
import { bundlePage } from "../../../scripts/web-console/page-bundle.ts";

/** Most bytes of script for the first picture; plots and explanations of packets come later. */
const MOST = 120_000;

it("needs little script for the first picture", async () => {
  const assets = await bundlePage();
  const needed = new Set(["/page.js"]);
  let size = 0;
  for (const path of needed) {
    const text = Buffer.from(assets.get(path)?.body ?? "").toString("utf8");
    expect(text).not.toBe("");
    size += Buffer.byteLength(text);
    for (const [, name] of text.matchAll(/(?:from|import)"\.(\/[^"]+\.js)"/g)) needed.add(name ?? "");
  }
  expect(size).toBeLessThan(MOST);
  const scripts = [...assets].filter(([path]) => path.endsWith(".js"));
  expect(scripts.length).toBeGreaterThan(needed.size); // the rest is served, too
});
