/** `npm run measure:console`: how the web console's page copes with many boards, as a table for docs/performance.md. */

import type { Browser, Page } from "playwright-core";
import { DEFAULT_BOARD, loadBoard } from "./boards/index.ts";
import { withBrowser } from "./cli/browser.ts";
import { setClassroom } from "./stage/classroom.ts";
import { examples, interruptible, runCommand, wholeNumber } from "./cli/command.ts";
import { createProgress } from "./cli/progress.ts";
import { watchClassroom } from "./web-console/classroom-console.ts";
import { createFeed } from "./web-console/feed.ts";
import { startWebConsole } from "./web-console/index.ts";

/** Data streams of each board, reported every second. */
const STREAMS = ["uptime", "memory", "rssi", "analog"];

const VIEWPORT = { width: 1440, height: 900 };
const COLUMNS = [
  "minute",
  "data points/s",
  "frames/s",
  "longest frame, ms",
  "presses",
  "over 100 ms",
  "slowest, ms",
  "page heap, MB",
  "server heap, MB",
  "another page opens in, s",
  "reconnections",
];

const MINUTE = 60_000;
const MEGABYTE = 1024 * 1024;

/** Defines `takeFrames` in the page: frames since the last call, and the longest of them in ms. */
const COUNT_FRAMES = `(() => {
  let frames = 0, longest = 0, last = performance.now();
  requestAnimationFrame(function count(now) {
    frames++;
    longest = Math.max(longest, now - last);
    last = now;
    requestAnimationFrame(count);
  });
  globalThis.takeFrames = () => {
    const taken = { frames, longest };
    frames = longest = 0;
    return taken;
  };
})()`;

/** Time between two presses of a board's tile, in ms. */
const BETWEEN_PRESSES = 500;

/**
 * Defines `takePresses` in the page: the durations of the clicks since the last call, in ms, rounded to 8: from the press
 * until its effect is painted (W3C Event Timing). Those under 16 ms are not among them.
 */
const TIME_PRESSES = `(() => {
  const presses = [];
  const keep = (list) => presses.push(...list.getEntries().filter(({ name }) => name === "click").map(({ duration }) => duration));
  new PerformanceObserver(keep).observe({ type: "event", durationThreshold: 16 });
  globalThis.takePresses = () => presses.splice(0);
})()`;

await runCommand(
  "measure:console",
  "Opens the web console with many boards reporting every second; prints frame times and memory use.",
  (command) =>
    command
      .option("--boards <number>", "virtual boards", wholeNumber(999), 50)
      .option("--minutes <number>", "duration of the measurement", wholeNumber(999), 10)
      .addHelpText(
        "after",
        examples(
          [
            ["npm run measure:console", "the table of docs/performance.md"],
            ["npm run measure:console -- --boards 200 --minutes 30"],
          ],
          "docs/web-console.md",
        ),
      ),
  async (command) => {
    const { boards, minutes } = command.opts<{ boards: number; minutes: number }>();
    await interruptible((signal) => withBrowser(signal, (browser) => measure(browser, boards, minutes)));
  },
);

async function measure(browser: Browser, boards: number, minutes: number): Promise<void> {
  const progress = createProgress();
  const file = loadBoard(DEFAULT_BOARD);
  const streams = file.streams
    .filter(({ id }) => STREAMS.includes(id))
    .map((stream) => ({ ...stream, period: 1 }));
  progress.show(`starting ${boards} boards`);
  const classroom = await setClassroom({ ...file, streams }, boards);
  const feed = createFeed();
  const watched = await watchClassroom(feed, classroom);
  const site = { title: file.title, address: "" };
  const { actions } = watched;
  const server = await startWebConsole({ host: "127.0.0.1", port: 0, feed, site, actions });
  try {
    let points = 0;
    classroom.platform.on("datapoint", () => points++);
    await classroom.start();
    const address = `http://127.0.0.1:${server.port}/`;
    const page = await browser.newPage({ viewport: VIEWPORT });
    let connections = 0;
    page.on("request", (request) => {
      if (request.url().endsWith("/api/events")) connections++;
    });
    await page.goto(address);
    await page.evaluate(COUNT_FRAMES);
    await page.evaluate(TIME_PRESSES);
    progress.clear();
    console.log(`| ${COLUMNS.join(" | ")} |`);
    console.log(`| ${COLUMNS.map((name) => `${"-".repeat(name.length - 1)}:`).join(" | ")} |`);
    for (let minute = 1; minute <= minutes; minute++) {
      points = 0;
      progress.show(`measuring minute ${minute} of ${minutes}`, (minute - 1) / minutes);
      const pressed = await pressTiles(page);
      const rate = Math.round((points * 1000) / MINUTE);
      const { frames, longest } = await page.evaluate<{ frames: number; longest: number }>("takeFrames()");
      const presses = await page.evaluate<number[]>("takePresses()");
      const slow = presses.filter((duration) => duration > 100).length;
      const cells = [minute, rate, ((frames * 1000) / MINUTE).toFixed(1), Math.round(longest)];
      cells.push(pressed, slow, Math.max(0, ...presses));
      const heaps = [await heapOf(page), megabytes(process.memoryUsage().heapUsed)];
      const opening = ((await timeToOpen(browser, address, boards)) / 1000).toFixed(1);
      const isOpen = await page.locator('[data-connection="open"]').isVisible();
      progress.clear();
      console.log(`| ${[...cells, ...heaps, opening, isOpen ? connections - 1 : "closed"].join(" | ")} |`);
      await page.evaluate("takeFrames()"); // ignore frames delayed by the other page
    }
  } finally {
    progress.clear();
    feed.close();
    await server.close();
    await watched.close();
    await classroom.close();
  }
}

/** Presses one tile after the other for a minute. @returns how many */
async function pressTiles(page: Page): Promise<number> {
  const tiles = page.locator(".tile");
  const end = performance.now() + MINUTE;
  const boards = await tiles.count();
  let pressed = 0;
  while (performance.now() < end) {
    if (boards > 0) await tiles.nth(pressed++ % boards).click();
    await page.waitForTimeout(BETWEEN_PRESSES);
  }
  return pressed;
}

/** Opens another page and closes it again. @returns the time until it showed every board and was live, in ms */
async function timeToOpen(browser: Browser, address: string, boards: number): Promise<number> {
  const page = await browser.newPage({ viewport: VIEWPORT });
  const from = performance.now();
  await page.goto(address);
  await page.locator('[data-connection="open"]').waitFor();
  if (boards > 1)
    await page
      .locator(".boards li")
      .nth(boards - 1)
      .waitFor({ state: "attached" });
  const passed = performance.now() - from;
  await page.close();
  return passed;
}

/** The page's heap after a garbage collection. */
async function heapOf(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return megabytes(usedSize);
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(1);
}
