/** What the page shows is true, and what it offers works. */

import { describe, expect, it } from "vitest";
import { findBrowser } from "../../scripts/cli/browser.ts";
import { stopTime } from "./browser.ts";
import { openNotices, setScene } from "./console-page.ts";

describe.skipIf(findBrowser() === undefined)("web console", () => {
  it("loses no button press, however short, by any device", async () => {
    const scene = await setScene("esp32-devkit-button");
    const page = await scene.open();
    await page.locator('[data-online="true"]').waitFor();
    const contact = page.locator(".contact", { hasText: "Pin 0" });
    const button = contact.getByRole("button", { name: "Press" });
    await contact.getByText("high").waitFor();
    await button.hover();
    for (let press = 0; press < 6; press++) {
      await page.mouse.down();
      await page.mouse.up();
    }
    await button.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Space");
    await button.dispatchEvent("click"); // as a screen reader would
    const presses = page.locator('[data-stream="presses"] output');
    await expect.poll(() => presses.textContent()).toBe("9");
    await contact.getByText("high").waitFor();
    expect(scene.stage.server.lastDataPoint("presses")?.value).toBe(9);
  });

  it("replaces a missing answer when it comes late", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    await page.locator('[data-online="true"]').waitFor();
    await page.getByRole("switch", { name: "Link stalled" }).click();
    await page.getByRole("button", { name: "On", exact: true }).click();
    const answer = page.locator(".answers li").first();
    await answer.getByText("no reply yet").waitFor();
    await page.getByRole("button", { name: "Restore: Link stalled" }).click();
    await answer.getByText(/^on$/).nth(1).waitFor();
    expect(await answer.textContent()).toMatch(/^on→on\d{4,} ms$/);
    expect(await answer.getAttribute("class")).toBe("");
  });

  it("shows boards as unknown while the connection is lost", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    await page.locator('[data-online="true"]').waitFor();
    await page.getByRole("button", { name: "On", exact: true }).click();
    await page.locator('.segments [aria-pressed="true"]', { hasText: "On" }).waitFor();
    await scene.restartConsole(async () => {
      await page.locator('[data-connection="lost"]').waitFor();
      expect(await page.locator('[data-online="unknown"]').textContent()).toBe("unknown");
      expect(await page.locator(".board .state").allTextContents()).toEqual(["unknown"]);
      expect(await page.locator(".drawing").getAttribute("aria-label")).toBe("unknown");
      expect(await page.locator('.segments [aria-pressed="true"]').count()).toBe(0);
    });
    await page.locator('[data-online="true"]').waitFor();
    await page.locator('.segments [aria-pressed="true"]', { hasText: "On" }).waitFor();
  });

  it("shows many boards as unknown, too", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    const board = scene.feed.board("board");
    if (!board) throw new Error("no board");
    scene.feed.addBoard({ ...board, id: "other", title: "another", isOnline: true });
    await page.locator(".tile").nth(1).waitFor();
    await page.getByText("2 of 2 online").waitFor();
    await scene.restartConsole(async () => {
      await page.locator('[data-connection="lost"]').waitFor();
      expect(await page.locator(".tile .state").allTextContents()).toEqual(["unknown", "unknown"]);
      expect(await page.getByText(/of 2 online/).count()).toBe(0);
    });
    await page.getByText("2 of 2 online").waitFor();
  });

  it("shows a board that sleeps as asleep, not as offline, and what it has used", async () => {
    const scene = await setScene("esp32-devkit");
    const board = scene.feed.board("board");
    if (!board) throw new Error("no board");
    const used = {
      since: Date.now(),
      sleeps: 12,
      awake: 9100,
      asleep: 7_200_000,
      radio: 8200,
      flashWrites: 1,
    };
    const sleep = { ...used, isAsleep: true };
    scene.feed.addBoard({ ...board, id: "well", title: "Ada", isOnline: true });
    scene.feed.addBoard({ ...board, id: "asleep", title: "Bo", isOnline: false, sleep });
    scene.feed.addBoard({ ...board, id: "far", title: "Cy", isOnline: false });
    const page = await scene.open();
    const tiles = page.locator(".tile");
    await page.getByText("2 of 4 online, 1 asleep").waitFor();
    await expect.poll(() => tiles.first().textContent()).toBe("Cyoffline");
    const tile = tiles.filter({ hasText: "Bo" });
    expect(await tile.getAttribute("class")).toBe("tile asleep");
    await tile.click();
    await page.locator('[data-online="asleep"]', { hasText: "asleep" }).waitFor();
    const sleeps = page.locator("[data-sleeps]");
    expect(await sleeps.textContent()).toBe(
      "Deep sleepasleep 12 times · awake 9.1 s of 7209.1 s · radio 8.2 s · 1 write to flash",
    );
    scene.feed.update("asleep", { sleep: { ...used, isAsleep: false } });
    await page.locator('[data-online="awake"]', { hasText: "awake" }).waitFor();
    expect(await page.getByText("2 of 4 online, 1 asleep").count()).toBe(1);

    const chinese = await scene.open({ locale: "zh-CN" });
    await chinese.getByText("2 / 4 在线，1 块休眠").waitFor();
    scene.feed.update("asleep", { sleep });
    await chinese.locator(".tile", { hasText: "Bo" }).getByText("休眠中").waitFor();
  });

  it("reconnects after a silence", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    await stopTime(page);
    scene.feed.line("board", "board", "the clock is set");
    await page.getByText("the clock is set").waitFor();
    const again = page.waitForRequest(/api\/events$/);
    await page.clock.fastForward(40_000);
    await again;
    await page.locator('[data-connection="open"]').waitFor();
  });

  it("shows one card per cause, however many boards, and removes it when it is over", async () => {
    const scene = await setScene("esp32-devkit", { authInfo: "another" });
    const page = await scene.open();
    const cards = page.locator(".alert");
    await page.locator(".bell.wrong").waitFor();
    await openNotices(page);
    await cards.first().waitFor();
    for (let board = 1; board <= 30; board++) {
      const about = { board: `b${board}`, who: `Board ${board}` };
      scene.feed.alert(about, "refused", "the user name or the password is wrong (code 4)");
    }
    const title = cards.filter({ hasText: "Board 1" }).locator("h3");
    await expect.poll(() => title.textContent()).toMatch(/^Log-in refused: .*Board \d+.* and 2[78] more$/);
    expect(await cards.count()).toBeLessThan(3);
    for (let board = 1; board <= 30; board++) scene.feed.over(`b${board}`, ["refused"]);
    await expect.poll(() => page.getByText(/Board \d/).count()).toBe(0);
    await cards.first().waitFor(); // the real board is still refused
    const [record] = scene.stage.platform.registry.devices.values();
    const { authInfo } = scene.stage.board.onenet as { readonly authInfo?: string };
    Object.assign(record ?? {}, { authInfo });
    // The board waits before it retries: advance its clock.
    await expect
      .poll(async () => {
        await scene.stage.device.clock.advance(1000);
        return page.locator('[data-online="true"]').count();
      })
      .toBe(1);
    await expect.poll(() => cards.count()).toBe(0);
  });

  it("keeps a dismissed card hidden, even when the page reconnects", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    const fail = () => scene.feed.alert({ board: "board", who: "lamp" }, "own", "source heat failed: no bus");
    fail();
    const card = page.locator('[data-kind="own"]');
    await openNotices(page);
    await card.getByRole("button", { name: /^Dismiss/ }).click();
    await expect.poll(() => card.count()).toBe(0);
    fail();
    await scene.restartConsole(() => page.locator('[data-connection="lost"]').waitFor());
    await page.locator('[data-connection="open"]').waitFor();
    scene.feed.line("board", "board", "after the alert");
    await page.getByText("after the alert").waitFor();
    expect(await card.count()).toBe(0);
  });

  it("reports errors in a board's own code", async () => {
    const fail =
      'print("Own code: source heat failed: no sensor");print("Own code: source dew failed: no sensor");';
    const scene = await setScene("esp32-devkit", {}, undefined, `\nsetTimeout(function(){${fail}},50)`);
    const page = await scene.open();
    const card = page.locator('[data-kind="own"]');
    await openNotices(page);
    await card.waitFor();
    expect(await card.count()).toBe(1);
    expect(await card.locator("h3").textContent()).toMatch(/^Error in the board's own code: /);
    expect(await card.locator(".mono").allTextContents()).toEqual([
      "source heat failed: no sensor",
      "source dew failed: no sensor",
    ]);
  });

  it("highlights the LED's state, and offers only what the LED supports", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    await page.locator('[data-online="true"]').waitFor();
    const filled = () => page.locator('.segments [aria-pressed="true"]').allTextContents();
    expect(await filled()).toEqual(["Off"]);
    await page.getByRole("button", { name: "Toggle", exact: true }).click();
    await expect.poll(filled).toEqual(["On"]);
    await page.getByRole("button", { name: "Toggle", exact: true }).click();
    await expect.poll(filled).toEqual(["Off"]);
    await page.getByRole("button", { name: "On", exact: true }).click();
    await expect.poll(filled).toEqual(["On"]);
    await page.getByRole("button", { name: "Off", exact: true }).click();
    await expect.poll(filled).toEqual(["Off"]);
    const hint = page.getByLabel("Command", { exact: true });
    expect(await hint.getAttribute("placeholder")).toBe("on, off or toggle");
    await page.getByLabel("Language").selectOption("zh");
    expect(await page.getByLabel("命令", { exact: true }).getAttribute("placeholder")).not.toContain("#");
  });

  it("offers colours if the LED has them or is unknown", async () => {
    const scene = await setScene("mpython");
    const page = await scene.open();
    const hint = page.getByLabel("Command", { exact: true });
    expect(await hint.getAttribute("placeholder")).toBe("on, off, toggle or #00ff00");
    scene.feed.update("board", { led: null, pixels: [], isVirtual: false });
    await expect.poll(() => page.locator(".drawing .light").count()).toBe(0);
    expect(await hint.getAttribute("placeholder")).toBe("on, off, toggle or #00ff00");
    expect(await page.locator('.segments [aria-pressed="true"]').count()).toBe(0);
  });

  it("offers no commands for an LED that a board does not have", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    await page.getByRole("button", { name: "Toggle", exact: true }).waitFor();
    scene.feed.update("board", { led: null, pixels: [] });
    await expect.poll(() => page.getByRole("button", { name: "Toggle", exact: true }).count()).toBe(0);
    expect(await page.getByRole("button", { name: /^(On|Off)$/ }).count()).toBe(0);
    expect(await page.locator(".drawing").getAttribute("aria-label")).toBe("no LED");
  });

  it("reports data streams that did not fit", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    for (let stream = 0; stream < 200; stream++) scene.feed.point("board", `s${stream}`, Date.now(), 1);
    await page.getByText("more data streams than the page can keep").waitFor();
    await expect.poll(() => page.locator("[data-stream]").count()).toBe(100);
  });
});
