/** Who logs in with a CONNECT [MQTT-3.1], and the packet without what is secret in it. */

import { utf8 } from "./fields.ts";

export interface LogIn {
  /** Empty when it cannot be read. */
  readonly clientId: string;
  /** Empty when there is none, or it cannot be read. */
  readonly userName: string;
  /**
   * The first byte that may be a secret: of the password, or of whatever is there instead when the packet is not
   * well-formed.
   */
  readonly secretFrom: number;
}

/** Stands for each byte that is not shown: an asterisk. */
export const MASK = 0x2a;

const CONNECT = 1;
const HAS_WILL = 0x04;
const HAS_PASSWORD = 0x40;
const HAS_USER_NAME = 0x80;

/** @returns undefined for another packet than a CONNECT */
export function readLogIn(packet: Uint8Array): LogIn | undefined {
  if ((packet[0] ?? 0) >> 4 !== CONNECT) return undefined;
  let position = 1;
  while ((packet[position] ?? 0) >= 0x80) position++;
  position++;
  let clientId = "";
  let userName = "";

  /** Takes a field behind its u16 length; undefined when the packet ends before the field does. */
  function take(): string | undefined {
    const length = (packet[position] ?? 0) * 256 + (packet[position + 1] ?? 0);
    const end = position + 2 + length;
    if (end > packet.length) return undefined;
    const text = utf8(packet.subarray(position + 2, end)) ?? "";
    position = end;
    return text;
  }
  const all = () => ({ clientId, userName, secretFrom: position });

  if (take() === undefined) return all();
  const flags = packet[position + 1] ?? 0;
  position += 4; // level, flags, keep alive
  const id = take();
  if (id === undefined) return all();
  clientId = id;
  if (flags & HAS_WILL && (take() === undefined || take() === undefined)) return all();
  if (flags & HAS_USER_NAME) {
    const name = take();
    if (name === undefined) return all();
    userName = name;
  }
  const start = position;
  const isWhole = (flags & HAS_PASSWORD) !== 0 && take() !== undefined && position === packet.length;
  return { clientId, userName, secretFrom: isWhole ? start + 2 : start };
}

/** A copy of the packet in which the secret of a CONNECT is masked, at its own length. */
export function maskSecrets(packet: Uint8Array): Uint8Array {
  const masked = packet.slice();
  const logIn = readLogIn(packet);
  return logIn ? masked.fill(MASK, logIn.secretFrom) : masked;
}
