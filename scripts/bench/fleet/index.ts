/** Runs a fleet of simulated boards at one server, or at several side by side, and measures it. */

import { setTimeout as wait } from "node:timers/promises";
import { processorTime, residentMemory } from "../usage.ts";
import { createFleet, type Fleet } from "./fleet.ts";
import type { Delays } from "./tally.ts";
import type { Target } from "./targets.ts";

export interface FleetOptions {
  /** Boards at each server. */
  readonly boards: number;
  /** Messages per second and board. */
  readonly rate: number;
  readonly seconds: number;
  /** Boards that connect per second. */
  readonly rampUp: number;
  /** Ends the run early, as if its time were up. */
  readonly signal: AbortSignal;
  /** @param done 0–1 */
  readonly show: (what: string, done: number) => void;
  /** Receives a sample of each server, ten times in the run. */
  readonly sample: (sample: Sample) => void;
}

/** What happened at a server since the last sample. */
export interface Sample {
  readonly server: string;
  /** Since the boards began to publish, in s. */
  readonly at: number;
  /** Boards online now. */
  readonly online: number;
  /** Messages sent per second. */
  readonly rate: number;
  readonly acknowledged: Delays | undefined;
  readonly received: Delays | undefined;
  /** In RAM now, in bytes: of this process, of the server if it was started for the fleet. */
  readonly memory: number;
  readonly serverMemory: number | undefined;
}

/** A whole run at a server. */
export interface Result {
  readonly server: string;
  /** Boards that were online when all began to publish. */
  readonly online: number;
  /** Connections that failed or were lost, by reason. */
  readonly failures: Readonly<Record<string, number>>;
  /** For which the boards published, in s. */
  readonly seconds: number;
  readonly sent: number;
  readonly unsent: number;
  /** Undefined at QoS 0. */
  readonly acknowledged: number | undefined;
  /** Undefined if nothing tells what the server passes on. */
  readonly received: number | undefined;
  /** Sent, and never received; or if nothing tells, never acknowledged; undefined if neither can be known. */
  readonly lost: number | undefined;
  /** In ms. */
  readonly delays: { readonly acknowledged: Delays | undefined; readonly received: Delays | undefined };
  /** Processor time of the server while the boards published, in s. */
  readonly processor: number | undefined;
  /** That of this process meanwhile, for all servers together, in s. */
  readonly fleetProcessor: number;
}

/** Samples of a run. */
const SAMPLES = 10;

/** Time between two looks at the clock, in ms: Ctrl-C ends the run in between. */
const STEP = 200;

/** @throws UserError if the first board cannot connect to a server */
export async function runFleet(targets: readonly Target[], options: FleetOptions): Promise<Result[]> {
  const { boards, rate, rampUp, seconds, signal, show } = options;
  const fleets = await Promise.all(targets.map((target) => createFleet(target, boards)));
  try {
    show("connecting", 0);
    await Promise.all(fleets.map((fleet) => fleet.connect(rampUp, signal)));
    const online = fleets.map((fleet) => fleet.online());
    const before = await Promise.all(targets.map(processorOf));
    const own = process.cpuUsage();
    for (const fleet of fleets) fleet.publish(rate);
    const from = performance.now();
    await sampleAll(fleets, options, from);
    for (const fleet of fleets) fleet.publish(0);
    const passed = (performance.now() - from) / 1000;
    const { user, system } = process.cpuUsage(own);
    const after = await Promise.all(targets.map(processorOf));
    show("waiting for the last messages", Math.min(1, passed / seconds));
    await Promise.all(fleets.map((fleet) => fleet.drain()));
    return fleets.map((fleet, i) => {
      const [start, end] = [before[i], after[i]];
      return {
        ...resultOf(fleet, passed),
        online: online[i] ?? 0,
        processor: start === undefined || end === undefined ? undefined : end - start,
        fleetProcessor: (user + system) / 1e6,
      };
    });
  } finally {
    for (const fleet of fleets) fleet.close();
  }
}

/** Takes samples until the time is up. */
async function sampleAll(fleets: readonly Fleet[], options: FleetOptions, from: number): Promise<void> {
  const { seconds, signal, show, sample } = options;
  const sent = fleets.map(() => 0);
  let last = from;
  const isOver = () => signal.aborted;
  for (let n = 1; n <= SAMPLES && !isOver(); n++) {
    const due = from + (n * seconds * 1000) / SAMPLES;
    while (performance.now() < due && !isOver()) {
      show("publishing", (performance.now() - from) / (seconds * 1000));
      await wait(Math.min(STEP, Math.max(1, due - performance.now())));
    }
    const now = performance.now();
    for (const [i, fleet] of fleets.entries()) {
      const { target, tally } = fleet;
      const { sent: count } = tally.counts;
      sample({
        server: target.name,
        at: (now - from) / 1000,
        online: fleet.online(),
        rate: ((count - (sent[i] ?? 0)) * 1000) / (now - last),
        ...tally.delays(),
        memory: process.memoryUsage.rss(),
        serverMemory: target.pid === undefined ? undefined : await known(residentMemory(target.pid)),
      });
      sent[i] = count;
    }
    last = now;
  }
}

function resultOf(
  { target, tally, failures }: Fleet,
  seconds: number,
): Omit<Result, "online" | "processor" | "fleetProcessor"> {
  const { sent, unsent, acknowledged, received } = tally.counts;
  const isAcknowledged = target.board.onenet.qos > 0;
  const isWatched = target.watch !== undefined;
  const arrived = isWatched ? received : isAcknowledged ? acknowledged : undefined;
  return {
    server: target.name,
    failures: Object.fromEntries(failures),
    seconds,
    sent,
    unsent,
    acknowledged: isAcknowledged ? acknowledged : undefined,
    received: isWatched ? received : undefined,
    lost: arrived === undefined ? undefined : sent - arrived,
    delays: tally.allDelays(),
  };
}

async function processorOf({ pid }: Target): Promise<number | undefined> {
  return pid === undefined ? undefined : known(processorTime(pid));
}

/** A figure that only Linux tells. */
async function known(figure: Promise<number>): Promise<number | undefined> {
  return figure.catch(() => undefined);
}
