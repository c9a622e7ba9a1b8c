/** The data: values first, plots on demand, and nothing that was not measured. */

import type { Page } from "playwright-core";
import { beforeEach, describe, expect, it } from "vitest";
import { findBrowser } from "../../scripts/cli/browser.ts";
import { openPlot, turnTo, setScene, type Scene } from "./console-page.ts";

let now: number;

const names = (page: Page) =>
  page.evaluate<string[]>(
    '[...document.querySelectorAll(".stream[data-stream]")].map((one) => one.dataset.stream)',
  );

/** A board whose program reports nothing: the test does. */
async function setQuietScene(): Promise<Scene> {
  const scene = await setScene("esp32-devkit");
  await scene.stage.device.stop();
  const board = scene.feed.board("board");
  if (!board) throw new Error("no board");
  scene.feed.addBoard({ ...board, id: "quiet", title: "Quiet", units: { heat: "°C" } });
  return scene;
}

async function open(scene: Scene, context = {}): Promise<Page> {
  const page = await scene.open(context);
  await page.locator(".tile", { hasText: "Quiet" }).click();
  return page;
}

describe.skipIf(findBrowser() === undefined)("values", () => {
  beforeEach(() => void (now = Date.now())); // the plots end at the present

  it("stand large with their unit; the one that moved last is first, and what never changes is below", async () => {
    const scene = await setQuietScene();
    const { feed } = scene;
    for (let second = 60; second > 0; second -= 20) {
      feed.point("quiet", "still", now - second * 1000, 7);
      feed.point("quiet", "heat", now - second * 1000, 20 + second / 7);
      feed.point("quiet", "door", now - second * 1000, second > 50);
    }
    const page = await open(scene);
    const heat = page.locator('[data-stream="heat"]');
    await expect.poll(() => heat.locator(".stream-value").textContent()).toBe("22.86°C");
    const size = (part: string) =>
      page.evaluate<number>(`parseFloat(getComputedStyle(document.querySelector("${part}")).fontSize)`);
    expect(await size(".stream output")).toBeGreaterThan(1.7 * (await size(".stream-name")));
    expect(await page.locator('.constants [data-stream="still"]').textContent()).toBe("still7");
    const own = async () => (await names(page)).filter((name) => ["heat", "door"].includes(name));
    expect(await own()).toEqual(["heat", "door"]);
    const later = now + 60_000; // long after the board came online
    feed.point("quiet", "door", later, true);
    await expect.poll(own).toEqual(["door", "heat"]);
    expect(await page.locator('[data-stream="door"] output').textContent()).toBe("on");
    // What moves all the time does not change places.
    feed.point("quiet", "heat", later + 1, 25);
    feed.point("quiet", "door", later + 2, false);
    feed.point("quiet", "heat", later + 3, 26);
    await expect.poll(() => heat.locator("output").textContent()).toBe("26");
    const order = await own();
    feed.point("quiet", "door", later + 4, true);
    feed.point("quiet", "heat", later + 5, 27);
    await expect.poll(() => heat.locator("output").textContent()).toBe("27");
    expect(await own()).toEqual(order);
    // What rests goes behind what moves.
    for (let second = 4; second <= 20; second += 4)
      feed.point("quiet", "heat", later + second * 1000, second);
    await expect.poll(() => heat.locator("output").textContent()).toBe("20");
    expect(await own()).toEqual(["heat", "door"]);
  });

  it("keep their places when the board starts again, and when the page gets them anew", async () => {
    const scene = await setQuietScene();
    const { feed } = scene;
    for (const [stream, ago] of [
      ["heat", 60_000],
      ["heat", 50_000],
      ["door", 40_000],
      ["door", 30_000],
    ] as const)
      feed.point("quiet", stream, now - ago, ago);
    const page = await open(scene);
    const own = async () => (await names(page)).filter((name) => ["heat", "door", "new"].includes(name));
    await expect.poll(own).toEqual(["door", "heat"]);
    feed.update("quiet", { isOnline: false });
    feed.update("quiet", { isOnline: true });
    feed.point("quiet", "heat", Date.now(), 1);
    feed.point("quiet", "new", Date.now(), 2);
    await expect.poll(own).toEqual(["door", "heat", "new"]);
    for (const value of [3, 4]) {
      feed.renew();
      feed.point("quiet", "heat", Date.now(), value);
      await expect.poll(() => page.locator('[data-stream="heat"] output').textContent()).toBe(`${value}`);
      expect(await own()).toEqual(["door", "heat", "new"]);
    }
    feed.point("quiet", "heat", Date.now() + 60_000, 5);
    await expect.poll(own).toEqual(["heat", "door", "new"]);
  });

  it("draw true and false as steps", async () => {
    const scene = await setQuietScene();
    scene.feed.point("quiet", "door", now - 60_000, false);
    scene.feed.point("quiet", "door", now - 1000, true);
    scene.feed.point("quiet", "heat", now - 60_000, 1);
    scene.feed.point("quiet", "heat", now - 1000, 5);
    const page = await open(scene);
    const path = (stream: string) => page.locator(`[data-stream="${stream}"] path`).getAttribute("d");
    await expect.poll(() => path("door")).toBe("M0.0 28.0H100.0V2.0");
    expect(await path("heat")).toBe("M0.0 28.0L100.0 2.0");
    await openPlot(page, "door");
    await openPlot(page, "heat");
    // Half-way, steps are still at the bottom, and a slope at half its height.
    await expect.poll(() => heightOf(page, "door")).toBeLessThan(0.2);
    await expect.poll(() => heightOf(page, "heat")).toBeGreaterThan(0.4);
  });

  it.each([
    ["en", /^41 at \d\d:\d\d:\d\d$/, /^no data at \d\d:\d\d:\d\d$/],
    ["zh-CN", /^\d\d:\d\d:\d\d：41$/, /^\d\d:\d\d:\d\d：没有数据$/],
  ] as const)("say when it was, and where there is none: %s", async (locale, some, none) => {
    const scene = await setQuietScene();
    for (let second = 100; second > 80; second--)
      scene.feed.point("quiet", "heat", now - second * 1000, 40 + (second % 2));
    scene.feed.point("quiet", "heat", now - 2000, 41);
    const page = await open(scene, { locale });
    await openPlot(page, "heat");
    const readout = page.locator(".readout");
    const point = async (share: number) => {
      const box = await page.locator(".u-over").boundingBox();
      await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) * share, (box?.y ?? 0) + 20);
      return readout.textContent();
    };
    await expect.poll(() => point(0.97)).toMatch(some);
    await expect.poll(() => point(0.6)).toMatch(none);
    await page.mouse.move(5, 5);
    await expect.poll(() => readout.textContent()).toBe("");
  });

  it("begin with the first data point, not before", async () => {
    const scene = await setQuietScene();
    scene.feed.point("quiet", "heat", now - 30_000, 1);
    scene.feed.point("quiet", "heat", now, 2);
    const page = await open(scene);
    await openPlot(page, "heat");
    const box = await page.locator(".u-over").boundingBox();
    await expect
      .poll(async () => {
        await page.mouse.move((box?.x ?? 0) + 3, (box?.y ?? 0) + 20);
        return page.locator(".readout").textContent();
      })
      .toMatch(/^1 at/);
  });

  it("fit a phone, in both languages, light and dark", async () => {
    const scene = await setQuietScene();
    scene.feed.point("quiet", "heat", now, 1);
    for (const [locale, colorScheme] of [
      ["en", "dark"],
      ["zh-CN", "light"],
    ] as const) {
      const page = await open(scene, { locale, colorScheme, viewport: { width: 390, height: 844 } });
      await turnTo(page, "data");
      await openPlot(page, "heat");
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    }
  });
});

/** How high a plot's line is in the middle of the plot, 0–1. */
function heightOf(page: Page, stream: string): Promise<number> {
  return page.evaluate<number>(`(() => {
    const place = document.querySelector('[data-stream="${stream}"]');
    const canvas = place.querySelector("canvas");
    const over = place.querySelector(".u-over").getBoundingClientRect();
    const whole = canvas.getBoundingClientRect();
    const scale = canvas.width / whole.width;
    const x = Math.round((over.left - whole.left + over.width / 2) * scale);
    const { data } = canvas.getContext("2d").getImageData(x, 0, 1, canvas.height);
    for (let y = 0; y < canvas.height; y++)
      if (data[4 * y + 1] > data[4 * y] + 60) return 1 - (y / scale - (over.top - whole.top)) / over.height;
    return -1;
  })()`);
}
