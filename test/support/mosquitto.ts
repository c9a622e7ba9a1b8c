/** Starts a real mosquitto for the test, on a free port. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram, freePort, startProgram, type Program } from "../../scripts/bench/program.ts";
import { awaited } from "./elsewhere.ts";

export const MOSQUITTO = findProgram("mosquitto");

/** Explains why a mosquitto test is skipped. */
export const WITHOUT_MOSQUITTO = "skipped: mosquitto is not installed (Debian: apt-get install mosquitto)";

export interface Mosquitto extends Pick<Program, "logged"> {
  readonly port: number;
  close(): Promise<void>;
}

export async function startMosquitto(program: string): Promise<Mosquitto> {
  const directory = await mkdtemp(join(tmpdir(), "mosquitto-"));
  const port = await freePort();
  const config = join(directory, "mosquitto.conf");
  await writeFile(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  const broker = startProgram(program, ["-v", "-c", config]);
  await broker.logged(/ running$/);
  const watched = await awaited({
    port,
    async close() {
      await broker.end();
      await rm(directory, { recursive: true, force: true });
    },
  });
  return { ...watched, logged: broker.logged };
}
