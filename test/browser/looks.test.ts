/** Each view of the page, in both languages, light and dark, from 390 to 1920 pixels: accessible, and never too wide. */

import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { findBrowser } from "../../scripts/cli/browser.ts";
import { faultsOf, tooWide } from "./axe.ts";
import { openNotices, openPlot, turnTo, setScene, type Scene } from "./console-page.ts";

/** The first is that of a desk: each further one is a new layout. */
const WIDTHS = [1280, 390, 768, 1920];
const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

describe.skipIf(findBrowser() === undefined)("each view", () => {
  it("the checks find known faults", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open({ viewport: PHONE, bypassCSP: true });
    expect(await tooWide(page)).toEqual([]);
    await page.evaluate(`document.querySelector("main").innerHTML =
      '<button></button><p style="color: #999; background: #fff">faint</p><div class="wide" style="width: 500px">wide</div>'`);
    const faults = await faultsOf(page);
    expect(faults.map((fault) => fault.split(":")[0])).toEqual(["button-name", "color-contrast"]);
    expect(await faultsOf(page, { only: ["color-contrast"] })).toHaveLength(1);
    expect(await tooWide(page)).toContain("div.wide: 11 to 511");
  });

  it("has no serious fault, and nothing wider than the screen", async () => {
    const scene = await setScene("equipped-multiprotocol");
    // Without transitions, colours are final at once.
    const still = { reducedMotion: "reduce" } as const;
    const pages = [
      await scene.open({ ...still, locale: "en" }),
      await scene.open({ ...still, locale: "zh-CN" }),
    ];
    const found = new Map<string, string[]>();
    /** Looks at what both pages show. Without a size given, at all widths. */
    async function look(view: string, size?: typeof PHONE): Promise<void> {
      for (const [index, page] of pages.entries()) {
        const note = (what: string, faults: string[]) => {
          if (faults.length > 0) found.set(`${view}, ${["en", "zh"][index]}, ${what}`, faults);
        };
        await page.setViewportSize(size ?? DESK);
        // Colours do not depend on the language, nor names and structure on colours.
        const isFirst = index === 0;
        note("light", await faultsOf(page, isFirst ? {} : { without: ["color-contrast"] }));
        if (isFirst) {
          await page.emulateMedia({ colorScheme: "dark" });
          note("dark", await faultsOf(page, { only: ["color-contrast"] }));
          await page.emulateMedia({ colorScheme: "light" });
        }
        for (const width of size ? [size.width] : WIDTHS) {
          await page.setViewportSize({ width, height: DESK.height });
          note(`${width}`, await tooWide(page));
        }
        await page.setViewportSize(size ?? DESK);
      }
    }
    const both = (act: (page: Page) => Promise<unknown>) => Promise.all(pages.map(act));

    await both((page) => page.locator('[data-online="true"]').waitFor());
    await both((page) => page.locator("[data-part]").first().waitFor());
    for (const value of [1, 3, 2]) scene.feed.point("board", "heat", Date.now(), value);
    await both((page) => openPlot(page, "heat"));
    await look("first screen");

    await both((page) => turnTo(page, "wire"));
    await both((page) => page.locator(".filter").fill("connect")); // a few rows are enough
    await both((page) => page.locator(".packet", { hasText: "CONNECT" }).first().click());
    await both((page) => page.locator(".fields").waitFor());
    await look("wire");
    await both((page) => turnTo(page, "data"));

    scene.site.edit = {
      board: "lamp",
      boards: ["lamp", "a board with a long name"],
      isBuilding: false,
      mistakes: [`boards/lamp.json:3: led.pin: 36 is input only; ${"choose another ".repeat(9)}`],
    };
    scene.feed.renew();
    await both((page) => page.locator(".banner.mistakes").waitFor());
    await look("edit");
    scene.site.edit = undefined;
    scene.feed.renew();

    await pages[0]?.getByRole("switch", { name: "Link stalled" }).click();
    for (const kind of ["refused", "own", "notice"] as const)
      scene.feed.alert({ board: "board", who: "lamp" }, kind, `a ${kind}`, "", "boards/lamp.ts:12");
    await both((page) => page.locator(".banner-stack .banner").waitFor());
    await look("fault");
    await both(openNotices);
    await both((page) => page.locator(".alert").nth(2).waitFor());
    await look("notices");
    await both((page) => page.keyboard.press("Escape"));

    addClass(scene);
    await both((page) => page.locator(".tile").nth(29).waitFor());
    await both((page) => page.getByLabel(/^(Find boards|查找开发板)$/).fill("王"));
    await both((page) => page.locator(".groups input").fill("第一组 🍎"));
    await both((page) => page.locator(".groups input").press("Enter"));
    await both((page) => page.locator(".group-name").first().click());
    await both((page) => page.locator(".legend button").nth(9).hover());
    await look("class");

    await both((page) => page.locator(".project").click());
    await both((page) => page.locator(".projected").nth(29).waitFor());
    await look("projector");
    await both((page) => page.keyboard.press("Escape"));

    await both((page) => page.setViewportSize(PHONE));
    for (const tab of ["board", "data", "wire"] as const) {
      await both((page) => turnTo(page, tab));
      await look(`phone, ${tab}`, PHONE);
    }
    expect([...found]).toEqual([]);
  });

  it.each([
    ["en", 1],
    ["zh-CN", 200],
  ])("the head of a phone does not wrap: %s", async (locale, boards) => {
    const scene = await setScene("esp32-devkit");
    if (boards > 1) addClass(scene, boards);
    for (const width of [360, 390]) {
      const page = await scene.open({ locale, viewport: { ...PHONE, width } });
      const lines = (part: string) =>
        page.evaluate<number>(
          `(({ clientHeight }, { lineHeight }) => Math.round(clientHeight / parseFloat(lineHeight)))
            (...[document.querySelector("${part}")].flatMap((one) => [one, getComputedStyle(one)]))`,
        );
      expect(await lines("header h1")).toBe(1);
      expect(await page.evaluate("document.querySelector('.promise').getClientRects().length")).toBe(1);
      expect(await page.evaluate("document.querySelector('header').clientHeight")).toBeLessThan(90);
    }
  });
});

/** More boards, one of them offline, and some with a line in a plot. */
function addClass({ feed }: Scene, boards = 30): void {
  const board = feed.board("board");
  if (!board) throw new Error("no board");
  for (let index = 1; index < boards; index++) {
    const title = index % 5 === 0 ? `王小明 ${index}` : `A board of a student ${index}`;
    feed.addBoard({ ...board, id: `b${index}`, title, device: `d${index}`, isOnline: index !== 3 });
    for (let second = 3; second > 0; second--)
      feed.point(`b${index}`, "heat", Date.now() - second * 1000, index + second);
  }
}
