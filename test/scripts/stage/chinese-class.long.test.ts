/** A class of 30 entirely in Chinese: names, network, password, titles, streams, commands. Nothing may be garbled. */

import { mkdir, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, expect, it, onTestFinished } from "vitest";
import type { Board } from "../../../scripts/boards/board.ts";
import { loadBoard } from "../../../scripts/boards/index.ts";
import { setClassroom } from "../../../scripts/stage/classroom.ts";
import { logPlatform } from "../../../scripts/local-onenet/log.ts";
import { setStage } from "../../../scripts/stage/index.ts";
import { walkThrough } from "../../../scripts/stage/walkthrough.ts";
import { watchClassroom } from "../../../scripts/web-console/classroom-console.ts";
import { createFeed } from "../../../scripts/web-console/feed.ts";
import { startWebConsole } from "../../../scripts/web-console/index.ts";
import type { Snapshot } from "../../../scripts/web-console/protocol.ts";
import { dissect, DISSECTOR_WORDS } from "../../../scripts/local-onenet/wire/dissect.ts";
import { summarise } from "../../../scripts/local-onenet/wire/summary.ts";
import { buildScript } from "../../support/bundles.ts";

const SIZE = 30;
const STREAMS = ["温度", "湿度（走廊）", "Café 😀", "说你"];
const ANSWER = "你说：教室里的灯😀你";

const CODE = `import type { BoardCode } from "onenet-espruino";

let said = "还没有人说过你";

export default {
  start(board) {
    board.say("开机：教室的灯é😀你");
  },
  sources: { said: () => said },
  commands: {
    说(argument) {
      said = argument;
      return "你说：" + argument;
    },
    éteins: () => "éteint",
    错: () => {
      throw new Error("这里错了你");
    },
  },
} satisfies BoardCode;
`;

/** Always the same, so that the next run of the tests finds its script in the cache. */
const directory = join("dist", "chinese-class");
await mkdir(directory, { recursive: true });
afterAll(() => rm(directory, { recursive: true }));

async function chineseBoard(): Promise<Board> {
  const file = {
    title: "教室的灯 é 😀",
    chip: "esp32",
    led: { kind: "gpio", pin: 2 },
    wifi: { ssid: "三年二班教室 é", password: "好好学习天天向上é😀" },
    onenet: {
      generation: "multiprotocol",
      product: "200100",
      device: "600700800",
      authInfo: "鉴权信息é😀",
    },
    streams: STREAMS.map((id, index) => ({
      id,
      source: ["uptime", "commands", "led", "said"][index],
      period: index === 3 ? 1 : 2,
      dpType: [1, 3, 2, 5][index],
    })),
  };
  await writeFile(join(directory, "class.json"), JSON.stringify(file));
  await writeFile(join(directory, "class.ts"), CODE);
  return loadBoard("class", { directory });
}

it("completes every step of --once", async () => {
  const board = await chineseBoard();
  const code = await buildScript(board);
  expect(code).toMatch(/^[\0-\x7f]*$/);
  const stage = await setStage(board, code);
  onTestFinished(() => stage.close());
  const seen = new Map<string, string>();
  await walkThrough(stage, ({ step, seen: what }) => void seen.set(step, what), 60_000);
  expect(seen.get("Wi-Fi")).toBe('joined "三年二班教室 é"');
  expect(seen.get("data point")).toMatch(/^湿度（走廊） = 3, stored /);
  expect(await stage.server.command("说  教室里的灯😀你", 60_000)).toBe(ANSWER);
  expect(await stage.server.command("错", 60_000)).toBe("error: 这里错了你");
  // [chip F52]: lower-casing changes ASCII letters, and \xC3 as well.
  expect(await stage.server.command(" éTEINS ", 60_000)).toBe("éteint");
}, 120_000);

it("garbles nothing for 30 boards: platform, HTTP, page and download", async () => {
  const board = await chineseBoard();
  const classroom = await setClassroom(board, SIZE);
  const { platform } = classroom;
  const feed = createFeed();
  const logged: string[] = [];
  logPlatform(platform, (line) => logged.push(typeof line === "string" ? line : line()));
  const watched = await watchClassroom(feed, classroom);
  const page = await startWebConsole({
    host: "127.0.0.1",
    port: 0,
    feed,
    site: { title: `${board.title} × ${SIZE}`, address: "" },
    actions: watched.actions,
  });
  onTestFinished(async () => {
    feed.close();
    await page.close();
    await watched.close();
    await classroom.close();
  });
  const online = new Set<string>();
  const all = new Promise<void>((resolve) =>
    platform.on("online", ({ device }) => {
      if (online.add(device).size === SIZE) resolve();
    }),
  );
  await classroom.start();
  await all;
  const answers = await Promise.all(
    classroom.members.map(async ({ mac }) =>
      watched.actions.command(mac, "说 教室里的灯😀你", () => undefined),
    ),
  );
  expect(answers).toEqual(Array.from({ length: SIZE }, () => ANSWER));
  await expect
    .poll(
      () =>
        [...online].filter((id) =>
          platform.datapoints(id, "说你").some(({ value }) => value === "教室里的灯😀你"),
        ).length,
    )
    .toBe(SIZE);

  expect(platform.violations).toEqual([]);
  const [id = ""] = online;
  expect(platform.devices().map(({ name }) => platform.registry.devices.get(name))).toEqual(
    Array.from({ length: SIZE }, () => expect.objectContaining({ title: board.title }) as unknown),
  );
  expect(
    logged.filter((line) => line.endsWith(") registered") && line.includes(`${board.title} (`)),
  ).toHaveLength(SIZE);

  // The application's API, with the stream's name in the URL.
  const key = { "api-key": platform.apiKey };
  const wanted = encodeURIComponent("说你");
  const points = await get(
    platform.httpPort,
    `/devices/${id}/datapoints?datastream_id=${wanted}&sort=DESC`,
    key,
  );
  expect(points).toMatchObject({ data: { datastreams: [{ id: "说你" }] } });
  expect(JSON.stringify(points)).toContain("教室里的灯😀你");
  expect(await get(platform.httpPort, `/devices/${id}`, key)).toMatchObject({ data: { title: board.title } });

  // The page and its downloads.
  const picture = feed.snapshot({ title: "", address: "", faults: [], isExportable: false });
  const snapshot = await firstSnapshot(page.port);
  expect(snapshot.site.title).toBe("教室的灯 é 😀 × 30");
  expect(new Set(picture.series.map(([, stream]) => stream))).toEqual(new Set(STREAMS));
  const lines = picture.lines.map(({ text }) => text);
  expect(lines).toContain("开机：教室的灯é😀你");
  expect(lines).toContain(`→ ${ANSWER}`);
  expect(JSON.stringify(lines)).not.toMatch(WRONG);
  const packets = picture.packets.map(({ bytes, length }) => ({
    bytes: Buffer.from(bytes, "base64"),
    length,
  }));
  const summaries = packets.map(({ bytes }) => summarise(bytes).detail).join("\n");
  expect(summaries).toContain(ANSWER);
  expect(summaries).not.toMatch(WRONG);
  const download = JSON.stringify(
    packets.map(({ bytes, length }) => dissect(bytes, DISSECTOR_WORDS.zh, length)),
  );
  expect(download).toContain("教室里的灯😀你");
  expect(download).not.toMatch(WRONG);
}, 120_000);

/** Garbled characters: replacement characters, and UTF-8 read as Latin-1. */
const WRONG = /\ufffd|[\u00c3\u00e4-\u00e9\u00f0][\u0080-\u00bf]/;

function get(port: number, path: string, headers: Record<string, string>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      response.on("end", () => resolve(JSON.parse(text)));
    })
      .on("error", reject)
      .end();
  });
}

/** The first snapshot a page gets. */
function firstSnapshot(port: number): Promise<Snapshot> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path: "/api/events" }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
        const data = /event: snapshot\ndata: (.*)\n\n/.exec(text)?.[1];
        if (data === undefined) return;
        resolve(JSON.parse(data) as Snapshot);
        asked.destroy();
      });
    }).on("error", reject);
    asked.end();
  });
}
