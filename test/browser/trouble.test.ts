/** When things go wrong: what lasts is said while it lasts, and goes when it is over. */

import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { findBrowser } from "../../scripts/cli/browser.ts";
import { stopTime } from "./browser.ts";
import { openNotices, setScene } from "./console-page.ts";

const light = (page: Page) => page.locator(".drawing .light").first().getAttribute("data-colour");
const cards = (page: Page) => page.locator(".alert").count();
const fault = (page: Page, name: string) => page.getByRole("switch", { name });

describe.skipIf(findBrowser() === undefined)("when things go wrong", () => {
  it.each([
    ["Wi-Fi down", "The Wi-Fi is down"],
    ["Platform down", "The platform is down"],
  ])("%s: a banner while it lasts, reports wait, and the board recovers", async (name, sentence) => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    await page.locator('[data-online="true"]').waitFor();
    await fault(page, name).click();
    const banner = page.locator(".banner", { hasText: sentence });
    await banner.getByText(/^for [1-9]\d* s$/).waitFor();
    await page.locator('[data-online="false"]').waitFor();
    await page.getByText(/^\d+ reports? waiting · \d+ of 2048 bytes$/).waitFor();
    // Whoever opens the page now sees it, too.
    const other = await scene.open();
    await other.locator(".banner", { hasText: sentence }).waitFor();
    expect(await fault(other, name).getAttribute("aria-checked")).toBe("true");
    await fault(page, name).click();
    await expect.poll(() => banner.count()).toBe(0);
    await page
      .getByText(/^Back online after [\d.]+ s · (1 report|all \d+ reports) sent after [\d.]+ s$/)
      .waitFor();
    await page.locator('[data-online="true"]').waitFor();
    await page.locator('[data-waiting="0"]').waitFor();
    await expect.poll(() => other.locator(".banner").count()).toBe(0);
  });

  it("cuts the link: the board recovers", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    await page.locator('[data-online="true"]').waitFor();
    await page.getByRole("button", { name: "Cut the link" }).click();
    await page.getByText(/^Back online after [\d.]+ s/).waitFor();
    await page.locator('[data-online="true"]').waitFor();
  });

  it.each([
    ["en", "Link stalled", "The link is stalled", "link stalled", "Restore: Link stalled", "On"],
    ["zh-CN", "连接冻结", "连接已冻结", "连接冻结", "恢复: 连接冻结", "开"],
  ])("a stalled link is not shown as online: %s", async (locale, name, sentence, state, restore, on) => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open({ locale, viewport: { width: 390, height: 844 } });
    await page.locator('[data-online="true"]').waitFor();
    await fault(page, name).click();
    await page.locator(".banner", { hasText: sentence }).waitFor();
    expect(await page.locator(".board .state").textContent()).toBe(state);
    expect(await page.locator('[data-online="true"]').count()).toBe(0);
    await page.getByRole("button", { name: on, exact: true }).click();
    await page.locator(".answers li", { hasText: "on" }).waitFor();
    expect(await light(page)).toBe("#000000");
    await page.getByRole("button", { name: restore }).click();
    await expect.poll(() => light(page)).toBe("#ff0000");
    await page.locator('[data-online="true"]').waitFor();
    await page.locator('[data-waiting="0"]').waitFor();
  });

  it("greys everything while the server is gone, and nothing can be pressed", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    await page.locator('[data-online="true"]').waitFor();
    await scene.restartConsole(async () => {
      await page.getByText("Connection lost. Reconnecting…").waitFor();
      const look = await page.evaluate<string>("getComputedStyle(document.querySelector('main')).filter");
      expect(look).toBe("grayscale(1)");
      const on = page.getByText("On", { exact: true });
      await on.click({ force: true });
      await on.focus();
      expect(await page.evaluate("document.activeElement === document.body")).toBe(true);
      expect(await page.locator(".answers li code").count()).toBe(0);
    });
    await page.locator('[data-connection="open"]').waitFor();
    expect(await page.locator(".banner").count()).toBe(0);
    await page.getByRole("button", { name: "On", exact: true }).click();
    await expect.poll(() => light(page)).toBe("#ff0000");
  });

  it.each([
    ["en", "The user name or the password is wrong.", "Log-in refused: Ada, Bo, Cy and 27 more"],
    ["zh-CN", "用户名或密码错误。", "登录被拒绝: Ada, Bo, Cy 以及另外 27 个"],
  ])("thirty refused log-ins are one alert, in the page's language: %s", async (locale, reason, title) => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open({ locale });
    const names = ["Ada", "Bo", "Cy", ...Array.from({ length: 27 }, (_, index) => `Board ${index}`)];
    for (const who of names)
      scene.feed.alert({ board: who, who }, "refused", "the user name or the password is wrong (code 4)");
    const alert = page.locator(".alert");
    await expect.poll(() => alert.count()).toBe(1);
    expect(await alert.locator("h3").textContent()).toBe(title);
    await openNotices(page);
    await alert.getByText(reason).waitFor();
    expect(await alert.getByText("(code 4)").isVisible()).toBe(false);
    for (const who of names) scene.feed.over(who, ["refused"]);
    await expect.poll(() => alert.count()).toBe(0);
  });

  it("clears what does not recur by itself, but not an error of the program", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    const about = { board: "board", who: "lamp" };
    await stopTime(page);
    scene.feed.alert(about, "notice", "the keep alive is short");
    scene.feed.alert(about, "own", "source heat failed: no bus", "", "boards/lamp.ts:12");
    await expect.poll(() => page.locator(".alert").count()).toBe(2);
    expect(await page.locator('[data-kind="own"] .place').textContent()).toBe("boards/lamp.ts:12");
    await page.clock.fastForward(121_000);
    await expect.poll(() => page.locator('[data-kind="notice"]').count()).toBe(0);
    expect(await page.locator('[data-kind="own"]').count()).toBe(1);
  });

  it("no alert moves anything: a notice is counted, an error has a banner with its line", async () => {
    const scene = await setScene("mpython");
    const page = await scene.open();
    await page.locator('[data-online="true"]').waitFor();
    await page.locator("[data-stream]").first().waitFor(); // the first values make room for themselves
    const places = () =>
      page.evaluate<string>(
        `JSON.stringify([...document.querySelectorAll("header *, main button, main input, main h2, main h3")].filter((one) => !one.closest("#notices, .bell b")).map((one) => one.getBoundingClientRect().toJSON()))`,
      );
    const before = await places();
    expect(await page.locator(".banner").count()).toBe(0);
    const about = { board: "board", who: "lamp" };
    scene.feed.alert(about, "notice", "the keep alive is short");
    await page.locator(".alert", { hasText: "the keep alive is short" }).waitFor({ state: "attached" });
    await expect
      .poll(async () => Number(await page.locator(".bell b").textContent()) - (await cards(page)))
      .toBe(0);
    expect(await page.locator(".banner").count()).toBe(0);
    scene.feed.alert(about, "own", "source heat failed: no bus", "", "boards/lamp.ts:12");
    await page.locator(".banner").getByText("boards/lamp.ts:12 · source heat failed: no bus").waitFor();
    expect(await places()).toBe(before);
    // It covers no press before it can be read.
    scene.feed.over("board", ["own"]);
    await expect.poll(() => page.locator(".banner").count()).toBe(0);
    await page.evaluate(`new MutationObserver(() => {
      const banner = document.querySelector(".banner");
      if (banner) globalThis.takes ??= getComputedStyle(banner).pointerEvents;
    }).observe(document.querySelector(".banners"), { childList: true, subtree: true })`);
    scene.feed.alert(about, "uncaught", "Uncaught Error: no");
    await expect.poll(() => page.evaluate("globalThis.takes")).toBe("none");
    await page
      .locator(".banner")
      .getByRole("button", { name: /^Dismiss/ })
      .click();
    await expect.poll(() => page.locator(".banner").count()).toBe(0);
  });
});
