/** Simulated boards at one server: connects them, lets them publish at a steady rate, and counts what arrives. */

import { setTimeout as wait } from "node:timers/promises";
import type { OneNet } from "../../boards/board.ts";
import { UserError } from "../../cli/user-error.ts";
import { createSimulatedBoard, STREAM, type SimulatedBoard } from "./board.ts";
import { loadFirmware, type Firmware } from "./firmware.ts";
import { createNodeLink } from "./link.ts";
import { inBytes, settingsOf } from "./settings.ts";
import { createTally, type Tally } from "./tally.ts";
import type { Target } from "./targets.ts";

export interface Fleet {
  readonly target: Target;
  readonly tally: Tally;
  /** Boards that can be reached now. */
  online(): number;
  /** Why connections were lost or not made, and how often. */
  readonly failures: ReadonlyMap<string, number>;
  /** Connects the boards, `rate` of them a second. @throws UserError if the first one fails */
  connect(rate: number, signal: AbortSignal): Promise<void>;
  /** Each board publishes so often a second from now on; 0: no more. */
  publish(rate: number): void;
  /** Waits for what is on its way, until all is settled or nothing has come for a while. */
  drain(): Promise<void>;
  /** Logs all boards out. */
  close(): void;
}

/** Time between two checks for due messages, in ms. */
const STEP = 5;
/** Time between two ticks of the boards' clocks, in ms, as on the chip. */
const TICK = 1000;
/** How long nothing comes before the last messages count as lost, in ms. */
const QUIET = 3000;
/** Longest wait for the last boards to come online, in ms. */
const PATIENCE = 30_000;

export async function createFleet(target: Target, count: number): Promise<Fleet> {
  const firmware = await loadFirmware(target.board);
  const settings = settingsOf(target.board, count);
  const tally = createTally(count);
  const failures = new Map<string, number>();
  let online = 0;
  let publishing: NodeJS.Timeout | undefined;
  /** Publishes what is due by now. */
  let publishDue = (): void => undefined;

  const boards = settings.map((own, index) => {
    let isOnline = false;
    return create(firmware, target, own, {
      ready() {
        if (!isOnline) online++;
        isOnline = true;
      },
      lost(why) {
        if (isOnline) online--;
        isOnline = false;
        failures.set(why, (failures.get(why) ?? 0) + 1);
      },
      published(id, isAcknowledged) {
        tally.settled(index, id, isAcknowledged);
      },
    });
  });
  const subscriber = target.watch === "subscriber" ? subscribe(firmware, target, settings, tally) : undefined;
  const all = subscriber ? [subscriber, ...boards] : boards;
  if (typeof target.watch === "function") {
    const indexes = new Map(settings.map(({ device }, index) => [device, index]));
    target.watch((device, value) => {
      tally.received(indexes.get(device) ?? -1, value);
    });
  }
  function tick(): void {
    const now = performance.now();
    for (const board of all) board.tick(now);
  }

  // Now as well: a session counts its waits from the last tick.
  tick();
  const ticking = setInterval(tick, TICK);

  /** Waits until something holds. @returns whether it did in time */
  async function until(holds: () => boolean, patience: number): Promise<boolean> {
    const end = performance.now() + patience;
    while (!holds()) {
      if (performance.now() > end) return false;
      await wait(STEP);
    }
    return true;
  }

  return {
    target,
    tally,
    failures,
    online: () => online,
    async connect(rate, signal) {
      subscriber?.start();
      boards[0]?.start();
      const first = () => (online > 0 && subscriber?.isReady() !== false) || failures.size > 0;
      if (!(await until(first, PATIENCE)) || online === 0) {
        const [why = "no answer"] = failures.keys();
        throw new UserError(`${target.name}: the first board cannot connect: ${why}`);
      }
      const from = performance.now();
      let next = 1;
      while (next < boards.length && !signal.aborted) {
        const due = Math.min(boards.length, 1 + Math.floor(((performance.now() - from) * rate) / 1000));
        for (; next < due; next++) boards[next]?.start();
        await wait(STEP);
      }
      await until(() => online === count || signal.aborted, PATIENCE);
    },
    publish(rate) {
      clearInterval(publishing);
      publishDue();
      publishDue = () => undefined;
      if (rate === 0) return;
      const from = performance.now();
      let next = 0;
      publishDue = () => {
        const due = Math.floor(((performance.now() - from) * rate * count) / 1000);
        for (; next < due; next++) {
          const index = next % count;
          const value = Math.floor(next / count);
          const id = boards[index]?.publish(value) ?? -1;
          if (id < 0) tally.unsent();
          else tally.sent(index, id, value);
        }
      };
      publishing = setInterval(() => publishDue(), STEP);
    },
    async drain() {
      const { counts } = tally;
      const isSettled = () =>
        tally.awaited() === 0 && (target.watch === undefined || counts.received === counts.sent);
      const settled = () => counts.acknowledged + counts.received;
      let before: number;
      do before = settled();
      while (!(await until(isSettled, QUIET)) && settled() > before);
    },
    close() {
      clearInterval(publishing);
      clearInterval(ticking);
      for (const board of all) board.stop();
    },
  };
}

interface Events {
  ready(): void;
  lost(why: string): void;
  published(id: number, isAcknowledged: boolean): void;
  message?(topic: string, payload: string): void;
}

function create(
  firmware: Firmware,
  { place, board }: Target,
  settings: OneNet,
  events: Events,
  subscriptions?: readonly string[],
): SimulatedBoard {
  return createSimulatedBoard(
    {
      firmware,
      settings: inBytes(settings),
      createLink: (linkEvents) => createNodeLink(place, linkEvents),
      longestWait: board.reconnect.maximum * 1000,
      ...(subscriptions ? { subscriptions } : {}),
    },
    {
      ...events,
      say(line) {
        const [, why] = FAILURE.exec(line) ?? [];
        if (why !== undefined) events.lost(why);
      },
    },
  );
}

/** The console line of a connection that failed or was lost. */
const FAILURE = /^OneNET: (.*); next try in \d+ s$/s;

/** The data point in a message of the plain generation. */
const DATA_POINT = new RegExp(`"${STREAM}":(\\d+)`);

/** Another client that receives the data points of all boards. */
function subscribe(
  firmware: Firmware,
  target: Target,
  all: readonly OneNet[],
  tally: Tally,
): SimulatedBoard | undefined {
  const { onenet } = target.board;
  if (onenet.generation !== "plain") return undefined;
  const { device, topic } = onenet;
  const topics = all.map((own) => `${own.generation === "plain" ? own.topic : ""}/data`);
  const indexes = new Map(topics.map((own, index) => [Buffer.from(own).toString("latin1"), index]));
  return create(
    firmware,
    target,
    { ...onenet, device: `${device}-subscriber`, topic: `${topic}/subscriber` },
    {
      ready: () => undefined,
      lost: () => undefined,
      published: () => undefined,
      message(on, payload) {
        const [, value] = DATA_POINT.exec(payload) ?? [];
        tally.received(indexes.get(on) ?? -1, Number(value));
      },
    },
    [Buffer.from(`${topic}/+/data`).toString("latin1")],
  );
}
