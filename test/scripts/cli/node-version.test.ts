import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { requireNode } from "../../../scripts/cli/node-version.ts";

it.each(["16.20.2", "18.20.8", "20.18.3"])("refuses Node.js %s in a sentence", (version) => {
  expect(() => requireNode(version)).toThrow(
    `Node.js 20.19 or later is needed, and this is ${version}: install a newer one from https://nodejs.org`,
  );
});

it.each(["20.19.0", "22.0.0", "24.1.0", undefined])("accepts %s", (version) => {
  expect(() => requireNode(version)).not.toThrow();
});

it("asks for what package.json asks for", () => {
  const { engines } = JSON.parse(readFileSync("package.json", "utf8")) as { engines: { node: string } };
  expect(engines.node).toBe(">=20.19");
});
