/**
 * The `espruino` command line tool, run as a process of its own: it switches off the check of certificates for
 * whatever runs in its process. It has no report of success and mostly ends with 0, so what the board says counts.
 *
 * It gets a TCP port of this computer instead of the board's: this process holds the board's port before, while and
 * after it uploads, sees every byte of both sides, and knows ports that it does not (pseudo terminals, links).
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { UserError } from "./command.ts";
import type { BoardLink } from "./board-link.ts";
import { oneLine } from "./console-text.ts";

export interface Upload {
  /** Path of the script. */
  readonly file: string;
  /** Folder of the modules that the script asks for, where it asks for any. */
  readonly modules?: string;
  /** To RAM, where it runs at once and until the board restarts; otherwise to flash, where it waits for a restart. */
  readonly toRam: boolean;
  /** @param sent bytes that went to the board so far */
  readonly onProgress: (sent: number) => void;
  readonly signal: AbortSignal;
}

/** Longest silence of both sides, in ms: the tool waits up to 5 s for a prompt, a chip up to some s for its flash. */
const SILENCE = 15_000;

/** Most that is kept of what the tool says, in characters. */
const KEPT = 4000;

/** @throws UserError when the tool or the connection ended before all was sent */
export async function runEspruinoCli(link: BoardLink, upload: Upload): Promise<void> {
  const server = createServer({ noDelay: true });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const tool = spawn(process.execPath, [TOOL, ...toolArguments(port, upload)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [tool.stdout, tool.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-KEPT)));
  }
  const stop = () => tool.kill("SIGKILL");
  upload.signal.addEventListener("abort", stop);
  link.events.once("closed", stop);

  let bridge: Bridge | undefined;
  server.once("connection", (socket) => {
    server.close(); // for the tool only
    bridge = bridgeTo(link, socket, upload.onProgress, stop);
  });
  const [code] = (await once(tool, "close")) as [number | null];
  server.close();
  bridge?.end();
  upload.signal.removeEventListener("abort", stop);
  link.events.off("closed", stop);

  upload.signal.throwIfAborted();
  if (link.isClosed())
    throw new UserError("the port closed during the upload: check the cable, and flash again");
  if (code !== 0 || !bridge) {
    throw new UserError(
      bridge?.wasSilent
        ? "the upload came to a halt: press the board's EN or RST button, and flash again"
        : `the espruino tool failed: ${lastLines(said) || `exit code ${String(code)}`}`,
    );
  }
}

/** The tool repeats what the board prints. */
function lastLines(said: string): string {
  return said
    .trim()
    .split("\n")
    .slice(-5)
    .map((line) => oneLine(line))
    .join("\n");
}

const TOOL = createRequire(import.meta.url).resolve("espruino/bin/espruino-cli.js");

function toolArguments(port: number, { file, modules, toRam }: Upload): string[] {
  const settings = {
    SAVE_ON_SEND: toRam ? 0 : 1,
    RESET_BEFORE_SEND: 0, // the board was reset; the tool would not wait until it is, and lose what it sends next
    LOAD_STORAGE_FILE: 0, // what restarts the board comes after the check of what arrived
    // Nothing is looked up on the web, for the tool does not check whom it talks to: modules are there already.
    MODULE_URL: modules ?? "",
    MODULE_EXTENSIONS: ".js",
    BOARD_JSON_URL: "/nowhere",
  };
  const config = Object.entries(settings).flatMap(([name, value]) => ["--config", `${name}=${value}`]);
  return ["--no-ble", "--port", `tcp://127.0.0.1:${port}`, ...config, file];
}

interface Bridge {
  wasSilent: boolean;
  end(): void;
}

function bridgeTo(
  link: BoardLink,
  socket: Socket,
  onProgress: (sent: number) => void,
  stop: () => void,
): Bridge {
  let sent = 0;
  const up = (bytes: Buffer) => {
    if (socket.writable) socket.write(bytes);
  };
  const silence = setTimeout(() => {
    bridge.wasSilent = true;
    stop();
  }, SILENCE);
  const resume = () => void socket.resume();
  const bridge: Bridge = {
    wasSilent: false,
    end() {
      clearTimeout(silence);
      link.events.off("bytes", up);
      link.port.off("drain", resume);
      socket.destroy();
    },
  };
  link.events.on("bytes", up);
  link.port.on("drain", resume);
  socket.on("error", () => socket.destroy());
  socket.on("data", (bytes) => {
    silence.refresh();
    sent += bytes.length;
    if (!link.port.write(bytes)) socket.pause();
    onProgress(sent);
  });
  return bridge;
}
