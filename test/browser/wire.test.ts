/** The wire: what belongs together is one row, values come before bytes, and nothing is hidden without a word. */

import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { findBrowser } from "../../scripts/cli/browser.ts";
import { setScene, turnTo } from "./console-page.ts";

const rows = (page: Page) => page.locator(".packet");

const field = (text: string) => Buffer.from([0, text.length, ...Buffer.from(text)]);

/** A PUBLISH at QoS 1. */
function publish(id: number, topic: string, payload: string): Buffer {
  const body = Buffer.concat([field(topic), Buffer.from([0, id]), Buffer.from(payload)]);
  return Buffer.concat([Buffer.from([0x32, body.length]), body]);
}

/** A page whose wire carries only what the test sends. */
async function setWire(context = {}) {
  const scene = await setScene("esp32-devkit");
  const page = await scene.open(context);
  await page.locator('[data-online="true"]').waitFor();
  await scene.stage.device.stop();
  await page.locator('[data-online="false"]').waitFor();
  await turnTo(page, "wire");
  await page.getByRole("button", { name: /^(Clear|清空)$/ }).click();
  const send = (way: "up" | "down", bytes: Buffer, time = Date.now()) =>
    scene.feed.packet({ time, way, board: "board", who: "Ada", connection: 9, bytes, length: bytes.length });
  return { scene, page, send };
}

describe.skipIf(findBrowser() === undefined)("the wire", () => {
  it("folds acknowledgements and pings into what they answer, and explains each", async () => {
    const { page, send } = await setWire();
    const time = Date.now();
    send("up", publish(7, "a/b", "hello"), time);
    send("down", publish(7, "c", "the other way"), time);
    send("up", Buffer.from([0xc0, 0]), time);
    send("down", Buffer.from([0x40, 2, 0, 7]), time + 12);
    send("down", Buffer.from([0xd0, 0]), time + 3);
    send("up", Buffer.from([0x40, 2, 0, 9]), time); // answers nothing
    await expect.poll(() => rows(page).count()).toBe(4);
    const texts = (await rows(page).allTextContents()).map((text) => text.replace(/^[\d:]+/, ""));
    expect(texts).toEqual([
      "↑PUBACK#9",
      "↑PINGREQ✓ 3 ms",
      "↓PUBLISHthe other way c…",
      "↑PUBLISHhello a/b✓ 12 ms",
    ]);
    await rows(page).last().click();
    await page
      .locator(".fields")
      .getByRole("row", { name: /topic name/i })
      .first()
      .waitFor();
    await page.getByRole("button", { name: "↓ PUBACK" }).click();
    await page.locator(".dissection h3", { hasText: "PUBACK" }).waitFor();
    expect(
      await page
        .locator(".fields")
        .getByRole("row", { name: /topic name/i })
        .count(),
    ).toBe(0);
  });

  it("shows values before JSON, whatever the format, and the last of each topic", async () => {
    const { page, send } = await setWire();
    const dp = (type: number, json: string) => {
      const frame = Buffer.concat([Buffer.from([type, 0, json.length]), Buffer.from(json)]);
      return Buffer.concat([Buffer.from([0x30, frame.length + 5]), field("$dp"), frame]);
    };
    send("up", dp(3, '{"heat":21.5,"on":true}'));
    send("up", dp(1, '{"datastreams":[{"id":"heat","datapoints":[{"value":22}]}]}'));
    send("up", publish(1, "$sys/p/d/dp/post/json", '{"id":1,"dp":{"heat":[{"v":23}]}}'));
    send("up", publish(2, "$sys/p/d/thing/property/post", '{"id":"1","params":{"heat":{"value":24}}}'));
    send("up", publish(3, "home/lamp", "<b>on</b>"));
    send("up", publish(4, "home/lamp", '{"__proto__":1}'));
    const details = page.locator(".packet .detail");
    await expect.poll(() => details.count()).toBe(6);
    expect(await details.allTextContents()).toEqual([
      "__proto__ 1 home/lamp",
      "<b>on</b> home/lamp",
      "heat 24 $sys/p/d/thing/property/post",
      "heat 23 $sys/p/d/dp/post/json",
      "heat 22 $dp",
      "heat 21.5 · on true $dp",
    ]);
    await page.getByRole("button", { name: "Topics" }).click();
    const topics = page.locator(".topic-row");
    expect(await topics.allTextContents()).toEqual([
      "$dpheat 222",
      "dp/post/jsonheat 231",
      "thing/property/postheat 241",
      "home/lamp__proto__ 12",
    ]);
    await topics.last().click();
    await page.locator(".dissection h3", { hasText: "PUBLISH" }).waitFor();
  });

  it("publishes to those who subscribed, and says why it cannot", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    await page.locator('[data-online="true"]').waitFor();
    await turnTo(page, "wire");
    await page.getByText("Publish a message").click();
    await page.getByLabel("Topic").fill("esp32_mqtt_basic_control");
    await page.getByLabel("Payload").fill("温室 hello");
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await page.locator(".packet.down", { hasText: "温室 hello" }).waitFor();
    await page.getByLabel("Topic").fill("all/#");
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await page.locator(".publish .bad").waitFor();
  });

  it.each([
    [
      "en",
      "Pause",
      "Resume (3 new)",
      "The filter hides all 4 packets.",
      "Clear the filter",
      "No packets yet",
      "Clear",
    ],
    [
      "zh-CN",
      "暂停",
      "继续（3 个新报文）",
      "全部 4 个报文都被过滤掉了。",
      "清除过滤条件",
      "还没有报文",
      "清空",
    ],
  ])(
    "counts what is new while paused, and tells filtered from none: %s",
    async (locale, pause, resume, hidden, show, none, clear) => {
      const { page, send } = await setWire({ locale });
      await page.getByText(none).waitFor();
      const message = () => send("up", publish(1, "a", "b"));
      message();
      await expect.poll(() => rows(page).count()).toBe(1);
      await page.getByRole("button", { name: pause }).click();
      for (let count = 0; count < 3; count++) message();
      const more = page.getByRole("button", { name: resume });
      await more.waitFor();
      expect(await rows(page).count()).toBe(1);
      await more.click();
      await expect.poll(() => rows(page).count()).toBe(4);
      await page.locator(".filter").fill("nowhere");
      await page.getByText(hidden).waitFor();
      await page.getByRole("button", { name: show }).click();
      await expect.poll(() => rows(page).count()).toBe(4);
      await page.getByRole("button", { name: clear, exact: true }).click();
      await page.getByText(none).waitFor();
      message();
      await expect.poll(() => rows(page).count()).toBe(1);
    },
  );

  it("has the list to the left and the packet to the right, and fits from 390 to 1920 pixels", async () => {
    const { page, send } = await setWire({ viewport: { width: 1440, height: 900 } });
    send("up", publish(1, "a".repeat(100), "b".repeat(20)));
    await rows(page).first().click();
    await page.locator(".fields").waitFor();
    const box = async (part: string) =>
      (await page.locator(part).boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const [list, packet] = [await box(".split-list"), await box(".split-packet")];
    expect(packet.x).toBeGreaterThanOrEqual(list.x + list.width);
    expect(Math.abs(packet.y - list.y)).toBeLessThan(5);
    for (const [width, inLine] of [
      [390, 8],
      [700, 16],
      [1024, 16],
      [1300, 8],
      [1440, 16],
      [1920, 16],
    ] as const) {
      await page.setViewportSize({ width, height: 844 });
      expect(await dumpOf(page), `${width}`).toEqual({ inLine, hidden: 0 });
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth"), `${width}`).toBe(0);
    }
  });
});

/** How many bytes a line of the dump has, and how much of it is cut off. */
function dumpOf(page: Page): Promise<{ readonly inLine: number; readonly hidden: number }> {
  return page.evaluate(`(() => {
    const dump = document.querySelector(".hex");
    const tops = [...dump.querySelectorAll(".hex-text")].map((text) => text.getBoundingClientRect().top);
    return { inLine: tops[0] === tops[1] ? 16 : 8, hidden: dump.scrollWidth - dump.clientWidth };
  })()`);
}
