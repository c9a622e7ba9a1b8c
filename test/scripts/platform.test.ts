import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exampleRegistry } from "../../scripts/local-onenet/example.ts";
import { writeRegistry } from "../../scripts/local-onenet/registry-file.ts";

let folder: string;
let registry: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "platform-"));
  registry = join(folder, "class.json");
});
afterEach(() => {
  child?.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

interface Running {
  readonly output: () => string;
  /** Resolves when the output matches. */
  seen(pattern: RegExp): Promise<RegExpExecArray>;
  readonly exit: Promise<number | null>;
  interrupt(): void;
}

function run(...args: string[]): Running {
  const ports = [
    "--mqtt-port",
    "0",
    "--suite-port",
    "0",
    "--tls-port",
    "0",
    "--http-port",
    "0",
    "--page-port",
    "0",
  ];
  const started = spawn(
    process.execPath,
    [
      "--import",
      "tsx",
      "scripts/platform.ts",
      "--host",
      "127.0.0.1",
      "--registry",
      registry,
      ...ports,
      ...args,
    ],
    { env: { ...process.env, NO_COLOR: "1" }, stdio: ["ignore", "pipe", "pipe"] },
  );
  child = started;
  let output = "";
  let changed: () => void = () => undefined;
  for (const stream of [started.stdout, started.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      changed();
    });
  }
  return {
    output: () => output,
    async seen(pattern) {
      for (;;) {
        const match = pattern.exec(output);
        if (match !== null) return match;
        await new Promise<void>((resolve) => (changed = resolve));
      }
    },
    exit: once(started, "close").then(([code]: unknown[]) => code as number | null),
    interrupt: () => void started.kill("SIGINT"),
  };
}

test("makes a registry, says where it listens, shows what devices do, and ends with Ctrl-C", async () => {
  const platform = run("--show-keys");
  await platform.seen(/Ctrl-C ends/);
  const [, port = ""] = await platform.seen(/suite, studio +MQTT port (\d+), over TLS [1-9]\d*/);
  const [, clientId = "", username = "", password = ""] = await platform.seen(
    /suite device lamp\n +client id (\S+)\n +user name (\S+)\n +password +(\S+)\n/,
  );
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    protocolVersion: 4,
    clientId,
    username,
    password,
    reconnectPeriod: 0,
  });
  await client.publishAsync(`$sys/${username}/lamp/dp/post/json`, '{"id":1,"dp":{"温度":[{"v":21}]}}');
  await platform.seen(/100002\/lamp "温度" = 21 at /);
  await client.endAsync();
  await platform.seen(/100002\/lamp offline: the device sent DISCONNECT/);
  platform.interrupt();
  expect(await platform.exit).toBe(0);
});

test("keeps a registry that is there, and prints no secret of it", async () => {
  const { products, devices } = exampleRegistry();
  writeRegistry(registry, products, devices);
  const before = readFileSync(registry, "utf8");
  const platform = run();
  await platform.seen(/Ctrl-C ends/);
  platform.interrupt();
  expect(await platform.exit).toBe(0);
  expect(readFileSync(registry, "utf8")).toBe(before);
  const secrets = before.match(/"(?:key|authInfo|registrationCode)": "[^"]+"/g) ?? [];
  expect(secrets).toHaveLength(6);
  for (const secret of secrets) expect(platform.output()).not.toContain(secret.split('"')[3]);
});

test("two platforms do not share a registry; one that was killed leaves it free", async () => {
  const first = run();
  await first.seen(/Ctrl-C ends/);
  const [killed] = [child];
  const second = run();
  expect(await second.exit).toBe(1);
  expect(second.output()).toContain(`class.json is in use by process ${killed?.pid ?? 0} on `);
  killed?.kill("SIGKILL");
  await first.exit;
  expect(readdirSync(folder)).toContain("class.json.lock");
  const third = run();
  await third.seen(/Ctrl-C ends/);
  third.interrupt();
  expect(await third.exit).toBe(0);
  expect(readdirSync(folder)).toEqual(["class.json"]);
});

test("a port that is taken, a port that is none, a broken registry: each in a sentence", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const taken = run("--tls-port", String(port));
  expect(await taken.exit).toBe(1);
  expect(taken.output()).toContain(`port ${port} is taken: `);
  expect(taken.output()).toContain("or give --tls-port another");
  server.close();

  const none = run("--mqtt-port", "x");
  expect(await none.exit).toBe(2);
  expect(none.output()).toContain("A port is 0 to 65535.");

  writeFileSync(registry, '{"products":[{"generation":"suite"}]}');
  const broken = run();
  expect(await broken.exit).toBe(1);
  expect(broken.output()).toMatch(/class\.json: products\.0: must have required property 'product'\n$/);
});
