/** The command line of `npm run publish`. */

import { basename, join } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import type { Board, Update } from "../boards/board.ts";
import { boardsOf } from "../boards/arguments.ts";
import { listBoards, loadBoard, placeholders } from "../boards/index.ts";
import { kindOf } from "../boards/update/identity.ts";
import { defaultVersion, makePackage, VERSION } from "../boards/update/package.ts";
import {
  examples,
  EXIT,
  interruptible,
  printJson,
  runCommand,
  UserError,
  warn,
  wholeNumber,
} from "../cli/command.ts";
import { writeOutput } from "../cli/output-file.ts";
import { createProgress, type Progress } from "../cli/progress.ts";
import type { UpdateFault } from "../local-onenet/index.ts";
import { stateName } from "../local-onenet/updates/state-names.ts";
import { explain, LOCAL_SERVER, mint, productsIn, secretFrom, serverAddress } from "./access.ts";
import { offerOf, type BrokerUpdates, type Offered, type PlainBoard } from "./broker-updates.ts";
import { forAll } from "./group.ts";
import { createOneNetApi } from "./onenet-api.ts";
import { byHand, connectAll, provide } from "./offering.ts";
import { createPackageNames } from "./package-names.ts";
import type { PackageServer } from "./package-server.ts";
import { createUpdateApi, type UpdateApi, type UpdateState } from "./update-api.ts";
import { onlineFirst, updateInWaves, type Result, type Target } from "./waves.ts";
import { list, t } from "../cli/language.ts";

interface Options {
  all?: true;
  version?: string;
  registry?: string;
  server?: string;
  wait?: true;
  folder?: string;
  minutes: number;
  try?: Trial;
  list?: true;
  cancel?: true;
  json?: true;
}

/** What goes wrong on purpose. `offline` is a program that never comes online. */
type Trial = UpdateFault | { readonly kind: "offline" };

/** The program of all boards of a kind, and what will hardly do what was meant. */
export interface Built {
  readonly program: string;
  readonly warnings: readonly string[];
}

/** A package, and the board that it is for. */
interface Made<Each extends Board = UpdatedBoard> {
  readonly board: Each;
  readonly file: string;
}

/** A board of suite or studio that takes updates. */
type UpdatedBoard = Board & {
  readonly onenet: { readonly product: string; readonly device: string };
  readonly update: Update;
};

const OFFLINE = 'print("This program never comes online.")\n';

const EXAMPLES = examples(
  [
    [
      "npm run publish -- lamp --registry onenet.local.json",
      t`over the local OneNET that npm run platform runs here`,
    ],
    ["npm run publish -- --all --registry onenet.local.json", t`one board first, then four, then all others`],
    ["npm run publish -- lamp", t`writes the package, and says where to upload it at OneNET`],
    ["npm run publish -- kitchen", t`for a board on a plain broker: offers the package there, and serves it`],
    ["npm run publish -- --all --list --registry onenet.local.json", t`versions and tasks`],
  ],
  "docs/updates.md",
);

/**
 * @param directory the folder of the board files
 * @param build makes a board's program
 */
export function publishCommand(directory: string, build: (board: Board) => Promise<Built>): Promise<void> {
  return runCommand(
    "publish",
    t`Updates boards over the network: builds and signs their programs, and sends them in waves.`,
    (command) =>
      command
        .argument("[board...]", t`names of files in boards/`)
        .option("--all", t`all board files that have "update"`)
        .option(
          "--version <version>",
          t`1–20 of A–Z a–z 0–9 . _ - (default: the time, 2611301205)`,
          versionOf,
        )
        .option("--registry <file>", t`local OneNET: its registry, which has the key`)
        .option(
          "--server <url>",
          t`local OneNET: address of its API (with --registry, default: ${LOCAL_SERVER})`,
          serverAddress,
        )
        .option("--wait", t`plain brokers: each board waits for install, as Home Assistant's button sends it`)
        .option(
          "--folder <path>",
          t`plain brokers: where update.server has the packages (default: /)`,
          folderOf,
        )
        .option("--minutes <number>", t`longest time for a wave`, wholeNumber(10_000), 30)
        .addOption(
          new Option(
            "--try <fault>",
            t`let it go wrong: cut:<byte>, hash, signature, or offline: a program that never comes online`,
          ).argParser(trialOf),
        )
        .option("--list", t`show the boards' versions and tasks, and do nothing`)
        .addOption(new Option("--cancel", t`cancel the boards' tasks`).conflicts("list"))
        .option("--json", t`print the result as JSON, for programs`)
        .addHelpText("after", EXAMPLES),
    async (command) => {
      const options = command.opts<Options>();
      const isLocal = options.registry !== undefined || options.server !== undefined;
      const boards = boardsIn(command, directory, options, isLocal);
      if (options.server !== undefined && new URL(options.server).hostname.endsWith(".heclouds.com"))
        throw new UserError(
          t`OneNET has no calls to upload a package: leave --server out, and upload it by hand (docs/updates.md)`,
          EXIT.usage,
        );
      const { platform, plain } = byServer(boards, options, isLocal);
      if (plain.length > 0 && options.cancel) return await takeBack(plain, options);
      if (plain.length > 0 && options.list) return await listOffers(plain, options);
      const isTrial = options.try !== undefined && (plain.length === 0 || options.try.kind !== "offline");
      if (!isLocal && (options.list || options.cancel || isTrial))
        throw new UserError(
          t`--list, --cancel and --try need --registry or --server: a local OneNET`,
          EXIT.usage,
        );
      if (options.list || options.cancel) return await manage(platform, options);
      if (plain.length > 0) await publishOnBrokers(plain, build, options);
      else await publish(platform, build, options, isLocal);
    },
  );
}

/** The boards to update, checked. */
function boardsIn(
  command: Command,
  directory: string,
  { all }: Options,
  isLocal: boolean,
): readonly (UpdatedBoard | PlainBoard)[] {
  if (!all && command.args.length === 0)
    throw new UserError(t`name the boards to update, or give --all`, EXIT.usage);
  if (all && command.args.length > 0)
    throw new UserError(t`name the boards to update, or give --all, not both`, EXIT.usage);
  const files = listBoards(directory);
  const names = all ? [...new Set([...files.shipped, ...files.local])].sort() : boardsOf(command);
  const loaded = names.map((name) => loadBoard(name, { directory }));
  const isChosen = (board: Board) =>
    isUpdated(board) && unsetIn(board).length === 0 && !(isLocal && isPlain(board));
  const chosen = all ? loaded.filter(isChosen) : loaded;
  if (chosen.length === 0)
    throw new UserError(t`no board file has "update" and credentials: docs/updates.md says how to add it`);
  return chosen.map((board) => {
    if (!isUpdated(board))
      throw new UserError(t`${board.name} has no "update": add it, and flash the board over its cable once`);
    const unset = unsetIn(board);
    if (unset.length === 0) return board;
    throw new UserError(t`${board.name}: still example values: ${list(unset)}; write your own`);
  });
}

/** The board file's checks allow updates with suite, studio and plain brokers only. */
function isUpdated(board: Board): board is UpdatedBoard | PlainBoard {
  return board.update !== undefined;
}

function isPlain(board: UpdatedBoard | PlainBoard): board is PlainBoard {
  return board.onenet.generation === "plain";
}

/**
 * The boards by their kind of server. Only one may have any: a task and an offer are not of one wave.
 * @throws UserError otherwise, or for an option that the boards do not have
 */
function byServer(
  boards: readonly (UpdatedBoard | PlainBoard)[],
  { wait, folder }: Options,
  isLocal: boolean,
): { readonly platform: readonly UpdatedBoard[]; readonly plain: readonly PlainBoard[] } {
  const plain = boards.filter(isPlain);
  const platform = boards.filter((board): board is UpdatedBoard => !isPlain(board));
  if (plain.length > 0 && platform.length > 0)
    throw new UserError(
      t`${names(platform)} get updates from OneNET, and ${names(plain)} from a plain broker: name one kind`,
      EXIT.usage,
    );
  if (plain.length > 0 && isLocal)
    throw new UserError(t`${names(plain)}: on a plain broker; leave --registry and --server out`, EXIT.usage);
  if (platform.length > 0 && (wait || folder !== undefined))
    throw new UserError(t`--wait and --folder are for boards on plain brokers (mqtt)`, EXIT.usage);
  return { platform, plain };
}

function names(boards: readonly Board[]): string {
  return list(boards.map(({ name }) => name));
}

/** Fields that an update needs and that still have example values. */
function unsetIn(board: Board): readonly string[] {
  return placeholders(board).filter((field) => /^(onenet|mqtt)\.|^update\.key$/.test(field));
}

type Build = (board: Board) => Promise<Built>;

/** Packages for boards, of one version. */
interface Release<Each extends Board> {
  readonly release: string;
  readonly made: readonly Made<Each>[];
  readonly warnings: readonly string[];
  readonly progress: Progress;
}

async function publish(
  boards: readonly UpdatedBoard[],
  build: Build,
  options: Options,
  isLocal: boolean,
): Promise<void> {
  const { release, made, warnings, progress } = await make(boards, build, options);
  if (isLocal)
    await send(release, options, progress, warnings, (signal) =>
      upload(made, release, options, progress, signal),
    );
  else await write(made, release, options, warnings);
}

/** Builds and signs. */
async function make<Each extends UpdatedBoard | PlainBoard>(
  boards: readonly Each[],
  build: Build,
  options: Options,
): Promise<Release<Each>> {
  const time = Date.now() / 1000;
  const { version: release = defaultVersion(time), json } = options;
  const progress = createProgress();
  const warnings: string[] = [];
  const made: Made<Each>[] = [];
  const kinds = new Map<string, Built>();
  for (const [index, board] of boards.entries()) {
    const kind = JSON.stringify(kindOf(board));
    const known = kinds.get(kind);
    if (!known) progress.show(t`building ${board.name}`, index / boards.length);
    const built = known ?? (await build(board).finally(progress.clear));
    kinds.set(kind, built);
    if (!known) warnings.push(...built.warnings.map((text) => `${board.name}: ${text}`));
    const program = options.try?.kind === "offline" ? OFFLINE : built.program;
    made.push({ board, file: makePackage({ version: release, time, program }, board.update.key) });
  }
  if (!json) warnings.forEach(warn);
  return { release, made, warnings, progress };
}

/** Writes the packages, serves them if `update.server` is this computer, and offers them on the boards' brokers. */
async function publishOnBrokers(
  boards: readonly PlainBoard[],
  build: Build,
  options: Options,
): Promise<void> {
  const { release, made, warnings, progress } = await make(boards, build, options);
  const { json, wait = false, folder = "/" } = options;
  const files = new Map<string, string>();
  const offers = made.map(({ board, file }): Offered => {
    const known = [...files].find(([, each]) => each === file)?.[0];
    const path = known ?? `${folder}${board.name}-${release}.bin`;
    files.set(path, file);
    return offerOf(board, file, path, wait);
  });
  for (const [path, file] of files) await writeOutput(join("dist", basename(path)), file);
  const brokers = new Set<BrokerUpdates>();
  const servers: PackageServer[] = [];
  try {
    servers.push(...(await provide(files, offers, json ? () => undefined : console.log)));
    const targets = await connectAll(offers, brokers).catch(async (error: unknown) => {
      const commands = await byHand(offers, release);
      if (!json) console.log([t`To publish the offers with another client:`, ...commands].join("\n"));
      throw new UserError((error as Error).message, EXIT.failed, { commands });
    });
    const patient = wait ? { ...options, minutes: Infinity } : options;
    await send(release, patient, progress, warnings, () => Promise.resolve(targets));
  } finally {
    for (const broker of brokers) broker.close();
    await Promise.all(servers.map((server) => server.close()));
  }
}

/** Logs in to the boards' brokers, without an offer. */
async function atBrokers<Result>(
  boards: readonly PlainBoard[],
  job: (targets: readonly Target[]) => Promise<Result>,
): Promise<Result> {
  const brokers = new Set<BrokerUpdates>();
  try {
    const none = { path: "", message: "", version: "", time: 0 };
    const targets = await connectAll(
      boards.map((board) => ({ board, ...none })),
      brokers,
    );
    return await job(targets);
  } catch (error) {
    throw new UserError((error as Error).message);
  } finally {
    for (const broker of brokers) broker.close();
  }
}

/** Shows what the boards have told of their updates. */
async function listOffers(boards: readonly PlainBoard[], options: Options): Promise<void> {
  const found = await atBrokers(boards, async (targets) => {
    const states = await Promise.all([...new Set(targets.map(({ api }) => api))].map((api) => api.states()));
    return states.flat();
  });
  const stateOf = ({ onenet }: PlainBoard) => found.find(({ device }) => device === onenet.topic);
  showStates(
    boards.map((board) => ({
      board: board.name,
      device: board.onenet.topic,
      version: stateOf(board)?.version,
      task: stateOf(board)?.task,
    })),
    options,
  );
}

/** Takes the offers back. */
async function takeBack(boards: readonly PlainBoard[], { json }: Options): Promise<void> {
  await atBrokers(boards, async (targets) => {
    for (const { api, device } of targets) await api.cancel(device);
  });
  if (json) printJson({ boards: boards.map(({ name: board, onenet }) => ({ board, device: onenet.topic })) });
  else console.log(t`nothing is offered to ${names(boards)} any more`);
}

/** Writes the packages, one for all boards of a kind, for a platform without calls for them. */
async function write(
  made: readonly Made[],
  release: string,
  { json }: Options,
  warnings: readonly string[],
): Promise<void> {
  const nameOf = createPackageNames();
  const written = new Map<string, { file: string; bytes: number; product: string; devices: string[] }>();
  for (const { board, file: bytes } of made) {
    const { product, device } = board.onenet;
    const known = written.get(product + bytes);
    if (known) {
      known.devices.push(device);
      continue;
    }
    const file = join("dist", nameOf(board.name, release));
    await writeOutput(file, bytes);
    written.set(product + bytes, { file, bytes: bytes.length, product, devices: [device] });
  }
  if (json) {
    printJson({ version: release, packages: [...written.values()], warnings });
    return;
  }
  for (const { file, product, devices, bytes } of written.values())
    console.log(t`${file}  ${bytes} bytes, for ${list(devices)} of product ${product}`);
  console.log(
    t`OneNET has no calls for updates. Upload each file at open.iot.10086.cn: 增值服务 → 远程升级, module type MCU软件,\nversion ${release}; verify it on one device, then start the task for all named. Step by step: docs/updates.md`,
  );
}

/** @param prepare uploads the packages */
async function send(
  release: string,
  options: Options,
  progress: Progress,
  warnings: readonly string[],
  prepare: (signal: AbortSignal) => Promise<readonly Target[]>,
): Promise<void> {
  const { json, minutes } = options;
  let running: readonly Target[] = [];
  const fault = options.try?.kind === "offline" ? undefined : options.try;
  const left = () =>
    running.length === 0
      ? undefined
      : t`under way, and they go on: ${list(running.map(({ board }) => board))}; npm run publish -- --cancel <board…> ends them`;
  const results = await interruptible(async (signal) => {
    const targets = await prepare(signal).catch(explain);
    return updateInWaves(targets, {
      ...(fault && { fault }),
      patience: minutes * 60_000,
      signal,
      looked(wave, waves, part, now) {
        running = now;
        progress.show(t`wave ${wave} of ${waves}`, part);
      },
      ended(result) {
        progress.clear();
        if (!json) console.log(lineOf(result));
      },
    }).catch(explain);
  }, left).finally(progress.clear);
  const fields = {
    version: release,
    boards: results.map(({ target, wave, outcome, step }) => ({
      board: target.board,
      device: target.device,
      wave,
      outcome,
      ...(step === undefined ? {} : { step }),
    })),
    warnings,
  };
  const count = (outcome: Result["outcome"]) => results.filter((result) => result.outcome === outcome).length;
  const bad = results.length - count("done");
  if (bad > 0) {
    const missed = count("not started");
    const rest = missed === 0 ? "" : t`; stopped, ${missed} not started`;
    throw new UserError(t`${bad - missed} of ${results.length} not updated${rest}`, EXIT.failed, fields);
  }
  if (json) printJson(fields);
  else console.log(t`${results.length} updated to ${release}`);
}

/** Uploads the packages: those of boards that are online first. */
async function upload(
  made: readonly Made[],
  release: string,
  options: Options,
  progress: Progress,
  signal: AbortSignal,
): Promise<readonly Target[]> {
  const apis = await apisOf(
    made.map(({ board }) => board),
    options,
    signal,
  );
  let done = 0;
  const found = await forAll(made, async ({ board, file }) => {
    const { product, device } = board.onenet;
    const { updates, online } = ofProduct(apis, product);
    const packageId = await updates.upload(device, release, file);
    progress.show("uploading", ++done / made.length);
    return { isOnline: online.has(device), target: { board: board.name, device, api: updates, packageId } };
  });
  progress.clear();
  return onlineFirst(found);
}

interface ProductApi {
  readonly updates: UpdateApi;
  /** Devices that are online. */
  readonly online: ReadonlySet<string>;
}

function ofProduct(apis: ReadonlyMap<string, ProductApi>, product: string): ProductApi {
  const api = apis.get(product);
  if (api === undefined) throw new Error(t`no calls for product ${product}`);
  return api;
}

/** The calls of each board's product. */
async function apisOf(
  boards: readonly UpdatedBoard[],
  { registry, server = LOCAL_SERVER }: Options,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ProductApi>> {
  const products = [...new Set(boards.map(({ onenet }) => onenet.product))];
  const known = registry === undefined ? undefined : productsIn(registry);
  if (known === undefined && products.length > 1)
    throw new UserError(t`the boards are of several products (${list(products)}): give --registry`);
  const apis = new Map<string, ProductApi>();
  for (const product of products) {
    const record = known?.get(product);
    if (known !== undefined && record?.key === undefined)
      throw new UserError(t`${registry ?? ""}: product ${product} is not there, or has no key; give it one`);
    const key = record?.key ?? (await secretFrom("ONENET_KEY", t`the product's access key`));
    const access = { server, product, token: mint(product, key), signal };
    const devices = await createOneNetApi(access).list();
    for (const { onenet, name } of boards)
      if (onenet.product === product && !devices.some((device) => device.name === onenet.device))
        throw new UserError(t`${name}: product ${product} has no device ${onenet.device}; create it first`);
    const online = devices.filter(({ state }) => state === "online").map((device) => device.name);
    apis.set(product, { updates: createUpdateApi(access), online: new Set(online) });
  }
  return apis;
}

/** Shows the boards' versions and tasks, or cancels the tasks. */
async function manage(boards: readonly UpdatedBoard[], options: Options): Promise<void> {
  const found = await interruptible(async (signal) => {
    const apis = await apisOf(boards, options, signal);
    const states = new Map<string, UpdateState>();
    const read = async () => {
      for (const [product, { updates }] of apis)
        for (const state of await updates.states()) states.set(`${product}/${state.device}`, state);
    };
    const stateOf = ({ onenet }: UpdatedBoard) => states.get(`${onenet.product}/${onenet.device}`);
    await read();
    const under = boards.filter((board) => (stateOf(board)?.task?.state ?? "").endsWith("ing"));
    if (options.cancel) {
      for (const { onenet } of under) await apis.get(onenet.product)?.updates.cancel(onenet.device);
      await read();
    }
    return (options.cancel ? under : boards).map((board) => ({
      board: board.name,
      device: board.onenet.device,
      version: stateOf(board)?.version,
      task: stateOf(board)?.task,
    }));
  }).catch(explain);
  if (found.length === 0 && !options.json) console.log(t`no task was under way`);
  else showStates(found, options);
}

/** A board's version, and its task. */
interface Shown {
  readonly board: string;
  readonly device: string;
  readonly version: string | undefined;
  readonly task: UpdateState["task"];
}

function showStates(found: readonly Shown[], { json }: Options): void {
  if (json) {
    printJson({ boards: found });
    return;
  }
  for (const { board, version = "?", task } of found) {
    const doing =
      task === undefined ? t`no task` : `${task.target} ${stateName(task.state, t)}${stepText(task.step)}`;
    console.log(t`${board}  version ${version}  ${doing}`);
  }
}

const OUTCOME: Readonly<Record<Result["outcome"], string>> = {
  done: t`done`,
  failed: t`failed`,
  cancelled: t`cancelled`,
  "no report": t`no report`,
  "not started": t`not started`,
};

function lineOf({ target, outcome, step }: Result): string {
  return `${target.board}  ${OUTCOME[outcome]}${outcome === "done" ? "" : stepText(step)}`;
}

/** What the numbers of failures mean. */
const STEPS: Readonly<Record<number, string>> = {
  102: t`no room in its flash: flash it over its cable`,
  103: t`out of memory`,
  104: t`time-out`,
  105: t`low battery`,
  106: t`weak signal`,
  107: t`the download failed`,
  202: t`low battery`,
  203: t`out of memory`,
  204: t`not newer than its program`,
  205: t`not as it was signed: another key, or damaged`,
  206: t`the program did not get online, and the one before it runs again`,
  207: t`too many tries`,
  208: t`the task was over`,
};

function stepText(step: number | undefined): string {
  if (step === undefined) return "";
  const meaning = STEPS[step];
  return meaning === undefined ? t`, step ${step}` : t`, step ${step}: ${meaning}`;
}

/** Parses an option. @throws InvalidArgumentError */
function versionOf(text: string): string {
  if (VERSION.test(text)) return text;
  throw new InvalidArgumentError(t`Must be 1 to 20 of A–Z a–z 0–9 . _ -`);
}

/** Parses an option. @throws InvalidArgumentError */
function folderOf(text: string): string {
  if (/^[\w.~/-]*$/.test(text) && text.length <= 60) return `/${text}/`.replace(/\/+/g, "/");
  throw new InvalidArgumentError(t`Must be a path such as /local, of A–Z a–z 0–9 . _ ~ - and /`);
}

/** Parses an option. @throws InvalidArgumentError */
function trialOf(text: string): Trial {
  const [, kind, digits] = /^(cut|hash|signature|offline)(?::(\d{1,7}))?$/.exec(text) ?? [];
  if (kind === "cut" && digits !== undefined) return { kind, at: Number(digits) };
  if (kind === "hash" || kind === "signature" || kind === "offline") return { kind };
  throw new InvalidArgumentError(t`Must be cut:<byte>, hash, signature or offline.`);
}
