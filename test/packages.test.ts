/** What `npm ci` installs: how many packages, who may import which, and what replaces those left out. */

import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "../scripts/compile/typescript.js";
import { describe, expect, it } from "vitest";

interface Dependencies {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

interface Package extends Dependencies {
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly link?: boolean;
  readonly resolved?: string;
}

const MOST = 300;

const ROOT = JSON.parse(readFileSync("package.json", "utf8")) as Required<Dependencies> & {
  readonly scripts: Readonly<Record<string, string>>;
};
const LOCK = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
  readonly packages: Readonly<Record<string, Package>>;
};

const PLATFORMS = [
  { os: "linux", cpu: "x64", libc: "glibc" },
  { os: "linux", cpu: "arm64", libc: "musl" },
  { os: "darwin", cpu: "arm64", libc: undefined },
  { os: "win32", cpu: "x64", libc: undefined },
] as const;
type Platform = (typeof PLATFORMS)[number];

describe.each(PLATFORMS)("npm ci on $os $cpu", (platform) => {
  it(`installs at most ${MOST} packages`, () => {
    const all = installed(platform, { ...ROOT.dependencies, ...ROOT.devDependencies });
    expect(all.size).toBeGreaterThan(100);
    expect(all.size).toBeLessThanOrEqual(MOST);
  });
});

it("the lock file names no registry, and links only to the project's own packages", () => {
  const resolved = Object.values(LOCK.packages).flatMap((it) => it.resolved ?? []);
  expect(new Set(resolved)).toEqual(new Set(["packages/left-out"]));
});

/** Developer commands, and the packages only they import. */
const DEVELOPERS = /^scripts\/(bench\/|bench\.ts|fleet\.ts|measure-\w+\.ts|screenshots\.ts|cli\/browser\.ts)/;
const FILES = ["scripts", "test"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(tsx?|js)$/.test(name) && !name.endsWith(".d.ts"))
    .map((name) => join(folder, name)),
);
const USERS = [
  ...FILES.filter((file) => file.startsWith("scripts/") && !DEVELOPERS.test(file)),
  "rollup.config.js",
];

const IMPORTS = new Map(
  [...FILES, "rollup.config.js"].map((file) => {
    // Tests have JavaScript for boards, whose `require` is another.
    const requires = file.endsWith(".js") && !file.startsWith("test");
    const { importedFiles } = ts.preProcessFile(readFileSync(file, "utf8"), true, requires);
    return [file, importedFiles.map(({ fileName }) => fileName)];
  }),
);

describe("imports", () => {
  it("of user commands are dependencies", () => {
    expect(undeclared(USERS, ROOT.dependencies)).toEqual([]);
  });

  it("of user commands do not lead to files of developer commands", () => {
    const wrong = USERS.flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith("."))
        .filter((name) => DEVELOPERS.test(join(file, "..", name)))
        .map((name) => `${file} → ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it("of everything else are declared", () => {
    expect(undeclared(FILES, { ...ROOT.dependencies, ...ROOT.devDependencies })).toEqual([]);
  });

  it("use every dependency, except those loaded by npm scripts and other packages", () => {
    const used = new Set(USERS.flatMap(importsOf).map(packageOf));
    const unused = Object.entries(ROOT.dependencies)
      .filter(([name, version]) => !used.has(name) && !version.startsWith("file:"))
      .map(([name]) => name);
    // tslib is a peer dependency of Rollup's TypeScript plug-in.
    expect(unused).toEqual(["espruino", "tslib"]);
    expect(readFileSync("scripts/cli/launch.js", "utf8")).toContain('import("tsx")');
  });
});

describe("the espruino tool without its optional packages", () => {
  const require = createRequire(createRequire(import.meta.url).resolve("espruino/package.json"));
  /** A package present on every machine. */
  const PORT = ["--scan-timeout", "0", "--port", "tcp://127.0.0.1:1"];
  const PORTS = /^PORTS:\n[^]*^ {2}tcp:\/\/127\.0\.0\.1:1 /m;

  it.each(["@abandonware/noble", "noble-winrt", "node-ble", "peerjs-on-node", "websocket"])(
    "loads the replacement for %s",
    (name) => {
      expect(require.resolve(name)).toMatch(/packages[\\/]left-out[\\/]index\.js$/);
    },
  );

  it("lists ports, and says once that Bluetooth is not available", async () => {
    const { stdout, stderr } = await tool("--list", ...PORT);
    expect(stdout).toMatch(PORTS);
    expect(stderr).toMatch(/^Bluetooth is not available: left out [^\n]*\n$/);
  });

  it("does not mention it with --no-ble, as used by npm run flash", async () => {
    const { stdout, stderr } = await tool("--list", "--no-ble", ...PORT);
    expect({ hasPorts: PORTS.test(stdout), stderr }).toEqual({ hasPorts: true, stderr: "" });
  });

  it("reports a left-out package if it is required directly", () => {
    const Stand = require("websocket") as { readonly server: unknown; readonly Peer: new () => unknown };
    expect(() => Stand.server).toThrow("--ide is not available: left out of this project");
    expect(() => new Stand.Peer()).toThrow("--remote is not available: left out of this project");
  });

  async function tool(...parameters: string[]): Promise<{ stdout: string; stderr: string }> {
    const file = require.resolve("espruino/bin/espruino-cli.js");
    const run = promisify(execFile)(process.execPath, [file, ...parameters]);
    // It exits with 1 after a list.
    return run.catch((error: unknown) => error as { stdout: string; stderr: string });
  }
});

/** Places in the lock file that `npm ci` fills on a platform, with the targets of links. */
function installed(platform: Platform, tops: Readonly<Record<string, string>>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = Object.keys(tops).map((name) => placeOf("", name));
  for (const place of open) {
    const it = place === undefined ? undefined : LOCK.packages[place];
    if (place === undefined || !it || found.has(place) || !fits(it, platform)) continue;
    found.add(place);
    if (it.link) found.add(it.resolved ?? "");
    const peers = Object.keys(it.peerDependencies ?? {}).filter(
      (name) => !it.peerDependenciesMeta?.[name]?.optional,
    );
    const names = [...Object.keys({ ...it.dependencies, ...it.optionalDependencies }), ...peers];
    open.push(...names.map((name) => placeOf(place, name)));
  }
  return found;
}

/** Where Node would find a package from a place: in its own node_modules or one further up. */
function placeOf(from: string, name: string): string | undefined {
  const place = `${from === "" ? "" : `${from}/`}node_modules/${name}`;
  if (LOCK.packages[place]) return place;
  return from === ""
    ? undefined
    : placeOf(from.slice(0, Math.max(0, from.lastIndexOf("/node_modules/"))), name);
}

function fits({ os, cpu, libc }: Package, platform: Platform): boolean {
  const has = (list: readonly string[] = [], value = "") =>
    list.length === 0 ||
    (list.every((it) => it.startsWith("!")) ? !list.includes(`!${value}`) : list.includes(value));
  return has(os, platform.os) && has(cpu, platform.cpu) && has(libc, platform.libc);
}

/** Everything that a file imports, as written. */
function importsOf(file: string): readonly string[] {
  return IMPORTS.get(file) ?? [];
}

function packageOf(name: string): string {
  return name.split("/", name.startsWith("@") ? 2 : 1).join("/");
}

function undeclared(files: readonly string[], declared: Readonly<Record<string, string>>): string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .filter((name) => !/^(\.|node:|virtual:)/.test(name) && !builtinModules.includes(name))
      .filter((name) => !Object.hasOwn(declared, packageOf(name)))
      .map((name) => `${file} → ${name}`),
  );
}
