/** A board that follows its files, and one that takes updates, as the page shows them. */

import type { Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { BoardError, loadBoard } from "../../scripts/boards/index.ts";
import { makePackage } from "../../scripts/boards/update/package.ts";
import { findBrowser } from "../../scripts/cli/browser.ts";
import { buildBundle } from "../../scripts/compile/bundle.ts";
import { setStage } from "../../scripts/stage/index.ts";
import { createFeed, type Feed } from "../../scripts/web-console/feed.ts";
import { startWebConsole, type WebConsoleOptions } from "../../scripts/web-console/index.ts";
import { createLiveBoard } from "../../scripts/web-console/live-board.ts";
import { watchRealBoards } from "../../scripts/web-console/platform-console.ts";
import { KEY } from "../scripts/boards/board-folder.ts";
import { HEATER, startPlatform } from "../scripts/local-onenet/wire.ts";
import { startUpdatedDevice } from "../support/updated-device.ts";
import { tooWide } from "./axe.ts";
import { leavePages, openPage } from "./browser.ts";

const MISTAKE = {
  file: "boards/lamp.json",
  field: "led.pin",
  problem: "36 is input only",
  remedy: "choose 2",
};

describe.skipIf(findBrowser() === undefined)("the page of a board that changes", () => {
  async function open(
    { feed, site, actions }: Pick<WebConsoleOptions, "feed" | "site" | "actions">,
    size = { width: 1300, height: 900 },
    locale = "en",
  ): Promise<Page> {
    const server = await startWebConsole({ host: "127.0.0.1", port: 0, feed, site, actions });
    onTestFinished(async () => {
      await leavePages();
      feed.close();
      await server.close();
    });
    const page = await openPage({ viewport: size, locale });
    await page.goto(`http://127.0.0.1:${server.port}/`);
    await page.locator('[data-connection="open"]').waitFor();
    return page;
  }

  /** `lamp`, which is wrong while a fault is set, `other`, and a name that is longer than a phone is wide. */
  async function follow(feed: Feed) {
    const lamp = loadBoard("esp32-devkit");
    const boards = { lamp, other: loadBoard("esp32-c3-devkitm"), ["long-".repeat(12)]: lamp };
    const now: { fault?: Error | undefined } = {};
    const live = await createLiveBoard({
      name: "lamp",
      names: () => Object.keys(boards),
      load(name) {
        if (now.fault) throw now.fault;
        return name === "other" ? boards.other : boards.lamp;
      },
      builder: {
        build: (board) => buildBundle(board),
      },
      setStage: (board, script) => setStage(board, script),
      feed,
      onStage: () => undefined,
      onEnd: () => undefined,
      onMistakes: () => undefined,
    });
    onTestFinished(() => live.close());
    await live.stage().device.start();
    return { live, now };
  }

  it.each([
    ["en", "Board file", "This change cannot run", { width: 1300, height: 900 }],
    ["zh-CN", "开发板文件", "这个改动无法运行", { width: 390, height: 844 }],
  ])(
    "runs another board; a mistake is at its line until it is mended: %s",
    async (locale, label, title, size) => {
      const feed = createFeed();
      const { live, now } = await follow(feed);
      const page = await open({ feed, site: live.site, actions: live.actions }, size, locale);
      for (const width of [360, size.width]) {
        await page.setViewportSize({ ...size, width });
        expect(await tooWide(page)).toEqual([]);
      }
      const choice = page.getByLabel(label).getByRole("combobox");
      const room = await choice.boundingBox();
      expect(room?.width).toBeGreaterThan(210); // for esp32-s3-devkitc-studio
      expect(await choice.inputValue()).toBe("lamp");
      await choice.selectOption("other");
      await page.locator(".board h2", { hasText: loadBoard("esp32-c3-devkitm").title }).waitFor();
      await page.locator('[data-online="true"]').waitFor();
      expect(await choice.inputValue()).toBe("other");

      const place = () => page.locator("section.board").boundingBox();
      const before = await place();
      now.fault = new BoardError([MISTAKE]);
      await live.refresh();
      const banner = page.locator(".banner.mistakes");
      await banner.getByRole("heading", { name: title }).waitFor();
      await banner.getByText("boards/lamp.json: led.pin: 36 is input only").waitFor();
      expect(await place()).toEqual(before);
      await page.locator("#tab-wire").click();
      expect(await banner.isVisible()).toBe(true);
      now.fault = undefined;
      await live.refresh();
      await expect.poll(() => banner.count()).toBe(0);
    },
  );

  it("updates a board with the button, and tells how it went", async () => {
    const platform = await startPlatform();
    onTestFinished(() => platform.close());
    const feed = createFeed();
    const actions = watchRealBoards(feed, platform);
    const device = await startUpdatedDevice({ platform, record: HEATER, key: KEY });
    onTestFinished(() => device.close());
    const page = await open({ feed, site: { title: "3b", address: "" }, actions });
    await page.locator(".tile", { hasText: HEATER.device }).click();
    const panel = page.locator(".update");
    await panel.getByText("Version 1").waitFor();
    expect(await panel.getByRole("button").count()).toBe(0);
    for (const version of ["v2", "v3"]) {
      const signed = makePackage({ version, time: 5, program: "print(1)" }, KEY);
      platform.updates.addPackage(HEATER.product, version, Buffer.from(signed, "latin1"));
    }
    await panel.getByText("A package is ready.").waitFor();
    const place = () => panel.getByRole("button").boundingBox();
    const before = await place();
    await panel.getByLabel("What goes wrong with the update").selectOption("change a byte");
    await panel.getByRole("button", { name: "Update to v3" }).click();
    await panel.getByText("Update to v3 failed: not as it was signed").waitFor();
    expect(await place()).toEqual(before);
    await panel.getByLabel("What goes wrong with the update").selectOption("nothing goes wrong");
    await panel.getByRole("button", { name: "Update to v3" }).click();
    await panel.getByText("Updated to v3").waitFor();
    await panel.getByText("Version v3").waitFor();
    expect(await panel.getByRole("progressbar").getAttribute("value")).toBe("100");
  });
});
