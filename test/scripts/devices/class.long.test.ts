/** One command makes a class of 30 from a list of names: some of its boards are built, and each logs in. */

import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Board } from "../../../scripts/boards/board.ts";
import { loadBoard } from "../../../scripts/boards/index.ts";
import { makeScript } from "../../../scripts/compile/script.ts";
import { classCommand } from "../../../scripts/devices/class-command.ts";
import { startLocalOneNet, type LocalOneNet } from "../../../scripts/local-onenet/index.ts";
import { connectParts } from "../../../scripts/stage/connect-parts.ts";
import { serverRoutes } from "../../../scripts/stage/server-side.ts";
import { createVirtualBoard } from "../../../scripts/virtual-board/index.ts";
import { connectAsync } from "../../support/mqtt-client.ts";
import { commandHere } from "../../support/run-here.ts";
import { shippedFolder } from "../boards/new/folder.ts";
import { PRODUCT_KEY } from "../local-onenet/wire.ts";

const SIZE = 30;
/** One board in so many is built, so that given and family names are others each time. */
const BUILT = 13;
const CODE = "a registration code";

const FAMILIES = ["王", "李", "张", "刘", "陈", "欧阳"];
const GIVEN = ["伟", "芳芳", "小明", "静 🌸", "雨辰"];
const CHINESE = FAMILIES.flatMap((family) => GIVEN.map((given) => family + given));
const ENGLISH = ["Smith", "O’Hara", "Núñez", "van Dyk", "Lee"].flatMap((family) =>
  ["Ada", "Bo", "Chloë", "Dee", "Eve", "Finn 🦊"].map((given) => `${given} ${family}`),
);

it.each<[language: string, names: readonly string[], board: string, secret: string]>([
  ["English", ENGLISH, "esp32-devkit", CODE],
  ["Chinese", CHINESE, "esp32-devkit-suite", PRODUCT_KEY],
])("with names in %s", async (_language, names, boardName, secret) => {
  expect(names).toHaveLength(SIZE);
  const platform = await startLocalOneNet({
    products: [
      { generation: "multiprotocol", product: "100001", registrationCode: CODE },
      { generation: "suite", product: "100002", key: PRODUCT_KEY },
    ],
  });
  onTestFinished(() => platform.close());
  const directory = shippedFolder();
  const folder = dirname(directory);
  writeFileSync(join(folder, "names.txt"), `\ufeff# 3b\r\n${names.join("\r\n")}\r\n`);
  const product = boardName.endsWith("suite") ? "100002" : "100001";
  const made = await commandHere(
    () => classCommand(directory),
    [
      ...["class", "--names", join(folder, "names.txt"), "--sheet", join(folder, "sheet.html")],
      ...["--board", boardName, "--product", product, "--json"],
      ...["--server", `http://127.0.0.1:${platform.httpPort}`, "--host", "192.168.7.5"],
    ],
    { stdin: secret, env: { ONENET_KEY: undefined, ONENET_REGISTRATION_CODE: undefined } },
  );
  expect(made).toMatchObject({ code: 0, stderr: "" });
  const { students } = JSON.parse(made.stdout) as { students: { name: string; device: string }[] };
  expect(students.map(({ name }) => name)).toEqual(names);

  const all = allOnline(platform);
  for (const [index, { device }] of students.entries())
    await (index % BUILT === 0 ? startBoard : logIn)(platform, loadBoard(device, { directory }));
  expect([...(await all)].sort()).toEqual([...names].sort());
  expect(platform.violations).toEqual([]);
});

const portOf = (platform: LocalOneNet, { onenet }: Board) =>
  onenet.generation === "multiprotocol" ? platform.mqttPort : platform.suitePort;

/** Logs in as a student's board would. */
async function logIn(platform: LocalOneNet, board: Board): Promise<void> {
  const { onenet } = board;
  if (onenet.generation === "plain") throw new Error("no board of OneNET");
  const client = await connectAsync(`mqtt://127.0.0.1:${portOf(platform, board)}`, {
    clientId: onenet.device,
    username: onenet.product,
    password: onenet.generation === "multiprotocol" ? onenet.authInfo : onenet.token,
  });
  onTestFinished(() => client.end());
}

/** Builds a student's board and switches it on. */
async function startBoard(platform: LocalOneNet, board: Board): Promise<void> {
  const port = portOf(platform, board);
  const { code } = await makeScript(board, `${board.name}.js`); // not cached: its key is new each time
  const { ssid, password } = board.wifi;
  const device = createVirtualBoard({
    script: code,
    chip: board.chip,
    air: [{ ssid, ...(password ? { password } : {}) }],
    network: serverRoutes(board, port),
  });
  connectParts(board, device);
  onTestFinished(() => device.stop());
  await device.start();
}

/** Resolves with the titles of the devices once the whole class is online; rejects if one is refused. */
function allOnline(platform: LocalOneNet): Promise<ReadonlySet<string>> {
  const online = new Set<string>();
  return new Promise((resolve, reject) => {
    platform.on("login-refused", ({ clientId, why }) => reject(new Error(`${clientId}: ${why}`)));
    platform.on("online", ({ device }) => {
      if (online.add(platform.registry.devices.get(device)?.title ?? "").size === SIZE) resolve(online);
    });
  });
}
