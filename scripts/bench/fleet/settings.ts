/** The settings of each board of a fleet, made from those of one board file. */

import type { Board, OneNet, Plain } from "../../boards/board.ts";
import { mintToken, resourceOf } from "../../boards/token.ts";
import { UserError } from "../../cli/user-error.ts";
import { toByteString } from "../../compile/byte-strings.ts";
import { boardModel } from "../../local-onenet/board-model.ts";
import type { DeviceRecord, ProductRecord } from "../../local-onenet/index.ts";
import { STREAM } from "./board.ts";

/** How long a token lasts, in s. */
const TOKEN_LIFE = 7 * 86_400;
/** The first id of devices that the board file leaves to their registration. */
const FIRST_DEVICE = 500_000_001;
const AUTH_INFO = "simulated";

/** A board that reports the one data stream of a simulated board. */
export function simulated(board: Board, qos: 0 | 1 | 2): Board {
  const { generation } = board.onenet;
  if (qos === 2 && generation !== "plain")
    throw new UserError(`${board.name} is ${generation}: OneNET has no QoS 2, give --qos 0 or 1`);
  return {
    ...board,
    onenet: { ...board.onenet, qos, cleanSession: qos < 2 },
    streams: [{ id: STREAM, source: "uptime", period: 1, dpType: 1 }],
  };
}

/**
 * The settings of each board: device ids count on from that of the board file; names have `-1`, `-2`, … added, and
 * topics of a plain broker `/1`, `/2`, …. A key of the board file makes a token for the product.
 */
export function settingsOf({ onenet }: Board, count: number): OneNet[] {
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  switch (onenet.generation) {
    case "multiprotocol":
      return numbers.map((n) => ({
        ...onenet,
        device: deviceId(onenet.device, n),
        authInfo: onenet.authInfo || AUTH_INFO,
      }));
    case "suite":
    case "studio": {
      const { key, product } = onenet;
      const expires = Math.floor(Date.now() / 1000) + TOKEN_LIFE;
      const made = key && mintToken({ resource: resourceOf(product), expires, method: "sha256" }, key);
      const token = made ?? onenet.token;
      return numbers.map((n) => ({ ...onenet, token, device: `${onenet.device}-${n}` }));
    }
    case "plain":
      return numbers.map((n) => ({
        ...onenet,
        device: `${onenet.device}-${n}`,
        topic: `${onenet.topic}/${n}`,
      }));
  }
}

function deviceId(device: string, n: number): string {
  if (device === "") return String(FIRST_DEVICE + n - 1);
  return /^\d{1,15}$/.test(device) ? String(Number(device) + n - 1) : `${device}-${n}`;
}

/** The same boards at a plain broker. */
export function plainBoard(board: Board): Board & { readonly onenet: Plain } {
  const { keepAlive, pingPeriod, qos, cleanSession } = board.onenet;
  const server = { server: "", port: 0, tls: false, keepAlive, pingPeriod, qos, cleanSession };
  const own = { device: "fleet", userName: "", password: "", topic: "fleet" };
  return { ...board, onenet: { generation: "plain", ...server, ...own } };
}

/** The product and the devices that a local OneNET needs for the fleet. @throws UserError if it cannot know them */
export function registryOf(
  board: Board,
  all: readonly OneNet[],
): { readonly products: readonly ProductRecord[]; readonly devices: readonly DeviceRecord[] } {
  const { onenet } = board;
  switch (onenet.generation) {
    case "multiprotocol": {
      const { generation, product } = onenet;
      const authInfo = onenet.authInfo || AUTH_INFO;
      const devices = all.map(({ device }) => ({ generation, product, device, authInfo }));
      return { products: [{ generation, product }], devices };
    }
    case "suite":
    case "studio": {
      const { generation, product, key } = onenet;
      if (!key)
        throw new UserError(`${board.name} has a token only: the local OneNET needs onenet.key to check it`);
      const model = onenet.generation === "studio" ? { thingModel: boardModel(board, onenet) } : {};
      const devices = all.map(({ device }) => ({ generation, product, device, key }));
      return { products: [{ generation, product, key, ...model }], devices };
    }
    case "plain":
      throw new UserError(
        `${board.name} is for a plain broker: --local needs a board of a generation of OneNET`,
      );
  }
}

/** Settings for the firmware: each text as its UTF-8, one character per byte. */
export function inBytes(settings: OneNet): OneNet {
  const pairs = Object.entries(settings).map(([name, value]: [string, unknown]) => [
    name,
    Array.isArray(value) ? value.map(textOf) : textOf(value),
  ]);
  return Object.fromEntries(pairs) as OneNet;
}

function textOf(value: unknown): unknown {
  return typeof value === "string" ? toByteString(value) : value;
}
