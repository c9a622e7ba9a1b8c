/** `npm run class` over HTTP against the local OneNET: devices, board files, sheet; what happens when it runs again. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { loadBoard } from "../../../scripts/boards/index.ts";
import { classCommand } from "../../../scripts/devices/class-command.ts";
import type { LocalOneNet } from "../../../scripts/local-onenet/index.ts";
import { startLocalOneNet } from "../../../scripts/local-onenet/index.ts";
import { writeRegistry } from "../../../scripts/local-onenet/registry-file.ts";
import { commandHere } from "../../support/run-here.ts";
import { boardFolder, COMPLETE, MQTT, STUDIO, SUITE } from "../boards/board-folder.ts";
import { PRODUCT_KEY } from "../local-onenet/wire.ts";

const CODE = "a registration code";

let platform: LocalOneNet;
let directory: string;
beforeEach(async () => {
  platform = await startLocalOneNet({
    products: [
      { generation: "multiprotocol", product: "200100", registrationCode: CODE },
      { generation: "suite", product: "469948", key: PRODUCT_KEY },
    ],
  });
  directory = boardFolder({ "old.json": COMPLETE, "lamp.json": SUITE, "plain.json": MQTT });
});
afterEach(() => platform.close());

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  names: string | readonly string[],
  args: readonly string[],
  stdin = PRODUCT_KEY,
): Promise<Outcome> {
  const list = join(dirname(directory), "names.txt");
  writeFileSync(list, typeof names === "string" ? names : names.join("\n"));
  const sheet = ["--sheet", join(dirname(directory), "sheet.html")];
  const server = args.includes("--server")
    ? []
    : ["--server", `http://127.0.0.1:${platform.httpPort}`, "--host", "192.168.7.5"];
  const { code, ...said } = await commandHere(
    () => classCommand(directory),
    ["class", "--names", list, ...sheet, ...server, ...args],
    { stdin, env: { ONENET_KEY: undefined, ONENET_REGISTRATION_CODE: undefined } },
  );
  return { code: Number(code), ...said };
}

const added = () =>
  readdirSync(directory)
    .filter((file) => file.endsWith(".local.json"))
    .sort();
const fileOf = (id: string) =>
  JSON.parse(readFileSync(join(directory, `${id}.local.json`), "utf8")) as Record<string, unknown>;
const titles = () =>
  new Map([...platform.registry.devices.values()].map(({ device, title }) => [device, title]));

test("suite: devices, board files and a sheet, in the order of the list", async () => {
  const made = await run(["王小明", "Zoë 👩‍🔬"], ["--board", "lamp"]);
  expect(made).toEqual({
    code: 0,
    stdout: [
      "class-01  npm run flash -- class-01 --port <port>  王小明",
      "class-02  npm run flash -- class-02 --port <port>  Zoë 👩‍🔬",
      "2 devices, 2 new; board files in boards/: 2 written",
      `To print: ${join(dirname(directory), "sheet.html")}`,
      "",
    ].join("\n"),
    stderr: "",
  });
  expect(titles()).toEqual(
    new Map([
      ["class-01", "王小明"],
      ["class-02", "Zoë 👩‍🔬"],
    ]),
  );
  const record = platform.registry.devices.get("469948/class-01");
  const key = record?.generation === "suite" ? record.key : "";
  expect(fileOf("class-01")).toEqual({
    $schema: "./board.schema.json",
    extends: "lamp",
    title: "王小明",
    onenet: {
      ...{ generation: "suite", server: "192.168.7.5", port: platform.suitePort },
      ...{ product: "469948", device: "class-01", key },
    },
  });
  const board = loadBoard("class-02", { directory });
  expect(board).toMatchObject({ title: "Zoë 👩‍🔬", onenet: { server: "192.168.7.5", device: "class-02" } });
  expect(board.wifi).toMatchObject(SUITE.wifi);
  const page = readFileSync(join(dirname(directory), "sheet.html"), "utf8");
  expect(page).toContain("<h2>王小明</h2>");
  expect(page).toContain("npm run flash -- class-01 --port &lt;port&gt;");
  expect(page).not.toContain(key);
});

test("again with a longer list in another order, it adds only the new ones", async () => {
  await run(["Ada", "Bo"], ["--board", "lamp"]);
  const before = [fileOf("class-01"), fileOf("class-02")];
  const again = await run(["Cy", "bo", "Ada"], ["--board", "lamp"]);
  expect(again).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("class-02.local.json has another title") as unknown,
  });
  expect(again.stdout).toMatch(
    /^class-03 .* Cy\nclass-02 .* bo\nclass-01 .* Ada\n3 devices, 1 new; .*: 1 written, 1 unchanged, 1 left alone\n/,
  );
  expect([fileOf("class-01"), fileOf("class-02")]).toEqual(before);
  const same = await run(["Cy", "Bo", "Ada"], ["--board", "lamp"]);
  expect(same).toMatchObject({ code: 0, stderr: "" });
  expect(same.stdout).toContain("3 devices, 0 new; board files in boards/: 3 unchanged\n");
  expect(platform.registry.devices.size).toBe(3);
  const fewer = await run(["Bo"], ["--board", "lamp"]);
  expect(fewer.stderr).toBe(
    "warning: no longer in the list, but still there: Ada (class-01), Cy (class-03)\n",
  );
  expect(added()).toEqual(["class-01.local.json", "class-02.local.json", "class-03.local.json"]);
});

test("without its board files, the class is found at the platform", async () => {
  await run(["Ada", "王小明"], ["--board", "lamp"]);
  const keys = [fileOf("class-01"), fileOf("class-02")];
  directory = boardFolder({ "lamp.json": SUITE });
  const made = await run(["王小明", "Ada"], ["--board", "lamp"]);
  expect(made.stdout).toContain("2 devices, 0 new; board files in boards/: 2 written\n");
  expect([fileOf("class-01"), fileOf("class-02")]).toEqual(keys);
});

test("a student's own changes stay, also with --update", async () => {
  await run(["Ada"], ["--board", "lamp"]);
  const { onenet, ...rest } = fileOf("class-01") as { onenet: object };
  const own = { ...rest, parts: { pump: { kind: "switch", pin: 5 } }, onenet };
  const path = join(directory, "class-01.local.json");
  writeFileSync(path, JSON.stringify(own));
  const again = await run(["Ada"], ["--board", "lamp"]);
  expect(again.stdout).toContain("1 unchanged");
  const moved = ["--board", "lamp", "--host", "10.0.0.9"];
  const refused = await run(["Ada"], moved);
  expect(refused.stderr).toBe(
    "warning: boards/class-01.local.json has another onenet.server: left alone; --update changes it\n",
  );
  expect(fileOf("class-01")).toEqual(own);
  const updated = await run(["Ada"], [...moved, "--update"]);
  expect(updated.stdout).toContain("1 updated");
  expect(fileOf("class-01")).toEqual({ ...own, onenet: { ...onenet, server: "10.0.0.9" } });
});

test("multiprotocol: the platform gives each number its id, each time the same", async () => {
  const args = ["--board", "old", "--prefix", "3b", "--json"];
  const made = await run(["王小明", "Ada"], args, CODE);
  expect(JSON.parse(made.stdout)).toEqual({
    ok: true,
    students: ["王小明", "Ada"].map((name, index) => ({
      name,
      device: `3b-0${index + 1}`,
      isNew: true,
      file: `boards/3b-0${index + 1}.local.json`,
      state: "written",
    })),
    sheet: join(dirname(directory), "sheet.html"),
    warnings: [],
  });
  const [first] = [...platform.registry.devices.values()];
  expect(first).toMatchObject({ generation: "multiprotocol", sn: "3b-01", title: "王小明" });
  const { onenet } = loadBoard("3b-01", { directory });
  expect(onenet).toMatchObject({ device: first?.device, server: "192.168.7.5", product: "200100" });
  const again = await run(["王小明", "Ada", "Bo"], ["--board", "old", "--prefix", "3b"], CODE);
  expect(again.stdout).toContain("3 devices, 1 new; board files in boards/: 1 written, 2 unchanged");
});

test("a registry of a local OneNET has the product and its key", async () => {
  const registry = join(dirname(directory), "onenet.local.json");
  writeRegistry(registry, [...platform.registry.products.values()], []);
  const server = ["--server", `http://127.0.0.1:${platform.httpPort}`, "--host", "192.168.7.5"];
  const board = { ...SUITE, onenet: { ...SUITE.onenet, product: "123456" } }; // the example value
  writeFileSync(join(directory, "lamp.json"), JSON.stringify(board));
  const made = await run(["Ada"], ["--board", "lamp", "--registry", registry, ...server], "");
  expect(made).toMatchObject({ code: 0, stderr: "" });
  expect(fileOf("class-01")).toMatchObject({ onenet: { product: "469948" } });

  // A board that worked at OneNET, where it is of another product.
  writeFileSync(
    join(directory, "lamp.json"),
    JSON.stringify({ ...SUITE, onenet: { ...SUITE.onenet, product: "555555" } }),
  );
  const moved = await run(["Ada"], ["--board", "lamp", "--registry", registry, ...server], "");
  expect(moved).toMatchObject({ code: 0, stderr: "" });
  const asked = ["--board", "lamp", "--registry", registry, "--product", "555555", ...server];
  expect(await run(["Ada"], asked, "")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('there is no product "555555"; choose with --product') as unknown,
  });
});

/**
 * Passes calls on to the platform.
 * @param own answers some of them itself: returns the answer, or undefined
 * @returns its address
 */
async function standIn(own: (path: string, body: string) => object | undefined): Promise<string> {
  const server = createServer((request, response) => void handle(request, response));
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    const body = await text(request);
    const answer = own(url, body);
    if (answer !== undefined) return void response.end(JSON.stringify(answer));
    const passed = await fetch(`http://127.0.0.1:${platform.httpPort}${url}`, {
      ...{ method, headers: { authorization: headers.authorization ?? "" } },
      ...(method === "POST" && { body }),
    });
    response.end(await passed.text());
  }
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const at = (server: string, ...more: string[]) => [
  ...["--board", "lamp", "--server", server, "--host", "192.168.7.5"],
  ...more,
];

test("a port that boards know needs no field, and one that is there is put right", async () => {
  const known = { mqttPort: 6002, suitePort: 1883, tlsPort: 8883, devices: 0, mostDevices: 9 };
  const server = await standIn((path) =>
    path === "/local/platform" ? { errno: 0, data: known } : undefined,
  );
  await run(["Ada"], ["--board", "lamp"]);
  expect(loadBoard("class-01", { directory }).onenet.port).toBe(platform.suitePort);
  expect(await run(["Ada", "Bo"], at(server))).toMatchObject({
    stderr: "warning: boards/class-01.local.json has another onenet.port: left alone; --update changes it\n",
  });
  await run(["Ada", "Bo"], at(server, "--update"));
  expect(fileOf("class-01")).toMatchObject({ onenet: { port: 1883 } });
  expect(fileOf("class-02")["onenet"]).not.toHaveProperty("port");

  writeFileSync(
    join(directory, "lamp.json"),
    JSON.stringify({ ...SUITE, onenet: { ...SUITE.onenet, port: 1884 } }),
  );
  await run(["Ada", "Bo", "Cy"], at(server));
  expect(fileOf("class-03")).toMatchObject({ onenet: { port: 1883 } });
});

test("boards that take updates get them from the same platform", async () => {
  writeFileSync(
    join(directory, "lamp.json"),
    JSON.stringify({ ...SUITE, update: { key: "a key for updates" } }),
  );
  await run(["Ada"], ["--board", "lamp"]);
  const { update } = loadBoard("class-01", { directory });
  expect(update).toEqual({ key: "a key for updates", server: "192.168.7.5", port: platform.httpPort });
});

test("a class that the platform has no room for is refused before anything is made", async () => {
  await platform.close();
  const products = [{ generation: "suite", product: "469948", key: PRODUCT_KEY }] as const;
  platform = await startLocalOneNet({ products, limits: { devices: 2 } });
  const refused = await run(["Ada", "Bo", "Cy"], ["--board", "lamp"]);
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toMatch(
    /^error: the local OneNET has room for 2 devices more, not for 3: .*; nothing was made$/m,
  );
  expect([platform.registry.devices.size, added()]).toEqual([0, []]);
  await run(["Ada", "Bo"], ["--board", "lamp"]);
  expect(await run(["Ada", "Bo"], ["--board", "lamp"])).toMatchObject({ code: 0, stderr: "" });
});

test("a class that stops midway says how far it came, and goes on the next time", async () => {
  let left = 1;
  const server = await standIn((path) =>
    path === "/device/create" && left-- <= 0 ? { code: 500, msg: "busy" } : undefined,
  );
  const stopped = await run(["Ada", "Bo", "Cy"], at(server));
  expect(stopped).toMatchObject({ code: 1, stdout: "" });
  expect(stopped.stderr).toBe(
    "error: OneNET refused with code 500: busy; try again later; 1 of 3 devices are made, with their board files: run it again to go on\n",
  );
  expect(added()).toEqual(["class-01.local.json"]);
  const went = await run(["Ada", "Bo", "Cy"], ["--board", "lamp"]);
  expect(went.stdout).toContain("3 devices, 2 new; board files in boards/: 2 written, 1 unchanged\n");
});

test("the sheet does not replace the list of names", async () => {
  const list = join(dirname(directory), "names.txt");
  const outcome = await run(["Ada"], ["--board", "lamp", "--sheet", list]);
  expect(outcome).toMatchObject({ code: 2, stdout: "" });
  expect(outcome.stderr).toMatch(/^error: --sheet: is a web page: give it a name that ends in \.html/);
  expect(readFileSync(list, "utf8")).toBe("Ada");
  expect(platform.registry.devices.size).toBe(0);
});

test.each<[what: string, args: readonly string[], stdin: string, code: number, error: RegExp]>([
  ["a wrong key", ["--board", "lamp"], "d3Jvbmc=", 1, /code 10403: .*; check that the key/],
  [
    "no key",
    ["--board", "lamp"],
    "",
    2,
    /the product's access key is missing: set ONENET_KEY, or pipe it in/,
  ],
  ["a wrong code", ["--board", "old"], "wrong", 1, /OneNET refused with code/],
  ["no code", ["--board", "old"], "", 2, /the product's registration code is missing: set ONENET_REG/],
  [
    "a broker of one's own",
    ["--board", "plain"],
    "",
    1,
    /plain uses a broker of your own.*npm run new-board/,
  ],
  [
    "a prefix for no file",
    ["--board", "lamp", "--prefix", "3 B"],
    "",
    2,
    /--prefix: use up to 40 lower-case/,
  ],
  ["an unknown board", ["--board", "lump"], "", 1, /there is no board "lump"; did you mean lamp/],
  [
    "an address with a port",
    ["--board", "lamp", "--host", "192.168.7.5:1883"],
    "",
    2,
    /^error: --host: write only a host name or an IPv4 address, without a port, not "192\.168\.7\.5:1883"$/m,
  ],
  [
    "an address that boards do not take",
    ["--board", "lamp", "--server", "http://[2001:db8::1]"],
    PRODUCT_KEY,
    1,
    /boards do not take \[2001:db8::1\].*--host/,
  ],
])("%s creates nothing", async (_what, args, stdin, code, error) => {
  const outcome = await run(["Ada"], args, stdin);
  expect(outcome).toMatchObject({ code, stdout: "" });
  expect(outcome.stderr).toMatch(error);
  if (stdin !== "") expect(outcome.stderr).not.toContain(stdin);
  expect(platform.registry.devices.size).toBe(0);
  expect(added()).toEqual([]);
});

test("an example product needs --product, and names that are wrong create nothing", async () => {
  writeFileSync(
    join(directory, "new.json"),
    JSON.stringify({ ...STUDIO, onenet: { ...STUDIO.onenet, product: "your-product" } }),
  );
  expect((await run(["Ada"], ["--board", "new"])).stderr).toMatch(/^error: --product is missing/);
  const wrong = await run(["Ada", "ada"], ["--board", "lamp"]);
  expect(wrong).toMatchObject({ code: 1, stdout: "" });
  expect(wrong.stderr).toBe(
    'error: names.txt:2: "ada" is already on line 1; add something that tells the two apart\n',
  );
  expect(platform.registry.devices.size).toBe(0);
});

test("a device that has two names is reported", async () => {
  await run(["Ada"], ["--board", "lamp"]);
  writeFileSync(
    join(directory, "class-01.local.json"),
    JSON.stringify({ ...fileOf("class-01"), title: "Bo" }),
  );
  const outcome = await run(["Ada"], ["--board", "lamp"]);
  expect(outcome).toMatchObject({ code: 1, stdout: "" });
  expect(outcome.stderr).toMatch(
    /^error: class-01 is Ada at OneNET and Bo in its board file; choose another --prefix/,
  );
});

test("example values of Wi-Fi are named", async () => {
  const board = { ...SUITE, wifi: { ssid: "your-wifi", password: "your-wifi-password" } };
  writeFileSync(join(directory, "lamp.json"), JSON.stringify(board));
  const { code, stderr } = await run(["Ada"], ["--board", "lamp"]);
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^warning: lamp: still example values: wifi\.ssid, wifi\.password; write your own into boards\/lamp\.local\.json/,
  );
});
