/** A board on its stage, its web console, and a browser. */

import type { BrowserContextOptions, Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { loadBoard } from "../../scripts/boards/index.ts";
import { inBoth } from "../../scripts/cli/language.ts";
import { buildBundle } from "../../scripts/compile/bundle.ts";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { createFeed, type Feed } from "../../scripts/web-console/feed.ts";
import { startWebConsole, type WebConsole } from "../../scripts/web-console/index.ts";
import type { EditView, Site } from "../../scripts/web-console/protocol.ts";
import { watchStage } from "../../scripts/web-console/stage-console.ts";
import { equipped, PARTS } from "../support/equipped.ts";
import { leavePages, openPage } from "./browser.ts";

/** Sensors on pins that the other parts leave free. */
const SENSORS = {
  air: { kind: "dht22", pin: 4 },
  water: { kind: "ds18b20", pin: 12, count: 2 },
  room: { kind: "bme280", sda: 21, scl: 23 },
};

export interface Scene {
  readonly stage: Stage;
  readonly feed: Feed;
  /** What the page says of its files, once the feed is renewed. */
  readonly site: { edit?: EditView | undefined };
  /** Opens the page and waits until it is live. Default: English, on a desktop. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** Stops the console's server, then starts it again on the same port. */
  restartConsole(between: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** Turns to another part of the page, in either language. */
export async function turnTo(page: Page, part: "board" | "data" | "wire"): Promise<void> {
  await page.locator(`#tab-${part}`).click();
}

/** Opens what is behind the bell. */
export async function openNotices(page: Page): Promise<void> {
  await page.locator(".bell").click();
  await page.locator("#notices").waitFor();
}

/** Opens the plot of a data stream. */
export async function openPlot(page: Page, stream: string): Promise<void> {
  const place = page.locator(`[data-stream="${stream}"]`);
  await place.getByRole("button").click();
  await place.locator("canvas").waitFor();
}

/** The test boards, with a data point per stream every second. */
const BOARDS = [
  ...["esp32-devkit", "esp32-devkit-button", "esp32-devkit-dht22", "mpython"].map((name) => loadBoard(name)),
  equipped("multiprotocol", { parts: { ...PARTS, ...SENSORS } }),
].map((file) => ({
  ...file,
  name: `${file.name}-page`,
  streams: file.streams.map((stream) => ({ ...stream, period: 1 })),
}));

const scripts = new Map<string, string>();

/**
 * Sets up a scene for one test.
 * @param changes overrides for the device on the platform
 * @param password the console's
 * @param more code for the board to run after its script
 */
export async function setScene(name: string, changes = {}, password?: string, more = ""): Promise<Scene> {
  const board = BOARDS.find((one) => one.name === `${name}-page`);
  if (!board) throw new Error(`no script was built for ${name}`);
  const script = scripts.get(board.name) ?? (await buildBundle(board)).code;
  scripts.set(board.name, script);
  const stage = await setStage(board, script + more, changes);
  const feed = createFeed();
  const watched = await watchStage(feed, stage);
  const { actions } = watched;
  const site: Scene["site"] & Pick<Site, "title" | "address"> = {
    title: board.title,
    address: inBoth(() => stage.server.address()),
  };
  const options = { host: "127.0.0.1", feed, site, actions, ...(password ? { password } : {}) };
  let server: WebConsole = await startWebConsole({ ...options, port: 0 });
  const { port } = server;
  /** Page errors, and requests to other hosts: there must be none. */
  const mishaps: string[] = [];
  await stage.device.start();

  const scene: Scene = {
    stage,
    feed,
    site,
    async open(context = {}) {
      const page = await openPage(context);
      page.on("pageerror", ({ message }) => mishaps.push(message));
      page.on("console", (message) => {
        if (message.text().includes("Content Security Policy")) mishaps.push(message.text());
      });
      page.on("request", (request) => {
        if (!/^(http:\/\/127\.0\.0\.1:|blob:|data:)/.test(request.url())) mishaps.push(request.url());
      });
      await page.goto(`http://127.0.0.1:${port}/`);
      if (!password) await page.locator('[data-connection="open"]').waitFor();
      return page;
    },
    async restartConsole(between) {
      await server.close();
      await between();
      server = await startWebConsole({ ...options, port });
    },
    async close() {
      await leavePages();
      feed.close();
      await server.close();
      await watched.close();
      await stage.close();
      expect(mishaps).toEqual([]);
    },
  };
  onTestFinished(() => scene.close());
  return scene;
}
