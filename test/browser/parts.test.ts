/** The cards of parts: each shows what its part does, and turns it; what was turned arrives at the platform. */

import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { findBrowser } from "../../scripts/cli/browser.ts";
import { setScene, type Scene } from "./console-page.ts";

const card = (page: Page, part: string) => page.locator(`[data-part="${part}"]`);
const stateOf = (page: Page, part: string) => card(page, part).locator(".part-state").textContent();

async function open(scene: Scene): Promise<Page> {
  const page = await scene.open();
  await page.locator('[data-online="true"]').waitFor();
  return page;
}

/** Waits until a card has a state. */
const shows = (page: Page, part: string, state: string) => expect.poll(() => stateOf(page, part)).toBe(state);

/** Waits until the platform has the values, by part. */
async function arrive({ stage }: Scene, values: Readonly<Record<string, unknown>>): Promise<void> {
  const last = () => Object.keys(values).map((part) => [part, stage.server.lastDataPoint(part)?.value]);
  await expect.poll(() => Object.fromEntries(last()) as unknown).toEqual(values);
}

/** Waits until a card has a state, and the platform the value. */
async function arrives(scene: Scene, page: Page, part: string, state: string, value: unknown): Promise<void> {
  await shows(page, part, state);
  await arrive(scene, { [part]: value });
}

describe.skipIf(findBrowser() === undefined)("web console with parts", () => {
  it("switches what the board drives, and shows it at once", async () => {
    const scene = await setScene("equipped-multiprotocol");
    const page = await open(scene);
    const { device } = scene.stage;
    const toggle = (part: string) => card(page, part).getByRole("switch", { name: part, exact: true });

    await toggle("lamp").click();
    await shows(page, "lamp", "on");
    expect(await card(page, "lamp").locator(".light").getAttribute("data-colour")).toBe("#ff0000");
    await toggle("pump").focus();
    await page.keyboard.press("Space");
    await shows(page, "pump", "on");
    expect(device.pin(26).value).toBe(0); // active low
    expect(await toggle("pump").getAttribute("aria-checked")).toBe("true");
    await card(page, "spot").getByRole("slider").fill("25");
    await shows(page, "spot", "25 %");
    await card(page, "fan").getByRole("spinbutton").fill("65");
    await page.keyboard.press("Enter");
    await shows(page, "fan", "65 %");
    expect(device.pin(32).value).toBeCloseTo(0.35); // active low
    await card(page, "strip").getByLabel("Colour of strip").fill("#00a0ff");
    await shows(page, "strip", "#00a0ff");
    expect(await card(page, "strip").locator('.light[data-colour="#00a0ff"]').count()).toBe(2);
    expect(await stateOf(page, "lid")).toBe("no pulses");
    await card(page, "lid").getByRole("slider").fill("130");
    await shows(page, "lid", "130°");
    await toggle("siren").click();
    await shows(page, "siren", "sounding");
    expect(await stateOf(page, "dryBelow")).toBe("30 %");
    await card(page, "dryBelow").getByRole("slider").fill("42");
    await shows(page, "dryBelow", "42 %");
    await page.locator(".answers li", { hasText: "dryBelow 42" }).waitFor();
    expect(await stateOf(page, "note")).toBe("hello");
    await card(page, "note").getByRole("textbox").fill("Grüße 温室");
    await card(page, "note").getByRole("textbox").press("Enter");
    await shows(page, "note", "Grüße 温室");
    expect(await stateOf(page, "auto")).toBe("on");
    await card(page, "auto").getByRole("switch").click();
    await shows(page, "auto", "off");
    const set = { dryBelow: 42, note: "Grüße 温室", auto: 0 };
    await arrive(scene, {
      ...{ lamp: 1, pump: 1, spot: 25, fan: 65, strip: "#00a0ff", lid: 130, siren: 1 },
      ...set,
    });

    await toggle("pump").click();
    await shows(page, "pump", "off");
    await toggle("fan").click();
    await shows(page, "fan", "0 %");
    await card(page, "lid").getByRole("button", { name: "Off" }).click();
    await shows(page, "lid", "no pulses");
    await card(page, "bell").getByRole("button", { name: "Long" }).click();
    await shows(page, "bell", "sounding");
    await shows(page, "bell", "silent");
    await arrive(scene, { pump: 0, fan: 0, ...set });
  });

  it("turns what the board reads, and what was turned arrives", async () => {
    const scene = await setScene("equipped-multiprotocol");
    const page = await open(scene);

    await arrives(scene, page, "door", "open", 1); // nothing closes it
    await card(page, "door").getByRole("button", { name: "Close: door" }).click();
    await arrives(scene, page, "door", "closed", 0);
    await card(page, "door").getByRole("button", { name: "Open: door" }).click();
    await arrives(scene, page, "door", "open", 1);
    await card(page, "way").getByRole("button", { name: "Move: way" }).click();
    await arrives(scene, page, "way", "motion", 1);

    await card(page, "soil").getByRole("slider").fill("75"); // wet earth conducts: a lower level
    await arrives(scene, page, "soil", "75 %", 75);
    expect(scene.stage.device.inputs().find(({ pin }) => pin === 34)?.value).toBeCloseTo(0.425);

    for (let pulse = 0; pulse < 3; pulse++)
      await card(page, "meter").getByRole("button", { name: "Pulse" }).click();
    await arrives(scene, page, "meter", "3", 3);
    await card(page, "meter").getByRole("button", { name: "Reset" }).click();
    await arrives(scene, page, "meter", "0", 0);

    // Only what no card has is left under the inputs: nothing.
    expect(await page.locator(".contact, .slider").count()).toBe(0);
  });

  it("presses a button: long enough to count, however short; and holds it", async () => {
    const scene = await setScene("equipped-multiprotocol");
    const page = await open(scene);
    const button = card(page, "key").getByRole("button", { name: "Press key" });
    const lamp = (value: number) => expect.poll(() => scene.stage.device.pin(2).value).toBe(value);

    await button.click(); // a few milliseconds
    await arrives(scene, page, "key", "1 press", 1);
    await lamp(1);
    await button.focus();
    await page.keyboard.press("Enter");
    await arrives(scene, page, "key", "2 presses", 2);
    await lamp(0);

    await scene.stage.server.command("pump on", 5000);
    expect(scene.stage.device.pin(26).value).toBe(0);
    await button.hover();
    await page.mouse.down();
    await expect.poll(() => stateOf(page, "key")).toBe("pressed");
    await expect.poll(() => scene.stage.device.pin(26).value).toBe(1); // its hold switches the pump off
    await page.mouse.up();
    await arrives(scene, page, "key", "3 presses", 3);
    await lamp(0);

    await card(page, "boot").getByLabel("Hold boot").check();
    await expect.poll(() => stateOf(page, "boot")).toBe("pressed");
    await card(page, "boot").getByLabel("Hold boot").uncheck();
    await arrives(scene, page, "boot", "1 press", 1);
  });

  it("sets what sensors measure, and disturbs them", async () => {
    const scene = await setScene("equipped-multiprotocol");
    const page = await open(scene);
    const { device, server } = scene.stage;
    const lines: string[] = [];
    device.on("console", (line) => lines.push(line));
    const set = async (label: string, value: string) => {
      await page.getByRole("spinbutton", { name: label, exact: true }).fill(value);
      await page.keyboard.press("Enter");
    };
    const last = (stream: string) => expect.poll(() => server.lastDataPoint(stream)?.value);

    await set("air: Temperature, °C", "-7.5");
    await set("air: Humidity, %", "81.2");
    await set("water 2: Temperature, °C", "63.5");
    await set("room: Air pressure, hPa", "987");
    await last("air_temperature").toBe(-7.5);
    await last("air_humidity").toBe(81.2);
    await last("water_2").toBe(63.5);
    await last("water_1").toBe(21);
    await last("room_pressure").toBeCloseTo(987, 0);
    await expect.poll(() => stateOf(page, "air")).toBe("-7.5 °C · 81.2 %");

    await page.getByLabel("Connection of water 1").selectOption("unplugged");
    await expect.poll(() => stateOf(page, "water")).toBe("unplugged");
    await expect.poll(() => lines.some((line) => line.startsWith("water"))).toBe(true);
    await page.getByLabel("Connection of air").selectOption("sends nonsense");
    await expect.poll(() => stateOf(page, "air")).toBe("sends nonsense");
    await expect.poll(() => lines.some((line) => line.startsWith("air"))).toBe(true);
    await set("air: Temperature, °C", "3.5");
    await page.getByLabel("Connection of air").selectOption("connected");
    await last("air_temperature").toBe(3.5);
  });

  it("shows what comes from the network as text, and says why a command failed", async () => {
    const scene = await setScene("equipped-multiprotocol");
    const page = await open(scene);
    const hostile = "<img src=x onerror=alert(1)>";
    await scene.stage.server.stop();
    await page.locator('[data-online="false"]').waitFor();
    scene.feed.point("board", "dryBelow", Date.now() + 60_000, hostile);
    await expect.poll(() => stateOf(page, "dryBelow")).toContain(hostile);
    scene.feed.update("board", {
      states: [
        { does: "shine", pixels: [`"><script>`] },
        { does: "shine", pixels: ["red"] },
      ],
    });
    expect(await page.locator(".parts img, .parts script").count()).toBe(0);
    await card(page, "pump").getByRole("switch").click();
    await card(page, "pump").getByRole("alert").waitFor();
  });

  it("draws only the parts of the selected board, and redraws only a part that changes", async () => {
    const scene = await setScene("equipped-multiprotocol");
    const page = await open(scene);
    const board = scene.feed.board("board");
    if (!board) throw new Error("no board");
    const count = board.parts.length;
    expect(await page.locator(".part").count()).toBe(count);
    for (let index = 1; index < 50; index++)
      scene.feed.addBoard({ ...board, id: `b${index}`, title: `Board ${index}`, device: `d${index}` });
    await page.locator(".tile").nth(49).waitFor();
    expect(await page.locator(".part").count()).toBe(count);
    await page.locator(".tile", { hasText: /Board 7\D/ }).click();
    await page.getByRole("heading", { name: "Parts of Board 7" }).waitFor();
    await page.evaluate(RECORD_CHANGES);
    const states = board.states.map((state) => (state?.does === "drive" ? { ...state, percent: 12 } : state));
    for (let index = 1; index < 50; index++) scene.feed.update(`b${index}`, { states });
    await expect.poll(() => stateOf(page, "fan")).toBe("12 %");
    scene.feed.line("b7", "board", "after the change");
    await page.getByText("after the change").waitFor();
    expect(await page.evaluate("[...globalThis.changed]")).toEqual(["fan"]);
  });

  it("draws nothing below the cards until they are here, so that nothing jumps", async () => {
    const scene = await setScene("equipped-multiprotocol");
    const page = await scene.open();
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route(/part-cards/, async (route) => {
      await held;
      await route.continue();
    });
    await page.reload();
    await page.locator(".drawing").first().waitFor();
    expect(await page.locator(".tabs, .part").count()).toBe(0);
    release?.();
    await card(page, "fan").waitFor();
    await page.locator(".tabs").waitFor();
    expect(await page.evaluate(SHIFTS)).toEqual([]);
  });

  it("reloads once if the server no longer has a script, and then waits for it", async () => {
    const scene = await setScene("equipped-multiprotocol");
    const page = await scene.open();
    let loads = 0;
    page.on("domcontentloaded", () => loads++);
    await page.route(/part-cards/, (route) => route.fulfill({ status: 404, body: "no such file" }));
    await page.reload();
    await expect.poll(() => loads).toBe(2); // the test's, and the page's own
    await page.waitForRequest(/icon\.svg/);
    await page.waitForRequest(/icon\.svg/);
    expect(loads).toBe(2);
  });

  it("fits a narrow screen, in Chinese and dark", async () => {
    const scene = await setScene("equipped-multiprotocol");
    const page = await scene.open({
      viewport: { width: 360, height: 740 },
      colorScheme: "dark",
      locale: "zh-CN",
      reducedMotion: "reduce",
    });
    await page.getByRole("heading", { name: "部件" }).waitFor();
    const [width = 0, room = 0] = await page.evaluate<number[]>(
      "[document.documentElement.scrollWidth, innerWidth]",
    );
    expect(width).toBeLessThanOrEqual(room);
    await card(page, "siren").getByRole("switch").click();
    await expect.poll(() => stateOf(page, "siren")).toBe("在响");
    const wave = "getComputedStyle(document.querySelector('[data-part=siren] .wave')).animationName";
    expect(await page.evaluate(wave)).toBe("none");
  });
});

/** What has moved without a press since the page began to load. */
const SHIFTS = `new Promise((resolve) => {
  new PerformanceObserver((list) => {
    resolve(list.getEntries().flatMap(({ sources }) => sources.map(({ node }) => node?.className ?? "")));
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve([]), 500);
})`;

/** Records the names of the parts whose cards change. */
const RECORD_CHANGES = `(() => {
  globalThis.changed = new Set();
  new MutationObserver((changes) => {
    for (const { target } of changes)
      changed.add((target.closest ? target : target.parentElement).closest("[data-part]")?.dataset.part);
  }).observe(document.querySelector(".parts"), { subtree: true, childList: true, characterData: true, attributes: true });
})()`;
