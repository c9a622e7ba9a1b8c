/** What `npm run publish` does for boards on plain brokers: serves the packages, and offers them. */

import { hostname } from "node:os";
import { basename, join } from "node:path";
import type { Update } from "../boards/board.ts";
import { offerTopic } from "../boards/update/offer.ts";
import { lanAddresses } from "../cli/addresses.ts";
import { explainListen } from "../cli/listen-error.ts";
import { writeOutput } from "../cli/output-file.ts";
import { connectUpdates, type BrokerUpdates, type Offered } from "./broker-updates.ts";
import { startPackageServer, type PackageServer } from "./package-server.ts";
import { onlineFirst, type Target } from "./waves.ts";
import { t } from "../cli/language.ts";

/**
 * Serves the packages where an `update.server` is this computer, and says where to put them on others.
 * @param files packages by their paths
 * @throws UserError if a port is taken
 */
export async function provide(
  files: ReadonlyMap<string, string>,
  offers: readonly Offered[],
  say: (line: string) => void,
): Promise<readonly PackageServer[]> {
  const places = new Map(offers.map(({ board: { update } }) => [`${update.server}:${update.port}`, update]));
  const own = new Map<number, PackageServer>();
  for (const place of places.values()) {
    const { server, port } = place;
    if (!isHere(server)) explainUpload(offers, place, say);
    else if (!own.has(port)) own.set(port, await serve(files, server, port));
  }
  return [...own.values()];
}

/** Whether boards reach this computer by that name. */
function isHere(server: string): boolean {
  return /^(localhost|127\..*)$/.test(server) || server === hostname() || lanAddresses().includes(server);
}

async function serve(files: ReadonlyMap<string, string>, host: string, port: number): Promise<PackageServer> {
  try {
    return await startPackageServer(files, port);
  } catch (error) {
    const there = { host, port, forPort: t`update.port of the board file`, forHost: "update.server" };
    throw explainListen(error, there);
  }
}

function explainUpload(
  offers: readonly Offered[],
  { server, port }: Update,
  say: (line: string) => void,
): void {
  const own = offers.filter(({ board: { update } }) => update.server === server && update.port === port);
  for (const path of new Set(own.map((offer) => offer.path)))
    say(t`put dist/${basename(path)} where it is http://${server}:${port}${path}`);
}

/**
 * Logs in to each broker.
 * @param brokers gets them
 * @returns the boards, those that are online first
 * @throws Error with the reason
 */
export async function connectAll(
  offers: readonly Offered[],
  brokers: Set<BrokerUpdates>,
): Promise<readonly Target[]> {
  const groups = new Map<string, Offered[]>();
  for (const offer of offers) {
    const { server, port, tls, userName, password } = offer.board.onenet;
    const key = JSON.stringify([server, port, tls, userName, password]);
    groups.set(key, [...(groups.get(key) ?? []), offer]);
  }
  const found: { readonly target: Target; readonly isOnline: boolean }[] = [];
  for (const group of groups.values()) {
    const [{ board }] = group as [Offered];
    const api = await connectUpdates(board.onenet, group).catch((error: unknown) => {
      throw new Error(
        t`no log-in at ${board.onenet.server}:${board.onenet.port}: ${(error as Error).message}`,
      );
    });
    brokers.add(api);
    for (const { board, time } of group) {
      const device = board.onenet.topic;
      found.push({
        target: { board: board.name, device, api, packageId: time },
        isOnline: api.isOnline(device),
      });
    }
  }
  return onlineFirst(found);
}

/** Writes the offers. @returns the commands that publish them */
export async function byHand(offers: readonly Offered[], release: string): Promise<readonly string[]> {
  const commands: string[] = [];
  for (const { board, message } of offers) {
    const file = join("dist", `${board.name}-${release}.json`);
    await writeOutput(file, message);
    const { server, port, topic, userName } = board.onenet;
    const user = userName === "" ? "" : ` -u '${userName}' -P <password>`;
    commands.push(
      `mosquitto_pub -h ${server} -p ${port}${user} -q 1 -r -t '${offerTopic(topic)}' -f ${file}`,
    );
  }
  return commands;
}
