/** Finds accessibility faults in a page as drawn: too little contrast, and no keyboard access. */

import type { Page } from "playwright-core";

/** Minimum contrast of text, and of large text [WCAG 1.4.3]. */
const LEAST = 4.5;
const LEAST_OF_LARGE = 3;

/** @returns a line per text with too little contrast, and per scrolling region without focus */
export async function lacksOf(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(${LOOK})(${LEAST}, ${LEAST_OF_LARGE})`);
}

/** Runs in the page, as text: the tests have no DOM types. */
const LOOK = `(least, leastOfLarge) => {
  const found = new Set();
  const parse = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((part, i) => part * a + under[i] * (1 - a));
  /** The colour behind an element's text, from all backgrounds below it. */
  const ground = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) layers.unshift(parse(getComputedStyle(each).backgroundColor));
    return layers.reduce((under, layer) => over(layer, under), [255, 255, 255]);
  };
  const opacity = (element) => {
    let product = 1;
    for (let each = element; each; each = each.parentElement) product *= Number(getComputedStyle(each).opacity);
    return product;
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const name = (element) => element.tagName.toLowerCase() + [...element.classList].map((one) => "." + one).join("");
  const path = (element) => [element.parentElement, element].filter(Boolean).map(name).join(" > ");
  const check = (element, style, text) => {
    const under = ground(element);
    const [r, g, b, a] = parse(style.color);
    const colour = over([r, g, b, a * opacity(element)], under);
    const [dark, light] = [luminance(colour), luminance(under)].sort((one, other) => one - other);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? leastOfLarge : least)) found.add(path(element) + ": contrast " + ratio.toFixed(2) + ", " + text.trim().slice(0, 20));
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement;
    if (node.data.trim() === "" || element.closest("svg, option, script, style, [inert]") || element.getClientRects().length === 0) continue;
    check(element, getComputedStyle(element), node.data);
  }
  for (const field of document.querySelectorAll("input, select, textarea")) {
    if (field.disabled || field.closest("[inert]")) continue; // what cannot be used needs no contrast [WCAG 1.4.3]
    check(field, getComputedStyle(field), field.value ?? "");
    if (field.placeholder) check(field, getComputedStyle(field, "::placeholder"), field.placeholder);
  }
  const takesFocus = (element) => element.tabIndex >= 0 && !element.disabled;
  for (const element of document.body.querySelectorAll("*")) {
    const { overflowX, overflowY, display } = getComputedStyle(element);
    if (display === "none" || !/auto|scroll/.test(overflowX + overflowY)) continue;
    if (!takesFocus(element) && ![...element.querySelectorAll("*")].some(takesFocus)) found.add(path(element) + ": scrolls, and takes no focus");
  }
  return [...found];
}`;
