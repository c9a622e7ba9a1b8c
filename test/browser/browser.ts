/**
 * The browser of the tests, and its pages. A new page costs Chromium a second of the processor, and another address in an
 * open page a third of that: so pages are used again, and each test finds one as if it were new.
 */

import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { launchBrowser } from "../../scripts/cli/browser.ts";

/** Longest wait for anything, in ms: a busy machine is slow, not wrong. */
const PATIENCE = 60_000;

/** One for all files of a worker; it ends with the worker. */
let launched: Promise<Browser> | undefined;

/** Pages that no test uses, by what cannot be changed about them. */
const free = new Map<string, Page[]>();
/** The pages of the current test. */
const used = new Map<Page, string>();
/** Pages whose time a test has taken over, for good. */
const timed = new WeakSet<Page>();

/** Opens an empty page. Default: English, on a desktop, light. */
export async function openPage({
  viewport = { width: 1300, height: 900 },
  colorScheme = "light",
  reducedMotion = "no-preference",
  ...others
}: BrowserContextOptions = {}): Promise<Page> {
  const lasting = { locale: "en", ...others };
  const key = JSON.stringify(lasting);
  launched ??= launchBrowser();
  const page = free.get(key)?.pop() ?? (await (await launched).newPage({ viewport, ...lasting }));
  used.set(page, key);
  page.setDefaultTimeout(PATIENCE);
  if (viewport) await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme, reducedMotion });
  return page;
}

/** From the next news on, the test controls the page's time. */
export async function stopTime(page: Page): Promise<void> {
  timed.add(page);
  await page.clock.install();
}

/** Ends the use of all pages, before their servers are closed. */
export async function leavePages(): Promise<void> {
  for (const [page, key] of used) {
    used.delete(page);
    for (const event of LISTENED) page.removeAllListeners(event);
    if (!timed.has(page) && (await isCleared(page))) free.set(key, [...(free.get(key) ?? []), page]);
    else await page.context().close();
  }
}

/** Makes a page as it was; false if it is broken. */
async function isCleared(page: Page): Promise<boolean> {
  try {
    await page.unrouteAll({ behavior: "ignoreErrors" });
    if (page.url().startsWith("http")) await page.evaluate("localStorage.clear(); sessionStorage.clear()");
    await page.context().clearCookies();
    await page.route(EMPTY, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
    await page.goto(EMPTY);
    await page.unroute(EMPTY);
    await page.mouse.move(0, 0);
    return true;
  } catch {
    return false;
  }
}

/** An empty page of the site that all servers of the tests belong to: for another one, Chromium starts a process. */
const EMPTY = "http://127.0.0.1/";

/** The events that tests listen to. */
const LISTENED = ["pageerror", "console", "request", "domcontentloaded"];
