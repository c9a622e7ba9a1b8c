/** The console of `npm run platform`: real boards, seen from the platform. */

import { createBatch } from "../cli/batch.ts";
import { answerInTime } from "../stage/answer-in-time.ts";
import type { LocalOneNet, Tap } from "../local-onenet/index.ts";
import { printable } from "../local-onenet/text.ts";
import type { LogIn } from "../local-onenet/wire/log-in.ts";
import { commandDevice, publishTo } from "./command-device.ts";
import type { Feed } from "./feed.ts";
import type { Actions } from "./index.ts";
import { watchPlatform } from "./platform-watch.ts";
import type { Way } from "./protocol.ts";
import { updateBoard } from "./updates.ts";
import { createWireTap, type Owner } from "./wire-tap.ts";
import { english } from "../cli/language.ts";

/** Start the platform with this tap to show its packets. */
export function tapFor(feed: Feed): Tap {
  const tap = createWireTap(feed, (logIn) => ownerOf(feed, logIn));
  const batch = createBatch<Tapped>((all) => {
    for (const { connection, way, bytes, time } of all)
      if (bytes) tap.bytes(connection, way, bytes, time);
      else tap.closed(connection);
  });
  return {
    bytes(connection, way, bytes) {
      batch.add({ connection, way, bytes, time: Date.now() });
      if (bytes.length > LONGEST_WAITING) batch.flush();
    },
    closed: (connection) => batch.add({ connection, way: "up", bytes: undefined, time: 0 }),
  };
}

/** Bytes of a connection, or its end. */
interface Tapped {
  readonly connection: number;
  readonly way: Way;
  readonly bytes: Buffer | undefined;
  readonly time: number;
}

/** Longest chunk that waits for others, in bytes: many such chunks are kept at once. */
const LONGEST_WAITING = 4096;

export function watchRealBoards(feed: Feed, platform: LocalOneNet): Actions {
  watchPlatform(feed, platform, () => undefined);
  return {
    command(id, text, late) {
      const board = feed.board(id);
      if (board === undefined) throw new Error(english`no such board`);
      const { device, generation } = board;
      return answerInTime(generation, (timeout) => commandDevice(platform, device, text, timeout), late);
    },
    publish: (id, topic, payload) => publishTo(feed, platform, id, topic, payload),
    export: (format) => platform.export(format),
    faults: {},
    update: (id, fault) => updateBoard(feed, platform, id, fault),
  };
}

/** The device a log-in names, whether or not it is accepted. */
function ownerOf(feed: Feed, { clientId, userName }: LogIn): Owner {
  const board = feed.boardOf(clientId) ?? feed.boardOf(`${userName}/${clientId}`);
  return { board: board?.id ?? "", who: board?.title ?? printable(clientId) };
}
