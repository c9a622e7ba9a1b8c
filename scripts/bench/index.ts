/** The whole bench: each part measures `esp32-devkit`, and tells what it left out. */

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
  /** At least one; each part compares its sides this many times. */
  readonly rounds: number;
  /** Path of Espruino's Linux binary; without it, only the part on Node runs. */
  readonly espruino: string | undefined;
  /** Folder of Espruino's own modules; without it, the interpreter's rows are compared with nothing. */
  readonly peers: string | undefined;
  /** Ends the bench before its next round. */
  readonly signal: AbortSignal;
  /** @param done 0–1 of a part */
  readonly show: (part: Part, done: number) => void;
}

/** @throws Error when a part cannot be measured, or the reason of the signal */
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
    throw new Error("there is no virtual board");
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

/** A long command has the firmware hold the most: the largest packet, behind the topic of a command. */
const LONG_COMMAND = "x".repeat(MAXIMUM_PACKET - 44);

async function build(board: MultiprotocolBoard): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "onenet-espruino-"));
  try {
    return (await buildBundle(board, directory)).code;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** As the project ships it: a user's own settings would change what is measured. */
function shippedBoard(): MultiprotocolBoard {
  const board = loadBoard(DEFAULT_BOARD, { local: false });
  if (board.onenet.generation !== "multiprotocol") throw new Error(`${board.name} is not multiprotocol`);
  return { ...board, onenet: board.onenet };
}
