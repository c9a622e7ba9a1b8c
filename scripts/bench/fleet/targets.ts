/** The servers that a fleet connects to: one that runs already, or those started for it. */

import type { Board, Plain } from "../../boards/board.ts";
import { UserError } from "../../cli/user-error.ts";
import { findProgram } from "../program.ts";
import { startMosquitto, startPlatform, type Server } from "../servers.ts";
import type { Place } from "./link.ts";
import { plainBoard, registryOf, settingsOf } from "./settings.ts";
import { STREAM } from "./board.ts";

export interface Target {
  readonly name: string;
  readonly place: Place;
  /** The board as it is at this server. */
  readonly board: Board;
  /** How to learn that the server has passed a message on: from its log, or as a subscriber. */
  readonly watch?: Watch | "subscriber";
  /** Id of its process, if it was started here. */
  readonly pid?: number;
  close(): Promise<void>;
}

/** @param received gets the device, as in its settings, and the value of each data point */
export type Watch = (received: (device: string, value: number) => void) => void;

/** A server that runs already. */
export function runningServer(board: Board, host: string | undefined, port: number | undefined): Target {
  const { onenet } = board;
  if (host === undefined && onenet.generation !== "plain")
    throw new UserError(
      `${board.name} is for OneNET, which is not to be loaded with a simulated fleet: give --local, or --host and --port of your own server`,
    );
  const place = { host: host ?? onenet.server, port: port ?? onenet.port, tls: onenet.tls };
  const watch = onenet.generation === "plain" ? ({ watch: "subscriber" } as const) : {};
  return { name: `${place.host}:${place.port}`, place, board, ...watch, close: () => Promise.resolve() };
}

/**
 * A local OneNET that knows the boards.
 * @param folder for its files
 * @throws UserError if the board file is not enough
 */
export async function localOneNet(board: Board, count: number, folder: string): Promise<Target> {
  const { generation, tls } = board.onenet;
  const { products, devices } = registryOf(board, settingsOf(board, count));
  const entrance = generation === "multiprotocol" ? "--mqtt-port" : tls ? "--tls-port" : "--suite-port";
  const server = await startPlatform(folder, products, devices, entrance);
  return {
    ...started("local OneNET", server, generation !== "multiprotocol" && tls),
    board,
    watch: (received) =>
      server.watch((line) => {
        readLine(line, received);
      }),
  };
}

/** Reads a line of the local OneNET's log; ignores all but the data points of the fleet. */
export function readLine(line: string, received: Parameters<Watch>[0]): void {
  const [, device, value] = DATA_POINT.exec(line) ?? [];
  if (device !== undefined) received(device, Number(value));
}

/** The time, the product of a device that has a name, the device, and the value. */
const DATA_POINT = new RegExp(`^\\S+ (?:[^ /]+/)?(\\S+) "?${STREAM}"? = (\\d+) at `);

/** A mosquitto, to which the same boards connect as to a plain broker. @throws UserError if it is not installed */
export async function mosquitto(
  board: Board,
  folder: string,
): Promise<Target & { readonly board: { readonly onenet: Plain } }> {
  const program = findProgram("mosquitto");
  if (program === undefined)
    throw new UserError("mosquitto is not installed (Debian: apt-get install mosquitto)");
  const server = await startMosquitto(program, folder);
  server.watch(() => undefined);
  return { ...started("mosquitto", server, false), board: plainBoard(board), watch: "subscriber" };
}

function started(name: string, server: Server, tls: boolean) {
  const { pid, port } = server;
  return { name, pid, place: { host: "127.0.0.1", port, tls }, close: () => server.end() };
}
