/** What the page says and offers at first sight; and that nothing in it moves by itself. */

import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { findBrowser } from "../../scripts/cli/browser.ts";
import { speaking } from "../../scripts/cli/language.ts";
import { setScene } from "./console-page.ts";

const light = (page: Page) => page.locator(".drawing .light").first().getAttribute("data-colour");

describe.skipIf(findBrowser() === undefined)("the first screen", () => {
  it.each([
    [
      "en",
      "Virtual board → local OneNET",
      "Nothing leaves this computer.",
      "Addresses and ports",
      "online",
      /^for \d+ s$/,
    ],
    ["zh-CN", "虚拟开发板 → 本地 OneNET", "数据不会离开这台电脑。", "地址和端口", "在线", /^已 \d+ 秒$/],
  ] as const)(
    "says what it is, with ports on demand: %s",
    async (locale, title, promise, info, online, time) => {
      const scene = await setScene("esp32-devkit");
      const page = await scene.open({ locale });
      expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(title);
      await page.getByText(promise).waitFor();
      const ports = page.locator("#ports");
      expect(await ports.isVisible()).toBe(false);
      await page.getByRole("button", { name: info }).click();
      await ports.getByText(speaking(locale, scene.stage.server.address)).waitFor();
      await page.locator(".states", { hasText: online }).getByText(time).waitFor();
    },
  );

  it("draws each board as it is, with its pins and what they are for", async () => {
    const scene = await setScene("mpython");
    const page = await scene.open();
    const buttons = () => page.locator(".on-board").allTextContents();
    expect(await buttons()).toEqual(["A", "B"]);
    expect(await page.locator(".pin-chips li").allTextContents()).toEqual(["17LED", "39light", "36sound"]);
    expect(await page.locator(".pin.used text").allTextContents()).toEqual(["36", "17", "39"]);
    const pictures = new Set<string>();
    for (const form of ["devkit", "c3", "s3", "tpyboard", "mpython"] as const) {
      scene.feed.update("board", { form });
      await expect
        .poll(buttons)
        .toEqual({ mpython: ["A", "B"], tpyboard: ["FLASH"] }[form as string] ?? ["BOOT"]);
      const picture = () => page.locator(".drawing").innerHTML();
      await expect.poll(async () => pictures.has(await picture())).toBe(false);
      pictures.add(await picture());
    }
  });

  it("has a BOOT button: a tap of 20 ms counts, and one that no program uses cannot be pressed", async () => {
    const scene = await setScene("esp32-devkit-button");
    const page = await scene.open({ viewport: { width: 390, height: 844 }, hasTouch: true });
    const button = page.locator(".on-board");
    await expect.poll(() => button.isEnabled()).toBe(true);
    await page.locator('[data-online="true"]').waitFor();
    const box = await button.boundingBox();
    await page.mouse.move((box?.x ?? 0) + 20, (box?.y ?? 0) + 20);
    await page.mouse.down();
    await page.waitForTimeout(20);
    await page.mouse.up();
    await expect.poll(() => light(page)).toBe("#ff0000");
    await expect.poll(() => scene.stage.server.lastDataPoint("presses")?.value).toBe(1);
    scene.feed.update("board", { inputs: [] });
    await expect.poll(() => button.isDisabled()).toBe(true);
  });

  it("sends a colour while it is picked, one at a time, and the last one counts", async () => {
    const scene = await setScene("mpython");
    const page = await scene.open();
    await page.locator('[data-online="true"]').waitFor();
    const colours = [...Array.from({ length: 9 }, (_, step) => `#0000${step + 1}0`), "#00a0ff"];
    // All before the first answer, however slow the machine.
    await page.evaluate(`(() => {
      const field = document.querySelector("input[type=color]");
      for (const colour of ${JSON.stringify(colours)}) {
        field.value = colour;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    })()`);
    await expect.poll(() => light(page)).toBe("#00a0ff");
    await expect.poll(() => page.locator(".answers li").allTextContents()).toHaveLength(1);
    expect(await page.locator(".answers li").textContent()).toMatch(/^#00a0ff→#00a0ff/);
  });

  it("offers the commands of own code and of parts; one that needs more waits in the box", async () => {
    const scene = await setScene("equipped-multiprotocol");
    const page = await scene.open();
    await page.locator('[data-online="true"]').waitFor();
    await page.getByRole("button", { name: "pump toggle" }).click();
    await page.locator(".answers li", { hasText: "pump toggle" }).getByText("on", { exact: true }).waitFor();
    await page.getByRole("button", { name: "spot toggle" }).waitFor();
    const settings = scene.feed.board("board")?.parts.filter(({ name }) => name === "dryBelow") ?? [];
    scene.feed.update("board", { orders: ["presses"], parts: settings });
    await page.getByRole("button", { name: "presses" }).waitFor();
    await page.getByRole("button", { name: "dryBelow …" }).click();
    expect(await page.getByLabel("Command", { exact: true }).inputValue()).toBe("dryBelow ");
  });

  it("moves nothing: answers and states have their places", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    await page.locator('[data-online="true"]').waitFor();
    const places = () =>
      page.evaluate<string>(
        `JSON.stringify([...document.querySelectorAll(".board h3, .board button, .board input, .tabs")].map((one) => one.getBoundingClientRect().toJSON()))`,
      );
    const before = await places();
    for (const command of ["on", "dance", "off", "toggle", "help", "help"]) {
      await page.getByLabel("Command", { exact: true }).fill(command);
      await page.keyboard.press("Enter");
      await expect.poll(() => page.locator(".answers li", { hasText: "…" }).count()).toBe(0);
    }
    expect(await places()).toBe(before);
  });
});
