import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { shipped } from "../support/bundles.ts";

const PAGES = ["docs/limits.md", "docs/zh-CN/limits.md"];

interface Constant {
  readonly name: string;
  readonly value: number;
  readonly file: string;
}

/** Every named number in the firmware. */
const FIRMWARE = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .flatMap((file) => constantsOf(join("src", file)));

describe.each(PAGES)("%s", (page) => {
  const rows = rowsOf(page);
  const documented: Constant[] = rows.flatMap(([, name = "", value = "", , file = ""]) =>
    /^[A-Z_0-9]+$/.test(name) ? [{ name, value: Number(value), file }] : [],
  );

  it.each(documented)("$name is $value in $file", (constant) => {
    expect(constantsOf(constant.file)).toContainEqual(constant);
  });

  it("omits no named number of the firmware", () => {
    expect(FIRMWARE.length).toBeGreaterThan(0);
    expect(documented).toEqual(expect.arrayContaining(FIRMWARE));
  });

  it("lists the board file's defaults", () => {
    const { onenet, outbox, reconnect, reboot } = shipped("esp32-devkit");
    const defaults = rows.filter(({ length, 2: value }) => length === 4 && Number(value) > 0);
    expect(defaults.map(([field, , value]) => [field, Number(value)])).toEqual([
      ["onenet.keepAlive", onenet.keepAlive],
      ["onenet.pingPeriod", onenet.pingPeriod],
      ["outbox", outbox],
      ["reconnect.maximum", reconnect.maximum],
      ["reboot.withoutPlatform", reboot.withoutPlatform],
    ]);
  });
});

/** The rows of a page's tables, cell by cell. */
function rowsOf(page: string): string[][] {
  return readFileSync(page, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").slice(1, -1).map(unquoted));
}

function constantsOf(file: string): Constant[] {
  const declarations = readFileSync(file, "utf8").matchAll(/^(?:export )?const ([A-Z_0-9]+) = ([\d_]+);$/gm);
  return [...declarations].map(([, name = "", value = ""]) => ({
    name,
    value: Number(value.replaceAll("_", "")),
    file,
  }));
}

function unquoted(cell: string): string {
  return cell.trim().replaceAll("`", "");
}
