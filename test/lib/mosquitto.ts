/** A real mosquitto of the test's own, on a port that the system picks. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

/** Path of a program of mosquitto, undefined where it is not installed. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

export const MOSQUITTO = findProgram("mosquitto");

/** Says why a test of mosquitto does not run. */
export const WITHOUT_MOSQUITTO = "skipped: mosquitto is not installed (Debian: apt-get install mosquitto)";

export interface Mosquitto {
  readonly port: number;
  /** Resolves when a line of its log matches, from the start on. */
  logged(pattern: RegExp): Promise<string>;
  close(): Promise<void>;
}

export async function startMosquitto(program: string): Promise<Mosquitto> {
  const directory = await mkdtemp(join(tmpdir(), "mosquitto-"));
  const port = await freePort();
  const config = join(directory, "mosquitto.conf");
  await writeFile(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  const broker = spawn(program, ["-v", "-c", config], { stdio: ["ignore", "ignore", "pipe"] });
  const lines: string[] = [];
  let wake = (): void => undefined;
  createInterface({ input: broker.stderr }).on("line", (line) => {
    lines.push(line);
    wake();
  });

  async function logged(pattern: RegExp): Promise<string> {
    for (let at = 0; ; at++) {
      while (at >= lines.length) await new Promise<void>((resolve) => (wake = resolve));
      const line = lines[at] ?? "";
      if (pattern.test(line)) return line;
    }
  }

  await logged(/ running$/);
  return {
    port,
    logged,
    async close() {
      broker.kill();
      await once(broker, "exit");
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** mosquitto cannot pick a port itself: one that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
