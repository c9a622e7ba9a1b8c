/** A board that has two nodes of a NATS cluster as its servers. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { findProgram, freePort, startProgram } from "../../scripts/bench/program.ts";
import { SEVERAL_SERVERS as BOARD } from "../exchanges/servers.ts";
import { buildScript } from "../support/bundles.ts";
import { observe } from "../support/observer.ts";
import { killNode, type Node } from "./killed-node.ts";

const NATS = findProgram("nats-server");
const WITHOUT = "skipped: NATS is not installed (Debian: apt-get install nats-server)";
/** Two of three decide while one is away, which holds for messages too if each is kept on all three. */
const NODES = 3;

const SCRIPT = await buildScript(BOARD);

async function startCluster(program: string): Promise<readonly Node[]> {
  const directory = await mkdtemp(join(tmpdir(), "nats-cluster-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
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
    onTestFinished(() => node.end());
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
  const nodes = await startCluster(NATS);
  // A node prepares its store when the first client comes, which takes long while another is away.
  for (const { port } of nodes) {
    const early = await observe(port, ["home/#"]);
    onTestFinished(() => early.close());
  }
  await killNode(BOARD, SCRIPT, nodes);
});
