/** Brokers without QoS 2 support, each started by the test. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram, freePort, startProgram } from "../../scripts/bench/program.ts";
import { awaited } from "../support/elsewhere.ts";
import type { Broker } from "./brokers.ts";
import { RABBITMQ, startRabbitMq, WITHOUT_RABBITMQ } from "./rabbitmq.ts";

export interface LesserBroker {
  readonly name: string;
  /** Undefined if not installed. */
  readonly start: (() => Promise<Broker>) | undefined;
  /** Explains why its tests are skipped. */
  readonly without: string;
}

const NATS = findProgram("nats-server");

export const LESSER_BROKERS: readonly LesserBroker[] = [
  {
    name: "RabbitMQ",
    start: RABBITMQ === undefined ? undefined : () => startAlone(RABBITMQ ?? ""),
    without: WITHOUT_RABBITMQ,
  },
  {
    name: "NATS",
    start: NATS === undefined ? undefined : () => startNats(NATS),
    without: "skipped: NATS is not installed (Debian: apt-get install nats-server)",
  },
];

async function startAlone(program: string): Promise<Broker> {
  const { nodes, close } = await startRabbitMq(program);
  return awaited({ port: nodes[0]?.port ?? 0, close });
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
