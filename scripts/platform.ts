/**
 * `npm run platform`: a local OneNET on the platform's ports, for a class to connect to; or what one has kept, as CSV or
 * JSON.
 */

import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { InvalidArgumentError, Option, type Command } from "commander";
import {
  examples,
  EXIT,
  parsePort,
  printJson,
  runCommand,
  untilInterrupted,
  UserError,
  warn,
  wholeNumber,
} from "./cli/command.ts";
import { listCredentials } from "./local-onenet/credentials.ts";
import { createLineWriter } from "./cli/line-writer.ts";
import { explainListen } from "./cli/listen-error.ts";
import { openFileFault } from "./cli/open-files.ts";
import { explainWrite } from "./cli/output-file.ts";
import { keepLog, logPlatform } from "./local-onenet/log.ts";
import { showConsole } from "./web-console/show.ts";
import { createFeed } from "./web-console/feed.ts";
import { tapFor, watchRealBoards } from "./web-console/platform-console.ts";
import { parseDay } from "./local-onenet/beijing-time.ts";
import { NOTHING_KEPT, type Data } from "./local-onenet/data.ts";
import { isDataError, openData, readData, type DataReader } from "./local-onenet/database.ts";
import { checkOutput, dataError } from "./local-onenet/data-file.ts";
import { createIfMissing, registryOf } from "./local-onenet/data-registry.ts";
import { nameOf, type Registry } from "./local-onenet/devices.ts";
import { exportPoints, FORMATS, type Format } from "./local-onenet/export.ts";
import { LIMITS } from "./local-onenet/limits.ts";
import { LockError, lockFile } from "./local-onenet/file-lock.ts";
import { startLocalOneNet, type LocalOneNet, type Tap } from "./local-onenet/index.ts";
import { lanAddresses } from "./cli/addresses.ts";
import { openRegistry, RegistryError } from "./local-onenet/registry-file.ts";
import { out } from "./cli/terminal.ts";
import { inBoth, inLanguage, list, t } from "./cli/language.ts";

interface Options {
  host: string;
  mqttPort: number;
  suitePort: number;
  tlsPort: number;
  httpPort: number;
  connections: number;
  strict?: true;
  registry: string;
  data?: string;
  keepDays: number;
  dataLimit: number;
  format: Format;
  device?: string;
  from?: number;
  to?: number;
  output?: string;
  showKeys?: true;
  json?: true;
  pageHost: string;
  pagePort?: number;
  open: boolean;
}

/** Options of the call `export` alone. */
const OF_EXPORT = ["format", "device", "from", "to", "output"] as const;

/** What a platform keeps in a file, unless the command line says otherwise. */
const KEEP_DAYS = 365;
const DATA_LIMIT = 2048;

const MIB = 2 ** 20;

await runCommand(
  "platform",
  t`Starts a local OneNET for boards on the same network, or exports what it has kept: export <file>.`,
  (command) =>
    command
      .argument("[call...]", t`export <file>: print the data points of a --data file`)
      .option("--host <address>", t`address to listen at; 127.0.0.1 keeps others out`, "0.0.0.0")
      .option("--mqtt-port <port>", t`MQTT of multiprotocol`, parsePort, 6002)
      .option("--suite-port <port>", t`MQTT of suite and studio`, parsePort, 1883)
      .option("--tls-port <port>", t`MQTT over TLS of suite and studio`, parsePort, 8883)
      .option("--http-port <port>", t`HTTP API; the platform's own is 80`, parsePort, 8080)
      .option(
        "--connections <number>",
        t`most connections at once, each for MQTT and HTTP`,
        wholeNumber(100_000),
        LIMITS.connections,
      )
      .option("--strict", t`refuse also what the platform may or may not refuse`)
      .addOption(new Option("--lenient", t`accept that, with a notice; the default`).conflicts("strict"))
      .option(
        "--registry <file>",
        t`file of products and devices; created with examples if missing`,
        "onenet.local.json",
      )
      .option("--data <file>", t`keep data points, devices, commands and the log in this file`)
      .option("--keep-days <days>", t`--data: delete what is older`, wholeNumber(36_500), KEEP_DAYS)
      .option(
        "--data-limit <MiB>",
        t`--data: largest size; the oldest is deleted first`,
        wholeNumber(1_000_000),
        DATA_LIMIT,
      )
      .addOption(
        new Option("--format <format>", t`export: csv for spreadsheets, json for programs`)
          .choices(FORMATS)
          .default("csv"),
      )
      .option("--device <name>", t`export: one device`)
      .option("--from <time>", t`export: first time, in Beijing time: 2026-05-29 or 2026-05-29T08:00`, day)
      .option("--to <time>", t`export: last time`, day)
      .option("--output <file>", t`export: write to this file, not to the screen`)
      .option(
        "--page-host <address>",
        t`address of the web console; any but 127.0.0.1 asks for a password`,
        "127.0.0.1",
      )
      .option("--page-port <port>", t`port of the web console (default: 8484, or a free one)`, parsePort)
      .option("--no-open", t`do not open the web console in a browser`)
      .option("--show-keys", t`print each device's credentials`)
      .addOption(
        new Option("--json", t`print the addresses as JSON, for programs, and no device events`).conflicts(
          "showKeys",
        ),
      )
      .addHelpText(
        "after",
        examples(
          [
            ["npm run platform", t`for boards on this network; its web console only on this computer`],
            ["npm run platform -- --page-host 0.0.0.0", t`its web console for others too, with a password`],
            ["npm run platform -- --show-keys", t`print each device's credentials`],
            ["npm run platform -- --data class.db", t`keep everything in a file, for the next lesson`],
            ["npm run platform -- export class.db --output class.csv", t`all data points as a table`],
          ],
          "docs/local-onenet.md",
        ),
      ),
  async (command) => {
    const options = command.opts<Options>();
    if (command.args.length > 0) {
      await exportFile(command, options);
      return;
    }
    const misplaced = OF_EXPORT.filter((name) => command.getOptionValueSource(name) === "cli");
    if (misplaced.length > 0)
      throw new UserError(
        t`${list(misplaced.map((name) => `--${name}`))}: only with the call export <file>`,
        EXIT.usage,
      );
    const fault = openFileFault(options.connections);
    if (fault !== undefined) warn(fault);
    const lines = createLineWriter(process.stdout);
    const write = options.json ? () => undefined : lines.write;
    const feed = createFeed();
    const alert = (text: string) => {
      write(out.red(inLanguage(text)));
      feed.alert({ board: "", who: "" }, "notice", text);
    };
    const isRegistryGiven = command.getOptionValueSource("registry") !== "default";
    const { platform, data } = await start(options, isRegistryGiven, tapFor(feed), write, alert);
    const ended = untilInterrupted();
    logPlatform(platform, write);
    if (options.data !== undefined) keepLog(platform, data);
    const { pageHost: host, pagePort: port, open } = options;
    const { mqttPort, suitePort, tlsPort, httpPort } = platform;
    const ports = () => t`MQTT ${mqttPort} and ${suitePort}, TLS ${tlsPort ?? 0}, HTTP ${httpPort}`;
    const addresses = addressesOf(options.host);
    const site = {
      title: inBoth(() => t`Local OneNET`),
      address: inBoth(() => t`${list(addresses)}: ${ports()}`),
    };
    const actions = watchRealBoards(feed, platform);
    for (const line of describe(platform, addresses)) write(line);
    const page = await showConsole({ host, port, open }, site, feed, actions, write).catch(
      async (error: unknown) => {
        await platform.close();
        data.close();
        throw error;
      },
    );
    if (options.json) {
      const { address, password } = page;
      const { registry, data: file } = options;
      const kept = file === undefined ? { registry } : { data: file };
      const webConsole = { address, ...(password === undefined ? {} : { password }) };
      printJson({ addresses, mqttPort, suitePort, tlsPort, httpPort, ...kept, webConsole });
    } else if (options.showKeys) for (const line of listCredentials(platform)) write(line);
    else
      write(
        t`The devices' credentials are in ${options.data ?? options.registry}; print them with --show-keys.`,
      );
    if (options.data !== undefined) {
      write(
        t`Everything is kept in ${options.data}: for ${options.keepDays} days, up to ${options.dataLimit} MiB.`,
      );
    }
    write(t`Ctrl-C ends.`);
    await ended;
    lines.flush();
    feed.close();
    await page.close();
    await platform.close();
    data.close();
  },
);

/** @param warn receives what the class has to know about its file */
async function start(
  options: Options,
  isRegistryGiven: boolean,
  tap: Tap,
  write: (line: string) => void,
  warn: (text: string) => void,
): Promise<{ readonly platform: LocalOneNet; readonly data: Data }> {
  let letGo = (): void => undefined;
  let data = NOTHING_KEPT;
  try {
    const { connections, keepDays, dataLimit } = options;
    let registry: Registry;
    if (options.data === undefined) {
      letGo = lockFile(options.registry);
      createIfMissing(options.registry, write);
      registry = openRegistry(options.registry, (text) => write(out.yellow(text)));
    } else {
      data = await openData(options.data, { keepDays, limit: dataLimit * MIB, warn });
      registry = registryOf(data, options.registry, isRegistryGiven, write);
    }
    const limits = { connections };
    const platform = await startLocalOneNet({ ...options, limits, rateLimits: true, tap, registry, data });
    return { platform, data };
  } catch (error) {
    letGo();
    data.close();
    throw explain(dataError(options.data ?? "", error), options);
  }
}

/** @throws UserError if the file cannot be read or the output not be written */
async function exportFile({ args }: Command, { format, device, from, to, output }: Options): Promise<void> {
  const [call, file, ...surplus] = args;
  if (call !== "export" || file === undefined || surplus.length > 0)
    throw new UserError(t`"${args.join(" ")}": the call is: export <file>`, EXIT.usage);
  let data: DataReader | undefined;
  try {
    if (output !== undefined) checkOutput(file, output);
    data = await readData(file);
    const devices = data.devices.filter((record) => [nameOf(record), undefined].includes(device));
    if (device !== undefined && devices.length === 0)
      throw new UserError(
        t`${file} has no device ${device}; a device of suite or studio is <product>/<device>`,
      );
    const text = Readable.from(exportPoints(data, devices, { from, to }, format));
    if (output === undefined) await pipeline(text, process.stdout, { end: false });
    else
      await pipeline(text, createWriteStream(output)).catch((error: unknown) => {
        const { code, syscall } = error as NodeJS.ErrnoException;
        throw syscall === undefined ? error : new UserError(explainWrite(output, String(code)));
      });
  } catch (error) {
    const known = dataError(file, error);
    throw isDataError(known) ? new UserError(known.message) : known;
  } finally {
    data?.close();
  }
}

/** Parses an option's time. @throws InvalidArgumentError */
function day(text: string): number {
  const time = parseDay(text);
  if (!Number.isNaN(time)) return time;
  throw new InvalidArgumentError(t`Must be a Beijing time such as 2026-05-29 or 2026-05-29T08:00.`);
}

/** A readable version of an error the user can fix; any other unchanged. */
function explain(error: unknown, options: Options): unknown {
  if (error instanceof RegistryError || error instanceof LockError || isDataError(error))
    return new UserError(error.message);
  const { code, port = 0, syscall } = error as NodeJS.ErrnoException & { port?: number };
  if (syscall === "open") return new UserError(explainWrite(options.registry, String(code)));
  if (syscall !== "listen") return error;
  const taken = (["mqttPort", "suitePort", "tlsPort", "httpPort"] as const).find(
    (name) => options[name] === port,
  );
  const forPort = taken === undefined ? "--host" : `--${taken.replace("Port", "-port")}`;
  return explainListen(error, { host: options.host, port, forPort, forHost: "--host" });
}

/** The addresses at which this machine's platform is reachable. */
function addressesOf(host: string): string[] {
  return host === "0.0.0.0" ? [...lanAddresses(), "127.0.0.1"] : [host];
}

/** The platform's addresses and ports, for display, and as lines to paste into a board file. */
function describe(platform: LocalOneNet, addresses: readonly string[]): string[] {
  const { mqttPort, suitePort, tlsPort, httpPort, certificate } = platform;
  const [address = ""] = addresses;
  return [
    out.bold(t`Local OneNET: ${list(addresses)}`),
    t`  multiprotocol  MQTT port ${mqttPort}`,
    t`  suite, studio  MQTT port ${suitePort}, over TLS ${tlsPort ?? 0}`,
    t`  HTTP API       port ${httpPort}: register_de and the application side`,
    certificate
      ? t`  TLS            self-signed certificate: turn off verification in clients that verify`
      : "",
    t`  For a board file, in "onenet":`,
    t`    multiprotocol  "server": "${address}", "port": ${mqttPort}`,
    t`    suite, studio  "server": "${address}", "port": ${suitePort}`,
  ].filter((line) => line !== "");
}
