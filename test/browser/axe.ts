/** Finds accessibility faults in a page with axe-core, and whatever is wider than the screen. */

import axe from "axe-core";
import type { Page } from "playwright-core";

interface Found {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}

/**
 * @param rules all by default
 * @returns a line for each element with a serious or critical fault
 */
export async function faultsOf(
  page: Page,
  { only, without = [] }: { readonly only?: readonly string[]; readonly without?: readonly string[] } = {},
): Promise<string[]> {
  // As text: what comes by a tag, the page's policy would refuse.
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(axe.source);
  const options = {
    preload: false,
    resultTypes: ["violations"],
    ...(only && { runOnly: only }),
    rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])),
  };
  const violations = await page.evaluate<Found[]>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

/** @returns a line for each element that reaches beyond the screen's sides and is not scrolled or cut */
export async function tooWide(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(LOOK);
}

/** Runs in the page, as text: the tests have no DOM types. */
const LOOK = `(() => {
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push("page: " + document.documentElement.scrollWidth);
  const look = (element) => {
    if (!element.checkVisibility()) return;
    const { left, right, width } = element.getBoundingClientRect();
    if (width > 0 && (left < -0.5 || right > innerWidth + 0.5))
      found.push(element.tagName.toLowerCase() + "." + element.className + ": " + Math.round(left) + " to " + Math.round(right));
    if (getComputedStyle(element).overflowX === "visible") for (const child of element.children) look(child);
  };
  look(document.body);
  return found;
})()`;
