/** The browser of the machine, without a window: for tests and pictures of the web console. */

import { existsSync } from "node:fs";
import { chromium, type Browser, type LaunchOptions } from "playwright-core";
import { UserError } from "./command.ts";

/** Where distributions put it; the environment variable goes first. */
const PLACES = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Chromium's path; undefined where there is none. */
export function findBrowser(): string | undefined {
  return PLACES.find((place) => place !== undefined && existsSync(place));
}

/** @throws UserError where there is none */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) {
    throw new UserError(
      "there is no Chromium: install it (apt-get install chromium), or set CHROMIUM to its path",
    );
  }
  // Its sandbox needs what containers and root do not have; it opens this project's own page only.
  return chromium.launch({ ...options, executablePath, args: ["--no-sandbox"] });
}

/**
 * Works with a browser and closes it.
 * @param signal closes it earlier: what still uses it fails
 * @throws UserError where there is none
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
