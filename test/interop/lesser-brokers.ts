/** Brokers without QoS 2 support, each started by the test. */

import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findProgram, freePort, startProgram } from "../../scripts/bench/program.ts";
import { awaited } from "../support/elsewhere.ts";
import type { Broker } from "./brokers.ts";

export interface LesserBroker {
  readonly name: string;
  /** Undefined if not installed. */
  readonly start: (() => Promise<Broker>) | undefined;
  /** Explains why its tests are skipped. */
  readonly without: string;
}

/** Debian's program of that name in PATH runs only as root or one user, and keeps its files in one place. */
const RABBITMQ = findProgram("rabbitmq-server", ["/usr/lib/rabbitmq/bin"]);
const NATS = findProgram("nats-server");

export const LESSER_BROKERS: readonly LesserBroker[] = [
  {
    name: "RabbitMQ",
    start: RABBITMQ === undefined ? undefined : () => startRabbitMq(RABBITMQ),
    without: "skipped: RabbitMQ is not installed (Debian: apt-get install rabbitmq-server)",
  },
  {
    name: "NATS",
    start: NATS === undefined ? undefined : () => startNats(NATS),
    without: "skipped: NATS is not installed (Debian: apt-get install nats-server)",
  },
];

async function startRabbitMq(program: string): Promise<Broker> {
  const directory = await mkdtemp(join(tmpdir(), "rabbitmq-"));
  const [port, epmd, distribution] = [await freePort(), await freePort(), await freePort()];
  const plugins = join(directory, "enabled_plugins");
  await writeFile(plugins, "[rabbitmq_mqtt].\n");
  await writeFile(
    join(directory, "rabbitmq.conf"),
    `listeners.tcp = none\nmqtt.listeners.tcp.1 = 127.0.0.1:${port}\nmqtt.allow_anonymous = true\n`,
  );
  const env = {
    HOME: directory,
    ERL_EPMD_ADDRESS: "127.0.0.1",
    ERL_EPMD_PORT: String(epmd),
    RABBITMQ_CONF_ENV_FILE: "/dev/null",
    RABBITMQ_CONFIG_FILE: join(directory, "rabbitmq"),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
    RABBITMQ_LOG_BASE: directory,
    RABBITMQ_LOGS: "-",
    RABBITMQ_MNESIA_BASE: directory,
    RABBITMQ_NODENAME: `test-${port}@localhost`,
    RABBITMQ_PID_FILE: join(directory, "pid"),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1}",
  };
  const broker = startProgram(program, [], env);
  await broker.logged(/Server startup complete/);
  return awaited({
    port,
    async close() {
      await broker.end();
      // Erlang's name daemon, which outlives the process that started it.
      execFileSync(findProgram("epmd") ?? join(dirname(program), "epmd"), ["-port", String(epmd), "-kill"]);
      await rm(directory, { recursive: true, force: true });
    },
  });
}

async function startNats(program: string): Promise<Broker> {
  const directory = await mkdtemp(join(tmpdir(), "nats-"));
  const port = await freePort();
  const config = join(directory, "nats.conf");
  await writeFile(
    config,
    `server_name: test
host: 127.0.0.1
port: -1
jetstream { store_dir: ${JSON.stringify(directory)} }
mqtt { host: 127.0.0.1, port: ${port}, ack_wait: "1s" }
`,
  );
  const broker = startProgram(program, ["-c", config]);
  await broker.logged(/Server is ready/);
  return awaited({
    port,
    async close() {
      await broker.end();
      await rm(directory, { recursive: true, force: true });
    },
  });
}
