/** The whole bench. Each part measures `esp32-devkit`. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MAXIMUM_PACKET } from "../compile/board-module.ts";
import { DEFAULT_BOARD, loadBoard } from "../boards/index.ts";
import { buildBundle } from "../compile/bundle.ts";
import { startServerSide } from "../stage/server-side.ts";
import { benchBoot } from "./boot.ts";
import { firmwareClient, peerClients, type MultiprotocolBoard } from "./clients.ts";
import { benchNode } from "./node.ts";
import { loadPeers, type Peers } from "./peers.ts";
import type { Course, Part, Row } from "./rows.ts";
import { benchSpeed } from "./speed.ts";
import { benchVariables } from "./variables.ts";

export interface BenchOptions {
  readonly parts: readonly Part[];
  /** How often each part compares its sides; at least once. */
  readonly rounds: number;
  /** Path of Espruino's Linux binary; without it, only the Node part runs. */
  readonly espruino: string | undefined;
  /** Folder of Espruino's own modules; without it, the interpreter rows have no comparison. */
  readonly peers: string | undefined;
  /** Ends the bench before its next round. */
  readonly signal: AbortSignal;
  /** @param done 0–1, progress of the part */
  readonly show: (part: Part, done: number) => void;
}

/** @throws Error if a part cannot be measured; the signal's reason if aborted */
export async function runBench(options: BenchOptions): Promise<Row[]> {
  const { parts, espruino, signal } = options;
  signal.throwIfAborted();
  const peers = options.peers === undefined ? undefined : await loadPeers(options.peers);
  const board = shippedBoard();
  const rows: Row[] = [];
  if (parts.includes("node")) rows.push(...(await benchNode(board, course(options, "node"))));
  if (!espruino) return rows;
  if (parts.includes("speed"))
    rows.push(...(await benchSpeed(espruino, board, peers, course(options, "speed"))));
  if (parts.includes("boot") || parts.includes("variables")) {
    rows.push(...(await benchOnline({ ...options, espruino }, board, peers)));
  }
  return rows;
}

/** The parts that need a server. */
async function benchOnline(
  options: BenchOptions & { readonly espruino: string },
  board: MultiprotocolBoard,
  peers: Peers | undefined,
): Promise<Row[]> {
  const { parts, espruino } = options;
  const server = await startServerSide(board, {}, () => {
    throw new Error("the virtual board is missing");
  });
  try {
    const [port = 0] = Object.values(server.network);
    const clients = [
      firmwareClient(await build(board), port, server.time.port),
      ...(peers ? peerClients(peers, board, port) : []),
    ];
    return [
      ...(parts.includes("boot") ? await benchBoot(espruino, clients, course(options, "boot")) : []),
      ...(parts.includes("variables")
        ? await benchVariables(
            espruino,
            clients,
            () => server.command(LONG_COMMAND, 10_000),
            course(options, "variables"),
          )
        : []),
    ];
  } finally {
    await server.close();
  }
}

function course({ rounds, signal, show }: BenchOptions, part: Part): Course {
  return {
    rounds,
    next(done) {
      signal.throwIfAborted();
      show(part, done);
    },
  };
}

/** The longest command, which needs the most memory: it fills the largest packet together with its topic. */
const LONG_COMMAND = "x".repeat(MAXIMUM_PACKET - 44);

async function build(board: MultiprotocolBoard): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "onenet-espruino-"));
  try {
    return (await buildBundle(board, directory)).code;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** As shipped with the project: a user's own settings would change the results. */
function shippedBoard(): MultiprotocolBoard {
  const board = loadBoard(DEFAULT_BOARD, { local: false });
  if (board.onenet.generation !== "multiprotocol") throw new Error(`${board.name} is not multiprotocol`);
  return { ...board, onenet: board.onenet };
}
