/** A real Espruino whose clock jumps while it runs, and whose connections block: chip-time.c with LD_PRELOAD. */

import { execFileSync } from "node:child_process";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface ChipTime {
  /** For the interpreter's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Moves the clock by this many seconds at once. */
  move(seconds: number): Promise<void>;
  /** The interpreter's time, in ms since 1970. */
  now(): number;
  remove(): Promise<void>;
}

/** Where the clock starts, in ms: 2020-01-02. An interpreter of 32 bits counts no further than 2038-01-19. */
const START = Date.UTC(2020, 0, 2);

/** Explains why a test is skipped. */
export const WITHOUT_COMPILER = "skipped: a C compiler makes what moves the interpreter's clock; install cc";

/**
 * @param binary the interpreter, whose word size matters
 * @param connectDelay how long each connection blocks, in s
 * @returns undefined without a C compiler
 */
export async function chipTime(
  binary: string,
  { connectDelay }: { readonly connectDelay?: number } = {},
): Promise<ChipTime | undefined> {
  const directory = await mkdtemp(join(tmpdir(), "chip-time-"));
  const library = join(directory, "chip-time.so");
  const source = "test/interpreter/chip-time.c";
  const bits = readFileSync(binary)[4] === 1 ? "-m32" : "-m64"; // of an ELF file's header
  try {
    execFileSync("cc", [bits, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], { stdio: "pipe" });
  } catch (error) {
    await rm(directory, { recursive: true });
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const file = join(directory, "offset");
  let offset = Math.round((START - Date.now()) / 1000);
  await writeFile(file, String(offset));
  return {
    environment: {
      LD_PRELOAD: library,
      CLOCK_OFFSET_FILE: file,
      ...(connectDelay === undefined ? {} : { CONNECT_DELAY: String(connectDelay) }),
    },
    async move(seconds) {
      offset += seconds;
      await writeFile(`${file}.new`, String(offset));
      await rename(`${file}.new`, file);
    },
    now: () => Date.now() + offset * 1000,
    remove: () => rm(directory, { recursive: true }),
  };
}
