/**
 * The `espruino` command line tool, run in a separate process because it disables certificate checks for its whole
 * process. It does not report success and nearly always exits with 0, so only the board's output counts.
 *
 * It is given a local TCP port instead of the board's: this process holds the board's port before, during and after the
 * upload, sees every byte in both directions, and supports ports the tool does not (pseudo terminals, links).
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { SLOTS } from "../boards/update/slots.ts";
import { UserError } from "../cli/command.ts";
import type { BoardLink } from "./board-link.ts";
import { oneLine } from "../cli/console-text.ts";
import { t } from "../cli/language.ts";

export interface Upload {
  /** Path of the script. */
  readonly file: string;
  /** Folder of the modules the script requires, if any. */
  readonly modules?: string;
  /** Path of the program for the first slot, of a board with updates; the script is then its loader. */
  readonly slot?: string;
  /**
   * To RAM, where it runs at once, until the board restarts; otherwise to flash, where it runs from the next restart.
   */
  readonly toRam: boolean;
  /** @param sent bytes sent to the board so far */
  readonly onProgress: (sent: number) => void;
  /** Called before the first byte of the script reaches the board's flash. */
  readonly onWrite: () => void;
  readonly signal: AbortSignal;
}

/**
 * Longest silence on both sides, in ms: the tool waits up to 5 s for a prompt, a chip several seconds for its flash.
 */
const SILENCE = 15_000;

/** Most characters of the tool's output kept. */
const KEPT = 4000;

/** @throws UserError if the tool or the connection ended before everything was sent */
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
    server.close(); // accepts only the tool
    bridge = bridgeTo(link, socket, upload, stop);
  });
  const [code] = (await once(tool, "close")) as [number | null];
  server.close();
  bridge?.end();
  upload.signal.removeEventListener("abort", stop);
  link.events.off("closed", stop);

  upload.signal.throwIfAborted();
  if (link.isClosed())
    throw new UserError(t`the port closed during the upload: check the cable, and flash again`);
  if (code !== 0 || !bridge) {
    throw new UserError(
      bridge?.wasSilent
        ? t`the upload stalled: press the board's EN or RST button, and flash again`
        : t`the espruino tool failed: ${lastLines(said) || t`exit code ${String(code)}`}`,
    );
  }
}

/** The tool repeats the board's output. */
function lastLines(said: string): string {
  return said
    .trim()
    .split("\n")
    .slice(-5)
    .map((line) => oneLine(line))
    .join("\n");
}

const TOOL = createRequire(import.meta.url).resolve("espruino/bin/espruino-cli.js");

function toolArguments(port: number, { file, modules, slot, toRam }: Upload): string[] {
  const settings = {
    SAVE_ON_SEND: toRam ? 0 : 1,
    RESET_BEFORE_SEND: 0, // the board was reset already; the tool would not wait for it, and lose its next bytes
    LOAD_STORAGE_FILE: 0, // the board is restarted only after the upload has been checked
    // No look-ups on the web, because the tool does not verify servers: the modules are downloaded already.
    MODULE_URL: modules ?? "",
    MODULE_EXTENSIONS: ".js",
    BOARD_JSON_URL: "/nowhere",
  };
  const config = Object.entries(settings).flatMap(([name, value]) => ["--config", `${name}=${value}`]);
  const storage = slot === undefined ? [] : ["--storage", `${SLOTS[0]}:${slot}`];
  return ["--no-ble", "--port", `tcp://127.0.0.1:${port}`, ...config, ...storage, file];
}

/** How each command begins with which the tool writes to flash. */
const WRITE = 'require("Storage").write(';

interface Bridge {
  wasSilent: boolean;
  end(): void;
}

function bridgeTo(
  link: BoardLink,
  socket: Socket,
  { onProgress, onWrite }: Upload,
  stop: () => void,
): Bridge {
  let sent = 0;
  /** The end of what was sent, until the first write. */
  let last: string | undefined = "";
  // Back-pressure reaches the board: a chip may print endlessly.
  const up = (bytes: Buffer) => {
    if (socket.writable && !socket.write(bytes)) link.port.pause();
  };
  const resumePort = () => void link.port.resume();
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
      resumePort();
    },
  };
  socket.on("drain", resumePort).on("close", resumePort);
  link.events.on("bytes", up);
  link.port.on("drain", resume);
  socket.on("error", () => socket.destroy());
  socket.on("data", (bytes) => {
    silence.refresh();
    sent += bytes.length;
    if (last !== undefined) {
      last += bytes.toString("latin1");
      if (last.includes(WRITE)) {
        last = undefined;
        onWrite();
      } else last = last.slice(-WRITE.length);
    }
    if (!link.port.write(bytes)) socket.pause();
    onProgress(sent);
  });
  return bridge;
}
