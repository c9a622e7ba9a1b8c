/** Updates on the page: version, package, task and result of each board, and its button. */

import { expect, it, onTestFinished } from "vitest";
import type { LocalOneNet } from "../../../scripts/local-onenet/index.ts";
import { textIn } from "../../../scripts/web-console/page/words/text.ts";
import { createFeed, type Feed } from "../../../scripts/web-console/feed.ts";
import { watchRealBoards } from "../../../scripts/web-console/platform-console.ts";
import type { Actions } from "../../../scripts/web-console/index.ts";
import { KEY } from "../boards/board-folder.ts";
import { startUpdatedDevice } from "../../support/updated-device.ts";
import { makePackage } from "../../../scripts/boards/update/package.ts";
import { CHIC, HEATER, NEIGHBOUR, startPlatform } from "../local-onenet/wire.ts";

async function watched(): Promise<{ platform: LocalOneNet; feed: Feed; actions: Actions }> {
  const platform = await startPlatform();
  onTestFinished(() => platform.close());
  const feed = createFeed();
  onTestFinished(() => feed.close());
  return { platform, feed, actions: watchRealBoards(feed, platform) };
}

const HEATER_NAME = "9MaNe52pNO/heater";
const packageOf = (version: string) =>
  Buffer.from(makePackage({ version, time: 5, program: "print(1)" }, KEY), "latin1");

it("follows a board from the package to the new version", async () => {
  const { platform, feed, actions } = await watched();
  const shown = () => feed.boardOf(HEATER_NAME)?.update;
  expect(shown()).toBeNull();
  const device = await startUpdatedDevice({ platform, record: HEATER, key: KEY });
  onTestFinished(() => device.close());
  const nothing = { offer: "", target: "", state: "", percent: 0, step: 0 };
  expect(shown()).toEqual({ version: "1", ...nothing });
  platform.updates.addPackage(HEATER.product, "v2", packageOf("v2"));
  expect(shown()).toEqual({ version: "1", ...nothing, offer: "v2" });
  const seen: string[] = [];
  const done = new Promise<void>((resolve) =>
    platform.on("update", ({ state }) => {
      seen.push(`${shown()?.state ?? ""} ${shown()?.percent ?? 0}`);
      if (state === "done") resolve();
    }),
  );
  actions.update?.(feed.boardOf(HEATER_NAME)?.id ?? "", "none");
  await done;
  expect(seen[0]).toBe("waiting 0");
  expect(seen.slice(-3)).toEqual(["downloading 100", "upgrading 100", "done 100"]);
  expect(shown()).toEqual({
    version: "v2",
    offer: "v2",
    target: "v2",
    state: "done",
    percent: 100,
    step: 201,
  });
  const texts = feed
    .snapshot({ title: "", address: "", faults: [], isExportable: false })
    .lines.map(({ text }) => textIn("en", text));
  expect(texts.filter((text) => text.startsWith("update to"))).toEqual([
    "update to v2: waiting",
    "update to v2: downloading",
    "update to v2: upgrading, step 101",
    "update to v2: done, step 201",
  ]);
});

it("shows what was kept from before", async () => {
  const platform = await startPlatform();
  onTestFinished(() => platform.close());
  const { id } = platform.updates.addPackage(HEATER.product, "v2", packageOf("v2"));
  platform.updates.start(HEATER_NAME, id);
  const feed = createFeed();
  onTestFinished(() => feed.close());
  watchRealBoards(feed, platform);
  expect(feed.boardOf(HEATER_NAME)?.update).toMatchObject({ offer: "v2", target: "v2", state: "waiting" });
  expect(feed.boardOf("469948/Chic_D")?.update).toBeNull();
});

it("a fault is that of the task", async () => {
  const { platform, feed, actions } = await watched();
  const device = await startUpdatedDevice({ platform, record: HEATER, key: KEY });
  onTestFinished(() => device.close());
  platform.updates.addPackage(HEATER.product, "v2", packageOf("v2"));
  const ended = () =>
    new Promise((resolve) =>
      platform.on("update", ({ state, step }) => (state === "done" || state === "failed") && resolve(step)),
    );
  const id = feed.boardOf(HEATER_NAME)?.id ?? "";
  for (const [fault, step] of [
    ["hash", 205],
    ["signature", 205],
    ["cut", 201],
  ] as const) {
    const last = ended();
    actions.update?.(id, fault);
    expect(await last).toBe(step);
  }
});

it("a package for one board is offered to no other", async () => {
  const { platform, feed, actions } = await watched();
  platform.updates.addPackage(CHIC.product, "all", packageOf("all"));
  platform.updates.addPackage(CHIC.product, "own", packageOf("own"), CHIC.device);
  const boardOf = (device: string) => feed.boardOf(`${CHIC.product}/${device}`);
  expect([boardOf(CHIC.device)?.update?.offer, boardOf(NEIGHBOUR.device)?.update?.offer]).toEqual([
    "own",
    "all",
  ]);
  expect(feed.boardOf(HEATER_NAME)?.update).toBeNull();
  const id = feed.boardOf(HEATER_NAME)?.id ?? "";
  expect(() => actions.update?.(id, "none")).toThrow("there is no package for this board");
});
