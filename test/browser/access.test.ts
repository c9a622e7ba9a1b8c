/** The page for people with poor sight or without a mouse. */

import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { findBrowser } from "../../scripts/cli/browser.ts";
import type { AlertKind } from "../../scripts/web-console/protocol.ts";
import { lacksOf } from "./access-check.ts";
import { openNotices, turnTo, setScene, type Scene } from "./console-page.ts";

const KINDS: readonly AlertKind[] = ["refused", "violation", "fault", "uncaught", "own", "notice"];

/** A PUBLISH whose topic is longer than the packet. */
const BROKEN = Buffer.from([0x30, 5, 0, 9, 0x61, 0x62, 0x63]);

describe.skipIf(findBrowser() === undefined)("web console", () => {
  it("the check finds known faults", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open({ bypassCSP: true });
    await page.evaluate(`document.body.innerHTML = \`
      <p class="faint" style="background: #fff; color: #888">faint</p>
      <p style="background: #fff; color: #767676">just enough</p>
      <p class="thin" style="background: #000; color: #fff"><span style="opacity: .4">thin</span></p>
      <h1 style="background: #fff; color: #888; font-size: 24px">large</h1>
      <div class="box" style="overflow: auto">no way in</div>
      <div style="overflow: auto"><button>a way in</button></div>\``);
    expect(await lacksOf(page)).toEqual([
      "body > p.faint: contrast 3.54, faint",
      "p.thin > span: contrast 3.66, thin",
      "body > div.box: scrolls, and takes no focus",
    ]);
  });

  it.each(["light", "dark"] as const)(
    "everything is readable, and scrolls by keyboard: %s",
    async (colorScheme) => {
      const scene = await setScene("mpython");
      const page = await scene.open({ colorScheme });
      await page.locator('[data-online="true"]').waitFor();
      await showEverything(page, scene);
      const lacks = new Map<string, string[]>();
      const look = async (what: string) => lacks.set(what, await lacksOf(page));
      await look("at rest");
      await openNotices(page);
      await page.locator(".alert").nth(5).waitFor();
      await look("notices");
      await page.keyboard.press("Escape");
      const fields = page.locator(".fields tbody tr");
      await turnTo(page, "wire");
      await page.getByRole("button", { name: "Pause" }).click();
      await page.locator(".packet", { hasText: "PUBLISH" }).first().hover();
      await look("packets");
      await page.getByLabel("Filter", { exact: true }).fill("stranger");
      await page.locator(".packet").click();
      await fields.first().waitFor();
      for (let row = 0; row < (await fields.count()); row++) {
        await fields.nth(row).hover();
        await look(`field ${row}`);
      }
      await scene.restartConsole(async () => {
        await page.locator('[data-connection="lost"]').waitFor();
        await look("connection lost");
      });
      expect([...new Set([...lacks.values()].flat())]).toEqual([]);
      expect(lacks.size).toBeGreaterThan(4);
    },
  );

  it("the log-in is readable", async () => {
    const scene = await setScene("esp32-devkit", {}, "open sesame");
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await scene.open({ colorScheme });
      await page.getByLabel("Password").fill("sesame");
      await page.keyboard.press("Enter");
      await page.getByText("wrong password").waitFor();
      expect(await lacksOf(page)).toEqual([]);
    }
  });
});

/** Brings up every state with its own colour. */
async function showEverything(page: Page, { feed }: Scene): Promise<void> {
  const board = feed.board("board");
  if (!board) throw new Error("no board");
  const outbox = { reports: 3, bytes: 90, limit: 2048, lost: 2 };
  feed.addBoard({ ...board, id: "far", title: "far away", isOnline: false, why: "cut", outbox });
  for (const kind of KINDS) {
    feed.alert({ board: "board", who: kind }, kind, `a ${kind}`, kind === "violation" ? "retain" : "");
  }
  for (const from of ["board", "platform", "you"] as const) feed.line("board", from, `from ${from}`);
  const packet = { time: Date.now(), way: "up", board: "board", who: "stranger", connection: 1 } as const;
  feed.packet({ ...packet, bytes: BROKEN, length: BROKEN.length });
  for (let stream = 0; stream < 120; stream++) feed.point("board", `s${stream}`, Date.now(), "#123456");
  await page.getByLabel("Command", { exact: true }).fill("dance");
  await page.keyboard.press("Enter");
  await page.locator(".answers li.bad").waitFor();
  await page.locator(".badge").waitFor();
  await page.locator(".banner").waitFor();
  await page.locator(".tile", { hasText: "far away" }).click();
  await page.getByText("2 lost").waitFor();
  await page.locator(".tile").first().click();
}
