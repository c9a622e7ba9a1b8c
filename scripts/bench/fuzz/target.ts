/** The target of hostile input: the local OneNET and its web console, set up as in `npm run platform`. */

import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BOARDS_DIRECTORY, BoardError, loadBoard } from "../../boards/index.ts";
import { logPlatform } from "../../local-onenet/log.ts";
import { startLocalOneNet, type LocalOneNet } from "../../local-onenet/index.ts";
import { nameOf } from "../../local-onenet/devices.ts";
import type { TaskState } from "../../local-onenet/updates/task.ts";
import { openRegistry, RegistryError, writeRegistry } from "../../local-onenet/registry-file.ts";
import { createFeed } from "../../web-console/feed.ts";
import { startWebConsole } from "../../web-console/index.ts";
import { tapFor, watchRealBoards } from "../../web-console/platform-console.ts";
import { createDeviceWire } from "./device-wire.ts";
import { publishOf, type Conversation } from "./packets.ts";
import { DEVICE_OF, needs, type Payload } from "./payloads.ts";
import { FID } from "./requests.ts";
import { API_KEY, DEVICES, HEATER, PROBE, PRODUCTS, VALVE } from "./world.ts";

/** Each call resolves with the answer once the input has been processed. */
export interface Target {
  readonly platform: LocalOneNet;
  api(request: Buffer): Promise<string>;
  console(request: Buffer): Promise<string>;
  publish(payload: Payload): Promise<string>;
  converse(conversation: Conversation): Promise<string>;
  openRegistry(file: Buffer): Promise<string>;
  loadBoard(file: Buffer): Promise<string>;
  close(): Promise<void>;
}

const PASSWORD = "sesame";

/**
 * Time without an answer after which the connection is ended, in ms: the server may be waiting for the rest of a
 * request.
 */
const PATIENCE = 20;

/** How long the platform waits for a reply, in ms. */
const REPLY_TIMEOUT = 50;

/** Size of a package of updates, in bytes. */
const PACKAGE = 12_000;

const UNDER_WAY: ReadonlySet<TaskState> = new Set(["waiting", "downloading", "upgrading"]);

export async function startTarget(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), "fuzz-"));
  const boards = join(folder, "boards");
  cpSync(BOARDS_DIRECTORY, boards, { recursive: true, filter: (file) => !file.includes(".local.") });
  const file = join(folder, "registry.json");
  const forged = join(folder, "forged.json");
  writeRegistry(file, PRODUCTS, DEVICES);

  const feed = createFeed();
  const registry = openRegistry(file);
  const platform = await startLocalOneNet({ registry, apiKey: API_KEY, tap: tapFor(feed) });
  logPlatform(platform, () => undefined);
  const actions = watchRealBoards(feed, platform);
  const site = { title: "fuzz", address: "" };
  const options = { host: "127.0.0.1", port: 0, feed, site, actions };
  const page = await startWebConsole({ ...options, password: PASSWORD });
  const cookie = await logIn(page.port);

  /** A package for the heater. */
  const update = platform.updates.addPackage(HEATER.product, "2", Buffer.alloc(PACKAGE, "x")).id;
  /** The file that was uploaded last. */
  let lastFile = "";
  let isObedient = false;
  let lastRequest = "1";
  platform.on("request", ({ id }) => (lastRequest = id));
  const { mqttPort, suitePort } = platform;
  const portOf = { lamp: mqttPort, meter: suitePort, heater: suitePort };
  const senders = ["lamp", "meter", "heater"] as const;
  const wires = Object.fromEntries(
    senders.map((from) => [from, createDeviceWire(from, portOf[from], () => isObedient)]),
  ) as Record<(typeof senders)[number], ReturnType<typeof createDeviceWire>>;
  for (const wire of Object.values(wires)) await wire.comeOnline();

  async function commandTo(device: string): Promise<string> {
    return (await platform.sendCommand(device, "on")).uuid;
  }

  /** Makes the platform ask what a reply at this topic answers; `lastRequest` is its id then. */
  function askFor(topic: string): void {
    const { device } = topic.includes("/sub/") ? VALVE : HEATER;
    const asked = topic.endsWith("/change_reply")
      ? platform.setSubDevices(HEATER.device, [VALVE.device])
      : topic.endsWith("/get_reply")
        ? platform.getProperty(device, ["led", "count"], REPLY_TIMEOUT)
        : topic.endsWith("/invoke_reply")
          ? platform.invoke(device, "blink", { times: 3 }, REPLY_TIMEOUT)
          : platform.setProperty(device, { led: true }, REPLY_TIMEOUT);
    asked.catch(() => undefined);
  }

  /** The heater's task; a new one if it is over. */
  function taskId(): number {
    const task = platform.updates.task(nameOf(HEATER));
    if (task !== undefined && UNDER_WAY.has(task.state)) return task.tid;
    return platform.updates.start(nameOf(HEATER), update).tid;
  }

  return {
    platform,
    async api(request) {
      isObedient = true;
      for (const wire of Object.values(wires)) await wire.comeOnline();
      const uuid = request.includes("{uuid}") ? await commandTo(DEVICE_OF.lamp.device) : "";
      const tid = request.includes("{tid}") ? String(taskId()) : "";
      const host = `127.0.0.1:${platform.httpPort}`;
      const answer = await ask(
        platform.httpPort,
        fill(request, { host, uuid, tid, [FID.slice(1, -1)]: lastFile }),
      );
      lastFile = /"fid":"([^"]{36})"/.exec(answer)?.[1] ?? lastFile;
      return answer;
    },
    console: (request) => ask(page.port, fill(request, { host: `127.0.0.1:${page.port}`, cookie })),
    async publish({ from, topic, payload, qos }) {
      isObedient = false;
      await wires[from].comeOnline();
      const first = needs(topic);
      if (first !== undefined) await wires[from].exchange(publishOf(first.topic, first.payload, 0));
      const device = topic.startsWith("$subdev/") ? nameOf(PROBE) : DEVICE_OF[from].device;
      const uuid = topic.includes("{uuid}") ? await commandTo(device) : "";
      if (payload.includes("{id}")) askFor(topic);
      const bytes = fill(payload, { id: lastRequest });
      await wires[from].exchange(publishOf(topic.replace("{uuid}", uuid), bytes, qos));
      return "";
    },
    async converse({ from, bytes }) {
      await send(portOf[from], bytes);
      return "";
    },
    openRegistry(bytes) {
      writeFileSync(forged, bytes);
      return refusal(() => void openRegistry(forged), RegistryError);
    },
    loadBoard(bytes) {
      writeFileSync(join(boards, "forged.json"), bytes);
      return refusal(() => void loadBoard("forged", { directory: boards }), BoardError);
    },
    async close() {
      for (const wire of Object.values(wires)) wire.close();
      feed.close();
      await page.close();
      await platform.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The reason for a refusal, or an empty string. Other errors are rethrown. */
function refusal(act: () => void, Refusal: new (...of: never[]) => Error): Promise<string> {
  try {
    act();
    return Promise.resolve("");
  } catch (error) {
    if (error instanceof Refusal) return Promise.resolve(error.message);
    throw error;
  }
}

async function logIn(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/log-in`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ password: PASSWORD }),
  });
  return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
}

/** Fills in values only the target knows. */
function fill(bytes: Buffer, values: Readonly<Record<string, string>>): Buffer {
  let filled = bytes;
  for (const [name, value] of Object.entries(values)) {
    const place = `{${name}}`;
    const at = filled.indexOf(place);
    if (at < 0) continue;
    filled = Buffer.concat([filled.subarray(0, at), Buffer.from(value), filled.subarray(at + place.length)]);
  }
  return filled;
}

/** Sends a request and returns everything received until the server closes the connection. */
async function ask(port: number, request: Buffer): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const parts: Buffer[] = [];
  socket.on("error", () => undefined);
  socket.on("data", (part: Buffer) => {
    parts.push(part);
    if (parts.length === 1 && part.includes("text/event-stream")) socket.destroy();
  });
  await once(socket, "connect");
  const closed = end(socket);
  socket.write(request);
  const timer = setTimeout(() => socket.end(), PATIENCE);
  await closed;
  clearTimeout(timer);
  return Buffer.concat(parts).toString("latin1");
}

/** Sends bytes and closes the connection. */
async function send(port: number, bytes: Buffer): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => undefined).resume();
  await once(socket, "connect");
  const closed = end(socket);
  socket.end(bytes);
  await closed;
}

/** Resolves when a socket closes for any reason. */
function end(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}
