/** The page for a class: who is offline stands first, and a command goes to all or to some, in both languages. */

import type { Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { findBrowser, launchBrowser } from "../../scripts/cli/browser.ts";
import type { LocalOneNet } from "../../scripts/local-onenet/index.ts";
import { createFeed } from "../../scripts/web-console/feed.ts";
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

/** What each student's board answers; undefined: it is never online. */
const ANSWERS: Readonly<Record<string, string | undefined>> = {
  Ada: "on",
  Bo: undefined,
  "Cy <i>": "error: no",
  王小明: "on",
};

interface ClassRoom {
  readonly page: Page;
  /** The students' connections, by name. */
  readonly wires: ReadonlyMap<string, Wire>;
}

async function setClass(locale: string): Promise<ClassRoom> {
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
    feed.close();
    await server.close();
  });
  const wires = new Map<string, Wire>();
  for (const member of members) {
    const answer = ANSWERS[member.title];
    if (answer !== undefined) wires.set(member.title, await answering(platform, member, answer));
  }
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ locale });
  await page.goto(`http://127.0.0.1:${server.port}/`);
  await page.locator('[data-connection="open"]').waitFor();
  return { page, wires };
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

describe.skipIf(findBrowser() === undefined)("the page of a class", () => {
  it("puts who is offline first, by name", async () => {
    const { page, wires } = await setClass("en");
    await expect.poll(() => tiles(page)).toEqual(["Bo", "Ada", "Cy <i>", "王小明"]);
    wires.get("王小明")?.socket.destroy();
    await expect.poll(() => tiles(page)).toEqual(["Bo", "王小明", "Ada", "Cy <i>"]);
    await page.getByRole("status").filter({ hasText: "2 of 4 online" }).waitFor();
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
      const { page } = await setClass(locale);
      await page.getByLabel(command).fill("on");
      await page.getByRole("button", { name: all }).click();
      await page.getByText(partly).waitFor();
      const failures = page.locator(".failures li");
      await expect
        .poll(async () => (await failures.allTextContents()).sort())
        .toEqual([`${offline}Bo`, "error: noCy <i>"].sort());
      await page.getByLabel(find).fill("ADA， 小明");
      await expect.poll(() => tiles(page)).toEqual(["Ada", "王小明"]);
      await page.getByRole("button", { name: some }).click();
      await page.getByText(whole).waitFor();
      expect(await failures.count()).toBe(0);
      await page.getByLabel(find).fill("class-02");
      await expect.poll(() => tiles(page)).toEqual(["Bo"]);
    },
  );
});
