/** Reads the identity in a CONNECT [MQTT-3.1] and masks the packet's secrets. */

import { utf8 } from "./fields.ts";

export interface LogIn {
  /** Empty if unreadable. */
  readonly clientId: string;
  /** Empty if missing or unreadable. */
  readonly userName: string;
  /**
   * The first byte that may be secret: the start of the password, or of anything that could be one if the packet does
   * not match its flags.
   */
  readonly secretFrom: number;
}

/** An asterisk, in place of each hidden byte. */
export const MASK = 0x2a;

/** Name and level of MQTT 3.1 and 3.1.1. */
const PROTOCOLS = new Set(["MQTT 4", "MQIsdp 3"]);

const CONNECT = 1;
const HAS_WILL = 0x04;
const WILL_QOS = 0x18;
const WILL_RETAIN = 0x20;
const HAS_PASSWORD = 0x40;
const HAS_USER_NAME = 0x80;

/** @returns undefined unless the packet is a CONNECT */
export function readLogIn(packet: Uint8Array): LogIn | undefined {
  // Kept separate from `read`, which creates functions: this check runs for every packet.
  return (packet[0] ?? 0) >> 4 === CONNECT ? readConnect(packet) : undefined;
}

function readConnect(packet: Uint8Array): LogIn {
  let position = 1;
  while ((packet[position] ?? 0) >= 0x80) position++;
  position++;
  const start = position;
  let clientId = "";
  let userName = "";

  /** Takes a field after its u16 length; undefined if the packet ends before the field does. */
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
  // The layout of other protocols is unknown.
  if (!PROTOCOLS.has(`${name ?? ""} ${level}`)) return from(start);
  position += 4; // level, flags, keep alive
  const id = take();
  if (id === undefined) return from(position);
  clientId = id;
  const afterId = position;
  // If a device sets will flags without sending a will, its password would be mistaken for another field.
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

/** A copy of the packet with the secrets of a CONNECT masked; the length stays the same. */
export function maskSecrets(packet: Uint8Array): Uint8Array {
  const masked = new Uint8Array(packet); // slice() of a Buffer would share its memory.
  const logIn = readLogIn(packet);
  return logIn ? masked.fill(MASK, logIn.secretFrom) : masked;
}
