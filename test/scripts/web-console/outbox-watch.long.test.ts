import { afterEach, describe, expect, it, vi } from "vitest";
import { planFaults } from "../../../scripts/stage/faults/plan.ts";
import { startPlainBroker } from "../../../scripts/local-onenet/plain.ts";
import { createClock } from "../../../scripts/virtual-board/clock.ts";
import { createVirtualBoard } from "../../../scripts/virtual-board/index.ts";
import { readStorageJson } from "../../../scripts/virtual-board/json.ts";
import { watchOutbox } from "../../../scripts/web-console/outbox-watch.ts";
import type { OutboxView } from "../../../scripts/web-console/protocol.ts";
import { EARLIEST } from "../../../src/app/last-resorts.ts";
import type { SavedOutbox } from "../../../src/app/outbox.ts";
import { startServerSide } from "../../../scripts/stage/server-side.ts";
import { gathering, plain, studio, suite } from "../../support/boards.ts";
import { buildScript } from "../../support/bundles.ts";
import { brew } from "../../support/storm.ts";

const MINUTE = 60_000;
const FAULTS = 20;
const SEED = Number(process.env["STORM_FIRST"] ?? 1);

/** The outbox's capacity, in bytes. */
const LIMIT = 512;

const PLAIN = plain();

function board(qos: 0 | 1 | 2) {
  return {
    ...PLAIN,
    name: "outbox",
    onenet: { ...PLAIN.onenet, qos, cleanSession: qos < 2 },
    time: { server: "pool.ntp.org", zone: 0 },
    streams: [
      { id: "uptime", source: "uptime", period: 2, dpType: 3 },
      { id: "lost", source: "lost", period: 2, dpType: 3 },
    ],
    outbox: LIMIT,
    reconnect: { maximum: 4 },
    reboot: { withoutPlatform: EARLIEST / 1000 },
  } as const;
}

let end: () => Promise<void>;
afterEach(() => end());

async function setScene(qos: 0 | 1 | 2) {
  const made = board(qos);
  const broker = await startPlainBroker();
  const arrived: { uptime: number; lost: number }[] = [];
  broker.on("message", ({ topic, payload }) => {
    if (topic === "home/lamp/data") arrived.push(JSON.parse(payload.toString()) as (typeof arrived)[0]);
  });
  const storm = await brew(made, await buildScript(made), broker.port, broker, SEED);
  end = async () => {
    await storm.close();
    await broker.close();
  };
  const seen: OutboxView[] = [{ reports: 0, bytes: 0, limit: LIMIT, lost: 0 }];
  watchOutbox(made, storm.device, (outbox) => seen.push(outbox));
  /** Waits until the reported state matches. */
  const settled = (wanted: object) => vi.waitFor(() => expect(seen.at(-1)).toMatchObject(wanted), 60_000);
  return { storm, arrived, seen, settled };
}

describe("the outbox, tracked from outside", () => {
  it("fills while the platform is down, loses the oldest reports like the board, and empties", async () => {
    const { storm, arrived, settled } = await setScene(1);
    await storm.clock.advance(10_000);
    storm.proxy.strike({ kind: "restart", ms: MINUTE });
    await storm.clock.advance(20_000);
    const before = arrived.length;
    await settled({ limit: LIMIT, lost: 0, reports: expect.closeTo(10, 0) as number });
    await storm.clock.advance(30_000);
    await settled({ lost: expect.toSatisfy((lost: number) => lost > 0) as number });
    expect(arrived).toHaveLength(before);
    await storm.clock.advance(2 * MINUTE);
    const lost = arrived.at(-1)?.lost ?? NaN;
    expect(lost).toBeGreaterThan(0);
    await settled({ reports: 0, bytes: 0, lost });
  });

  it.each([0, 1, 2] as const)(`is empty after ${FAULTS} faults of seed ${SEED} at QoS %i`, async (qos) => {
    const { storm, settled } = await setScene(qos);
    await storm.clock.advance(10_000);
    storm.proxy.strike({ kind: "restart", ms: 20_000 });
    await storm.clock.advance(10_000);
    await settled({ reports: expect.toSatisfy((reports: number) => reports > 0) as number });
    for (const { wait, fault, trigger } of planFaults(SEED, FAULTS)) {
      await storm.clock.advance(wait);
      storm.proxy.strike(fault, trigger);
    }
    storm.proxy.heal();
    await storm.clock.advance(2 * MINUTE);
    await settled({ reports: 0, bytes: 0 });
  });

  it.each([suite, studio])("empties in bulk, as $name of a board", async (make) => {
    const made = gathering(make);
    const side = await startServerSide(made, {}, () => expect.fail("no command is sent"));
    if (!side.onenet) throw new Error("this generation has a platform");
    const storm = await brew(made, await buildScript(made), side.onenet.suitePort, side.onenet, SEED);
    end = async () => {
      await storm.close();
      await side.close();
    };
    const seen: OutboxView[] = [];
    watchOutbox(made, storm.device, (outbox) => seen.push(outbox));
    await storm.clock.advance(10_000);
    storm.proxy.strike({ kind: "restart", ms: MINUTE });
    await storm.clock.advance(MINUTE);
    await vi.waitFor(() => expect(seen.at(-1)?.reports).toBeGreaterThan(20), 60_000);
    await storm.clock.advance(MINUTE);
    await vi.waitFor(() => expect(seen.at(-1)).toMatchObject({ reports: 0, bytes: 0, lost: 0 }), 60_000);
  });

  it("matches the flash after the board restarts", async () => {
    const made = board(1);
    const clock = createClock(Date.UTC(2026, 0)); // stands still
    const device = createVirtualBoard({ script: await buildScript(made), chip: made.chip, clock }); // no Wi-Fi
    end = () => device.stop();
    const seen: OutboxView[] = [];
    watchOutbox(made, device, (outbox) => seen.push(outbox));
    let kept: SavedOutbox | undefined;
    device.on("reboot", () => {
      kept = (readStorageJson(device.storage.get("outbox") ?? "") as { outbox: SavedOutbox }).outbox;
    });
    await device.start();
    await clock.advance(EARLIEST - 1000);
    let before: OutboxView | undefined;
    const unchanged = () => {
      const [last, now] = [before, seen.at(-1)];
      before = now;
      expect(now).toBe(last);
      expect(now?.lost).toBeGreaterThan(200);
    };
    await vi.waitFor(unchanged, { interval: 500, timeout: 60_000 }); // longer than changes gather
    await clock.advance(1500);
    if (!kept) throw new Error("it did not restart");
    const bytes = kept.records.reduce((sum, { length }) => sum + length, 0);
    await vi.waitFor(
      () =>
        expect(seen.at(-1)).toEqual({ reports: kept?.records.length, bytes, limit: LIMIT, lost: kept?.lost }),
      60_000,
    );
    expect(kept.lost - (before?.lost ?? NaN)).toBeOneOf([0, 1]);
  });
});
