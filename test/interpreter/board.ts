/**
 * A real Espruino as a board: its console on TCP, persistent flash, and a restart whenever its program requests one.
 */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runFile } from "./espruino.ts";

export interface InterpreterBoard {
  /** The address of its console: `tcp://127.0.0.1:port`. */
  readonly port: string;
  /** Everything it printed. */
  readonly printed: () => string;
  /** Sends keys, as a terminal does. */
  readonly type: (keys: string) => void;
  /** Power off and on. */
  powerCycle(): void;
  /** Number of interpreter starts. */
  readonly starts: () => number;
  /** Blocks its interpreter, like a connection being opened: it prints nothing, and reads input afterwards. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** @param first code that runs before the program at each boot, from a file in flash */
export async function startBoard(binary: string, first = ""): Promise<InterpreterBoard> {
  const directory = await mkdtemp(join(tmpdir(), "espruino-board-"));
  if (first) {
    const write = `require("Storage").write(".boot0", ${JSON.stringify(first)})`;
    await writeFile(join(directory, "prepare.js"), write);
    await runFile(binary, "prepare.js", directory);
  }
  let printed = "";
  let terminal: Socket | undefined;
  let isStopped = false;
  let starts = 0;
  let espruino = boot();

  function boot(): ChildProcess {
    starts++;
    const child = spawn(binary, [], { cwd: directory, stdio: ["pipe", "pipe", "ignore"] });
    child.stdout.on("data", (bytes: Buffer) => {
      printed += bytes.toString("latin1");
      terminal?.write(bytes);
    });
    child.stdin.on("error", () => undefined); // input during a restart is lost
    child.once("exit", () => {
      if (!isStopped) espruino = boot(); // E.reboot() ends the process on Linux
    });
    return child;
  }

  const type = (keys: string) => void espruino.stdin?.write(keys, "latin1");
  const server = createServer((socket) => {
    terminal = socket.on("error", () => socket.destroy());
    socket.on("data", (bytes) => type(bytes.toString("latin1")));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    port: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    printed: () => printed,
    type,
    powerCycle: () => void espruino.kill("SIGKILL"),
    starts: () => starts,
    pause: () => void espruino.kill("SIGSTOP"),
    resume: () => void espruino.kill("SIGCONT"),
    async stop() {
      isStopped = true;
      const exited = once(espruino, "exit");
      espruino.kill("SIGKILL");
      terminal?.destroy();
      server.close();
      await exited;
      await rm(directory, { recursive: true });
    },
  };
}
