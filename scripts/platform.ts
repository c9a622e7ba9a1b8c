/** `npm run platform`: a local OneNET alone, on the platform's own ports, for a class to connect to. */

import { existsSync } from "node:fs";
import { networkInterfaces } from "node:os";
import pc from "picocolors";
import { parsePort, runCommand, UserError } from "./lib/command.ts";
import { listCredentials } from "./lib/credentials.ts";
import { logPlatform } from "./lib/platform-log.ts";
import { showConsole } from "./lib/show-console.ts";
import { createFeed } from "./web-console/feed.ts";
import { tapFor, watchRealBoards } from "./web-console/platform-console.ts";
import { exampleRegistry } from "./local-onenet/example.ts";
import { startLocalOneNet, type LocalOneNet, type Tap } from "./local-onenet/index.ts";
import { openRegistry, RegistryError, writeRegistry } from "./local-onenet/registry-file.ts";

interface Options {
  host: string;
  mqttPort: number;
  suitePort: number;
  tlsPort: number;
  httpPort: number;
  registry: string;
  showKeys?: true;
  pageHost: string;
  pagePort?: number;
  open: boolean;
}

const EXAMPLES = `
Examples:
  npm run platform                          a OneNET for the boards of this network, its console for this computer
  npm run platform -- --page-host 0.0.0.0   its console for others too, with a password
  npm run platform -- --show-keys           what each device logs in with
`;

const write = (line: string) => console.log(line);

await runCommand(
  "platform",
  "Starts a local OneNET for boards in the same network to connect to.",
  (command) =>
    command
      .option("--host <address>", "address to listen at; 127.0.0.1 keeps others out", "0.0.0.0")
      .option("--mqtt-port <port>", "MQTT of multiprotocol", parsePort, 6002)
      .option("--suite-port <port>", "MQTT of suite and studio", parsePort, 1883)
      .option("--tls-port <port>", "MQTT over TLS of suite and studio", parsePort, 8883)
      .option("--http-port <port>", "HTTP API; the platform's own is 80", parsePort, 8080)
      .option("--registry <file>", "products and devices; made with examples if missing", "onenet.local.json")
      .option(
        "--page-host <address>",
        "of the web console; any but 127.0.0.1 asks for a password",
        "127.0.0.1",
      )
      .option("--page-port <port>", "of the web console (default: 8484, or a free one)", parsePort)
      .option("--no-open", "do not open the web console in a browser")
      .option("--show-keys", "print what each device logs in with")
      .addHelpText("after", EXAMPLES),
  async (command) => {
    const options = command.opts<Options>();
    const feed = createFeed();
    const platform = await start(options, tapFor(feed));
    const ended = new Promise<void>((resolve) => {
      process.once("SIGINT", resolve);
      process.once("SIGTERM", resolve);
    });
    logPlatform(platform, write);
    const { pageHost: host, pagePort: port, open } = options;
    const { mqttPort, suitePort, tlsPort, httpPort } = platform;
    const ports = `MQTT ${mqttPort} and ${suitePort}, TLS ${tlsPort ?? 0}, HTTP ${httpPort}`;
    const site = { title: "Local OneNET", address: `${addressesOf(options.host)}: ${ports}` };
    const actions = watchRealBoards(feed, platform);
    const page = await showConsole({ host, port, open }, site, feed, actions, write).catch(
      async (error: unknown) => {
        await platform.close();
        throw error;
      },
    );
    for (const line of describe(platform, options)) write(line);
    if (options.showKeys) for (const line of listCredentials(platform)) write(line);
    else write(`What devices log in with is in ${options.registry}; --show-keys prints it.`);
    write("Ctrl-C ends.");
    await ended;
    feed.close();
    await page.close();
    await platform.close();
  },
);

async function start(options: Options, tap: Tap): Promise<LocalOneNet> {
  try {
    if (!existsSync(options.registry)) {
      const { products, devices } = exampleRegistry();
      writeRegistry(options.registry, products, devices);
      write(`Made ${options.registry} with an example product of each generation.`);
    }
    return await startLocalOneNet({ ...options, tap, registry: openRegistry(options.registry) });
  } catch (error) {
    throw explain(error, options);
  }
}

/** An error in the user's words, if it is one of the user's. */
function explain(error: unknown, options: Options): unknown {
  if (error instanceof RegistryError) return new UserError(error.message);
  const { code, port, syscall } = error as NodeJS.ErrnoException & { port?: number };
  if (syscall === "open") return new UserError(`${options.registry} cannot be written: ${String(code)}`);
  if (syscall !== "listen") return error;
  const taken = (["mqttPort", "suitePort", "tlsPort", "httpPort"] as const).find(
    (name) => options[name] === port,
  );
  const option = taken === undefined ? "--host" : `--${taken.replace("Port", "-port")}`;
  if (code === "EADDRINUSE") {
    return new UserError(
      `port ${port ?? 0} is taken: end the program that has it (a broker, another npm run platform), or give ${option} another`,
    );
  }
  if (code === "EACCES") {
    return new UserError(`port ${port ?? 0} is for administrators: give ${option} one above 1023`);
  }
  if (code === "EADDRNOTAVAIL")
    return new UserError(`this machine has no address ${options.host}: check --host`);
  return error;
}

/** The addresses of this machine that the platform is reached at. */
function addressesOf(host: string): string {
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);
  return (host === "0.0.0.0" ? [...own, "127.0.0.1"] : [host]).join(", ");
}

/** Where the platform listens. */
function describe(platform: LocalOneNet, { host }: Options): string[] {
  const { mqttPort, suitePort, tlsPort, httpPort, certificate } = platform;
  return [
    pc.bold(`Local OneNET at ${addressesOf(host)}`),
    `  multiprotocol  MQTT port ${mqttPort}`,
    `  suite, studio  MQTT port ${suitePort}, over TLS ${tlsPort ?? 0}`,
    `  HTTP API       port ${httpPort}: register_de and the application side`,
    certificate
      ? "  TLS            a certificate of its own: clients that verify need to be told not to"
      : "",
  ].filter((line) => line !== "");
}
