/** `npm run screenshots`: takes the pictures of the web console in docs/. */

import type { Browser, Locator, Page } from "playwright-core";
import { loadBoard } from "./boards/index.ts";
import { withBrowser } from "./cli/browser.ts";
import { setClassroom } from "./stage/classroom.ts";
import { examples, interruptible, runCommand } from "./cli/command.ts";
import { createProgress } from "./cli/progress.ts";
import { buildBundle } from "./compile/bundle.ts";
import { setStage } from "./stage/index.ts";
import { watchClassroom } from "./web-console/classroom-console.ts";
import { createFeed, type Feed } from "./web-console/feed.ts";
import { startWebConsole, type Actions } from "./web-console/index.ts";
import { watchStage } from "./web-console/stage-console.ts";

const FOLDER = "docs/pictures";

/** How long to collect data points before taking a picture, in ms. */
const GATHER = 75_000;

/** First names of a class, some in Chinese. */
const NAMES =
  "Ada Bo Cy Dora 王小明 李雷 韩梅梅 张伟 Emil Fay Gil Hana 陈静 刘洋 Ivo Jan Kai Lea 赵磊 周敏 Mia Noa Otto Pia 吴刚 孙丽 Rui Sam Tia Uma";

const progress = createProgress();

await runCommand(
  "screenshots",
  `Takes the pictures of the web console in ${FOLDER}; needs Chromium and takes a few minutes.`,
  (command) => command.addHelpText("after", examples([["npm run screenshots"]], "docs/web-console.md")),
  () =>
    interruptible((signal) =>
      withBrowser(signal, async (browser) => {
        await takeOne(browser);
        await takeParts(browser);
        await takeOwnCode(browser);
        await takeClass(browser);
      }),
    ).finally(progress.clear),
);

/** A board with three pixels: on a desk, in Chinese and dark, on a phone. */
async function takeOne(browser: Browser): Promise<void> {
  const file = loadBoard("mpython");
  const board = { ...file, streams: file.streams.map((stream) => ({ ...stream, period: 1 })) };
  const stage = await setStage(board, (await buildBundle(board)).code);
  const feed = createFeed();
  const watched = await watchStage(feed, stage);
  const waves = setInterval(() => {
    const turn = (Date.now() / 20_000) * Math.PI;
    stage.device.setAnalog(39, 0.5 + 0.3 * Math.sin(turn));
    stage.device.setAnalog(36, 0.4 + 0.2 * Math.sin(3 * turn) * Math.cos(turn));
  }, 500);
  const address = stage.server.address();
  const page = { feed, site: { title: board.title, address }, actions: watched.actions };
  try {
    await withPage(browser, page, async (open) => {
      progress.show("console.png: collecting data points for a minute");
      await stage.device.start();
      const desk = await open({ width: 1280, height: 900 });
      await desk.getByRole("button", { name: "Toggle" }).click();
      await desk.getByLabel("Colour", { exact: true }).fill("#00a0ff");
      await desk.waitForTimeout(GATHER);
      await openPlot(desk, "light");
      await take(desk, "console.png");
      await chooseConnect(desk, /keep alive/);
      await desk.evaluate("scrollTo(0, 0)");
      await take(desk, "console-wire.png");
      await desk.locator("#tab-data").click();
      const dark = await open({ width: 1280, height: 900 }, "dark", "zh-CN");
      await dark.waitForTimeout(2000);
      await openPlot(dark, "sound");
      await take(dark, "console-zh-dark.png");
      await takeFault(desk);
      const phone = await open({ width: 390, height: 844 });
      await phone.waitForTimeout(2000);
      await take(phone, "console-phone.png");
    });
  } finally {
    clearInterval(waves);
    await watched.close();
    await stage.close();
  }
}

/** A greenhouse that is dry and warm, so that it waters and airs. */
async function takeParts(browser: Browser): Promise<void> {
  const file = loadBoard("esp32-greenhouse");
  const board = { ...file, streams: file.streams.map((stream) => ({ ...stream, period: 2 })) };
  const stage = await setStage(board, (await buildBundle(board)).code);
  const feed = createFeed();
  const watched = await watchStage(feed, stage);
  const site = { title: board.title, address: stage.server.address() };
  try {
    await withPage(browser, { feed, site, actions: watched.actions }, async (open) => {
      progress.show("console-parts.png: the greenhouse gets dry and warm for a minute");
      await stage.device.start();
      const desk = await open({ width: 1280, height: 880 });
      const dial = (part: string) => desk.locator(`[data-part="${part}"]`).getByRole("slider").first();
      for (let step = 0; step < 8; step++) {
        await dial("soil").fill(String(step === 0 ? 36 : 30 - 2 * step));
        await dial("air").fill(String(25 + step * 0.9));
        await desk.waitForTimeout(GATHER / 8);
      }
      await desk.locator('[data-part="pump"]').getByRole("switch", { checked: true }).waitFor();
      await take(desk, "console-parts.png");
    });
  } finally {
    await watched.close();
    await stage.close();
  }
}

/** A board whose code reads a DHT22, which is turned. */
async function takeOwnCode(browser: Browser): Promise<void> {
  const file = loadBoard("esp32-devkit-dht22");
  const board = { ...file, streams: file.streams.map((stream) => ({ ...stream, period: 2 })) };
  const stage = await setStage(board, (await buildBundle(board)).code);
  const feed = createFeed();
  const watched = await watchStage(feed, stage);
  const site = { title: board.title, address: stage.server.address() };
  try {
    await withPage(browser, { feed, site, actions: watched.actions }, async (open) => {
      progress.show("console-own-code.png: the climate changes for a minute");
      await stage.device.start();
      const desk = await open({ width: 1280, height: 780 });
      for (let step = 0; step < 8; step++) {
        stage.device.sensors.set(4, "temperature", (205 + step * step) / 10);
        stage.device.sensors.set(4, "humidity", (620 - 14 * step) / 10);
        await desk.waitForTimeout(GATHER / 8);
      }
      await desk.getByLabel("Command", { exact: true }).fill("climate");
      await desk.keyboard.press("Enter");
      await desk.locator(".answers li", { hasText: "%" }).waitFor();
      await openPlot(desk, "temperature");
      await desk.getByRole("button", { name: "1 min" }).click();
      await take(desk, "console-own-code.png");
    });
  } finally {
    await watched.close();
    await stage.close();
  }
}

/** The board while its outbox fills. */
async function takeFault(page: Page): Promise<void> {
  const stall = page.getByRole("switch", { name: "Link stalled" });
  await stall.click();
  await page.evaluate("scrollTo(0, 0)");
  await page.waitForTimeout(7000);
  await take(page, "console-fault.png");
  await stall.click();
  await page.locator('[data-waiting="0"]').waitFor();
}

/** A class of thirty: a command, a group, a line picked out; then for the back row. */
async function takeClass(browser: Browser): Promise<void> {
  const file = loadBoard("esp32-devkit");
  const board = { ...file, streams: file.streams.map((stream) => ({ ...stream, period: 1 })) };
  const names = NAMES.split(" ");
  const classroom = await setClassroom(board, names.length);
  const feed = createFeed();
  const watched = await watchClassroom(feed, classroom);
  classroom.members.forEach(({ mac }, index) => feed.update(mac, { title: names[index] ?? "" }));
  classroom.platform.on("online", ({ device }) => {
    // Every third is lit, and the others after a toggle.
    if (Number(device) % 3 === 0) void classroom.platform.sendCommand(device, "on");
  });
  const site = { title: "3b", address: "Local OneNET" };
  try {
    await withPage(browser, { feed, site, actions: watched.actions }, async (open) => {
      progress.show("console-class.png: collecting data points for a minute");
      await classroom.start();
      const desk = await open({ width: 1280, height: 1000 });
      await desk.waitForTimeout(GATHER);
      await classroom.members[5]?.device.stop();
      await desk.getByLabel("Find boards").fill("Ada, Bo, Cy, Dora, 王小明");
      await desk.getByLabel("Name of the group").fill("Table 1");
      await desk.keyboard.press("Enter");
      await desk.getByRole("button", { name: "All", exact: true }).click();
      await desk.getByLabel("Command to these boards").fill("toggle");
      await desk.keyboard.press("Enter");
      await desk.getByText("29 of 30 answered").waitFor();
      await openPlot(desk, "analog");
      await desk.locator(".legend button", { hasText: "韩梅梅" }).hover();
      await desk.evaluate("scrollTo(0, 0)");
      await desk.waitForTimeout(500);
      await take(desk, "console-class.png");
      await desk.setViewportSize({ width: 1280, height: 720 });
      await desk.locator(".project").click();
      await desk.locator(".projected").first().waitFor();
      await take(desk, "console-projector.png");
    });
  } finally {
    await watched.close();
    await classroom.close();
  }
}

type Open = (
  size: { width: number; height: number },
  scheme?: "light" | "dark",
  locale?: string,
) => Promise<Page>;

interface Shown {
  readonly feed: Feed;
  readonly site: { readonly title: string; readonly address: string };
  readonly actions: Actions;
}

async function withPage(
  browser: Browser,
  { feed, site, actions }: Shown,
  use: (open: Open) => Promise<void>,
): Promise<void> {
  const server = await startWebConsole({ host: "127.0.0.1", port: 0, feed, site, actions });
  try {
    await use(async (viewport, colorScheme = "light", locale = "en") => {
      const page = await browser.newPage({ viewport, colorScheme, locale });
      page.setDefaultTimeout(120_000); // a busy machine is slow, not wrong
      await page.goto(`http://127.0.0.1:${server.port}/`);
      await page.locator('[data-connection="open"]').waitFor();
      return page;
    });
  } finally {
    feed.close();
    await server.close();
    for (const context of browser.contexts()) await context.close();
  }
}

async function take(what: Page | Locator, file: string): Promise<void> {
  const path = `${FOLDER}/${file}`;
  await what.screenshot({ path });
  progress.clear();
  console.log(path);
}

/** Opens the plot of a data stream, and waits until it is drawn. */
async function openPlot(page: Page, stream: string): Promise<void> {
  await page.locator(`[data-stream="${stream}"] button`).click();
  await page.locator(`[data-stream="${stream}"] canvas`).waitFor();
  await page.mouse.move(0, 0);
  await page.evaluate("scrollTo(0, 0)");
  await page.waitForTimeout(1000);
}

/** Opens the explanation of the log-in, the oldest packet. @param field to highlight */
async function chooseConnect(page: Page, field: RegExp): Promise<void> {
  await page.locator("#tab-wire").click();
  await page.locator(".packets").focus();
  await page.keyboard.press("End");
  await page.locator(".fields").getByRole("row", { name: field }).hover();
}
