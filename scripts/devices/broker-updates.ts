/** Updates of boards on plain brokers: offers as retained messages, and what the boards say of them. */

import type { Board, Plain, Update } from "../boards/board.ts";
import { updateDiscoveryOf } from "../boards/home-assistant.ts";
import {
  makeOffer,
  offerTopic,
  readReport,
  stateTopic,
  statusTopic,
  type UpdateReport,
} from "../boards/update/offer.ts";
import { readPackage } from "../boards/update/package.ts";
import { UserError } from "../cli/command.ts";
import { connectBroker, type BrokerClient, type BrokerOptions } from "./broker-client.ts";
import type { TaskView, UpdateApi, UpdateState } from "./update-api.ts";
import { t } from "../cli/language.ts";

/** A board on a plain broker that takes updates. */
export type PlainBoard = Board & { readonly onenet: Plain; readonly update: Update };

/** A package for a board, and its offer. */
export interface Offered {
  readonly board: PlainBoard;
  /** Its path on the board's `update.server`. */
  readonly path: string;
  /** The message that offers it. */
  readonly message: string;
  readonly version: string;
  /** Of publishing, in s since 1970. */
  readonly time: number;
}

/** @param file the package, a byte string */
export function offerOf(board: PlainBoard, file: string, path: string, wait: boolean): Offered {
  const made = readPackage(file);
  if (made === undefined) throw new Error(t`no package`);
  const { version, time } = made;
  const offer = { version, time, size: file.length, path, host: board.update.server, wait };
  return { board, path, version, time, message: makeOffer(offer, board.onenet.topic, board.update.key) };
}

export interface BrokerUpdates extends UpdateApi {
  isOnline(topic: string): boolean;
  close(): void;
}

/** Longest time for what the broker has kept, in ms. */
const KEPT_TIME = 1000;
/** Of a board's update, the steps of its end: 201 is a success. */
const ENDS: readonly unknown[] = [102, 201, 204, 205, 206];

/** The broker's boards by their topics, which are their names here; offers by their numbers, the times. */
export async function connectUpdates(
  broker: BrokerOptions,
  offers: readonly Offered[],
): Promise<BrokerUpdates> {
  const byTopic = new Map(offers.map((offer) => [offer.board.onenet.topic, offer]));
  const reports = new Map<string, UpdateReport>();
  /** Topics of the boards whose update was started, and what they have said since then. */
  const started = new Map<string, UpdateReport | undefined>();

  /** Whether the boards are online, by their topics. */
  const online = new Map<string, boolean>();
  let heardAll = (): void => undefined;

  function heard(topic: string, payload: string, isKept: boolean): void {
    const owner = offers.find(({ board }) => statusTopic(board.onenet.topic) === topic);
    if (owner) online.set(owner.board.onenet.topic, payload === "online");
    if (online.size === byTopic.size) heardAll();
    const report = readReport(payload);
    const name = offers.find(({ board }) => stateTopic(board.onenet.topic) === topic)?.board.onenet.topic;
    if (report === undefined || name === undefined) return;
    reports.set(name, report);
    if (!isKept && started.has(name)) started.set(name, report);
  }

  const topics = [...byTopic.keys()];
  const client: BrokerClient = await connectBroker(
    broker,
    topics.map(stateTopic),
    topics.map(statusTopic),
    heard,
  );
  // What the broker has kept comes now.
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, KEPT_TIME);
    heardAll = () => {
      clearTimeout(timer);
      resolve();
    };
    if (online.size === byTopic.size) heardAll();
  });

  function offerFor(topic: string): Offered {
    const offer = byTopic.get(topic);
    if (offer === undefined) throw new Error(t`no offer for ${topic}`);
    return offer;
  }

  function taskIn(topic: string, offer: Offered): { readonly task?: TaskView } {
    if (started.has(topic)) return { task: taskOf(offer, started.get(topic)) };
    const report = reports.get(topic);
    if (report === undefined || (report.latest === report.installed && report.step === undefined)) return {};
    return { task: taskOf({ version: report.latest, time: 0 }, report) };
  }

  return {
    isOnline: (topic) => online.get(topic) === true,
    upload: (topic) => Promise.resolve(offerFor(topic).time),
    async start(topic) {
      const { board, message, time } = offerFor(topic);
      started.set(topic, undefined);
      const discovery = updateDiscoveryOf(board);
      if (discovery) await client.publish(discovery.topic, discovery.payload);
      await client.publish(offerTopic(topic), message);
      return time;
    },
    async cancel(topic) {
      await client.publish(offerTopic(topic), "");
    },
    states() {
      const failure = client.failure();
      if (failure)
        return Promise.reject(
          new UserError(
            t`lost the broker ${broker.server}: ${failure.message}; what was offered stays there`,
          ),
        );
      return Promise.resolve(
        [...byTopic].map(([device, offer]): UpdateState => {
          const version = reports.get(device)?.installed;
          return {
            device,
            ...(version === undefined ? {} : { version }),
            ...taskIn(device, offer),
          };
        }),
      );
    },
    close: () => client.close(),
  };
}

/** A board's task by its latest report. A board does not say how much of a package it has. */
function taskOf(
  { version, time }: Pick<Offered, "version" | "time">,
  report: UpdateReport | undefined,
): TaskView {
  const common = { target: version, tid: time, percent: 0 };
  if (report?.latest !== version) return { ...common, state: "waiting" };
  const { step, isRunning, installed } = report;
  if (step === 201 && installed === version) return { ...common, state: "done", step };
  if (step !== undefined && !isRunning && ENDS.includes(step)) return { ...common, state: "failed", step };
  return { ...common, state: isRunning ? "downloading" : "waiting" };
}
