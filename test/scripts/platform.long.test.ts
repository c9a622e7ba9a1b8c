import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exampleRegistry } from "../../scripts/local-onenet/example.ts";
import { openRegistry, writeRegistry } from "../../scripts/local-onenet/registry-file.ts";
import { connectAsync } from "../support/mqtt-client.ts";
import { runHere, startHere } from "../support/run-here.ts";

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
  /** Resolves when the output matches. */
  seen(pattern: RegExp): Promise<RegExpExecArray>;
  readonly exit: Promise<number | null>;
  interrupt(): void;
}

const PORTS = ["--mqtt-port", "--suite-port", "--tls-port", "--http-port", "--page-port"];

/** At ports that are free. */
const LOCALLY = ["--host", "127.0.0.1", ...PORTS.flatMap((port) => [port, "0"]), "--no-open"];

function argumentsWith(args: readonly string[]): string[] {
  return [...LOCALLY, "--registry", registry, ...args];
}

/** A platform that fails to start, in this process. @returns its exit code and all its output */
async function refusal(...args: string[]): Promise<{ code: unknown; output: string }> {
  const { code, stdout, stderr } = await runHere("platform", argumentsWith(args));
  return { code, output: stdout + stderr };
}

/** A platform in a process of its own. */
function run(args: readonly string[], cwd = "."): Running {
  const started = spawn(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), resolve("scripts/platform.ts"), ...args],
    { cwd, env: { ...process.env, NO_COLOR: "1" }, stdio: ["ignore", "pipe", "pipe"] },
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

test("takes over a killed process's lock, creates a registry, prints its addresses, and logs devices, until Ctrl-C", async () => {
  const { pid } = spawnSync(process.execPath, ["--version"]); // and is over
  writeFileSync(`${registry}.lock`, `${pid} ${hostname()}\n`);
  const platform = run(argumentsWith(["--show-keys"]));
  await platform.seen(/Ctrl-C ends/);
  const [, port = ""] = await platform.seen(/suite, studio +MQTT port (\d+), over TLS [1-9]\d*/);
  await platform.seen(new RegExp(`suite, studio +"server": "127\\.0\\.0\\.1", "port": ${port}\n`));
  await platform.seen(/product lampModel1 access key [\w+/]{43}=\n/);
  const [, clientId = "", username = "", password = ""] = await platform.seen(
    /suite device lamp\n +client id (\S+)\n +user name (\S+)\n +password +(\S+)\n/,
  );
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId,
    username,
    password,
  });
  await client.publish(`$sys/${username}/lamp/dp/post/json`, '{"id":1,"dp":{"温度":[{"v":21}]}}');
  await platform.seen(/100002\/lamp "温度" = 21 at /);
  await client.end();
  await platform.seen(/100002\/lamp offline: the device sent DISCONNECT/);

  const second = await refusal();
  expect(second.code).toBe(1);
  expect(second.output).toContain(`class.json is in use by process ${child?.pid ?? 0} on `);
  platform.interrupt();
  expect(await platform.exit).toBe(0);
  expect(readdirSync(folder)).toEqual(["class.json"]);
});

test("prints no secrets unless asked, and leaves the registry as it is", async () => {
  const { products, devices } = exampleRegistry();
  writeRegistry(registry, products, devices);
  const before = readFileSync(registry, "utf8");
  const platform = startHere("platform", argumentsWith([]));
  await platform.printed(/Ctrl-C ends/);
  platform.interrupt();
  const { code, stdout, stderr } = await platform.finished;
  expect(code).toBe(0);
  expect(readFileSync(registry, "utf8")).toBe(before);
  const secrets = before.match(/"(?:key|authInfo|registrationCode)": "[^"]+"/g) ?? [];
  expect(secrets).toHaveLength(8);
  for (const secret of secrets) expect(stdout + stderr).not.toContain(secret.split('"')[3]);
});

test("its ports are the platform's own, and --strict excludes --lenient", async () => {
  const { stdout } = await runHere("platform", ["--help"]);
  for (const [option, port] of [
    ["mqtt", 6002],
    ["suite", 1883],
    ["tls", 8883],
  ] as const)
    expect(stdout).toMatch(new RegExp(`--${option}-port <port>[^-]*\\(default: ${port}\\)`));
  const { code, output } = await refusal("--strict", "--lenient");
  expect(output).toContain("'--lenient' cannot be used with option '--strict'");
  expect(code).toBe(2);
});

test("reports a taken port, an invalid port and a broken registry in a sentence each", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const taken = await refusal("--tls-port", String(port));
  expect(taken.code).toBe(1);
  expect(taken.output).toContain(`port ${port} is taken: `);
  expect(taken.output).toContain("or give --tls-port another");
  server.close();

  const misplaced = await refusal("--output", "class.csv");
  expect(misplaced.code).toBe(2);
  expect(misplaced.output).toContain("--output: only with the call export <file>");

  const none = await refusal("--mqtt-port", "x");
  expect(none.code).toBe(2);
  expect(none.output).toContain("Must be a port from 0 to 65535.");

  writeFileSync(registry, '{"products":[{"generation":"suite"}]}');
  const broken = await refusal();
  expect(broken.code).toBe(1);
  expect(broken.output).toMatch(/class\.json: products\.0: must have required property 'product'\n$/);
});

test("a data file that is none is refused, and stays as it is", async () => {
  writeFileSync(join(folder, "text.db"), "hello");
  spawnSync("mkfifo", [join(folder, "pipe.db")]);
  for (const [name, reason] of [
    ["", /cannot write .*: a folder has that name/],
    ["text.db", /is not a database of this platform/],
    ...(process.platform === "win32" ? [] : [["pipe.db", /is a device or a pipe: use a regular/] as const]),
    ["missing/class.db", /there is no folder missing\/; create it first/],
  ] as const)
    expect((await refusal("--data", join(folder, name))).output).toMatch(reason);
  expect((await refusal("--data", "")).output).toBe("error: the name of a file is empty: give one\n");
  expect((await refusal("--registry", folder)).output).toMatch(/ is a folder\n$/);
  expect(readFileSync(join(folder, "text.db"), "utf8")).toBe("hello");
});

test("keeps in a file what a class sent, whom a killed platform still knows, and exports it", async () => {
  const data = join(folder, "class.db");
  const keeping = ["--data", "class.db", "--keep-days", "30", "--data-limit", "100"];
  const platform = run([...LOCALLY, ...keeping], folder);
  await platform.seen(/New in the file of this class: 3 products, .*, from onenet\.local\.json/);
  await platform.seen(/Everything is kept in class\.db: for 30 days, up to 100 MiB\.\nCtrl-C ends/);
  const { products, devices } = openRegistry(join(folder, "onenet.local.json"));
  expect([...products.values()].map(({ generation }) => generation)).toEqual([
    "multiprotocol",
    "suite",
    "studio",
  ]);
  const lamp = [...devices.values()].find((device) => device.generation === "multiprotocol");
  if (lamp?.generation !== "multiprotocol") throw new Error("no such example");
  const [, port = ""] = await platform.seen(/multiprotocol +MQTT port (\d+)/);
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId: lamp.device,
    username: lamp.product,
    password: lamp.authInfo,
  });
  const json = Buffer.from('{"温度":21.5,"😀":"=1+1","t":-3}');
  await client.publish("$dp", Buffer.concat([Buffer.from([3, 0, json.length]), json]), { qos: 1 });

  const second = await refusal("--data", data);
  expect(second).toMatchObject({ code: 1 });
  expect(second.output).toContain(`class.db is in use by process ${child?.pid ?? 0} on `);
  // While another process writes.
  const { code, stdout } = await runHere("platform", ["export", data, "--device", lamp.device]);
  expect(code).toBe(0);
  const row = (stream: string, value: string) => `,${lamp.device},${lamp.title ?? ""},${stream},${value}\r\n`;
  for (const line of [row("温度", "21.5"), row("😀", "'=1+1"), row("t", "-3")])
    expect(stdout).toContain(line);
  child?.kill("SIGKILL");
  await platform.exit;

  const again = startHere("platform", [...LOCALLY, "--data", data, "--show-keys"]);
  await again.printed(/Ctrl-C ends/);
  again.interrupt();
  const ended = await again.finished;
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining(lamp.authInfo) as string });
  expect(ended.stdout).not.toContain("New in the file");
  const left = readdirSync(folder).filter((name) => !/-(shm|wal)$/.test(name)); // SQLite's, for the reader here
  expect(left.toSorted()).toEqual(["class.db", "onenet.local.json"]);

  const output = join(folder, "points.json");
  await runHere("platform", ["export", data, "--format", "json", "--from", "2020-01-01", "--output", output]);
  expect(JSON.parse(readFileSync(output, "utf8"))).toMatchObject([
    { stream: "温度", value: 21.5 },
    { stream: "😀", value: "=1+1" },
    { stream: "t", value: -3 },
  ]);
  expect(await runHere("platform", ["export", join(folder, "onenet.local.json")])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("is not a database of this platform") as string,
  });
  expect(await runHere("platform", ["export", data, "--from", "yesterday"])).toMatchObject({ code: 2 });

  const before = readFileSync(data);
  linkSync(data, join(folder, "other-name.csv"));
  for (const name of ["class.db", "class.db-wal", "class.db.lock", "other-name.csv"])
    expect(await runHere("platform", ["export", data, "--output", join(folder, name)])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${name} belongs to the data that is to be exported`) as string,
    });
  expect(readFileSync(data)).toEqual(before);

  const broken = join(folder, "broken.db");
  writeFileSync(broken, before.fill("A", 8192));
  const damaged = "broken.db: it is damaged: use a copy, or a new file\n";
  expect((await runHere("platform", ["export", broken])).stderr).toContain(damaged);
  expect((await refusal("--data", broken)).output).toContain(damaged);
  expect(await runHere("platform", ["export", data, "--output", ""])).toMatchObject({
    code: 1,
    stderr: "error: the name of a file is empty: give one\n",
  });
});
