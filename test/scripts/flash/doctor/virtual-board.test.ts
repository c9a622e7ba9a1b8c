/** `npm run doctor` at a virtual board: a healthy one, and each of the faults that the doctor is there for. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Board } from "../../../../scripts/boards/board.ts";
import { setStage, type Stage } from "../../../../scripts/stage/index.ts";
import { serveConsole } from "../../../../scripts/virtual-board/console-server.ts";
import { buildScript, shipped, shippedFile } from "../../../support/bundles.ts";
import { runHere, startHere } from "../../../support/run-here.ts";
import { boardFolder, STUDIO, SUITE } from "../../boards/board-folder.ts";
import { answerDatagrams, listen, look, timeAnswer, type Found } from "./stand-in.ts";
import type { Leads } from "../../../../scripts/flash/doctor/network.ts";

const DEVKIT = shipped("esp32-devkit");
await shippedFile(DEVKIT.name); // no test has the time to build it

/** A port on which nothing listens. */
const NOBODY = 1;

interface Patient {
  readonly stage: Stage;
  readonly port: string;
  readonly leads: Leads;
}

/** A board that runs its script and is online, with the servers of its file. */
async function patient(board: Board = DEVKIT): Promise<Patient> {
  const code = await buildScript(board);
  const stage = await setStage(board, code);
  const server = await serveConsole(stage.device);
  onTestFinished(async () => {
    await server.close();
    await stage.close();
  });
  stage.device.storage.set(".bootcde", code);
  const online = new Promise<void>((resolve) => stage.server.events.once("ready", resolve));
  await stage.device.start();
  await online;
  const time = await answerDatagrams(() => timeAnswer(Date.now()));
  const leads = {
    ...stage.network,
    [`${board.time?.server ?? ""}:123`]: time,
    "192.168.1.20:23": stage.device.doors().telnet ?? NOBODY,
  };
  return { stage, port: server.address, leads };
}

function examine({ port, leads }: Patient, changes: object = {}, surroundings: object = {}): Promise<Found> {
  return look({ port, leads, isOffline: false, ...changes }, surroundings);
}

/** Except the boot count, which the firmware deletes once it has been online. */
function filesOf({ device }: Stage): string[] {
  return [...device.storage.keys()].filter((name) => name !== "boots");
}

it("a healthy board: no findings, and it continues undisturbed", async () => {
  const all = await patient();
  const { stage } = all;
  const lines: string[] = [];
  let reboots = 0;
  stage.device.on("reboot", () => reboots++).on("uncaught", (text) => lines.push(text));
  stage.server.events.on("offline", () => lines.push("offline"));
  const [timers, files] = [stage.device.timers(), filesOf(stage)];
  const found = await examine(all, {}, { dist: dirname(await shippedFile("esp32-devkit")) });
  expect(found.wrong).toEqual([]);
  expect(found.row("platform's port").state).toBe("ok");
  expect(found.row("time server").state).toBe("ok");
  expect(found.row("program").found).toMatch(/^\d+ bytes in flash: dist\/esp32-devkit\.js$/);
  expect(found.row("Wi-Fi")).toMatchObject({
    state: "ok",
    found: expect.stringContaining("-50 dBm") as string,
  });
  expect(found.facts.filter(({ seen }) => seen === "not asked").length).toBeGreaterThan(3);
  expect({ lines, reboots }).toEqual({ lines: [], reboots: 0 });
  expect(stage.device.timers()).toBe(timers);
  expect(filesOf(stage)).toEqual(files);
  expect(await stage.server.command("on", 60_000)).toBe("on");
});

it.each([
  ["suite", SUITE],
  ["studio", STUDIO],
])("an expired token, for %s", async (_generation, board) => {
  const all = await patient();
  const onenet = { ...board.onenet, expires: "2026-01-31" };
  const directory = boardFolder({ "attic.json": { ...board, wifi: DEVKIT.wifi, onenet } });
  const found = await examine(
    all,
    { name: "attic", isOffline: true },
    { directory, now: () => Date.UTC(2026, 5) },
  );
  expect(found.wrong).toEqual(["token"]);
  expect(found.row("token").remedy).toMatch(/later onenet\.expires, build, and flash/);
});

it("a wrong platform port", async () => {
  const all = await patient();
  const { server, port } = DEVKIT.onenet;
  const found = await examine({ ...all, leads: { ...all.leads, [`${server}:${port}`]: NOBODY } });
  expect(found.wrong).toEqual(["platform's port"]);
  expect(found.row("platform's port").remedy).toMatch(/compare onenet\.port/);
});

it("a wrong board port", async () => {
  const found = await examine({ ...(await patient()), port: "tcp://127.0.0.1:1" });
  expect(found.wrong).toEqual(["console"]);
  expect(found.row("console").remedy).toMatch(/is the board's console on this port\?/);
});

it("a nearly full flash", async () => {
  const all = await patient();
  all.stage.device.storage.set("photos", "x".repeat(224 * 4096 - 24_000));
  const found = await examine(all);
  expect(found.wrong).toEqual(["flash"]);
  expect(found.row("flash").remedy).toMatch(/remove files of earlier programs/);
});

it("open telnet, and closed telnet with this firmware [chip F13]", async () => {
  const all = await patient();
  const { device } = all.stage;
  expect((await examine(all)).row("telnet")).toMatchObject({
    state: "ok",
    found: "closed",
  });

  const changed = new Promise<void>((resolve) => device.once("doors", resolve));
  device.type('\x10require("TelnetServer").setOptions({ mode: "on" })\n');
  await changed;
  const leads = { ...all.leads, "192.168.1.20:23": device.doors().telnet ?? NOBODY };
  const found = await examine({ ...all, leads });
  expect(found.wrong).toEqual(["telnet"]);
  expect(found.row("telnet").remedy).toMatch(/flash this firmware.*console\.telnet and console\.password/);
});

it("trials that change something run with consent, the restart last; then the board comes back", async () => {
  const all = await patient();
  const reboot = new Promise<void>((resolve) => all.stage.device.once("reboot", resolve));
  const found = await examine(all, { tryAll: true });
  await reboot;
  expect(found.fact("F3")).toMatchObject({ state: "as expected", seen: "runs on time" });
  expect(found.fact("F48")).toMatchObject({ state: "as expected", seen: "kept" });
  expect(found.facts.filter(({ seen }) => seen === "not asked")).toEqual([]);
});

it("the command: a table and a report without secrets, exit 0; JSON; exit 1", async () => {
  const { port } = await patient();
  const folder = await mkdtemp(join(tmpdir(), "doctor-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const report = join(folder, "report.md");
  const healthy = await runHere("doctor", ["esp32-devkit", "--port", port, "--offline", "--report", report]);
  expect(healthy).toMatchObject({ code: 0, stderr: "" });
  expect(healthy.stdout).toMatch(/^ok +console +Espruino answers$/m);
  expect(healthy.stdout).toMatch(/^skipped +F48 .*use --try-all to allow it$/m);
  const page = await readFile(report, "utf8");
  expect(page).toMatch(/^# Doctor: esp32-devkit, \d{4}-\d\d-\d\d\n/);
  const { authInfo } = DEVKIT.onenet as { authInfo: string };
  for (const secret of [DEVKIT.wifi.password, authInfo]) expect(page).not.toContain(secret);

  const sick = ["esp32-devkit", "--port", "tcp://127.0.0.1:1", "--offline", "--no-report"];
  const { code, stdout } = await runHere("doctor", [...sick, "--json"]);
  const said = JSON.parse(stdout) as { ok: boolean; rows: unknown[]; error: { message: string } };
  expect(said).toMatchObject({
    ok: false,
    board: "esp32-devkit",
    error: { message: "1 thing will not work" },
  });
  expect(said.rows).toContainEqual(expect.objectContaining({ check: "console", state: "wrong" }));
  expect(said).not.toHaveProperty("report");
  expect(code).toBe(1);
  expect((await runHere("doctor", sick)).stderr).toBe("error: 1 thing will not work\n");
});

it("Ctrl-C: exit 130, and the board is free for others", async () => {
  let connected = (): void => undefined;
  const isConnected = new Promise<void>((resolve) => (connected = resolve));
  let isFree = false;
  const port = await listen((socket) => {
    connected();
    socket.resume().on("close", () => (isFree = true)); // it never answers
  });
  const args = ["esp32-devkit", "--port", `tcp://127.0.0.1:${port}`, "--offline", "--no-report"];
  const { interrupt, finished } = startHere("doctor", args);
  await isConnected;
  interrupt();
  expect(await finished).toMatchObject({ code: 130, stderr: "error: interrupted\n" });
  await expect.poll(() => isFree).toBe(true);
});
