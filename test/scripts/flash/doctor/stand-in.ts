/** A stand-in for a board behind a TCP port: it answers the doctor's questions as the test specifies. */

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { createContext, runInContext } from "node:vm";
import { onTestFinished } from "vitest";
import { openPort } from "../../../../scripts/flash/port.ts";
import { examine, type Examination, type FactRow } from "../../../../scripts/flash/doctor/index.ts";
import type { FactId } from "../../../../scripts/flash/doctor/facts.ts";
import { createNetwork, type Leads } from "../../../../scripts/flash/doctor/network.ts";
import type { Row } from "../../../../scripts/flash/doctor/finding.ts";
import type { Surroundings, Visit } from "../../../../scripts/flash/doctor/visit.ts";

/** A TCP server that ends with the test. @returns its address */
export async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket.on("error", () => socket.destroy()));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** A UDP server that ends with the test. @returns its port */
export async function answerDatagrams(answer: (question: Buffer) => Buffer | undefined): Promise<number> {
  const socket = createSocket("udp4");
  socket.on("message", (question, { port, address }) => {
    const bytes = answer(question);
    if (bytes) socket.send(bytes, port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  return socket.address().port;
}

/** An answer of SNTP. @param time in ms since 1970 */
export function timeAnswer(time: number, stratum = 2): Buffer {
  const bytes = Buffer.alloc(48);
  bytes[0] = 0x24;
  bytes[1] = stratum;
  bytes.writeUInt32BE(Math.floor(time / 1000) + 2_208_988_800, 40);
  bytes.writeUInt32BE(Math.floor(((time % 1000) / 1000) * 2 ** 32), 44);
  return bytes;
}

/** What an ESP32 with 2v29 reports about itself, and the rest of its globals. */
export interface Globals {
  readonly [name: string]: unknown;
  readonly modules: Readonly<Record<string, unknown>>;
}

const MODULES = "Storage,net,dgram,tls,http,TelnetServer,crypto,neopixel,Wifi";

/** A healthy board with this firmware, online. */
export function healthy(changes: Partial<Globals> = {}, modules: Record<string, unknown> = {}): Globals {
  const status = { station: "connected", ssid: "your-wifi", rssi: -60, mode: "STA" };
  return {
    process: {
      env: { VERSION: "2v29", BOARD: "ESP32", STORAGE: 917504, SERIAL: "240ac400-0001", MODULES },
      memory: () => ({ free: 2300, usage: 400, total: 2700, history: 0, blocksize: 14 }),
    },
    E: {
      CRC32: () => 0,
      getSizeOf: (text: string) => (text.length < 10 ? 1 : 1 + Math.ceil((text.length - 9) / 10)),
      internal: {},
    },
    Date,
    D0: { getInfo: () => ({ negated: true }) },
    D12: 12,
    setWatch: () => undefined,
    ...changes,
    modules: {
      Storage: {
        read: (name: string) => (name === ".bootcde" ? 'print("OneNET: ");' : undefined),
        getStats: () => ({ totalBytes: 917504, freeBytes: 800000, trashBytes: 0 }),
        getFree: () => 800000,
      },
      Wifi: {
        getStatus: () => status,
        getDetails: () => ({ ssid: "your-wifi", password: "your-wifi-password" }),
        getIP: () => ({ ip: "192.168.77.20" }),
      },
      TelnetServer: {},
      crypto: { SHA1: 1, SHA224: 1, SHA256: 1, SHA384: 1, SHA512: 1 },
      ...modules,
    },
  };
}

/** @returns the address of a board with these globals, which runs each line it receives */
export async function standIn({ modules, ...globals }: Globals): Promise<string> {
  const port = await listen((socket) => {
    const context = createContext({
      ...globals,
      print: (text: string) => socket.write(Buffer.from(`${text}\r\n`, "latin1")),
      require: (name: string) => {
        if (!(name in modules)) throw new Error(`Module ${name} not found`);
        return modules[name];
      },
    });
    let rest = "";
    socket.on("data", (bytes) => {
      const lines = (rest + bytes.toString("latin1")).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) runInContext(line.replace("\x10", ""), context);
    });
  });
  return `tcp://127.0.0.1:${port}`;
}

export interface Found extends Examination {
  /** The finding of a check. @throws Error if there is none */
  readonly row: (check: string) => Row;
  /** What was observed for a fact. @throws Error if there is nothing */
  readonly fact: (id: FactId) => FactRow;
  /** Names of the checks whose state is `wrong`. */
  readonly wrong: readonly string[];
}

/** Runs the doctor on a board. */
export async function look(
  changes: Partial<Omit<Visit, "surroundings">> & { readonly leads?: Leads; readonly tryAll?: boolean } = {},
  surroundings: Partial<Surroundings> = {},
  signal = new AbortController().signal,
): Promise<Found> {
  const { leads = {}, tryAll = false, ...visit } = changes;
  const refuse = () => Promise.resolve(tryAll ? undefined : "not asked");
  const found = await examine(
    {
      name: "esp32-devkit",
      port: undefined,
      isOffline: true,
      patience: 10_000,
      signal,
      note: () => undefined,
      ...visit,
      surroundings: {
        network: createNetwork(leads, 1000),
        now: Date.now,
        openPort,
        listPorts: () => Promise.resolve([]),
        directory: undefined,
        dist: "/nowhere",
        ...surroundings,
      },
    },
    { refuse },
  );
  return {
    ...found,
    row: (check) => pick(found.rows, (row) => row.check === check, check),
    fact: (id) => pick(found.facts, ({ fact }) => fact === id, id),
    wrong: found.rows.filter(({ state }) => state === "wrong").map(({ check }) => check),
  };
}

function pick<T>(all: readonly T[], is: (each: T) => boolean, name: string): T {
  const found = all.find(is);
  if (!found) throw new Error(`the doctor says nothing of ${name}`);
  return found;
}
