/** The console of `npm start`: a virtual board and its server. */

import { nameOf } from "../local-onenet/devices.ts";
import { answerInTime } from "../stage/answer-in-time.ts";
import { disturbSensor } from "../stage/connect-parts.ts";
import type { Stage } from "../stage/index.ts";
import { watchBoard } from "./board-watch.ts";
import { addProxy, faultsOf } from "./faults.ts";
import type { Feed } from "./feed.ts";
import type { Actions, Watched } from "./index.ts";
import { OVER_ONLINE, watchPlatform } from "./platform-watch.ts";
import { updateBoard } from "./updates.ts";
import { inBoth, inLanguage } from "../cli/language.ts";

/** The board's id in the feed. */
const BOARD = "board";

/** Call this before the board is switched on. */
export async function watchStage(feed: Feed, stage: Stage): Promise<Watched> {
  const { board, device, server } = stage;
  watchBoard(feed, BOARD, board, device);
  if (server.onenet) {
    const [record] = server.onenet.registry.devices.values();
    if (record) feed.update(BOARD, { device: nameOf(record) });
    watchPlatform(feed, server.onenet, () => BOARD);
  } else {
    watchPlainServer(feed, stage);
  }
  const proxy = await addProxy(board, device, stage.network);
  const { onenet } = server;
  const actions: Actions = {
    ...(onenet && { export: (format) => onenet.export(format) }),
    command: (_board, text, late) =>
      answerInTime(board.onenet.generation, (timeout) => server.command(text, timeout), late),
    publish: (_board, topic, payload) => server.publish(topic, payload),
    faults: faultsOf(board, server, feed, [BOARD], () => ({ device, proxy })),
    turn: (_board, input, value) => device.turn(input, value),
    disturb: (_board, part, sensor, fault) => disturbSensor(board, device, part, sensor, fault),
    ...(onenet && { update: (id, fault) => updateBoard(feed, onenet, id, fault) }),
  };
  return { actions, close: () => proxy.close() };
}

/** What was wrong with a program is over once another takes its place. */
export function overEdit(feed: Feed): void {
  feed.over(BOARD, ["refused", "violation", "fault", "uncaught", "own", "notice", "wire"]);
}

/** Feeds the console from a plain broker, which knows less than a platform. */
function watchPlainServer(feed: Feed, { board, server }: Stage): void {
  const about = { board: BOARD, who: board.onenet.device };
  server.events.on("online", () => {
    feed.update(BOARD, { isOnline: true, why: "" });
    feed.over(BOARD, OVER_ONLINE);
  });
  server.events.on("offline", (why) =>
    feed.update(BOARD, { isOnline: false, why: inBoth(() => inLanguage(why)) }),
  );
  server.events.on("refused", (why) => feed.alert(about, "refused", why));
  server.events.on("datapoint", (stream, { value }) =>
    feed.point(BOARD, stream, Date.now(), typeof value === "number" ? value : JSON.stringify(value)),
  );
}
