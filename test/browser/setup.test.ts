/** A board is set up with a phone: its page in a browser of a phone's size. */

import type { Page } from "playwright-core";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findBrowser } from "../../scripts/cli/browser.ts";
import { buildBundle } from "../../scripts/compile/bundle.ts";
import type { BoardClock } from "../../scripts/virtual-board/clock.ts";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { plain } from "../support/boards.ts";
import { leavePages, openPage } from "./browser.ts";

const BOARD = plain({ name: "by-phone", title: "温室 <1>", setup: { button: 0, password: "" } });
const NAME = "<b>家里</b> 📶";

/** @returns what stops it */
function passTime(clock: BoardClock): () => Promise<void> {
  const stop = new AbortController();
  const passing = (async () => {
    while (!stop.signal.aborted) {
      await clock.advance(200);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  return () => {
    stop.abort();
    return passing;
  };
}

describe.skipIf(findBrowser() === undefined)("the page of a board that is set up by phone", () => {
  let script: string;
  let device: VirtualBoard;
  /** Ends the time of the board, which passes ten times as fast as that of the page. */
  let endTime: () => Promise<void>;
  let lines: string[];
  /** Page errors, and requests to other hosts: there must be none. */
  let mishaps: string[];
  beforeAll(async () => {
    script = (await buildBundle(BOARD)).code;
  });

  beforeEach(async () => {
    lines = [];
    mishaps = [];
    device = createVirtualBoard({
      script,
      chip: "esp32",
      air: [
        { ssid: NAME, password: "密码-好的 🔑" },
        { ssid: { hex: "d6d0b9fa" }, rssi: -80 },
      ],
    });
    device.on("console", (line) => lines.push(line));
    device.setLevel(0, 0);
    await device.start();
    endTime = passTime(device.clock);
    device.setLevel(0, 0);
    await expect.poll(() => device.accessPoint()).toBeDefined();
    device.setLevel(0, 1);
  });
  afterEach(async () => {
    await leavePages();
    await endTime();
    await device.stop();
    expect(mishaps).toEqual([]);
  });

  async function open(locale: string): Promise<Page> {
    const page = await openPage({
      locale,
      viewport: { width: 375, height: 667 },
      isMobile: true,
      hasTouch: true,
    });
    page.on("pageerror", ({ message }) => mishaps.push(message));
    page.on("request", (request) => {
      if (!request.url().startsWith("http://127.0.0.1:")) mishaps.push(request.url());
    });
    await page.goto(`http://127.0.0.1:${device.tcpPort(80)}/`);
    return page;
  }

  it("tells of a wrong password, takes the right one, and the access point goes away", async () => {
    const page = await open("zh-CN");
    const status = page.getByRole("status");
    const list = page.locator("#n");
    expect(await page.getByRole("heading").textContent()).toBe(BOARD.title);
    await expect
      .poll(() => list.locator("option").allTextContents())
      .toEqual([`${NAME} 🔒`, "中国", "其他网络…"]);
    expect(await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")).toBe(0);
    await list.selectOption({ label: `${NAME} 🔒` });
    await page.getByLabel("Wi-Fi 密码").fill("12345678");
    await page.getByRole("button", { name: "连接" }).tap();
    await expect.poll(() => status.textContent()).toBe("失败，未作更改：密码不对？");
    expect(device.storage.has("setup")).toBe(false);
    await page.getByLabel("Wi-Fi 密码").fill("密码-好的 🔑");
    await page.getByRole("button", { name: "连接" }).tap();
    await expect.poll(() => status.textContent()).toBe("已连上，完成。");
    expect(lines).toContain("Wi-Fi: connected, address 192.168.1.20");
    await expect.poll(() => device.accessPoint()).toBeUndefined();
  });

  it("takes a network by its name, and says what it does not take, in English", async () => {
    const page = await open("en");
    await page.locator("#n").selectOption({ label: "Another network …" });
    await page.getByLabel("Name of the network").fill("away");
    await page.getByLabel("Wi-Fi password").fill("short");
    await page.getByRole("button", { name: "Connect" }).tap();
    const status = page.getByRole("status");
    await expect.poll(() => status.textContent()).toBe("Not allowed: password of 8–63 characters, or none");
    await page.getByLabel("Wi-Fi password").fill("");
    await page.getByRole("button", { name: "Connect" }).tap();
    await expect.poll(() => status.textContent()).toBe("Failed, nothing changed: not found");
  });
});
