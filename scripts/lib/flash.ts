/** Brings a script to a board: makes sure who answers, uploads, checks what arrived, restarts, waits until it is online. */

import { readFile } from "node:fs/promises";
import { crc32 } from "node:zlib";
import type { Chip } from "../../src/board.ts";
import { linkTo, type BoardLink } from "./board-link.ts";
import { readable } from "./console-text.ts";
import { UserError } from "./command.ts";
import { runEspruinoCli } from "./espruino-cli.ts";
import { ESPRUINO_MODULES, provideModules, type ModuleSource } from "./modules.ts";
import { BAUD_RATE, openPort } from "./port.ts";
import { awaitOnline } from "./await-online.ts";

export interface FlashOptions {
  /** Serial port, or `tcp://host:port`. */
  readonly port: string;
  /** The chip that the script is for. */
  readonly chip: Chip;
  /** Makes the script, of ASCII, and gives its path; called once it is sure who answers. */
  readonly build: () => Promise<string>;
  readonly toRam: boolean;
  /** Where modules are had that the script asks for; Espruino's own place unless told. */
  readonly modules?: ModuleSource;
  /** Longest wait for the board, to answer and then to come online, in ms. */
  readonly patience: number;
  readonly signal: AbortSignal;
  readonly show: FlashDisplay;
}

export interface FlashDisplay {
  /** A step is done, or about to begin. */
  readonly step: (text: string) => void;
  /** @param done 0–1 of the upload */
  readonly progress: (done: number) => void;
  /** A line of the board's console. */
  readonly board: (line: string) => void;
}

/** Oldest Espruino on which every generation was seen to log in and obey; 2v14 fails with some. */
export const OLDEST = "2v19";

/** Longest wait for the first answer, in ms: a board that the port's opening reset needs 2 s. */
const ANSWER_PATIENCE = 6000;

/** Who is at the other end of a port: what Espruino says of itself. */
export interface Environment {
  readonly VERSION: string;
  readonly BOARD: string;
  /** The modules that are built in, with commas between them. */
  readonly MODULES?: string;
}

/**
 * @returns who got the script
 * @throws UserError with what went wrong and what to do; the signal's reason when it was aborted
 */
export async function flash(options: FlashOptions): Promise<Environment> {
  const { port, signal, show, toRam } = options;
  const open = async () => linkTo(await openPort(port));
  const link = await open();
  const over = new AbortController();
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
    show.step(`Espruino ${env.VERSION} on ${env.BOARD}`);
    const file = await options.build();
    signal.throwIfAborted();
    const script = await readFile(file, "latin1");
    const source = options.modules ?? ESPRUINO_MODULES;
    const modules = await provideModules(script, source, signal, show.step, builtIn(env));
    await quieten(link);
    const upload = {
      file,
      ...(modules.length > 0 ? { modules: source.directory } : {}),
      toRam,
      signal,
      onProgress: (sent: number) => show.progress(sent / uploadSize(script)),
    };
    if (toRam) {
      const isOnline = online(); // from the first line on, which comes while the tool is still there
      await Promise.all([isOnline, runEspruinoCli(link, upload)]);
      return env;
    }
    await runEspruinoCli(link, { ...upload, signal: AbortSignal.any([signal, firstFault(link)]) });
    await verify(link, script, modules);
    show.step("Written to flash; the board restarts");
    const isOnline = online();
    link.run("E.reboot()");
    await isOnline;
    return env;
  } finally {
    over.abort();
    await link.close();
  }
}

/**
 * Who is at the other end.
 * @throws UserError when it is no Espruino, one that is too old, or one on another chip
 */
async function identify(link: BoardLink, { port, chip, patience }: FlashOptions): Promise<Environment> {
  const { value, heard } = await link.ask("process.env", Math.min(ANSWER_PATIENCE, patience));
  if (link.isClosed()) throw new UserError(`${port} closed at once: close the program that has it`);
  if (!isEnvironment(value)) throw new UserError(explainStranger(port, heard));
  const found = chipOf(value.BOARD);
  if (isOlder(value.VERSION, OLDEST)) {
    throw new UserError(
      `Espruino ${value.VERSION} is too old: the script needs ${OLDEST}; put the newest on the board (docs/flashing.md)`,
    );
  }
  if (found && found !== chip) {
    throw new UserError(
      `this board is ${value.BOARD}, the script is for ${chip}: write "chip": "${found}" in the board file`,
    );
  }
  return value;
}

function isEnvironment(value: unknown): value is Environment {
  const { VERSION, BOARD } = (value ?? {}) as Partial<Record<keyof Environment, unknown>>;
  return typeof VERSION === "string" && /^\d+v\d+/.test(VERSION) && typeof BOARD === "string";
}

function builtIn({ MODULES }: Environment): string[] {
  return typeof MODULES === "string" ? MODULES.split(",") : [];
}

/** Why there is no Espruino behind a port, from what came instead of its answer. */
function explainStranger(port: string, heard: string): string {
  const lines = heard.split("\n").map(readable);
  const text = lines.filter((line) => /\w/.test(line) && !line.includes("String.fromCharCode(2)"));
  if (heard.trim() === "") {
    return [
      `nothing answers on ${port}:`,
      "- is it the board's port? npm run ports lists what there is",
      "- press the board's EN or RST button, and try again",
      "- is Espruino on the board? docs/flashing.md says how it gets there",
    ].join("\n");
  }
  if (/waiting for download/i.test(heard)) {
    return "the board waits for a firmware: let go of BOOT, press EN or RST, and try again";
  }
  return [
    `something answers on ${port}, but it is not Espruino, or not at ${BAUD_RATE} baud; it says: ${text.at(-1) ?? "nothing readable"}`,
    "docs/flashing.md says how Espruino gets onto the board",
  ].join("\n");
}

/** The chip of Espruino's board name; undefined for a build of one's own. */
function chipOf(board: string): Chip | undefined {
  return (["esp32c3", "esp32s3", "esp8266", "esp32"] as const).find((chip) =>
    board.toLowerCase().startsWith(chip),
  );
}

/** @param version of Espruino, `2v29` or `2v29.277` */
export function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split("v").map(parseFloat);
  const [thanMajor = 0, thanMinor = 0] = than.split("v").map(parseFloat);
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}

/** Stops the program that is on the board, so that nothing it prints is taken for that of the new one. */
async function quieten(link: BoardLink): Promise<void> {
  link.run("reset()");
  await link.ask("1", ANSWER_PATIENCE);
}

/** What the tool sends for a script, about: strings of 1024 bytes with escapes, and the calls around them. */
function uploadSize(script: string): number {
  return JSON.stringify(script).length + Math.ceil(script.length / 1024) * 45 + 150;
}

/** Is aborted, and says why, when the board complains. */
function firstFault(link: BoardLink): AbortSignal {
  const fault = new AbortController();
  link.events.on("line", (line) => {
    if (/^(Uncaught |New interpreter error|ERROR)/.test(line)) fault.abort(new UserError(explainFault(line)));
  });
  return fault.signal;
}

function explainFault(line: string): string {
  if (/Unable to find or create file|Too much data for file size/.test(line)) {
    return [
      "the board's flash is full: remove files of former programs, and flash again",
      '  in npm run console: require("Storage").list() shows them, require("Storage").eraseAll() removes all',
    ].join("\n");
  }
  if (line.includes("MEMORY"))
    return "the board ran out of memory: press its EN or RST button, and flash again";
  return `the board refused the upload: ${line.replace(/^Uncaught /, "")}; flash again`;
}

/** @throws UserError when the flash does not hold the script: a serial line has no other check */
async function verify(link: BoardLink, script: string, modules: readonly string[]): Promise<void> {
  // Modules come first, and an empty line where the board does not list one that the script asks for.
  const has = modules.map((name) => `s.includes('Modules.addCached("${name}"')`);
  const size = script.length;
  const { value } = await link.ask(
    `(s=>s?[s.length-${size},E.CRC32(s.substr(s.length-${size})),${has.join("&&") || "true"}]:0)(require("Storage").read(".bootcde"))`,
    ANSWER_PATIENCE,
  );
  const [before, sum, isComplete] = Array.isArray(value) ? (value as unknown[]) : [];
  const isWhole =
    sum === crc32(script) && (modules.length > 0 ? Number(before) > 0 : before === 0 || before === 1);
  if (!isWhole || isComplete !== true) {
    throw new UserError(
      "what the board holds is not what was sent: bytes were lost on the way; use a shorter cable or another port, and flash again",
    );
  }
}
