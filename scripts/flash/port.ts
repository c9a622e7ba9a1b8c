/** Opens a board's console: a serial port, `tcp://host:port`, or `tcp://:token@host:port`. */

import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { SerialPort } from "serialport";
import { UserError } from "../cli/command.ts";
import { findPorts } from "./serial-ports.ts";
import { list, t } from "../cli/language.ts";

/** Baud rate of Espruino's UART on ESP32 and ESP8266. */
export const BAUD_RATE = 115_200;

/** Time-out of a TCP connection, in ms. */
const CONNECT_TIMEOUT = 5000;

/** TCP port of Espruino's telnet server. */
const TELNET = 23;

/**
 * @param name path or name of a serial port, or `tcp://host`, with `:port` unless it is telnet's; a token before the
 *   host, `:token@`, is sent as the first line, as the virtual board's console requires
 * @param signal ends a TCP connection, also one not yet made
 * @throws UserError that says what to do
 */
export async function openPort(name: string, signal?: AbortSignal): Promise<Duplex> {
  const tcp = readTcp(name);
  try {
    return await (tcp ? openTcp(tcp, signal) : openSerial(name));
  } catch (error) {
    signal?.throwIfAborted();
    throw new UserError(
      explain(
        withoutToken(name),
        error as NodeJS.ErrnoException,
        (await findPorts()).map(({ path }) => path),
      ),
    );
  }
}

/** Closes a port; resolves when another program can open it. */
export function closePort(port: Duplex): Promise<void> {
  return new Promise((resolve) => {
    // Destroying a serial port's stream leaves the port itself open.
    if (port instanceof SerialPort) {
      if (port.isOpen) port.close(() => resolve());
      else resolve();
    } else if (port.closed) resolve();
    else port.once("close", () => resolve()).destroy();
  });
}

/**
 * Closes a port without sending the rest: a board that has stopped the sender (XOFF) would hold up the system for half a
 * minute.
 */
export async function dropPort(port: Duplex): Promise<void> {
  if (port instanceof SerialPort && port.isOpen)
    await new Promise<void>((resolve) => port.flush(() => resolve()));
  await closePort(port);
}

/** Methods of a serial port that restart the chip: nearly every board connects RTS to EN. */
interface ControlLines {
  set(lines: { dtr: boolean; rts: boolean }, done: (error?: Error | null) => void): void;
}

/** How long EN is held, in ms. */
const RESET_TIME = 100;

/** Whether the port's control lines can restart the chip. */
export function canRestart(port: Duplex): port is Duplex & ControlLines {
  return typeof (port as Partial<ControlLines>).set === "function";
}

/**
 * Restarts the chip through EN. DTR stays off, or the chip would wait for firmware.
 * @returns whether the port has these lines; a pseudo terminal does not
 */
export async function restartByLines(port: Duplex): Promise<boolean> {
  if (!canRestart(port)) return false;
  const set = (rts: boolean) =>
    new Promise<boolean>((resolve) => port.set({ dtr: false, rts }, (error) => resolve(!error)));
  if (!(await set(true))) return false;
  await new Promise((resolve) => setTimeout(resolve, RESET_TIME));
  return set(false);
}

/**
 * Explains why a port did not open, and what to do.
 * @param error from Node's sockets, or from the serial port library, whose message contains the system's
 * @param ports names of the available ports
 */
export function explain(name: string, error: NodeJS.ErrnoException, ports: readonly string[]): string {
  const { message, code } = error;
  const there = ports.length > 0 ? t`there are ${list(ports)}` : t`there are none: plug the board in`;
  if (name.startsWith("tcp://")) {
    if (code === "ECONNREFUSED") return t`nothing listens on ${name}: is the board's console on this port?`;
    if (code === "ENOTFOUND" || code === "EAI_AGAIN") return t`${name}: no such host; check its name`;
    return t`no connection to ${name}: ${message}; check its address`;
  }
  if (/no such file|file not found|cannot find/i.test(message))
    return t`no port ${name}; ${there} (npm run ports)`;
  if (
    /cannot lock|busy|temporarily unavailable/i.test(message) ||
    /^Opening .*: Access denied/i.test(message)
  )
    return t`${name} is in use: close the program that has it, a serial monitor or another npm run console`;
  if (/permission denied|access denied|not permitted/i.test(message))
    return t`no permission for ${name}: run sudo usermod -aG dialout $USER, then log out and in again`;
  if (/inappropriate ioctl|not a (serial|tty)|enotty/i.test(message))
    return t`${name} is not a serial port; ${there} (npm run ports)`;
  return t`${name} cannot be opened: ${message}`;
}

/** A port's name without its token, safe to show and to store. */
export function withoutToken(name: string): string {
  return name.replace(/^(tcp:\/\/).*@/i, "$1"); // also where a mistyped scheme makes it a serial port
}

interface TcpPort {
  readonly host: string;
  readonly port: number;
  /** Empty if none is needed. */
  readonly token: string;
}

function readTcp(name: string): TcpPort | undefined {
  if (!name.startsWith("tcp://")) return undefined;
  const url = URL.canParse(name) ? new URL(name) : undefined;
  const token = tokenOf(url);
  if (
    !url?.hostname ||
    token === undefined ||
    /[^/]/.test(url.pathname + url.search + url.hash + url.username)
  )
    throw new UserError(
      t`${withoutToken(name)} is not a valid address: use tcp://host:port, such as tcp://192.168.1.20:23`,
    );
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? TELNET : Number(url.port),
    token,
  };
}

/** The token of an address; undefined if its escapes are malformed. */
function tokenOf(url: URL | undefined): string | undefined {
  try {
    return decodeURIComponent(url?.password ?? "");
  } catch {
    return undefined;
  }
}

function openTcp({ host, port, token }: TcpPort, signal?: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true, ...(signal ? { signal } : {}) });
    const timer = setTimeout(() => socket.destroy(new Error("no answer")), CONNECT_TIMEOUT);
    socket.once("error", reject).once("connect", () => {
      socket.off("error", reject);
      if (token !== "") socket.write(`${token}\n`);
      resolve(socket);
    });
    socket.once("close", () => clearTimeout(timer)).once("connect", () => clearTimeout(timer));
  });
}

function openSerial(path: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    // An ESP32 throttles a fast sender with XOFF; its console has no other flow control.
    const port = new SerialPort({ path, baudRate: BAUD_RATE, xon: true, autoOpen: false });
    port.open((error) => (error ? reject(error) : resolve(port)));
  });
}
