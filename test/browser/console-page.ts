/** A board on its stage, its web console, and a browser that looks at it. */

import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { loadBoard } from "../../scripts/lib/boards.ts";
import { launchBrowser } from "../../scripts/lib/browser.ts";
import { buildBundle } from "../../scripts/lib/bundle.ts";
import { setStage, type Stage } from "../../scripts/lib/stage.ts";
import { createFeed, type Feed } from "../../scripts/web-console/feed.ts";
import { startWebConsole, type WebConsole } from "../../scripts/web-console/index.ts";
import { watchStage } from "../../scripts/web-console/stage-console.ts";

export interface Scene {
  readonly stage: Stage;
  readonly feed: Feed;
  /** Opens the page, in English on a desk unless the options say otherwise, and waits until it is live. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** Ends the console's server, and starts it again at its port. */
  restartConsole(between: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** The boards of the tests, with a data point of every stream each second. */
const BOARDS = ["esp32-devkit", "esp32-devkit-button", "esp32-devkit-dht22", "mpython"].map((name) => {
  const file = loadBoard(name);
  return { ...file, name: `${name}-page`, streams: file.streams.map((stream) => ({ ...stream, period: 1 })) };
});

const scripts = new Map<string, string>();

/** Registers the hooks of a group of tests that share a browser. @returns what sets a test's scene, which ends with it */
export function useScenes(): (...of: SceneOptions) => Promise<Scene> {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
    for (const board of BOARDS) {
      if (!scripts.has(board.name)) scripts.set(board.name, (await buildBundle(board)).code);
    }
  });
  afterAll(() => browser.close());
  return async (...of) => {
    const scene = await setScene(browser, ...of);
    onTestFinished(() => scene.close());
    return scene;
  };
}

type SceneOptions = Parameters<typeof setScene> extends [Browser, ...infer Rest] ? Rest : never;

/**
 * @param changes to the device as the platform knows it
 * @param password of the console
 * @param more what the board runs after its script
 */
async function setScene(
  browser: Browser,
  name: string,
  changes = {},
  password?: string,
  more = "",
): Promise<Scene> {
  const board = BOARDS.find((one) => one.name === `${name}-page`);
  if (!board) throw new Error(`no script was built for ${name}`);
  const stage = await setStage(board, (scripts.get(board.name) ?? "") + more, changes);
  const feed = createFeed();
  const watched = await watchStage(feed, stage);
  const { actions } = watched;
  const site = { title: board.title, address: stage.server.address };
  const options = { host: "127.0.0.1", feed, site, actions, ...(password ? { password } : {}) };
  let server: WebConsole = await startWebConsole({ ...options, port: 0 });
  const { port } = server;
  /** What a page must never do: fail, or ask another host for anything. */
  const mishaps: string[] = [];
  await stage.device.start();

  return {
    stage,
    feed,
    async open(context = {}) {
      const page = await browser.newPage({
        locale: "en",
        viewport: { width: 1300, height: 900 },
        ...context,
      });
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
      for (const context of browser.contexts()) await context.close();
      feed.close();
      await server.close();
      await watched.close();
      await stage.close();
      expect(mishaps).toEqual([]);
    },
  };
}
