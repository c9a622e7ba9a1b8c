/** A board that has two nodes of a real cluster as its servers: one is killed while data flows. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { findProgram, freePort, startProgram, type Program } from "../../scripts/bench/program.ts";
import { startTimeServer } from "../../scripts/stage/time-server.ts";
import { createVirtualBoard, type VirtualBoard } from "../../scripts/virtual-board/index.ts";
import { SEVERAL_SERVERS as BOARD } from "../exchanges/servers.ts";
import { buildScript } from "../support/bundles.ts";
import { watchConsole } from "../support/console.ts";
import { observe, type Observer } from "../support/observer.ts";

const NATS = findProgram("nats-server");
const WITHOUT = "skipped: NATS is not installed (Debian: apt-get install nats-server)";
/** Two of three decide while one is away, which holds for messages too if each is kept on all three. */
const NODES = 3;

const SCRIPT = await buildScript(BOARD);

let closing: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

interface Node {
  readonly port: number;
  readonly program: Program;
}

async function startCluster(program: string): Promise<readonly Node[]> {
  const directory = await mkdtemp(join(tmpdir(), "nats-cluster-"));
  closing.push(() => rm(directory, { recursive: true, force: true }));
  const ports: { mqtt: number; route: number; monitor: number }[] = [];
  for (let index = 0; index < NODES; index++)
    ports.push({ mqtt: await freePort(), route: await freePort(), monitor: await freePort() });
  const routes = ports.map(({ route }) => `nats://127.0.0.1:${route}`).join(", ");
  const nodes: Node[] = [];
  for (const [index, { mqtt, route, monitor }] of ports.entries()) {
    const config = join(directory, `${index}.conf`);
    await writeFile(
      config,
      `server_name: node-${index}
host: 127.0.0.1
port: -1
http: "127.0.0.1:${monitor}"
jetstream { store_dir: ${JSON.stringify(join(directory, String(index)))} }
cluster { name: test, host: 127.0.0.1, port: ${route}, routes: [${routes}] }
mqtt { host: 127.0.0.1, port: ${mqtt}, ack_wait: "1s", stream_replicas: ${NODES}, consumer_replicas: ${NODES} }
`,
    );
    const node = startProgram(program, ["-c", config], {});
    closing.push(() => node.end());
    nodes.push({ port: mqtt, program: node });
  }
  for (const { monitor } of ports) await expect.poll(() => isJoined(monitor)).toBe(true);
  return nodes;
}

/** Whether a node is connected to all others and knows their leader, as its monitoring port reports. */
async function isJoined(port: number): Promise<boolean> {
  const read = async (page: string): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}/${page}`).catch(() => undefined);
    return answer?.ok ? answer.json() : undefined;
  };
  const routes = (await read("routez")) as { num_routes: number } | undefined;
  const streams = (await read("jsz")) as { meta_cluster?: { leader?: string } } | undefined;
  return routes?.num_routes === NODES - 1 && !!streams?.meta_cluster?.leader;
}

it("is on the second in less than its longest wait, and no report is lost", async (context) => {
  if (NATS === undefined) return context.skip(WITHOUT);
  const [first, second, third] = await startCluster(NATS);
  if (!first || !second || !third) throw new Error("a node is missing");
  const observer: Observer = await observe(third.port, ["home/lamp/#"]);
  closing.push(() => observer.close());
  // A node prepares its store when the first client comes, which takes long while another is away.
  const early = await observe(second.port, ["home/#"]);
  closing.push(() => early.close());
  const timeServer = await startTimeServer(Date.now);
  closing.push(() => timeServer.close());
  const device: VirtualBoard = createVirtualBoard({
    script: SCRIPT,
    chip: BOARD.chip,
    air: [{ ssid: BOARD.wifi.ssid, password: BOARD.wifi.password }],
    network: {
      "broker.example:1883": first.port,
      "second.example:1884": second.port,
      [`${BOARD.time?.server}:123/udp`]: timeServer.port,
    },
  });
  closing.push(() => device.stop());
  const console = watchConsole(device);
  await device.start();
  await console.next(/^OneNET: online$/);
  await observer.next("home/lamp/status", /^online$/);
  await observer.send("home/lamp/set", "toggle");
  await observer.next("home/lamp/data", /"switch":1/);
  await device.clock.advance(40_000); // the link counts as stable
  await observer.send("home/lamp/set", "toggle");
  await console.next(/^Command: off$/); // its report is on its way to the first node
  const killed = device.clock.now();
  process.kill(-first.program.pid, "SIGKILL");
  await console.next(/^OneNET: connecting to second\.example:1884$/);
  await console.next(/^OneNET: online$/);
  expect(device.clock.now() - killed).toBeLessThan(BOARD.reconnect.maximum * 1000);
  await observer.next("home/lamp/data", /"switch":2/);
  // NATS refuses a subscription for a while after it has lost a node.
  while (console.lines.filter((line) => /subscription (refused|granted)/.test(line)).length === 1) {
    await device.clock.advance(1000);
    await setTimeout(100); // of the cluster's time
  }
  await observer.send("home/lamp/set", "toggle");
  await observer.next("home/lamp/data", /"switch":3/);
});
