/** The page in the language that its command does not speak: no text of the other one, wherever it comes from. */

import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect, it, vi } from "vitest";
import { findBrowser } from "../../scripts/cli/browser.ts";
import { openNotices, turnTo } from "./console-page.ts";

/** The page's scenes, and the texts that a command in this language makes. */
async function speak(locale: string) {
  vi.stubEnv("LC_ALL", locale);
  vi.resetModules();
  const [{ setScene }, { english, inBoth, t }] = await Promise.all([
    import("./console-page.ts"),
    import("../../scripts/cli/language.ts"),
  ]);
  vi.unstubAllEnvs();
  vi.resetModules();
  return { setScene, english, inBoth, t };
}

const COMMANDS = {
  "in English, of a command in Chinese": { command: await speak("zh_CN.UTF-8"), locale: "en" },
  "in Chinese, of a command in English": { command: await speak("C"), locale: "zh-CN" },
};

/** What the page writes, and says to a screen reader; without what the program and its user wrote. */
async function textsOf(page: Page): Promise<string[]> {
  const found = await page.evaluate<string[]>(`(() => {
    const texts = [];
    for (const one of document.querySelectorAll("body *")) {
      if (one.closest("script, style, noscript, code, option[lang], .lines .board, .hex, .place, .clause, .fields .mono")) continue;
      for (const name of ["aria-label", "title", "placeholder", "alt"]) texts.push(one.getAttribute(name) ?? "");
      for (const node of one.childNodes) if (node.nodeType === Node.TEXT_NODE) texts.push(node.data);
    }
    return texts;
  })()`);
  return [...new Set(found.map((text) => text.trim()).filter(Boolean))];
}

const read = (path: string) => readFileSync(path, "utf8");

/** Without what is quoted, paths, and names in capitals, such as MQTT's of packets. */
function wordsIn(text: string): string[] {
  const words = text.replace(/"[^"]*"|\S*[_.=/]\S*|\bnpm run \S+/g, " ").match(/[A-Za-z]{3,}/g) ?? [];
  return words.filter((word) => /[a-z]/.test(word)).map((word) => word.toLowerCase());
}

/** Of the code of a page's texts. */
const quotedIn = (code: string) => code.match(/"[^"\n]*"|`[^`]*`/g) ?? [];

/** In how many texts each word is. */
function countWords(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of texts.flatMap((text) => [...new Set(wordsIn(text))]))
    counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** The words of English texts that most of the Chinese ones do without: the others are names. */
function englishWords(): ReadonlySet<string> {
  const tables = ["zh-CN.json", "zh-CN.reasons.json"].map(
    (name) => JSON.parse(read(`scripts/cli/${name}`)) as Record<string, string>,
  );
  const pages = ["scripts/web-console/page/words/", "scripts/local-onenet/wire/words."];
  const ofPages = (language: string) => pages.flatMap((path) => quotedIn(read(`${path}${language}.ts`)));
  const chinese = countWords([...tables.flatMap((table) => Object.values(table)), ...ofPages("zh")]);
  const english = countWords([...tables.flatMap((table) => Object.keys(table)), ...ofPages("en")]);
  return new Set(
    [...english].filter(([word, count]) => 2 * (chinese.get(word) ?? 0) < count).map(([word]) => word),
  );
}

const ENGLISH = englishWords();

describe.skipIf(findBrowser() === undefined)("the page", () => {
  it("English words are known, and names are none of them", () => {
    const known = ["pin", "high", "failed", "the", "waiting", "choose"];
    expect(known.filter((word) => !ENGLISH.has(word))).toEqual([]);
    expect(["Mqtt", "Gpio", "OneNET", "token"].flatMap(wordsIn).filter((word) => ENGLISH.has(word))).toEqual(
      [],
    );
  });

  describe.each(Object.entries(COMMANDS))("%s", (_title, { command, locale }) => {
    it("has no text of the other language", async () => {
      const { setScene, english, inBoth, t } = command;
      const scene = await setScene("equipped-multiprotocol");
      const { stage, feed, site } = scene;
      const { board } = stage;
      const given = [
        board.title,
        board.onenet.generation,
        board.onenet.device,
        ...(board.parts ?? []).map(({ name }) => name),
        ...board.streams.map(({ id }) => id),
      ];
      const names = new Set(["off", "publish", ...given.flatMap(wordsIn)]); // commands, and a packet to filter for
      const isWrong = (text: string) =>
        locale === "en"
          ? /\p{Script=Han}/u.test(text)
          : wordsIn(text).some((word) => ENGLISH.has(word) && !names.has(word));
      /** The wrong texts, each with the view that it was first in. */
      const found = new Map<string, string>();
      const page = await scene.open({ locale });
      async function look(view: string): Promise<void> {
        for (const text of await textsOf(page)) if (isWrong(text) && !found.has(text)) found.set(text, view);
      }

      await page.locator('[data-online="true"]').waitFor();
      await page.locator("[data-part]").first().waitFor();
      await look("first screen");

      await turnTo(page, "wire");
      await page.locator(".packet", { hasText: "CONNECT" }).first().click();
      await page.locator(".fields").waitFor();
      await look("a log-in");
      await page.locator(".packet", { hasText: "PUBLISH" }).first().click();
      await look("a message");
      await page.locator(".publish summary").click();
      await page.locator(".publish input").first().fill("a/#");
      await page.locator(".publish button").click();
      await page.locator(".publish .bad").waitFor();
      await look("a refused message");
      await turnTo(page, "data");

      // An update that failed, and a next one that is refused.
      const update = {
        version: "1",
        offer: "v2",
        target: "v2",
        state: "failed",
        percent: 40,
        step: 205,
      } as const;
      feed.update("board", { update });
      await page.locator(".update .primary").click();
      await page.locator(".update .outcome").waitFor();
      const about = { board: "board", who: "Ada" };
      feed.alert(
        about,
        "refused",
        english`${english`the user name or the password is wrong`} (${english`code ${4}`})`,
      );
      feed.alert(
        about,
        "refused",
        english`${english`the limit of ${3} stored sessions is reached`} (${english`cut`})`,
      );
      feed.alert(about, "violation", english`a message to "${"a/b"}" is retained`, "retain");
      feed.alert(about, "notice", english`deleted by the HTTP API`);
      feed.alert(
        about,
        "fault",
        english`A file was written where the power had been cut: what follows it in flash is lost`,
      );
      await page.locator(".alert").nth(4).waitFor({ state: "attached" });
      await openNotices(page);
      await look("notices");
      await page.keyboard.press("Escape");

      const fault = page.getByRole("switch", { name: /^(Platform down|平台停机)$/ });
      await fault.click();
      await page.locator('[data-online="false"]').waitFor();
      await page.locator(".commands form input").fill("on");
      await page.keyboard.press("Enter");
      await page.locator(".answers .bad").waitFor();
      await look("a platform that is down");
      await fault.click();
      await page.locator('[data-online="true"]').waitFor();

      site.edit = {
        board: "lamp",
        boards: ["lamp"],
        isBuilding: false,
        mistakes: [inBoth(() => t`${t`is missing`}; ${t`remove it`}`)],
      };
      const view = feed.board("board");
      if (!view) throw new Error("no board");
      for (const id of ["b1", "b2"])
        feed.addBoard({ ...view, id, title: id, device: id, isOnline: id === "b1" });
      feed.renew();
      await page.locator(".banner.mistakes").waitFor();
      await page.locator(".boards form input").nth(1).fill("on");
      await page.locator(".boards form button").click();
      await page.locator(".failures").waitFor();
      await look("a class");
      await page.locator(".project").click();
      await page.locator(".projected").first().waitFor();
      await look("the projector view");
      expect([...found]).toEqual([]);
    });
  });
});
