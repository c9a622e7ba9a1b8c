/** `npm run platform`: a local OneNET on the platform's ports, for a class to connect to. */

import { existsSync } from "node:fs";
import { Option } from "commander";
import {
  examples,
  parsePort,
  printJson,
  runCommand,
  untilInterrupted,
  UserError,
  wholeNumber,
} from "./cli/command.ts";
import { listCredentials } from "./local-onenet/credentials.ts";
import { createLineWriter } from "./cli/line-writer.ts";
import { explainListen } from "./cli/listen-error.ts";
import { explainWrite } from "./cli/output-file.ts";
import { logPlatform } from "./local-onenet/log.ts";
import { showConsole } from "./web-console/show.ts";
import { createFeed } from "./web-console/feed.ts";
import { tapFor, watchRealBoards } from "./web-console/platform-console.ts";
import { exampleRegistry } from "./local-onenet/example.ts";
import { LIMITS } from "./local-onenet/limits.ts";
import { LockError, lockFile } from "./local-onenet/file-lock.ts";
import { startLocalOneNet, type LocalOneNet, type Tap } from "./local-onenet/index.ts";
import { lanAddresses } from "./cli/addresses.ts";
import { openRegistry, RegistryError, writeRegistry } from "./local-onenet/registry-file.ts";
import { out } from "./cli/terminal.ts";

interface Options {
  host: string;
  mqttPort: number;
  suitePort: number;
  tlsPort: number;
  httpPort: number;
  connections: number;
  strict?: true;
  registry: string;
  showKeys?: true;
  json?: true;
  pageHost: string;
  pagePort?: number;
  open: boolean;
}

await runCommand(
  "platform",
  "Starts a local OneNET for boards on the same network.",
  (command) =>
    command
      .option("--host <address>", "address to listen at; 127.0.0.1 keeps others out", "0.0.0.0")
      .option("--mqtt-port <port>", "MQTT of multiprotocol", parsePort, 6002)
      .option("--suite-port <port>", "MQTT of suite and studio", parsePort, 1883)
      .option("--tls-port <port>", "MQTT over TLS of suite and studio", parsePort, 8883)
      .option("--http-port <port>", "HTTP API; the platform's own is 80", parsePort, 8080)
      .option(
        "--connections <number>",
        "most connections at once, each for MQTT and HTTP",
        wholeNumber(100_000),
        LIMITS.connections,
      )
      .option("--strict", "refuse also what the platform may or may not refuse")
      .addOption(new Option("--lenient", "accept that, with a notice; the default").conflicts("strict"))
      .option(
        "--registry <file>",
        "file of products and devices; created with examples if missing",
        "onenet.local.json",
      )
      .option(
        "--page-host <address>",
        "address of the web console; any but 127.0.0.1 asks for a password",
        "127.0.0.1",
      )
      .option("--page-port <port>", "port of the web console (default: 8484, or a free one)", parsePort)
      .option("--no-open", "do not open the web console in a browser")
      .option("--show-keys", "print each device's credentials")
      .addOption(
        new Option("--json", "print the addresses as JSON, for programs, and no device events").conflicts(
          "showKeys",
        ),
      )
      .addHelpText(
        "after",
        examples(
          [
            ["npm run platform", "for boards on this network; its web console only on this computer"],
            ["npm run platform -- --page-host 0.0.0.0", "its web console for others too, with a password"],
            ["npm run platform -- --show-keys", "print each device's credentials"],
          ],
          "docs/local-onenet.md",
        ),
      ),
  async (command) => {
    const options = command.opts<Options>();
    const lines = createLineWriter(process.stdout);
    const write = options.json ? () => undefined : lines.write;
    const feed = createFeed();
    const platform = await start(options, tapFor(feed), write);
    const ended = untilInterrupted();
    logPlatform(platform, write);
    const { pageHost: host, pagePort: port, open } = options;
    const { mqttPort, suitePort, tlsPort, httpPort } = platform;
    const ports = `MQTT ${mqttPort} and ${suitePort}, TLS ${tlsPort ?? 0}, HTTP ${httpPort}`;
    const addresses = addressesOf(options.host);
    const site = { title: "Local OneNET", address: `${addresses.join(", ")}: ${ports}` };
    const actions = watchRealBoards(feed, platform);
    for (const line of describe(platform, addresses)) write(line);
    const page = await showConsole({ host, port, open }, site, feed, actions, write).catch(
      async (error: unknown) => {
        await platform.close();
        throw error;
      },
    );
    if (options.json) {
      const { address, password } = page;
      const { registry } = options;
      const webConsole = { address, ...(password === undefined ? {} : { password }) };
      printJson({ addresses, mqttPort, suitePort, tlsPort, httpPort, registry, webConsole });
    } else if (options.showKeys) for (const line of listCredentials(platform)) write(line);
    else write(`The devices' credentials are in ${options.registry}; print them with --show-keys.`);
    write("Ctrl-C ends.");
    await ended;
    lines.flush();
    feed.close();
    await page.close();
    await platform.close();
  },
);

async function start(options: Options, tap: Tap, write: (line: string) => void): Promise<LocalOneNet> {
  let letGo = (): void => undefined;
  try {
    letGo = lockFile(options.registry);
    if (!existsSync(options.registry)) {
      const { products, devices } = exampleRegistry();
      writeRegistry(options.registry, products, devices);
      write(`Created ${options.registry} with an example product of each generation.`);
    }
    const registry = openRegistry(options.registry, (text) => write(out.yellow(text)));
    const { connections } = options;
    return await startLocalOneNet({ ...options, limits: { connections }, rateLimits: true, tap, registry });
  } catch (error) {
    letGo();
    throw explain(error, options);
  }
}

/** A readable version of an error the user can fix; any other unchanged. */
function explain(error: unknown, options: Options): unknown {
  if (error instanceof RegistryError || error instanceof LockError) return new UserError(error.message);
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
    out.bold(`Local OneNET: ${addresses.join(", ")}`),
    `  multiprotocol  MQTT port ${mqttPort}`,
    `  suite, studio  MQTT port ${suitePort}, over TLS ${tlsPort ?? 0}`,
    `  HTTP API       port ${httpPort}: register_de and the application side`,
    certificate
      ? "  TLS            self-signed certificate: turn off verification in clients that verify"
      : "",
    '  For a board file, in "onenet":',
    `    multiprotocol  "server": "${address}", "port": ${mqttPort}`,
    `    suite, studio  "server": "${address}", "port": ${suitePort}`,
  ].filter((line) => line !== "");
}
