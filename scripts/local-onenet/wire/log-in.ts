/** Finds out who logs in with a CONNECT [MQTT-3.1], and masks the secrets in the packet. */

import { utf8 } from "./fields.ts";

export interface LogIn {
  /** Empty when it cannot be read. */
  readonly clientId: string;
  /** Empty when there is none, or it cannot be read. */
  readonly userName: string;
  /**
   * The first byte that may be a secret: of the password, or of whatever may be one where the packet and its flags do
   * not fit together.
   */
  readonly secretFrom: number;
}

/** Stands for each byte that is not shown: an asterisk. */
export const MASK = 0x2a;

/** Name and level of MQTT 3.1 and 3.1.1. */
const PROTOCOLS = new Set(["MQTT 4", "MQIsdp 3"]);

const CONNECT = 1;
const HAS_WILL = 0x04;
const WILL_QOS = 0x18;
const WILL_RETAIN = 0x20;
const HAS_PASSWORD = 0x40;
const HAS_USER_NAME = 0x80;

/** @returns undefined for another packet than a CONNECT */
export function readLogIn(packet: Uint8Array): LogIn | undefined {
  // By itself: what reads a CONNECT makes functions first, and every packet is looked at.
  return (packet[0] ?? 0) >> 4 === CONNECT ? readConnect(packet) : undefined;
}

function readConnect(packet: Uint8Array): LogIn {
  let position = 1;
  while ((packet[position] ?? 0) >= 0x80) position++;
  position++;
  const start = position;
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
  const from = (secretFrom: number): LogIn => ({ clientId, userName, secretFrom });

  const name = take();
  const [level = 0, flags = 0] = packet.subarray(position);
  // Of another protocol it is not known where what begins.
  if (!PROTOCOLS.has(`${name ?? ""} ${level}`)) return from(start);
  position += 4; // level, flags, keep alive
  const id = take();
  if (id === undefined) return from(position);
  clientId = id;
  const afterId = position;
  // A device that sets flags of a will that it does not send has its password read as something else.
  const hasWill = (flags & HAS_WILL) !== 0;
  const topic = hasWill ? take() : "";
  const willMessage = position;
  const message = hasWill ? take() : "";
  const user = flags & HAS_USER_NAME ? take() : "";
  const password = position;
  const last = flags & HAS_PASSWORD ? take() : "";
  const isWhole =
    [topic, message, user, last].every((part) => part !== undefined) && position === packet.length;
  if (!isWhole || !areFlags(flags)) return from(afterId);
  userName = user ?? "";
  if (flags & HAS_PASSWORD) return from(password + 2);
  return from(hasWill ? willMessage + 2 : position);
}

/** Whether a CONNECT may have these flags [MQTT-3.1.2-3, 3.1.2-11 to 3.1.2-15, 3.1.2-22]. */
function areFlags(flags: number): boolean {
  const qos = (flags & WILL_QOS) >> 3;
  const isWill = (flags & HAS_WILL) !== 0 ? qos < 3 : (flags & (WILL_QOS | WILL_RETAIN)) === 0;
  return isWill && (flags & 1) === 0 && ((flags & HAS_USER_NAME) !== 0 || (flags & HAS_PASSWORD) === 0);
}

/** A copy of the packet in which the secret of a CONNECT is masked, at its own length. */
export function maskSecrets(packet: Uint8Array): Uint8Array {
  const masked = new Uint8Array(packet); // slice() of a Buffer would be the packet itself
  const logIn = readLogIn(packet);
  return logIn ? masked.fill(MASK, logIn.secretFrom) : masked;
}
