/** Updates on the page: what it shows of each board, and its button. */

import { nameOf, type DeviceRecord } from "../local-onenet/devices.ts";
import type { LocalOneNet, StoredPackage } from "../local-onenet/index.ts";
import type { Feed } from "./feed.ts";
import type { UpdateFaultName, UpdateView } from "./protocol.ts";
import { stateName } from "../local-onenet/updates/state-names.ts";
import { english, inBoth, t } from "../cli/language.ts";

/** Follows the platform's packages, versions and tasks. @param idOf the feed's board of a device */
export function watchUpdates(feed: Feed, platform: LocalOneNet, idOf: (device: string) => string): void {
  const show = (device: string) => feed.update(idOf(device), { update: updateOf(platform, device) });
  for (const name of platform.registry.devices.keys()) {
    // What was kept from before.
    const view = updateOf(platform, name);
    if (view?.version || view?.offer || view?.target) show(name);
  }
  /** The state of each device's task: each range of a download is news, but not worth a line. */
  const states = new Map<string, string>();
  platform.on("version", ({ device, s_version: version }) => {
    show(device);
    feed.line(
      idOf(device),
      "platform",
      inBoth(() => t`version ${version}`),
    );
  });
  platform.on("package", ({ product, device }) => {
    for (const record of platform.registry.devices.values())
      if (record.product === product && (device === undefined || device === record.device))
        show(nameOf(record));
  });
  platform.on("update", ({ device, target, state, step }) => {
    show(device);
    const text = () =>
      step === undefined
        ? t`update to ${target}: ${stateName(state, t)}`
        : t`update to ${target}: ${stateName(state, t)}, step ${step}`;
    if (states.get(device) === text()) return;
    states.set(device, text());
    feed.line(idOf(device), "platform", inBoth(text));
  });
}

/** Starts an update to the newest package for a board. @throws Error if there is none */
export function updateBoard(feed: Feed, platform: LocalOneNet, id: string, fault: UpdateFaultName): void {
  const { device = "" } = feed.board(id) ?? {};
  const record = platform.registry.find(device);
  const found = offerFor(platform, record);
  if (found === undefined)
    throw new Error(english`there is no package for this board: npm run publish makes one`);
  platform.updates.start(device, found.id, faultOf(fault, found));
}

function faultOf(kind: UpdateFaultName, { size }: StoredPackage) {
  if (kind === "none") return undefined;
  return kind === "cut" ? { kind, at: Math.floor(size / 2) } : { kind };
}

function offerFor({ updates }: LocalOneNet, { product, device }: DeviceRecord): StoredPackage | undefined {
  return updates.packages(product).findLast((one) => one.device === undefined || one.device === device);
}

/** @param name the device's, as in events */
function updateOf(platform: LocalOneNet, name: string): UpdateView | null {
  const record = platform.registry.devices.get(name);
  if (record === undefined) return null;
  const { s_version: version = "" } = platform.updates.versions(name) ?? {};
  const { version: offer = "" } = offerFor(platform, record) ?? {};
  const { target = "", state = "", percent = 0, step = 0 } = platform.updates.task(name) ?? {};
  return { version, offer, target, state, percent, step };
}
