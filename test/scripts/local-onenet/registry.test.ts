import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { startLocalOneNet, type LocalOneNet, type Registry } from "../../../scripts/local-onenet/index.ts";
import { LockError, lockFile } from "../../../scripts/local-onenet/file-lock.ts";
import { openRegistry } from "../../../scripts/local-onenet/registry-file.ts";
import { LIMITS } from "../../../scripts/local-onenet/limits.ts";
import { CHIC, logIn, logInWithToken, next, publishPacket } from "./wire.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "registry-"));
  file = join(folder, "registry.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

test.skipIf(process.platform === "win32")("a link to a registry works like the registry", async () => {
  write(CLASS);
  const link = join(folder, "link.json");
  symlinkSync(file, link);
  const letGo = lockFile(file);
  expect(() => lockFile(link)).toThrow(LockError);
  letGo();

  const platform = await start(openRegistry(link));
  const { data } = (await register(platform, { sn: "a" })) as Answer;
  expect(openRegistry(file).devices.has(data.device_id)).toBe(true);
});

const CLASS = {
  generation: "multiprotocol",
  product: "244754",
  title: "班级",
  registrationCode: "code-of-244754",
  devices: [{ device: "527521926", authInfo: "3C71BFC80054", title: "灯" }],
};
const SUITE = { generation: "suite", product: "469948", devices: [{ device: CHIC.device, key: CHIC.key }] };
const STUDIO = {
  generation: "studio",
  product: "9MaNe52pNO",
  thingModel: { properties: [{ identifier: "led", accessMode: "rw", dataType: { type: "bool" } }] },
  devices: [{ device: "heater", key: "aGVhdGVy" }],
};

function write(...products: unknown[]): void {
  writeFileSync(file, JSON.stringify({ products }));
}

async function start(registry: Registry, devices = LIMITS.devices): Promise<LocalOneNet> {
  const platform = await startLocalOneNet({ registry, limits: { devices } });
  onTestFinished(() => platform.close());
  return platform;
}

async function register(platform: LocalOneNet, body: unknown, code = "code-of-244754"): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${platform.httpPort}/register_de?register_code=${code}`, {
    method: "POST",
    body: typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return response.json();
}

interface Answer {
  readonly errno: number;
  readonly data: { readonly device_id: string; readonly key: string };
}

test("devices in the file can log in", async () => {
  write(CLASS, SUITE, STUDIO);
  const platform = await start(openRegistry(file));
  expect(platform.devices().map(({ name }) => name)).toEqual([
    "527521926",
    "469948/Chic_D",
    "9MaNe52pNO/heater",
  ]);
  await logInWithToken(platform, CHIC);
});

const withSubDevices = (...subDevices: string[]) => ({
  ...STUDIO,
  devices: [
    { ...STUDIO.devices[0], subDevices },
    { device: "valve", key: "dmFsdmU=" },
  ],
});

test("the sub-devices of a gateway are in the file, and go from it with their device", async () => {
  write(withSubDevices("9MaNe52pNO/valve"), SUITE);
  const registry = openRegistry(file);
  await start(registry);
  expect(registry.devices.get("9MaNe52pNO/heater")).toMatchObject({ subDevices: ["9MaNe52pNO/valve"] });
  registry.remove("9MaNe52pNO/valve");
  const { devices } = openRegistry(file);
  expect([...devices.keys()]).toEqual(["9MaNe52pNO/heater", "469948/Chic_D"]);
  expect(devices.get("9MaNe52pNO/heater")).toMatchObject({ subDevices: [] });
});

test.each([
  ["9MaNe52pNO/x", /the sub-device "9MaNe52pNO\/x" of 9MaNe52pNO\/heater: it must be a device of studio/],
  ["469948/Chic_D", /it must be a device of studio, written as product\/device/],
  ["9MaNe52pNO/heater", /a device cannot be its own gateway/],
  ["valve", /products.0.devices.0.subDevices.0: must match pattern/],
])("a sub-device that a gateway cannot have: %s", (name, message) => {
  write(withSubDevices(name), SUITE);
  expect(() => openRegistry(file)).toThrow(message);
});

test("a sub-device of two gateways", () => {
  const two = withSubDevices("9MaNe52pNO/valve");
  const other = { device: "other", key: "b3RoZXI=", subDevices: ["9MaNe52pNO/valve"] };
  write({ ...two, devices: [...two.devices, other] });
  expect(() => openRegistry(file)).toThrow(
    /of 9MaNe52pNO\/other: it has another gateway, 9MaNe52pNO\/heater/,
  );
});

describe("register_de", () => {
  test("a device registers once, by sn, and logs in with the result, even after a restart", async () => {
    write(CLASS, SUITE);
    const platform = await start(openRegistry(file));
    const reported = next(platform, "registered");
    const first = (await register(platform, { sn: "A-1", title: "温度计" })) as Answer;
    expect(first).toEqual({
      errno: 0,
      error: "succ",
      data: {
        device_id: expect.stringMatching(/^\d{9}$/) as string,
        key: expect.stringMatching(/^[\w-]{24}$/) as string,
      },
    });
    const { device_id: device, key: authInfo } = first.data;
    expect(await reported).toEqual({ device, title: "温度计", isNew: true });
    expect(await register(platform, { sn: "A-1", title: "other" })).toEqual(first);
    const record = { generation: "multiprotocol", product: "244754", device, authInfo } as const;
    await logIn(platform, record);

    const again = await start(openRegistry(file));
    expect(again.registry.find(device)).toEqual({ ...record, sn: "A-1", title: "温度计" });
    expect(await register(again, { sn: "A-1" })).toEqual(first);
    await logIn(again, record);
    expect(again.registry.find("Chic_D")).toEqual(CHIC);
  });

  test("by MAC in upper or lower case; without a title", async () => {
    write(CLASS);
    const platform = await start(openRegistry(file));
    const first = await register(platform, { mac: "3C71BFC80054" });
    expect(await register(platform, { mac: "3c71bfc80054" })).toEqual(first);
    expect(await register(platform, { mac: "3c71bfc80055" })).not.toEqual(first);
  });

  test.each<[name: string, body: unknown, code: string, errno: number, error: RegExp]>([
    ["a wrong code", { sn: "1" }, "guess", 3, /no product has this register_code/],
    ["no code", { sn: "1" }, "", 4, /register_code is missing/],
    ["no JSON", "sn=1", CLASS.registrationCode, 4, /must be JSON/],
    ["a trailing comma", '{"sn":"1",}', CLASS.registrationCode, 4, /must be JSON/],
    [
      "a title in GBK",
      Buffer.from('{"sn":"1","title":"\xce\xc2"}', "latin1"),
      CLASS.registrationCode,
      4,
      /UTF-8/,
    ],
    ["an array", [], CLASS.registrationCode, 4, /must be JSON/],
    ["neither sn nor mac", { title: "x" }, CLASS.registrationCode, 4, /sn or mac/],
    ["both", { sn: "1", mac: "3c71bfc80054" }, CLASS.registrationCode, 4, /either sn or mac/],
    ["a MAC with colons", { mac: "3c:71:bf:c8:00:54" }, CLASS.registrationCode, 4, /without colons/],
    ["an empty sn", { sn: "" }, CLASS.registrationCode, 4, /sn must be a string/],
    ["an sn that is a number", { sn: 1 }, CLASS.registrationCode, 4, /sn must be a string/],
    [
      "a title of control characters",
      { sn: "1", title: "\u001b[2J" },
      CLASS.registrationCode,
      4,
      /title must/,
    ],
    ["a title too long", { sn: "1", title: "x".repeat(65) }, CLASS.registrationCode, 4, /title must/],
  ])("%s is reported", async (_name, body, code, errno, error) => {
    write(CLASS);
    const platform = await start(openRegistry(file));
    expect(await register(platform, body, code)).toEqual({
      errno,
      error: expect.stringMatching(error) as string,
    });
    expect(platform.devices()).toHaveLength(1);
  });

  test("the number of devices is limited", async () => {
    write(CLASS);
    const platform = await start(openRegistry(file), 2);
    expect(await register(platform, { sn: "1" })).toMatchObject({ errno: 0 });
    expect(await register(platform, { sn: "2" })).toMatchObject({
      errno: 1,
      error: "the limit of 2 devices is reached",
    });
  });

  test("a file that cannot be written loses nothing, and no device registers", async () => {
    write(CLASS);
    const before = readFileSync(file, "utf8");
    const platform = await start(openRegistry(file));
    mkdirSync(`${file}.${process.pid}.tmp`); // the draft cannot be opened
    expect(await register(platform, { sn: "1" })).toMatchObject({
      errno: 1,
      error: expect.stringContaining("could not be saved") as string,
    });
    expect(readFileSync(file, "utf8")).toBe(before);
    expect(platform.devices()).toHaveLength(1);
    rmSync(`${file}.${process.pid}.tmp`, { recursive: true, force: true });
    expect(await register(platform, { sn: "1" })).toMatchObject({ errno: 0 });
    expect(readdirSync(folder)).toEqual(["registry.json"]);
    if (process.platform !== "win32") expect(statSync(file).mode & 0o077).toBe(0);
  });
});

describe("a file changed by another program", () => {
  test("keeps the additions and the newly registered device, with a notice", async () => {
    write(CLASS);
    const reported: string[] = [];
    const platform = await start(openRegistry(file, (text) => reported.push(text)));
    await register(platform, { sn: "1" });
    expect(reported).toEqual([]);
    const { products } = JSON.parse(readFileSync(file, "utf8")) as { products: (typeof CLASS)[] };
    write(...products, SUITE);
    const { data } = (await register(platform, { sn: "2" })) as Answer;
    expect(reported).toEqual([expect.stringMatching(/registry\.json was changed by another program/)]);
    await register(platform, { sn: "3" });
    expect(reported).toHaveLength(1);
    const again = openRegistry(file);
    expect(again.find(data.device_id)).toMatchObject({ sn: "2" });
    expect(again.find("Chic_D")).toEqual(CHIC);
    expect(again.devices.size).toBe(5);
  });

  test("is not overwritten if broken, and no device registers", async () => {
    write(CLASS);
    const reported: string[] = [];
    const platform = await start(openRegistry(file, (text) => reported.push(text)));
    writeFileSync(file, '{"products":[');
    expect(await register(platform, { sn: "1" })).toMatchObject({ errno: 1 });
    expect(readFileSync(file, "utf8")).toBe('{"products":[');
    expect(reported).toEqual([expect.stringMatching(/registry\.json: is not JSON: line 1, column 14/)]);
    expect(platform.devices()).toHaveLength(1);
  });
});

test("error messages about a file reveal no secrets", () => {
  writeFileSync(file, '{"products":[{"key":"s3cret""}]}');
  expect(() => openRegistry(file)).toThrow(/line 1, column 29/);
  expect(() => openRegistry(file)).not.toThrow("s3cret");
});

describe("a file's lock", () => {
  test("keeps another program out, and names the owner", () => {
    write(CLASS);
    const letGo = lockFile(file);
    expect(() => lockFile(file)).toThrow(LockError);
    letGo();
    writeFileSync(`${file}.lock`, `${process.ppid} ${hostname()}\n`); // it runs
    expect(() => lockFile(file)).toThrow(new RegExp(`in use by process ${process.ppid} on `));
    writeFileSync(`${file}.lock`, "1 another-computer\n");
    expect(() => lockFile(file)).toThrow(
      /in use by process 1 on another-computer: .* delete .*registry\.json\.lock/,
    );
    writeFileSync(`${file}.lock`, "");
    expect(() => lockFile(file)).toThrow(/in use by another program/);
  });

  test("is taken over from a process that has ended, and drafts with keys are removed", () => {
    write(CLASS);
    const { pid } = spawnSync(process.execPath, ["--version"]);
    writeFileSync(`${file}.lock`, `${pid} ${hostname()}\n`);
    writeFileSync(`${file}.${pid}.tmp`, "key");
    writeFileSync(`${file}.notes`, "mine");
    const letGo = lockFile(file);
    expect(readdirSync(folder).toSorted()).toEqual([
      "registry.json",
      "registry.json.lock",
      "registry.json.notes",
    ]);
    if (process.platform !== "win32") expect(statSync(`${file}.lock`).mode & 0o077).toBe(0);
    letGo();
    expect(readdirSync(folder).toSorted()).toEqual(["registry.json", "registry.json.notes"]);
  });

  test.skipIf(process.platform === "win32")("is not left behind if the disk is full", () => {
    const code = `import { lockFile } from "./scripts/local-onenet/file-lock.ts"; lockFile(process.argv[1]);`;
    const node = `exec "$0" --import tsx --input-type=module -e "$1" "$2"`;
    const { status, stderr } = spawnSync(
      "sh",
      ["-c", `ulimit -f 0; trap '' XFSZ; ${node}`, process.execPath, code, file],
      { encoding: "utf8", env: { ...process.env, TSX_DISABLE_CACHE: "1" } },
    );
    expect(status).toBe(1);
    expect(stderr).toContain("EFBIG");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("and its drafts are ignored by git", () => {
    const names = ["onenet.local.json.lock", `onenet.local.json.${process.pid}.tmp`];
    const { stdout } = spawnSync("git", ["check-ignore", ...names], { encoding: "utf8" });
    expect(stdout.trim().split("\n")).toEqual(names);
  });
});

/** As exported by the platform with its own location property, which appears once location is enabled. */
const PLACE = {
  identifier: "$OneNET_LBS",
  name: "基站定位",
  functionType: "s",
  accessMode: "rw",
  dataType: {
    type: "array",
    specs: {
      length: "10",
      type: "struct",
      specs: [{ identifier: "cid", name: "", dataType: { type: "int32", specs: { min: "0", max: "9" } } }],
    },
  },
};

test("a thing model may contain the platform's own properties, which are checked like any other", async () => {
  write({ ...STUDIO, thingModel: { properties: [...STUDIO.thingModel.properties, PLACE] } });
  const platform = await start(openRegistry(file));
  const heater = platform.registry.devices.get("9MaNe52pNO/heater");
  if (heater?.generation !== "studio") throw new Error("there is no heater");
  const wire = await logInWithToken(platform, heater);
  const post = (cid: number) =>
    publishPacket(
      "$sys/9MaNe52pNO/heater/thing/property/post",
      JSON.stringify({ id: "1", params: { $OneNET_LBS: { value: [{ cid }] } } }),
    );
  const point = next(platform, "datapoint");
  wire.send(post(7));
  expect(await point).toMatchObject({ stream: "$OneNET_LBS", value: [{ cid: 7 }] });
  const violation = next(platform, "violation");
  wire.send(post(10));
  expect((await violation).detail).toMatch(/"\$OneNET_LBS" .*at most 9/);
});

test("a thing model pasted as the platform's API answer is unwrapped", () => {
  write({ ...STUDIO, thingModel: { code: 0, msg: "succ", request_id: "1", data: STUDIO.thingModel } });
  expect(openRegistry(file).products.get("9MaNe52pNO")?.thingModel).toEqual(STUDIO.thingModel);
});

test.each<[name: string, text: string, message: RegExp]>([
  ["no JSON", "{", /registry\.json: is not JSON/],
  ["no JSON and no end of brackets", `\n[${"[".repeat(100_000)}`, /is not JSON: line 2, column 201/],
  ["no JSON, and brackets behind that", `["\n${"[//]\n".repeat(20_000)}`, /is not JSON: line 1, column 2/],
  ["comments and brackets", "[//]\n".repeat(20_000), /is not JSON: line 1, column 2/],
  ["no JSON before brackets without end", `[,${"[".repeat(100_000)}`, /is not JSON: line 1, column 2/],
  ["no products", "{}", /is not a registry: it has no list "products"/],
  ["an unknown generation", '{"products":[{"generation":"x","product":"1"}]}', /products\.0: .*generation/],
  ["an unknown field", '{"products":[{"generation":"suite","product":"1","kye":"x"}]}', /\(kye\)/],
  [
    "a device without auth info",
    '{"products":[{"generation":"multiprotocol","product":"1","devices":[{"device":"1"}]}]}',
    /products\.0\.devices\.0: .*'authInfo'/,
  ],
  [
    "a key that is not base64",
    '{"products":[{"generation":"suite","product":"1","key":"secret!"}]}',
    /products\.0\.key: /,
  ],
  [
    "a key in quotation marks",
    '{"products":[{"generation":"suite","product":"1","key":"\\"secret!\\""}]}',
    /products\.0\.key: .* \(it has quotation marks around it\)/,
  ],
  ["studio without a thing model", '{"products":[{"generation":"studio","product":"1"}]}', /'thingModel'/],
  [
    "an identifier that is $ alone",
    JSON.stringify({
      products: [
        {
          ...STUDIO,
          thingModel: { properties: [{ identifier: "$", accessMode: "r", dataType: { type: "bool" } }] },
        },
      ],
    }),
    /identifier: must match pattern/,
  ],
  [
    "an answer of the API that holds no thing model",
    JSON.stringify({ products: [{ ...STUDIO, thingModel: { code: 1, data: {} } }] }),
    /thingModel: must have required property 'properties'/,
  ],
  [
    "a device twice",
    JSON.stringify({
      products: [
        SUITE,
        { ...SUITE, product: "2" },
        { ...CLASS, devices: [...CLASS.devices, ...CLASS.devices] },
      ],
    }),
    /527521926 is a duplicate/,
  ],
  [
    "an account with two keys",
    JSON.stringify({
      products: ["YQ==", "Yg=="].map((key) => ({
        ...SUITE,
        product: key.slice(0, 2).toLowerCase(),
        account: { user: "337011", key },
      })),
    }),
    /account 337011 has another key in product yq than in yg/,
  ],
  ["other JSON than a registry", '{"name":"secret!","version":"1"}', /^[^\n]*is not a registry: [^\n]*$/],
  ["a list", "[]", /is not a registry/],
  ["a product twice", JSON.stringify({ products: [SUITE, SUITE] }), /product 469948 is a duplicate/],
  [
    "an unknown data type",
    JSON.stringify({
      products: [
        {
          ...STUDIO,
          thingModel: { properties: [{ identifier: "x", accessMode: "r", dataType: { type: "text" } }] },
        },
      ],
    }),
    /bool, int32/,
  ],
])("a file with %s is rejected", (_name, text, message) => {
  writeFileSync(file, text);
  expect(() => openRegistry(file)).toThrow(message);
  expect(() => openRegistry(file)).not.toThrow("secret!");
});

test("a missing file is reported", () => {
  expect(() => openRegistry(file)).toThrow(/^there is no file .*registry\.json$/);
});

test("the file follows devices that are changed and removed", () => {
  write(SUITE, CLASS);
  const registry = openRegistry(file);
  registry.update({ ...CHIC, title: "灯" });
  expect(openRegistry(file).devices.get("469948/Chic_D")).toEqual({ ...CHIC, title: "灯" });
  registry.remove("469948/Chic_D");
  expect([...openRegistry(file).devices.keys()]).toEqual(["527521926"]);
});
