/** RabbitMQ, alone or as a cluster, with its MQTT plugin. */

import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findProgram, freePort, startProgram } from "../../scripts/bench/program.ts";
import type { Node } from "./killed-node.ts";

/** Debian's program of that name in PATH runs only as root or one user, and keeps its files in one place. */
export const RABBITMQ = findProgram("rabbitmq-server", ["/usr/lib/rabbitmq/bin"]);
export const WITHOUT_RABBITMQ =
  "skipped: RabbitMQ is not installed (Debian: apt-get install rabbitmq-server)";

export interface RabbitMq {
  readonly nodes: readonly Node[];
  readonly close: () => Promise<void>;
}

/**
 * Resolves when all nodes are up.
 * @param settings further lines of each node's rabbitmq.conf
 */
export async function startRabbitMq(program: string, count = 1, settings = ""): Promise<RabbitMq> {
  const directory = await mkdtemp(join(tmpdir(), "rabbitmq-"));
  const plugins = join(directory, "enabled_plugins");
  await writeFile(plugins, "[rabbitmq_mqtt].\n");
  const epmd = await freePort();
  const ports = [];
  for (let index = 0; index < count; index++)
    ports.push({ mqtt: await freePort(), distribution: await freePort() });
  const names = ports.map(({ mqtt }) => `test-${mqtt}@localhost`);
  const discovery = names.map(
    (name, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${name}`,
  );
  const nodes: Node[] = [];
  for (const [index, { mqtt, distribution }] of ports.entries()) {
    const config = join(directory, `rabbitmq-${index}`);
    await writeFile(
      `${config}.conf`,
      `listeners.tcp = none
mqtt.listeners.tcp.1 = 127.0.0.1:${mqtt}
mqtt.allow_anonymous = true
cluster_formation.peer_discovery_backend = classic_config
${discovery.join("\n")}
${settings}
`,
    );
    const node = startProgram(program, [], {
      HOME: directory,
      ERL_EPMD_ADDRESS: "127.0.0.1",
      ERL_EPMD_PORT: String(epmd),
      RABBITMQ_CONF_ENV_FILE: "/dev/null",
      RABBITMQ_CONFIG_FILE: config,
      RABBITMQ_DIST_PORT: String(distribution),
      RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
      RABBITMQ_LOG_BASE: directory,
      RABBITMQ_LOGS: "-",
      RABBITMQ_MNESIA_BASE: directory,
      RABBITMQ_NODENAME: names[index] ?? "",
      RABBITMQ_PID_FILE: join(directory, `pid-${index}`),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1} -setcookie test",
    });
    nodes.push({ port: mqtt, program: node });
  }
  await Promise.all(nodes.map((node) => node.program.logged(/Server startup complete/)));
  return {
    nodes,
    async close() {
      await Promise.all(nodes.map((node) => node.program.end()));
      // Erlang's name daemon, which outlives the process that started it.
      execFileSync(findProgram("epmd") ?? join(dirname(program), "epmd"), ["-port", String(epmd), "-kill"]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
