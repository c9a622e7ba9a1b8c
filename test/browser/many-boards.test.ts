/** What the page avoids doing while many boards report: counted, not timed. */

import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { findBrowser } from "../../scripts/cli/browser.ts";
import { openPlot, turnTo, setScene, type Scene } from "./console-page.ts";

const BOARDS = 200;
const STREAMS = ["uptime", "memory"];

const PUBACK = Buffer.from([0x40, 2, 0, 7]);

/** Adds many boards to the existing one. */
function addBoards({ feed }: Scene): void {
  const board = feed.board("board");
  if (!board) throw new Error("no board");
  for (let index = 1; index < BOARDS; index++) {
    const title = `Board ${index}`;
    feed.addBoard({ ...board, id: `b${index}`, title, device: `d${index}`, isOnline: true });
  }
}

/** Has every board report; their packets carry `who`. */
function report({ feed }: Scene, value: number, who: string): void {
  const time = Date.now();
  for (let index = 1; index < BOARDS; index++) {
    for (const stream of STREAMS) feed.point(`b${index}`, stream, time, value);
    const packet = { time, board: `b${index}`, connection: index, bytes: PUBACK, length: 4 } as const;
    feed.packet({ ...packet, way: "up", who });
    feed.packet({ ...packet, way: "down", who });
  }
}

const rows = (page: Page) => page.locator(".packet");

describe.skipIf(findBrowser() === undefined)("web console with many boards", () => {
  it("rarely redraws plots with many lines, but updates their values", async () => {
    const scene = await setScene("esp32-devkit");
    addBoards(scene);
    report(scene, 0, "first");
    const page = await scene.open({ viewport: { width: 1300, height: 1600 } });
    await page.locator(".tile", { hasText: /Board 7\D/ }).click();
    for (const stream of STREAMS) await openPlot(page, stream);
    await page.evaluate(COUNT_DRAWINGS);
    const begun = performance.now();
    for (let value = 1; value <= 12; value++) {
      report(scene, value, "again");
      await expect.poll(() => page.locator('[data-stream="uptime"] output').textContent()).toBe(`${value}`);
    }
    const drawings = await page.evaluate<number>("globalThis.drawings.get('uptime') ?? 0");
    // At most one every two seconds, plus one that was due and one that a busy machine drew late.
    expect(drawings).toBeLessThanOrEqual(2 + (performance.now() - begun) / 1900);
    await expect
      .poll(() => page.evaluate<number>("globalThis.drawings.get('uptime') ?? 0"))
      .toBeGreaterThan(0);
  });

  it("renders few rows while packets pour in, and all rows on demand", async () => {
    const scene = await setScene("esp32-devkit");
    addBoards(scene);
    const page = await scene.open();
    await turnTo(page, "wire");
    await page.getByLabel("Filter", { exact: true }).fill("lot"); // hides the existing board's packets
    await page.evaluate(COUNT_ROWS);
    for (const who of ["lot 1", "lot 2", "lot 3", "lot 4"]) {
      report(scene, 1, who);
      await page.locator(".packet .who", { hasText: who }).first().waitFor();
    }
    const made = await page.evaluate<number[]>("globalThis.rows");
    expect(made.length).toBeGreaterThan(2);
    expect(Math.max(...made)).toBeLessThanOrEqual(30);
    await expect.poll(() => rows(page).count()).toBe(30);
    const list = page.getByRole("listbox");
    await list.focus();
    await page.keyboard.press("End");
    await expect.poll(() => rows(page).count()).toBe(200);
    await expect.poll(() => isInView(page, '.packet[aria-selected="true"]')).toBe(true);
    await page.keyboard.press("Home");
    await expect.poll(() => rows(page).count()).toBe(30);
    await page.getByRole("button", { name: "Pause" }).click();
    await expect.poll(() => rows(page).count()).toBe(200);
  });

  it("shows on a projector only as many as the back row can read, those that are offline first", async () => {
    const scene = await setScene("esp32-devkit");
    addBoards(scene);
    report(scene, 12.5, "again");
    scene.feed.update("b150", { isOnline: false });
    const page = await scene.open({ viewport: { width: 1920, height: 1080 } });
    await page.locator('[data-online="true"]').waitFor();
    await openPlot(page, "memory");
    await page.locator(".project").click();
    const tiles = page.locator(".projected");
    await expect.poll(() => tiles.count()).toBe(48);
    expect(await tiles.first().textContent()).toBe("Board 150offline");
    expect(await tiles.nth(9).textContent()).toBe("Board 812.5");
    expect(await tiles.last().textContent()).toBe("and 153 more");
    const faults = () =>
      page.evaluate<
        string[]
      >(`[...document.querySelectorAll(".projector :is(h1, p, .projected span)")].flatMap((one) => {
        const { fontSize } = getComputedStyle(one);
        const { top, bottom } = one.getBoundingClientRect();
        const around = (one.closest(".projected") ?? one).getBoundingClientRect();
        const isWhole = top >= around.top - 1 && bottom <= around.bottom + 1 && around.bottom <= innerHeight;
        return parseFloat(fontSize) < 0.025 * innerHeight || !isWhole ? one.textContent : [];
      })`);
    expect(await faults()).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 720 });
    expect(await faults()).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("searchbox").fill("board 77");
    await page.locator(".project").click();
    await expect.poll(() => tiles.allTextContents()).toEqual(["Board 77", "uptime12.5 s", "memory12.5"]);
    expect(await faults()).toEqual([]);
  });

  it("does not render tiles out of sight, but keeps them reachable", async () => {
    const scene = await setScene("esp32-devkit");
    addBoards(scene);
    const page = await scene.open({ viewport: { width: 400, height: 500 } });
    await page
      .locator(".tile")
      .nth(BOARDS - 1)
      .waitFor({ state: "attached" });
    const seen = () =>
      page.evaluate<number>(
        "[...document.querySelectorAll('.tile')].filter((tile) => tile.checkVisibility({ contentVisibilityAuto: true })).length",
      );
    await expect.poll(seen).toBeLessThan(BOARDS * 0.75);
    const last = page.getByRole("button", { name: `Board ${BOARDS - 1}` });
    expect(await last.count()).toBe(1);
    await last.focus(); // as the Tab key would
    await expect.poll(() => isInView(page, ".tiles li:last-child")).toBe(true);
    await page.keyboard.press("Enter");
    await page.locator("#board-title", { hasText: `Board ${BOARDS - 1}` }).waitFor();
  });
});

/** Whether an element is visible within its scrolling ancestors. */
function isInView(page: Page, selector: string): Promise<boolean> {
  return page.evaluate<boolean>(`new Promise((resolve) => {
    new IntersectionObserver(([entry], observer) => {
      observer.disconnect();
      resolve(entry.isIntersecting);
    }).observe(document.querySelector('${selector}'));
  })`);
}

/** Counts drawings: uPlot clears its canvas once for each. */
const COUNT_DRAWINGS = `(() => {
  globalThis.drawings = new Map();
  const { clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...place) {
    const name = this.canvas.closest("[data-stream]")?.dataset.stream;
    drawings.set(name, (drawings.get(name) ?? 0) + 1);
    clearRect.apply(this, place);
  };
})()`;

/** Records how many rows each change of the list adds. */
const COUNT_ROWS = `(() => {
  globalThis.rows = [];
  new MutationObserver((changes) => rows.push(changes.reduce((sum, { addedNodes }) => sum + addedNodes.length, 0)))
    .observe(document.querySelector(".packets"), { childList: true });
})()`;
