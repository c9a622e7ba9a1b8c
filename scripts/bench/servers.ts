/** Starts the servers to be measured, each as a process of its own. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DeviceRecord, ProductRecord } from "../local-onenet/index.ts";
import { LIMITS } from "../local-onenet/limits.ts";
import { writeRegistry } from "../local-onenet/registry-file.ts";
import { freePort, startProgram, type Program } from "./program.ts";

export interface Server extends Program {
  readonly port: number;
}

/**
 * By default, mosquitto sends a subscriber 20 messages at a time and drops more than 1000 that wait: too few for one that
 * takes those of a whole fleet.
 */
const NO_DROPS = "max_inflight_messages 0\nmax_queued_messages 0\n";

/** @param folder for its configuration */
export async function startMosquitto(program: string, folder: string): Promise<Server> {
  const port = await freePort();
  const config = join(folder, "mosquitto.conf");
  await writeFile(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n${NO_DROPS}`);
  const server = startProgram(program, ["-c", config]);
  await server.logged(/ running$/);
  return { ...server, port };
}

/** Where a local OneNET says its ports for devices. */
const PORTS = {
  "--mqtt-port": /^ +multiprotocol +MQTT port (\d+)$/,
  "--suite-port": /^ +suite, studio +MQTT port (\d+),/,
  "--tls-port": /^ +suite, studio .* over TLS (\d+)$/,
};

/**
 * Starts `npm run platform`, with its web console and a line for each event.
 * @param folder for its registry
 * @param entrance its port for the devices: of multiprotocol, of suite and studio, or their TLS
 */
export async function startPlatform(
  folder: string,
  products: readonly ProductRecord[],
  devices: readonly DeviceRecord[],
  entrance: keyof typeof PORTS,
): Promise<Server> {
  const registry = join(folder, "registry.json");
  writeRegistry(registry, products, devices);
  const options = {
    // It picks free ones itself: another program could take those found for it before it listens.
    ...{ "--mqtt-port": 0, "--suite-port": 0, "--tls-port": 0, "--http-port": 0, "--page-port": 0 },
    "--lang": "en", // the log is read, here and in a fleet
    "--host": "127.0.0.1",
    "--registry": registry,
    "--connections": Math.max(LIMITS.connections, devices.length),
  };
  const server = startProgram(
    process.execPath,
    [
      ...["--import", "tsx", "scripts/platform.ts", "--no-open"],
      ...Object.entries(options).flatMap(([name, value]) => [name, String(value)]),
    ],
    { NO_COLOR: "1" },
  );
  const [, port] = PORTS[entrance].exec(await server.logged(PORTS[entrance])) ?? [];
  await server.logged(/^Ctrl-C ends/);
  return { ...server, port: Number(port) };
}
