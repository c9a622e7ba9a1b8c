/**
 * The page for a class: who is offline stands first, a command goes to all, to some or to a group, a plot has a line for
 * each, and the back row can read it. In both languages.
 */

import { readFile } from "node:fs/promises";
import type { BrowserContextOptions, Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { findBrowser } from "../../scripts/cli/browser.ts";
import type { LocalOneNet } from "../../scripts/local-onenet/index.ts";
import { createFeed, type Feed } from "../../scripts/web-console/feed.ts";
import { startWebConsole } from "../../scripts/web-console/index.ts";
import { watchRealBoards } from "../../scripts/web-console/platform-console.ts";
import {
  CHIC,
  logInWithToken,
  publishPacket,
  readMessage,
  settle,
  startPlatform,
  subscribePacket,
  type Wire,
} from "../scripts/local-onenet/wire.ts";
import { leavePages, openPage } from "./browser.ts";

/** What each student's board answers; undefined: it is never online. */
const ANSWERS: Readonly<Record<string, string | undefined>> = {
  Ada: "on",
  Bo: undefined,
  "Cy <i>": "error: no",
  "王小明 🚀": "on",
};

interface ClassRoom {
  readonly page: Page;
  readonly feed: Feed;
  /** The students' connections, by name. */
  readonly wires: ReadonlyMap<string, Wire>;
}

async function setClass(context: BrowserContextOptions): Promise<ClassRoom> {
  const platform = await startPlatform();
  onTestFinished(() => platform.close());
  for (const name of [...platform.registry.devices.keys()]) platform.registry.remove(name);
  const members = Object.keys(ANSWERS).map((title, index) => ({
    ...CHIC,
    device: `class-0${index + 1}`,
    title,
  }));
  for (const member of members) platform.registry.add(member);
  const feed = createFeed();
  const actions = watchRealBoards(feed, platform);
  const server = await startWebConsole({
    host: "127.0.0.1",
    port: 0,
    feed,
    site: { title: "3b", address: "" },
    actions,
  });
  onTestFinished(async () => {
    await leavePages();
    feed.close();
    await server.close();
  });
  const wires = new Map<string, Wire>();
  for (const member of members) {
    const answer = ANSWERS[member.title];
    if (answer !== undefined) wires.set(member.title, await answering(platform, member, answer));
  }
  const page = await openPage(context);
  await page.goto(`http://127.0.0.1:${server.port}/`);
  await page.locator('[data-connection="open"]').waitFor();
  return { page, feed, wires };
}

/** A device that gives every command the same answer. */
async function answering(platform: LocalOneNet, member: typeof CHIC, answer: string): Promise<Wire> {
  const wire = await logInWithToken(platform, member);
  wire.send(subscribePacket(`$sys/469948/${member.device}/cmd/request/+`));
  await wire.read(5);
  void (async () => {
    for (;;) {
      const { topic } = await readMessage(wire);
      wire.send(publishPacket(topic.replace("request", "response"), answer));
      await settle(wire);
    }
  })().catch(() => undefined); // the test is over
  return wire;
}

const tiles = (page: Page) => page.locator(".tile-title").allTextContents();

/** Where a student's board is in the feed. */
function idOf(feed: Feed, title: string): string {
  const index = Object.keys(ANSWERS).indexOf(title);
  return feed.boardOf(`469948/class-0${index + 1}`)?.id ?? "";
}

describe.skipIf(findBrowser() === undefined)("the page of a class", () => {
  it("puts who is offline first, by name", async () => {
    const { page, wires } = await setClass({ locale: "en" });
    await expect.poll(() => tiles(page)).toEqual(["Bo", "Ada", "Cy <i>", "王小明 🚀"]);
    wires.get("王小明 🚀")?.socket.destroy();
    await expect.poll(() => tiles(page)).toEqual(["Bo", "王小明 🚀", "Ada", "Cy <i>"]);
    await page.getByRole("status").filter({ hasText: "2 of 4 online" }).waitFor();
    const dots = await page.evaluate<string[]>(
      `[...document.querySelectorAll(".tile .state")].map((one) => {
        const { backgroundColor, boxShadow } = getComputedStyle(one, "::before");
        return [getComputedStyle(one).color, backgroundColor, boxShadow].join();
      })`,
    );
    // Full and green, or hollow and red.
    const [good, bad] = ["rgb(26, 122, 60)", "rgb(179, 38, 30)"];
    expect(dots.slice(0, 2)).toEqual(Array(2).fill(`${bad},rgba(0, 0, 0, 0),${bad} 0px 0px 0px 2px inset`));
    for (const dot of dots.slice(2)) expect(dot).toContain(`${good},${good},`);
  });

  it.each([
    [
      "en",
      "Find boards",
      "Command to these boards",
      "Send to all 4",
      "Send to these 2",
      "2 of 4 answered",
      "2 of 2 answered",
      "offline",
    ],
    [
      "zh-CN",
      "查找开发板",
      "发给这些开发板的命令",
      "发给全部 4 块",
      "发给这 2 块",
      "2 / 4 已应答",
      "2 / 2 已应答",
      "离线",
    ],
  ])(
    "sends a command to all or to some: %s",
    async (locale, find, command, all, some, partly, whole, offline) => {
      const { page } = await setClass({ locale });
      await page.getByLabel(command).fill("on");
      await page.getByRole("button", { name: all }).click();
      await page.getByText(partly).waitFor();
      const failures = page.locator(".failures li");
      await expect
        .poll(async () => (await failures.allTextContents()).sort())
        .toEqual([`${offline}Bo`, "error: noCy <i>"].sort());
      await page.getByLabel(find).fill("ADA， 小明");
      await expect.poll(() => tiles(page)).toEqual(["Ada", "王小明 🚀"]);
      await page.getByRole("button", { name: some }).click();
      await page.getByText(whole).waitFor();
      expect(await failures.count()).toBe(0);
      await page.getByLabel(find).fill("class-02");
      await expect.poll(() => tiles(page)).toEqual(["Bo"]);
    },
  );

  it.each([
    ["en", "Find boards", "Name of the group", "All", "Send to these 2", "2 of 2 answered", "Forget"],
    ["zh-CN", "查找开发板", "小组名称", "全部", "发给这 2 块", "2 / 2 已应答", "删除小组"],
  ])(
    "keeps groups by name, sends to one, and forgets it: %s",
    async (locale, find, nameOf, all, send, answered, forget) => {
      const { page } = await setClass({ locale });
      const name = locale === "en" ? "Table 1" : "第一组 🍎";
      expect(await page.getByLabel(nameOf).count()).toBe(0);
      await page.getByLabel(find).fill("ada、小明");
      await page.getByLabel(nameOf).fill(name);
      await page.keyboard.press("Enter");
      expect(await page.getByLabel(find).inputValue()).toBe("");
      await page.reload();
      const group = page.getByRole("button", { name, exact: true });
      await group.click();
      await expect.poll(() => tiles(page)).toEqual(["Ada", "王小明 🚀"]);
      await page.locator(".boards form").first().getByRole("textbox").last().fill("on");
      await page.getByRole("button", { name: send }).click();
      await page.getByText(answered).waitFor();
      expect(await page.locator(".failures li").count()).toBe(0);
      await page.getByRole("button", { name: all, exact: true }).click();
      await expect.poll(() => tiles(page)).toHaveLength(4);
      await group.click();
      await page.getByRole("button", { name: `${forget} ${name}` }).click();
      await expect.poll(() => tiles(page)).toHaveLength(4);
      await page.reload();
      await page.locator(".tile").first().waitFor();
      expect(await page.locator(".group-name").count()).toBe(0);
    },
  );

  it("ignores groups that it did not keep", async () => {
    const { page } = await setClass({ locale: "en" });
    for (const stored of ['[{"name":1,"members":[]},null,{"name":"a","members":["Ada"]}]', "{", '"a"']) {
      await page.evaluate(`localStorage.setItem("groups", ${JSON.stringify(stored)})`);
      await page.reload();
      await page.locator(".tile").first().waitFor();
      expect(await page.locator(".group-name").allTextContents()).toEqual(
        stored.endsWith("}]") ? ["All", "a"] : [],
      );
    }
  });

  it.each([
    ["en", "light", "3 of 4 online", "offline", "1 of 1 online"],
    ["zh-CN", "dark", "3 / 4 在线", "离线", "1 / 1 在线"],
  ] as const)(
    "has a projector view that one button enters and one leaves, and no letter: %s, %s",
    async (locale, colorScheme, count, offline, one) => {
      const { page, feed } = await setClass({ locale, colorScheme });
      for (const value of [20, 21.5]) feed.point(idOf(feed, "Ada"), "heat", Date.now(), value);
      await page.locator('[data-stream="heat"] button').click();
      await page.locator(".tile").last().focus();
      await page.keyboard.press("p"); // no letter is a shortcut
      await page.locator(".project").click();
      await page.locator(".projector").getByText(count).waitFor();
      const texts = () => page.locator(".projected").allTextContents();
      await expect.poll(texts).toEqual([`Bo${offline}`, "Ada21.5", "Cy <i>", "王小明 🚀"]);
      expect(await page.locator("header").isVisible()).toBe(false);
      await page.locator(".projector").getByRole("button").click();
      await page.locator("header").waitFor();
      expect(await page.locator(".projector").count()).toBe(0);
      await expect.poll(() => page.evaluate("document.activeElement.className")).toBe("project");
      await page.getByRole("searchbox").fill("小明");
      await page.locator(".project").click();
      await page.locator(".projector").getByText(one).waitFor();
      await page.keyboard.press("Escape");
      await expect.poll(() => tiles(page)).toEqual(["王小明 🚀"]);
    },
  );

  it.each([
    ["en", "light", "Ada: 22", /^Cy <i>: 41 at [\d:]+$/],
    ["zh-CN", "dark", "Ada：22", /^Cy <i>：[\d:]+：41$/],
  ] as const)(
    "plots a line for each board, and picks one out: %s, %s",
    async (locale, colorScheme, atRest, atPointer) => {
      const { page, feed } = await setClass({ locale, colorScheme });
      const all = ["Ada", "Cy <i>", "王小明 🚀"];
      for (const [index, title] of all.entries())
        for (let second = 20; second >= 0; second--)
          feed.point(idOf(feed, title), "heat", Date.now() - second * 1000, 21 + 20 * index);
      feed.point(idOf(feed, "Ada"), "heat", Date.now(), 21);
      await page.locator('[data-stream="heat"] button').click();
      await page.locator(".tile", { hasText: "王小明" }).click();
      const legend = page.locator(".legend button");
      expect(await legend.allTextContents()).toEqual(all);
      expect(await page.locator('.legend [aria-pressed="true"]').textContent()).toBe("王小明 🚀");
      const inks = () =>
        Promise.all(["line-1", "line-2", "accent"].map(async (name) => (await inkOf(page, name)) > 20));
      await expect.poll(inks).toEqual([true, true, true]);
      await legend.first().hover();
      await expect.poll(inks).toEqual([true, false, false]);
      feed.point(idOf(feed, "Ada"), "heat", Date.now(), 22);
      await expect.poll(() => page.locator(".readout").textContent()).toBe(atRest);
      expect(await inks()).toEqual([true, false, false]); // a drawing changes nothing
      await page.mouse.move(5, 5);
      await expect.poll(inks).toEqual([true, true, true]);
      await legend.nth(1).focus();
      await expect.poll(inks).toEqual([false, true, false]);
      await page.locator(".tabs button").first().focus();
      await expect.poll(inks).toEqual([true, true, true]);
      // In the plot, the nearest line counts: 41 is half-way between 21 and 61.
      const box = await page.locator(".u-over").boundingBox();
      await page.mouse.move(
        (box?.x ?? 0) + (box?.width ?? 0) * 0.5,
        (box?.y ?? 0) + (box?.height ?? 0) * 0.5,
      );
      await expect.poll(() => page.locator(".readout").textContent()).toMatch(atPointer);
      await expect.poll(inks).toEqual([false, true, false]);
      await legend.nth(1).click();
      await page.locator("#board-title", { hasText: "Cy <i>" }).waitFor();
    },
  );

  it.each([
    ["en", "Download CSV"],
    ["zh-CN", "下载 CSV"],
  ])("exports the data points of all, by name: %s", async (locale, name) => {
    const { page, wires } = await setClass({ locale });
    for (const [index, title] of ["Ada", "Cy <i>", "王小明 🚀"].entries()) {
      const device = `class-0${Object.keys(ANSWERS).indexOf(title) + 1}`;
      const payload = JSON.stringify({ id: 1, dp: { heat: [{ v: 20 + index }] } });
      wires.get(title)?.send(publishPacket(`$sys/469948/${device}/dp/post/json`, payload));
    }
    await expect.poll(() => page.locator('[data-stream="heat"] .stream-age').textContent()).toMatch(/^3 /);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name }).click(),
    ]);
    const lines = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
    expect(lines.map((line) => line.split(",").slice(1).join())).toEqual([
      "device,title,stream,value",
      "469948/class-01,Ada,heat,20",
      "469948/class-03,Cy <i>,heat,21",
      "469948/class-04,王小明 🚀,heat,22",
    ]);
  });
});

/** Counts the pixels of a plot that have one of the page's colours, undimmed. */
function inkOf(page: Page, colour: string): Promise<number> {
  return page.evaluate<number>(`(() => {
    const probe = document.createElement("i");
    probe.style.color = "var(--${colour})";
    document.body.append(probe);
    const wanted = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
    probe.remove();
    const canvas = document.querySelector('[data-stream="heat"] canvas');
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4)
      if (data[i + 3] > 200 && wanted.every((part, at) => Math.abs(data[i + at] - part) < 12)) count++;
    return count;
  })()`);
}
