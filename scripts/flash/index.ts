/** Flashes a board: identifies it, uploads the script, verifies it, restarts the board and waits until it is online. */

import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { crc32 } from "node:zlib";
import type { Chip } from "../../src/board.ts";
import { awaitOnline } from "./await-online.ts";
import { AWAY, linkTo, type BoardLink, type LinkOptions } from "./board-link.ts";
import { SLOTS } from "../boards/update/slots.ts";
import { UserError } from "../cli/command.ts";
import { runEspruinoCli } from "./espruino-cli.ts";
import { explainFullFlash, makeRoom, OVERHEAD } from "./make-room.ts";
import { ESPRUINO_MODULES, modulesOf, provideModules, type ModuleSource } from "./modules.ts";
import { dropPort, openPort, withoutToken } from "./port.ts";
import { restartBoard, stopProgram } from "./restart-board.ts";
import { findPorts } from "./serial-ports.ts";
import { chipOf, explainAbsence, isOlder, whoIsThere, type Environment } from "./who-is-there.ts";
import { t } from "../cli/language.ts";

export interface FlashOptions extends LinkOptions {
  /** Serial port, or `tcp://host:port`. */
  readonly port: string;
  /** The chip the script is for. */
  readonly chip: Chip;
  /** Builds the script, in ASCII, and returns its path; called once the board has been identified. */
  readonly build: () => Promise<string>;
  readonly toRam: boolean;
  /**
   * Of a board with updates: makes a loader and a slot of its program, and returns their paths.
   * @param modules those that it requires and the board lacks
   */
  readonly install?: (modules: readonly string[]) => Promise<Installation>;
  /** Where to download the modules the script requires; Espruino's server by default. */
  readonly modules?: ModuleSource;
  /** Time-out for the board to answer, and again to come online, in ms. */
  readonly patience: number;
  readonly signal: AbortSignal;
  readonly show: FlashDisplay;
}

/** Paths of what a board with updates gets. */
export interface Installation {
  /** Runs at each boot. */
  readonly loader: string;
  /** The file of the first slot, with the program. */
  readonly slot: string;
}

export interface FlashDisplay {
  /** A step is finished, or about to begin. */
  readonly step: (text: string) => void;
  /** @param done 0–1, progress of the upload */
  readonly progress: (done: number) => void;
  /** Something takes a while: what is being waited for. */
  readonly wait: (text: string) => void;
  /** A line from the board's console. */
  readonly board: (line: string) => void;
  /** From here on, what an interruption leaves on the board is different. */
  readonly left: (left: Left) => void;
}

/**
 * What an interrupted upload leaves on the board: `erased`, no program; `part` of the script; `all` of it, verified;
 * `stopped`, the program of its flash, which runs from the next restart.
 */
export type Left = "erased" | "part" | "all" | "stopped";

/** Oldest Espruino on which every generation logs in and obeys commands; 2v14 fails with some. */
export const OLDEST = "2v19";

/**
 * @returns which board got the script
 * @throws UserError that says what went wrong and what to do; the signal's reason if aborted
 */
export async function flash(options: FlashOptions): Promise<Environment> {
  const { port, signal, show, toRam } = options;
  const over = new AbortController();
  let current: Duplex | undefined;
  // Closing the port ends every wait for the board.
  const hangUp = () => current && void dropPort(current);
  signal.addEventListener("abort", hangUp);
  const open = async () => {
    current = await openPort(port, signal);
    if (signal.aborted) hangUp();
    signal.throwIfAborted();
    return linkTo(current, options);
  };
  let link = await open();
  const online = () =>
    awaitOnline(link, {
      patience: options.patience,
      signal: AbortSignal.any([signal, over.signal]),
      onLine: show.board,
      reopen: open,
    });
  try {
    const env = await identify(link, options);
    signal.throwIfAborted();
    show.step(t`Espruino ${env.VERSION} on ${env.BOARD}`);
    const file = await options.build();
    signal.throwIfAborted();
    const script = await readFile(file, "latin1");
    const source = options.modules ?? ESPRUINO_MODULES;
    const modules = await provideModules(modulesOf(script), source, signal, show.step, builtIn(env));
    const upload = {
      file,
      ...(modules.length > 0 ? { modules: source.directory } : {}),
      toRam,
      signal,
      onProgress: (sent: number) => show.progress(sent / uploadSize(script)),
      onWrite: () => show.left(toRam ? "stopped" : "part"),
    };
    if (toRam) {
      show.left("stopped");
      link = await freshBoard(link, open, options);
      const isOnline = online(); // from the first line on, which arrives while the tool is still running
      await Promise.all([isOnline, runEspruinoCli(link, upload)]);
      return env;
    }
    const installation = await options.install?.(modules);
    const boot = installation ? await readFile(installation.loader, "latin1") : script;
    const slot = installation ? await readFile(installation.slot, "latin1") : "";
    await makeRoom(link, {
      size: boot.length + OVERHEAD + slot.length + (await sizeOfModules(source.directory, modules)),
      onErase: () => show.left("erased"),
      onWait: show.wait,
      onStep: show.step,
    });
    signal.throwIfAborted();
    await runEspruinoCli(link, {
      ...upload,
      ...(installation ? { file: installation.loader, slot: installation.slot } : {}),
      onProgress: (sent) => show.progress(sent / (uploadSize(boot) + (4 / 3) * slot.length)),
      signal: AbortSignal.any([signal, firstFault(link)]),
    });
    await verify(link, boot, modules, slot);
    show.left("all");
    show.step(t`Written to flash; the board restarts`);
    const isOnline = online();
    link.run("E.reboot()");
    await isOnline;
    return env;
  } finally {
    over.abort();
    signal.removeEventListener("abort", hangUp);
    await link.close();
  }
}

/**
 * Identifies the board.
 * @throws UserError if it is not Espruino, too old, or on another chip
 */
async function identify(link: BoardLink, options: FlashOptions): Promise<Environment> {
  const { port, chip, patience, show } = options;
  const presence = await whoIsThere(link, { patience: Math.min(AWAY, patience), onWait: show.wait });
  options.signal.throwIfAborted();
  if (presence.kind !== "espruino") {
    throw new UserError(explainAbsence(presence, withoutToken(port), chip, await findPorts()));
  }
  const { environment } = presence;
  const found = chipOf(environment.BOARD);
  if (isOlder(environment.VERSION, OLDEST)) {
    throw new UserError(
      t`Espruino ${environment.VERSION} is too old: the script needs ${OLDEST}; install the latest version (docs/flashing.md)`,
    );
  }
  if (found && found !== chip) {
    throw new UserError(
      t`this board is ${environment.BOARD}, the script is for ${chip}: write "chip": "${found}" in the board file`,
    );
  }
  return environment;
}

function builtIn({ MODULES }: Environment): string[] {
  return typeof MODULES === "string" ? MODULES.split(",") : [];
}

/**
 * Clears the board of the previous program. Over telnet it is not restarted: without the program in its flash it would
 * have no network to return on.
 */
async function freshBoard(
  link: BoardLink,
  reopen: () => Promise<BoardLink>,
  { signal, show }: FlashOptions,
): Promise<BoardLink> {
  const { value: console } = await link.ask("E.getConsole()");
  if (console === "Telnet") {
    show.step(
      t`Not restarted, because this is telnet: whatever the previous program set up stays until the next restart`,
    );
    await stopProgram(link);
    return link;
  }
  show.wait(t`restarting the board`);
  return restartBoard(link, { reopen, signal });
}

async function sizeOfModules(directory: string, names: readonly string[]): Promise<number> {
  const frame = 'Modules.addCached("",function(){});\n'.length;
  let bytes = 0;
  for (const name of names) bytes += (await stat(join(directory, `${name}.js`))).size + name.length + frame;
  return bytes;
}

/** Roughly what the tool sends for a script: strings of 1024 bytes with escapes, and the calls around them. */
function uploadSize(script: string): number {
  return JSON.stringify(script).length + Math.ceil(script.length / 1024) * 45 + 150;
}

/** A signal that aborts, with the reason, if the board reports an error. */
function firstFault(link: BoardLink): AbortSignal {
  const fault = new AbortController();
  link.events.on("line", (line) => {
    if (/^(Uncaught |New interpreter error|ERROR)/.test(line)) fault.abort(new UserError(explainFault(line)));
  });
  return fault.signal;
}

function explainFault(line: string): string {
  if (/Unable to find or create file|Too much data for file size/.test(line)) return explainFullFlash();
  if (line.includes("MEMORY"))
    return t`the board ran out of memory: press its EN or RST button, and flash again`;
  return t`the board refused the upload: ${line.replace(/^Uncaught /, "")}; flash again`;
}

/** @throws UserError if the script in flash differs: a serial line has no other check */
async function verify(
  link: BoardLink,
  script: string,
  modules: readonly string[],
  slot: string,
): Promise<void> {
  // Modules come first, with an empty line for each required module the board does not list.
  const has = modules.map((name) => `s.includes('Modules.addCached("${name}"')`);
  const size = script.length;
  const { value } = await link.ask(
    `(s=>s?[s.length-${size},E.CRC32(s.substr(s.length-${size})),${has.join("&&") || "true"}]:0)(require("Storage").read(".bootcde"))`,
  );
  const [before, sum, isComplete] = Array.isArray(value) ? (value as unknown[]) : [];
  const inSlot = slot && (await link.ask(`E.CRC32(require("Storage").read("${SLOTS[0]}"))`)).value;
  const isWhole =
    (!slot || inSlot === crc32(Buffer.from(slot, "latin1"))) &&
    sum === crc32(script) &&
    (modules.length > 0 ? Number(before) > 0 : before === 0 || before === 1);
  if (!isWhole || isComplete !== true) {
    throw new UserError(
      t`the script on the board differs from the one sent: bytes were lost in transit; use a shorter cable or another port, and flash again`,
    );
  }
}
