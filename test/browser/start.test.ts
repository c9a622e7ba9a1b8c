/** `npm start` itself, in a copy of the project: a saved change of a board file is on the page at once, and a mistake at its line. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { findBrowser } from "../../scripts/cli/browser.ts";
import { leavePages, openPage } from "./browser.ts";
import { openPlot } from "./console-page.ts";

/** What the command needs. */
const FILES = ["scripts", "src", "boards", "package.json", "tsconfig.base.json", "rollup.config.js"];

/** @returns the folder of the copy */
function copyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "onenet-start-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const file of FILES) cpSync(file, join(folder, file), { recursive: true });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  return folder;
}

/** @returns the address that the console prints */
async function start(folder: string, board: string): Promise<string> {
  const args = ["start", "--", board, "--no-open", "--port", "0"];
  const child = spawn("npm", args, { cwd: folder, detached: true, env: { ...process.env, NO_COLOR: "1" } });
  const closed = once(child, "close");
  onTestFinished(async () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGINT");
    await closed;
  });
  let text = "";
  return new Promise((found, failed) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (piece: Buffer) => {
        text += piece.toString();
        const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(text)?.[0];
        if (address !== undefined) found(address);
      });
    void closed.then(() => failed(new Error(`npm start ended: ${text}`)));
  });
}

it.skipIf(findBrowser() === undefined)(
  "a saved change is on the page, whose state stays; a mistake is at its line",
  async () => {
    const folder = copyProject();
    const save = (pin: number, title = "Lamp") => {
      const lines = ["{", '  "extends": "esp32-devkit", // as bought', `  "title": "${title}",`];
      const led = `  "led": { "pin": ${pin} }, // the blue one`;
      writeFileSync(join(folder, "boards", "lamp.json"), [...lines, led, "}"].join("\n"));
    };
    save(2);
    const address = await start(folder, "lamp");
    const page = await openPage();
    onTestFinished(leavePages);
    await page.goto(address);
    await page.locator('[data-online="true"]').waitFor();
    const led = page.locator(".pin-chips li", { hasText: "LED" });
    expect(await led.textContent()).toBe("2LED");
    await openPlot(page, "uptime");
    await page.evaluate("document.querySelector('canvas').isFirst = true");
    const command = page.getByLabel("Command", { exact: true });
    await command.fill("half a comm");

    const times: number[] = [];
    for (const pin of [4, 5]) {
      const begun = performance.now();
      save(pin, `Lamp on ${pin}`);
      await led.getByText(String(pin), { exact: true }).waitFor();
      await page.locator(".board h2", { hasText: `Lamp on ${pin}` }).waitFor();
      times.push(Math.round(performance.now() - begun));
    }
    // Not asserted: a busy machine is slow, not wrong.
    console.log(`A saved change was on the page after ${times.join(" and ")} ms.`);
    await page.locator('[data-online="true"]').waitFor();
    expect(await command.inputValue()).toBe("half a comm");
    expect(await page.evaluate("document.querySelector('canvas')?.isFirst")).toBe(true);

    save(36);
    const banner = page.locator(".banner.mistakes");
    await banner.getByText(/boards\/lamp\.json:4:\d+: led\.pin: /).waitFor();
    expect(await led.textContent()).toBe("5LED");
    save(5, "Lamp again");
    await expect.poll(() => banner.count()).toBe(0);
    await page.locator(".board h2", { hasText: "Lamp again" }).waitFor();
    await page.locator('.drawing .light[data-colour="#ff0000"]').waitFor(); // as soon as it is online
    await page.getByRole("button", { name: "Off", exact: true }).click();
    await page.locator('.drawing .light[data-colour="#000000"]').waitFor();
  },
);
