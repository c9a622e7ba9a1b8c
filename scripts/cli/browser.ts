/** This machine's browser, headless: for tests and screenshots of the web console. */

import { existsSync } from "node:fs";
import { chromium, type Browser, type LaunchOptions } from "playwright-core";
import { UserError } from "./command.ts";

/** Where Chromium may be; the environment variable goes first. */
const PLACES = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium-headless-shell", // Debian: the same without a window, a quarter less work
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Chromium's path; undefined if there is none. */
export function findBrowser(): string | undefined {
  return PLACES.find((place) => place !== undefined && existsSync(place));
}

/** @throws UserError if there is no Chromium */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) {
    throw new UserError(
      "Chromium not found: install it (apt-get install chromium), or set CHROMIUM to its path",
    );
  }
  // The sandbox fails in containers and as root; the browser opens only this project's own page.
  return chromium.launch({ ...options, executablePath, args: ["--no-sandbox"] });
}

/**
 * Runs work with a browser, then closes it.
 * @param signal closes it early, which fails the work
 * @throws UserError if there is no Chromium
 */
export async function withBrowser(
  signal: AbortSignal,
  work: (browser: Browser) => Promise<void>,
): Promise<void> {
  const browser = await launchBrowser({ handleSIGINT: false, handleSIGTERM: false });
  const close = () => void browser.close();
  signal.addEventListener("abort", close);
  try {
    await work(browser);
  } finally {
    signal.removeEventListener("abort", close);
    await browser.close();
  }
}
