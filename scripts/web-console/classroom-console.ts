/** The console of `npm start -- --boards`: many virtual boards at one local OneNET. */

import type { FaultProxy } from "../stage/faults/index.ts";
import { answerInTime } from "../stage/answer-in-time.ts";
import type { Classroom } from "../stage/classroom.ts";
import { disturbSensor } from "../stage/connect-parts.ts";
import type { VirtualBoard } from "../virtual-board/index.ts";
import { watchBoard } from "./board-watch.ts";
import { commandDevice, publishTo } from "./command-device.ts";
import { addProxy, faultsOf } from "./faults.ts";
import type { Feed } from "./feed.ts";
import type { Actions, Watched } from "./index.ts";
import { watchPlatform } from "./platform-watch.ts";
import { english } from "../cli/language.ts";

/** Call this before the boards are switched on. */
export async function watchClassroom(feed: Feed, { board, platform, members }: Classroom): Promise<Watched> {
  const known = new Map<string, { device: VirtualBoard; proxy: FaultProxy }>();
  for (const { mac, device, network } of members) {
    known.set(mac, { device, proxy: await addProxy(board, device, network) });
  }
  for (const { mac, device, title } of members) {
    // Voltages change by themselves here, except those of parts.
    watchBoard(
      feed,
      mac,
      board,
      device,
      { title },
      ({ quantity, part }) => quantity !== "analog" || part !== "",
    );
  }
  watchPlatform(feed, platform, (device) => {
    const record = platform.registry.devices.get(device);
    return record?.generation === "multiprotocol" ? record.sn : undefined;
  });

  function memberOf(id: string) {
    const member = known.get(id);
    if (member === undefined) throw new Error(english`no such board`);
    return member;
  }

  const actions: Actions = {
    command(id, text, late) {
      const device = feed.board(id)?.device;
      if (!device) throw new Error(english`the board has not registered yet`);
      const send = (timeout: number) => commandDevice(platform, device, text, timeout);
      return answerInTime(board.onenet.generation, send, late);
    },
    publish: (id, topic, payload) => publishTo(feed, platform, id, topic, payload),
    export: (format) => platform.export(format),
    faults: faultsOf(board, platform, feed, [...known.keys()], memberOf),
    turn: (id, input, value) => memberOf(id).device.turn(input, value),
    disturb: (id, part, sensor, fault) => disturbSensor(board, memberOf(id).device, part, sensor, fault),
  };
  return {
    actions,
    async close() {
      await Promise.all([...known.values()].map(({ proxy }) => proxy.close()));
    },
  };
}
