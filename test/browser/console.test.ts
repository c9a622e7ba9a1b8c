import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { findBrowser } from "../../scripts/cli/browser.ts";
import { openPlot, turnTo, setScene } from "./console-page.ts";

if (findBrowser() === undefined)
  console.warn("Chromium not found: skipping browser tests of the web console.");

/** The colour of an LED in the large drawing. */
const light = (page: Page, index = 0) =>
  page.locator(".drawing .light").nth(index).getAttribute("data-colour");

describe.skipIf(findBrowser() === undefined)("web console", () => {
  it("turns the LED on and off, and shows the answers", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    await page.locator('[data-online="true"]').waitFor();
    expect(await light(page)).toBe("#000000");
    await page.getByRole("button", { name: "On", exact: true }).click();
    await expect.poll(() => light(page)).toBe("#ff0000");
    await page
      .locator(".answers li", { hasText: "on" })
      .getByText(/^\d+ ms$/)
      .waitFor();
    await page.getByLabel("Command", { exact: true }).fill("off");
    await page.keyboard.press("Enter");
    await expect.poll(() => light(page)).toBe("#000000");
    await page.getByLabel("Command", { exact: true }).fill("dance");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.locator(".answers li.bad", { hasText: "error: unknown command" }).waitFor();
  });

  it("draws every pixel of a strip in its colour", async () => {
    const scene = await setScene("mpython");
    const page = await scene.open();
    await page.locator('[data-online="true"]').waitFor();
    expect(await page.locator(".drawing .light").count()).toBe(3);
    await page.getByLabel("Colour", { exact: true }).fill("#0040ff"); // sent as it is picked
    for (const index of [0, 1, 2]) await expect.poll(() => light(page, index)).toBe("#0040ff");
  });

  it("draws data points as they arrive, and offers inputs to set", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    const plot = page.locator('[data-stream="analog"]');
    await openPlot(page, "analog");
    await page.getByRole("button", { name: "1 min" }).click();
    const before = await inkOf(page, "analog");
    await page.getByLabel("analog (pin 34)").fill("0.8");
    await expect.poll(() => plot.locator("output").textContent()).toMatch(/^0\.[78]/);
    await expect.poll(() => inkOf(page, "analog")).toBeGreaterThan(before + 20);
  });

  it("has a button for a pin that own code watches: press, hold and keyboard", async () => {
    const scene = await setScene("esp32-devkit-button");
    const page = await scene.open();
    await page.locator('[data-online="true"]').waitFor();
    const contact = page.locator(".contact", { hasText: "Pin 0" });
    const button = contact.getByRole("button", { name: "Press" });
    const presses = page.locator('[data-stream="presses"] output');
    await contact.getByText("high").waitFor();
    await button.hover();
    await page.mouse.down();
    await contact.getByText("low").waitFor();
    await expect.poll(() => light(page)).toBe("#ff0000");
    await page.mouse.move(5, 5); // released elsewhere
    await page.mouse.up();
    await contact.getByText("high").waitFor();
    await expect.poll(() => presses.textContent()).toBe("1");
    await button.focus();
    await page.keyboard.down("Space");
    await expect.poll(() => light(page)).toBe("#000000");
    await page.keyboard.up("Space");
    await contact.getByText("high").waitFor();
    await contact.getByLabel("hold").check();
    await expect.poll(() => light(page)).toBe("#ff0000");
    await expect.poll(() => presses.textContent()).toBe("3");
    expect(await button.getAttribute("aria-pressed")).toBe("true");
  });

  it("has sliders for a DHT22, and plots its values", async () => {
    const scene = await setScene("esp32-devkit-dht22");
    const page = await scene.open();
    await expect.poll(() => page.locator(".pin-chips li").allTextContents()).toEqual(["2LED", "4input"]);
    await page.getByLabel("Temperature (pin 4)").fill("-7.5");
    await page.getByLabel("Humidity (pin 4)").fill("81.2");
    const valueOf = (stream: string) => page.locator(`[data-stream="${stream}"] output`).textContent();
    await expect.poll(() => valueOf("temperature")).toBe("-7.5");
    await expect.poll(() => valueOf("humidity")).toBe("81.2");
  });

  it("explains a packet, and marks the bytes of a field", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    await turnTo(page, "wire");
    await page.getByLabel("Filter").fill("connect");
    await page.locator(".packet", { hasText: "CONNECT" }).first().waitFor();
    await page.getByRole("listbox").focus();
    await page.keyboard.press("End"); // the oldest match is the CONNECT
    const fields = page.locator(".fields");
    const keepAlive = fields.getByRole("row", { name: /keep alive/ });
    expect(await keepAlive.textContent()).toMatch(
      /120 s.*the server closes the connection after 180 s.*MQTT 3\.1\.2\.10/,
    );
    await expect
      .poll(async () => {
        await keepAlive.hover(); // the page may have moved under the pointer
        return page.locator(".hex-bytes .on").allTextContents();
      })
      .toEqual(["00", "78"]);
    await page.locator(".hex-bytes span").nth(8).hover();
    await expect.poll(() => fields.locator("tr.marked").first().textContent()).toMatch(/protocol level/);
    expect(await fields.getByRole("row", { name: /password.*•/ }).count()).toBe(1);
    expect(await page.locator(".hex").textContent()).not.toContain("your-auth");
  });

  it("handles JavaScript's built-in names in packets and data streams", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    const names = ["__proto__", "constructor", "toString"];
    const json = JSON.stringify(Object.fromEntries(names.map((name) => [name, 1])));
    const frame = [3, json.length >> 8, json.length & 255, ...Buffer.from(json)];
    const bytes = Buffer.from([0x30, frame.length + 5, 0, 3, ...Buffer.from("$dp"), ...frame]);
    const packet = { time: Date.now(), way: "up", board: "board", who: "stranger", connection: 9 } as const;
    scene.feed.packet({ ...packet, bytes, length: bytes.length });
    for (const name of names) scene.feed.point("board", name, Date.now(), 1);
    for (const name of names) await page.locator(`[data-stream="${name}"]`).waitFor();
    await turnTo(page, "wire");
    await page.getByLabel("Filter", { exact: true }).fill("__proto__");
    await page.locator(".packet").first().click();
    for (const name of names) await page.locator(".fields th", { hasText: name }).first().waitFor();
    await turnTo(page, "data");
    scene.feed.line("board", "board", "still here");
    await page.getByText("still here").waitFor();
  });

  it("filters, pauses and downloads packets", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    await turnTo(page, "wire");
    await page.getByLabel("Direction").selectOption("up");
    await page.getByLabel("Filter").fill("$dp analog");
    await page.locator(".packet").first().waitFor();
    const texts = await page.locator(".packet").allTextContents();
    expect(texts.filter((text) => !/↑PUBLISH.*\$dp/.test(text))).toEqual([]);
    await page.getByRole("button", { name: "Pause" }).click();
    const count = await page.locator(".packet").count();
    const uptime = () => Number(scene.stage.server.lastDataPoint("uptime")?.value);
    const before = uptime();
    await expect.poll(uptime).toBeGreaterThan(before + 1);
    expect(await page.locator(".packet").count()).toBe(count);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download JSON" }).click(),
    ]);
    const saved = JSON.parse(await readFile(await download.path(), "utf8")) as {
      name: string;
      hex: string;
    }[];
    expect(saved).toHaveLength(count);
    expect(saved[0]).toMatchObject({ name: "PUBLISH", hex: expect.stringMatching(/^32/) as string });
  });

  it("explains a refused log-in", async () => {
    const scene = await setScene("esp32-devkit", { authInfo: "another" });
    const page = await scene.open();
    const banner = page.locator(".banner");
    expect(await banner.locator("p").textContent()).toMatch(/^Log-in refused: .*password is wrong/);
    await banner.getByRole("button", { name: "Details" }).click();
    const alert = page.locator('[data-kind="refused"]').first();
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/password is wrong.*What to do:.*onenet\.authInfo/);
    await alert.getByRole("button", { name: /^Dismiss/ }).click();
  });

  it("uses the browser's language, Chinese, until another is chosen", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open({ locale: "zh-CN" });
    await page.getByRole("heading", { name: "数据流" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("zh-CN");
    await turnTo(page, "wire");
    await page.getByLabel("过滤").fill("connect");
    await page.locator(".packet").last().click();
    await page.getByRole("row", { name: /保持连接/ }).waitFor();
    await page.getByLabel("语言").selectOption("en");
    await page.getByRole("heading", { name: "MQTT packets" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Data streams" }).waitFor();
  });

  it("fits a narrow screen in dark mode", async () => {
    const scene = await setScene("mpython");
    const page = await scene.open({ viewport: { width: 360, height: 740 }, colorScheme: "dark" });
    const fits = () =>
      page.evaluate<boolean>(
        "document.documentElement.scrollWidth <= innerWidth && visualViewport.scale === 1",
      );
    expect(await fits()).toBe(true);
    await turnTo(page, "data");
    await page.locator('[data-stream="light"]').scrollIntoViewIfNeeded();
    await openPlot(page, "light");
    expect(await fits()).toBe(true);
    await turnTo(page, "wire");
    await page.locator(".packet").first().click();
    await page.locator(".fields").waitFor();
    expect(await fits()).toBe(true);
    await turnTo(page, "board");
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(18, 22, 23)");
    await page.getByRole("button", { name: "On", exact: true }).click();
    await expect.poll(() => light(page)).toBe("#320000");
  });

  it("works without a mouse", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    await page.locator('[data-online="true"]').waitFor();
    const focused = () =>
      page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent").then(String);
    const path: string[] = [];
    for (let step = 0; step < 10; step++) {
      await page.keyboard.press("Tab");
      path.push(await focused());
      if (path.at(-1) === "On") await page.keyboard.press("Enter");
    }
    expect(path).toEqual([
      "Addresses and ports",
      "Projector view",
      "No notices",
      "Language",
      "On",
      "Off",
      "Toggle",
      "Command",
      "Send",
      "Replies",
    ]);
    await expect.poll(() => light(page)).toBe("#ff0000");
  });

  it("reconnects after the server restarts, and catches up", async () => {
    const scene = await setScene("esp32-devkit");
    const page = await scene.open();
    await page.locator('[data-online="true"]').waitFor();
    await scene.restartConsole(async () => {
      await page.locator('[data-connection="lost"]').waitFor();
      await scene.stage.server.command("on", 5000);
    });
    await page.locator('[data-connection="open"]').waitFor();
    await expect.poll(() => light(page)).toBe("#ff0000");
  });

  it("asks for the password if there is one", async () => {
    const scene = await setScene("esp32-devkit", {}, "open sesame");
    const page = await scene.open();
    await page.getByLabel("Password").fill("sesame");
    await page.keyboard.press("Enter");
    await page.getByText("wrong password").waitFor();
    expect(await page.locator(".drawing").count()).toBe(0);
    await page.getByLabel("Password").fill("open sesame");
    await page.keyboard.press("Enter");
    await page.locator(".drawing").waitFor();
  });
});

/** Counts a plot's pixels in the accent colour, green; the rest is grey. */
function inkOf(page: Page, stream: string): Promise<number> {
  return page.evaluate<number>(`(() => {
    const canvas = document.querySelector('[data-stream="${stream}"] canvas');
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i + 1] > data[i] + 60) count++;
    return count;
  })()`);
}
