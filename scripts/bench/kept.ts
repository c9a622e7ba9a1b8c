/**
 * Data points written to `npm run platform -- --data` while its process is killed at random moments: what they cost, and
 * whether one is missing that was acknowledged.
 */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { generate } from "mqtt-packet";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { readData } from "../local-onenet/database.ts";
import type { DeviceRecord } from "../local-onenet/devices.ts";
import { writeRegistry } from "../local-onenet/registry-file.ts";
import { freePort, startProgram, type Program } from "./program.ts";

export interface KeptOptions {
  /** Data points to write, each in a message of its own. */
  readonly points: number;
  /** How often to kill the process. */
  readonly kills: number;
  /** Decides when. */
  readonly seed: number;
  /** The first and last data points, whose times are compared. */
  readonly compared: number;
  /** For the files. */
  readonly folder: string;
  readonly onKill: (acknowledged: number) => void;
}

export interface KeptFindings {
  /** Data points acknowledged, and those of them that are not in the file. */
  readonly acknowledged: number;
  readonly missing: number;
  /** Time per data point, in µs: of the first ones and the last ones, by the clock and by the platform's processor time. */
  readonly first: Cost;
  readonly last: Cost;
  /** Size of the file, in bytes. */
  readonly size: number;
}

export interface Cost {
  readonly clock: number;
  readonly processor: number;
}

const PRODUCT = "100001";
const AUTH_INFO = "measured";
const DEVICES = Array.from({ length: 20 }, (_, index) => 500_000_001 + index);

/** Messages of a device that await their acknowledgement. */
const IN_FLIGHT = 50;

/** Messages before anything is measured: JavaScript gets faster. */
const WARM_UP = 0.02;

/** Clock ticks per second in /proc: the same on every Linux machine. */
const TICKS = 100;

export async function measureKept(options: KeptOptions): Promise<KeptFindings> {
  const { points, kills, compared, folder } = options;
  const file = join(folder, "class.db");
  const registry = join(folder, "registry.json");
  writeRegistry(registry, [{ generation: "multiprotocol", product: PRODUCT }], DEVICES.map(recordOf));

  const random = xoroshiro128plus(options.seed);
  const warmUp = Math.floor(points * WARM_UP);
  const total = warmUp + points;
  // Between the compared ones; the last process has as long to get faster as the first.
  const killsAt = Array.from({ length: kills }, () =>
    uniformInt(random, warmUp + compared + 1, total - compared - warmUp),
  ).sort((one, other) => one - other);
  const marksAt = [warmUp, warmUp + compared, total - compared, total];

  const senders = DEVICES.map((device): Sender => ({ device, next: 0, waiting: [], acknowledged: [] }));
  const marks = new Map<number, Mark>();
  let acknowledged = 0;
  let platform = await start(registry, file);
  for (;;) {
    const { program, port } = platform;
    const links = await Promise.all(senders.map((sender) => logIn(sender, port)));
    const isKilled = await new Promise<boolean>((resolve) => {
      let isOver = false;
      const onAcknowledged = (): boolean => {
        acknowledged++;
        if (marksAt.includes(acknowledged)) {
          marks.set(acknowledged, { at: performance.now(), processor: processorTime(program.pid) });
        }
        if (acknowledged === total) resolve(false);
        if (isOver || acknowledged < (killsAt[0] ?? Infinity)) return !isOver;
        // In the midst of messages on their way.
        killsAt.shift();
        isOver = true;
        process.kill(-program.pid, "SIGKILL");
        resolve(true);
        return false;
      };
      senders.forEach((sender, index) => send(sender, links[index], total / senders.length, onAcknowledged));
    });
    await program.end(isKilled ? "SIGKILL" : "SIGTERM").catch(() => undefined);
    for (const link of links) link.destroy();
    if (!isKilled) break;
    options.onKill(acknowledged);
    platform = await start(registry, file);
  }

  const missing = await countMissing(file, senders);
  const cost = (from: number, to: number): Cost => {
    const [begin, end] = [marks.get(from), marks.get(to)];
    if (!begin || !end) throw new Error("not measured");
    return {
      clock: ((end.at - begin.at) * 1000) / (to - from),
      processor: ((end.processor - begin.processor) * 1e6) / (to - from),
    };
  };
  return {
    acknowledged,
    missing,
    first: cost(warmUp, warmUp + compared),
    last: cost(total - compared, total),
    size: (await stat(file)).size,
  };
}

interface Mark {
  /** ms */
  readonly at: number;
  /** s */
  readonly processor: number;
}

/** What a device has sent: the numbers from 0. */
interface Sender {
  readonly device: number;
  next: number;
  /** Sent but not acknowledged, oldest first. */
  waiting: number[];
  readonly acknowledged: number[];
}

async function countMissing(file: string, senders: readonly Sender[]): Promise<number> {
  const reader = await readData(file);
  let missing = 0;
  for (const { device, acknowledged } of senders) {
    const kept = new Set<unknown>();
    for (const { value } of reader.points(String(device), "n", { newestFirst: false })) kept.add(value);
    for (const value of acknowledged) if (!kept.has(value)) missing++;
  }
  reader.close();
  return missing;
}

function recordOf(device: number): DeviceRecord {
  return { generation: "multiprotocol", product: PRODUCT, device: String(device), authInfo: AUTH_INFO };
}

async function logIn({ device }: Sender, port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1").setNoDelay(true);
  socket.on("error", () => undefined); // Its process is killed.
  await once(socket, "connect");
  socket.write(
    generate({
      cmd: "connect",
      protocolId: "MQTT",
      protocolVersion: 4,
      clean: true,
      keepalive: 0,
      clientId: String(device),
      username: PRODUCT,
      password: Buffer.from(AUTH_INFO),
    }),
  );
  const [answer] = (await once(socket, "data")) as [Buffer];
  if (answer.toString("hex") !== "20020000") throw new Error(`the log-in of ${device} was refused`);
  return socket;
}

/**
 * Sends what an earlier connection left, then new numbers.
 * @param count most numbers of the device in all
 * @param onAcknowledged returns whether to go on
 */
function send(
  sender: Sender,
  socket: Socket | undefined,
  count: number,
  onAcknowledged: () => boolean,
): void {
  const again = sender.waiting;
  sender.waiting = [];
  let id = 0;
  let part = Buffer.alloc(0);
  let isOver = false;

  function sendNext(): void {
    const value = again.shift() ?? (sender.next < count ? sender.next++ : undefined);
    if (value === undefined) return;
    sender.waiting.push(value);
    id = (id % 65_535) + 1;
    socket?.write(publishPacket(value, id));
  }

  socket?.on("data", (bytes) => {
    if (isOver) return;
    part = Buffer.concat([part, bytes]);
    for (; part.length >= 4; part = part.subarray(4)) {
      const value = sender.waiting.shift();
      if (part[0] !== PUBACK || value === undefined) throw new Error("the platform sent something else");
      sender.acknowledged.push(value);
      isOver = !onAcknowledged();
      if (isOver) return;
      sendNext();
    }
  });
  socket?.on("close", () => (sender.waiting = [...sender.waiting, ...again.splice(0)]));
  for (let i = 0; i < IN_FLIGHT; i++) sendNext();
}

const PUBACK = 0x40;

function publishPacket(value: number, messageId: number): Buffer {
  const json = Buffer.from(JSON.stringify({ n: value }));
  const payload = Buffer.concat([Buffer.from([3, json.length >> 8, json.length & 0xff]), json]);
  return generate({ cmd: "publish", topic: "$dp", payload, qos: 1, messageId, retain: false, dup: false });
}

async function start(registry: string, file: string): Promise<{ program: Program; port: number }> {
  const ports = [await freePort(), await freePort(), await freePort(), await freePort(), await freePort()];
  const names = ["--mqtt-port", "--suite-port", "--tls-port", "--http-port", "--page-port"];
  const program = startProgram(process.execPath, [
    ...["--import", "tsx", "scripts/platform.ts", "--no-open", "--json", "--host", "127.0.0.1"],
    ...["--registry", registry, "--data", file],
    ...names.flatMap((name, index) => [name, String(ports[index])]),
  ]);
  await program.logged(/"ok":true/);
  return { program, port: ports[0] ?? 0 };
}

/** Processor time of a process, in s; 0 where the system has no /proc. */
function processorTime(pid: number): number {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return 0;
  }
  // After the name, which may contain anything, state is the first field, utime and stime are the 12th and 13th.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
