/** A class of virtual boards on one local OneNET: the same script, each board registered by its MAC. */

import type { Board } from "../boards/board.ts";
import { accessPointsOf } from "../boards/wifi.ts";
import { startLocalOneNet, type LocalOneNet } from "../local-onenet/index.ts";
import { createVirtualBoard, type VirtualBoard } from "../virtual-board/index.ts";
import { buildBundle } from "../compile/bundle.ts";
import { UserError } from "../cli/command.ts";
import { connectParts } from "./connect-parts.ts";
import { serverRoutes, timeRoute } from "./server-side.ts";
import { startTimeServer } from "./time-server.ts";
import { t } from "../cli/language.ts";

export interface Member {
  /** Twelve hexadecimal digits that identify the board until the platform assigns an id. */
  readonly mac: string;
  readonly title: string;
  readonly device: VirtualBoard;
  /** Where names and ports lead for it. Changes take effect at its next connection. */
  readonly network: Record<string, number>;
}

export interface Classroom {
  readonly board: Board;
  readonly platform: LocalOneNet;
  /** Not switched on yet. */
  readonly members: readonly Member[];
  /** Switches all boards on. Their analogue inputs rise and fall, to give them something to report. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Step and period of the analogue inputs' wave, in ms. */
const STEP = 1000;
const WAVE = 60_000;

/** @throws UserError for a board whose generation has no registration */
export async function setClassroom(file: Board, count: number): Promise<Classroom> {
  const board = withRegistration(file);
  const { product, registration } = board.onenet;
  const { code } = await buildBundle(board);
  const platform = await startLocalOneNet({
    products: [{ generation: "multiprotocol", product, registrationCode: registration.code }],
  });
  const time = await startTimeServer(Date.now);
  const members = Array.from({ length: count }, (_, index): Member => {
    const mac = `240ac4${(index + 1).toString(16).padStart(6, "0")}`;
    const network = {
      ...serverRoutes(board, platform.mqttPort),
      [`${registration.server}:${registration.port}`]: platform.httpPort,
      ...timeRoute(board, time),
    };
    const device = createVirtualBoard({
      script: code,
      chip: board.chip,
      mac: mac.replace(/..(?!$)/g, "$&:"),
      air: accessPointsOf(board),
      network,
    });
    connectParts(board, device);
    return { mac, title: `Board ${index + 1}`, device, network };
  });
  let waves: NodeJS.Timeout | undefined;

  return {
    board,
    platform,
    members,
    async start() {
      waves = setInterval(() => wave(board, members), STEP);
      await Promise.all(members.map(({ device }) => device.start()));
    },
    async close() {
      clearInterval(waves);
      await Promise.all(members.map(({ device }) => device.stop()));
      await platform.close();
      await time.close();
    },
  };
}

/** The board, changed to register itself: boards of a class differ only in their MAC. */
function withRegistration(board: Board) {
  const { name, onenet, title } = board;
  if (onenet.generation !== "multiprotocol") {
    throw new UserError(t`${name} cannot run as a class: only multiprotocol boards can register themselves`);
  }
  const registration = { code: "classroom", sn: "", title, server: "api.heclouds.com", port: 80 };
  return { ...board, name: `${name}-class`, onenet: { ...onenet, device: "", authInfo: "", registration } };
}

function wave({ streams }: Board, members: readonly Member[]): void {
  members.forEach(({ device }, index) => {
    const phase = Date.now() / WAVE + index / members.length / 4;
    for (const { pin } of streams) {
      if (pin !== undefined) device.setAnalog(pin, 0.5 + 0.4 * Math.sin(phase * 2 * Math.PI));
    }
  });
}
