/** `npm run platform`: a local OneNET alone, on the platform's own ports, for a class to connect to. */

import { existsSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import { networkInterfaces } from "node:os";
import pc from "picocolors";
import { runCommand, UserError } from "./lib/command.ts";
import { listCredentials } from "./lib/credentials.ts";
import { logPlatform } from "./lib/platform-log.ts";
import { exampleRegistry } from "./local-onenet/example.ts";
import { startLocalOneNet, type LocalOneNet } from "./local-onenet/index.ts";
import { openRegistry, RegistryError, writeRegistry } from "./local-onenet/registry-file.ts";

interface Options {
  host: string;
  mqttPort: number;
  suitePort: number;
  tlsPort: number;
  httpPort: number;
  registry: string;
  showKeys?: true;
}

const write = (line: string) => console.log(line);

await runCommand(
  "platform",
  "Starts a local OneNET for boards in the same network to connect to.",
  (command) =>
    command
      .option("--host <address>", "address to listen at; 127.0.0.1 keeps others out", "0.0.0.0")
      .option("--mqtt-port <port>", "MQTT of multiprotocol", port, 6002)
      .option("--suite-port <port>", "MQTT of suite and studio", port, 1883)
      .option("--tls-port <port>", "MQTT over TLS of suite and studio", port, 8883)
      .option("--http-port <port>", "HTTP API; the platform's own is 80", port, 8080)
      .option("--registry <file>", "products and devices; made with examples if missing", "onenet.local.json")
      .option("--show-keys", "print what each device logs in with"),
  async (command) => {
    const options = command.opts<Options>();
    const platform = await start(options);
    const ended = new Promise<void>((resolve) => {
      process.once("SIGINT", resolve);
      process.once("SIGTERM", resolve);
    });
    logPlatform(platform, write);
    for (const line of describe(platform, options)) write(line);
    if (options.showKeys) for (const line of listCredentials(platform)) write(line);
    else write(`What devices log in with is in ${options.registry}; --show-keys prints it.`);
    write("Ctrl-C ends.");
    await ended;
    await platform.close();
  },
);

async function start(options: Options): Promise<LocalOneNet> {
  try {
    if (!existsSync(options.registry)) {
      const { products, devices } = exampleRegistry();
      writeRegistry(options.registry, products, devices);
      write(`Made ${options.registry} with an example product of each generation.`);
    }
    return await startLocalOneNet({ ...options, registry: openRegistry(options.registry) });
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

/** Where the platform listens. */
function describe(platform: LocalOneNet, { host }: Options): string[] {
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);
  const addresses = host === "0.0.0.0" ? [...own, "127.0.0.1"] : [host];
  const { mqttPort, suitePort, tlsPort, httpPort, certificate } = platform;
  return [
    pc.bold(`Local OneNET at ${addresses.join(", ")}`),
    `  multiprotocol  MQTT port ${mqttPort}`,
    `  suite, studio  MQTT port ${suitePort}, over TLS ${tlsPort ?? 0}`,
    `  HTTP API       port ${httpPort}: register_de and the application side`,
    certificate
      ? "  TLS            a certificate of its own: clients that verify need to be told not to"
      : "",
  ].filter((line) => line !== "");
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number > 65_535) throw new InvalidArgumentError("A port is 0 to 65535.");
  return number;
}
