import { afterEach, describe, expect, it } from "vitest";
import type { Board } from "../../scripts/boards/board.ts";
import { setStage, type Stage } from "../../scripts/stage/index.ts";
import { createBoardAt } from "../support/board-at.ts";
import { LATER, studio, suite } from "../support/boards.ts";
import { buildScript, shippedMultiprotocol } from "../support/bundles.ts";
import { watchConsole } from "../support/console.ts";
import { sending } from "../support/wire.ts";

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

const MULTIPROTOCOL = shippedMultiprotocol("esp32-devkit");
const OTHER_KEY = Buffer.from("another key for tests").toString("base64");
const ENDED = LATER - 32 * 86_400;

const CHECK_AUTH =
  /log-in refused, code [45]: check product, device and authInfo in the board file; next try/;
const CHECK_KEY =
  /log-in refused, code [45]: check product, device and key in the board file; an expired token needs a new build; next try/;

describe("reports a refused log-in with a hint what to change", () => {
  const cases: [name: string, board: Board, changes: object, line: RegExp][] = [
    ["multiprotocol: wrong auth info", MULTIPROTOCOL, { authInfo: "another" }, CHECK_AUTH],
    ["multiprotocol: wrong product", MULTIPROTOCOL, { product: "999999" }, CHECK_AUTH],
    ["multiprotocol: unknown device", MULTIPROTOCOL, { device: "999999" }, CHECK_AUTH],
    ["suite: wrong key", suite(), { key: OTHER_KEY }, CHECK_KEY],
    ["suite: ended token", suite({}, ENDED), {}, CHECK_KEY],
    ["suite: wrong product", suite(), { product: "999999" }, CHECK_KEY],
    ["suite: unknown device", suite(), { device: "another" }, CHECK_KEY],
    ["studio: wrong key", studio(), { key: OTHER_KEY }, CHECK_KEY],
    ["studio: ended token", studio({}, ENDED), {}, CHECK_KEY],
    ["studio: unknown device", studio(), { device: "another" }, CHECK_KEY],
  ];
  it.each(cases)("%s", async (_name, board, changes, line) => {
    stage = await setStage(board, await scriptOf(board), changes);
    const console = watchConsole(stage.device);
    await stage.device.start();
    await console.next(line);
    expect(console.lines.join("\n")).not.toMatch(/sign=|your-auth-info/);
  });
});

/** A script with an expired token differs only in the token, so it needs no separate build. */
async function scriptOf(board: Board): Promise<string> {
  const [ended, good] =
    [suite, studio]
      .map((make) => [make({}, ENDED), make()] as const)
      .find(([ended]) => tokenOf(ended) === tokenOf(board)) ?? [];
  if (!ended || !good) return buildScript(board);
  const script = await buildScript(good);
  expect(script).toContain(tokenOf(good));
  return script.replaceAll(tokenOf(good), tokenOf(ended));
}

function tokenOf({ onenet }: Board): string {
  return "token" in onenet ? onenet.token : "";
}

describe("ended by the platform", () => {
  it.each([
    ["multiprotocol", MULTIPROTOCOL],
    ["suite", suite()],
  ])(
    "%s: a second board with the same device displaces the first, which reports it",
    async (_name, board) => {
      const script = await buildScript(board);
      stage = await setStage(board, script);
      const console = watchConsole(stage.device);
      await stage.device.start();
      await console.next(/^OneNET: online/);
      const [port = 0] = Object.values(stage.server.network);
      const second = createBoardAt(board, script, port);
      await second.start();
      await console.next(/^OneNET: link lost: .*is another board using this device\?; next try/);
      await second.stop();
    },
  );

  it.each([
    ["suite", suite()],
    ["studio", studio()],
  ])("%s: a refused subscription to another device's $sys topics is reported", async (_name, board) => {
    // The log-in is right, the topics are those of another device.
    const { device } = board.onenet;
    const other = device.replace(/.$/, "_");
    const script = sending(
      await buildScript(board),
      `(bytes) => bytes[0] === "\\x82" ? bytes.split("/${device}/").join("/${other}/") : bytes`,
    );
    stage = await setStage(board, script);
    const console = watchConsole(stage.device);
    await stage.device.start();
    await console.next(
      /^OneNET: subscription refused: check onenet\.product and onenet\.device in the board file/,
    );
  });
});
