/** The command line of `npm run class`. */

import { basename } from "node:path";
import schema from "../../boards/board.schema.json" with { type: "json" };
import type { Board } from "../boards/board.ts";
import { boardOf } from "../boards/arguments.ts";
import {
  BoardError,
  checkUnwritten,
  DEFAULT_BOARD,
  listBoards,
  loadBoard,
  placeholders,
} from "../boards/index.ts";
import { quote } from "../boards/mistake.ts";
import { examples, EXIT, interruptible, printJson, runCommand, UserError, warn } from "../cli/command.ts";
import { writeOutput } from "../cli/output-file.ts";
import type { ProductRecord } from "../local-onenet/index.ts";
import { lanAddresses } from "../cli/addresses.ts";
import { explain, LOCAL_SERVER, productsIn, reasonOf, secretFrom, serverAddress } from "./access.ts";
import { isThisComputer, localPlatform, OneNetError, type LocalPlatform } from "./onenet-api.ts";
import { memberFile, namesInFiles, writeMember, type FileState, type Home } from "./member-file.ts";
import { assignDevices, joinKnown, type Member } from "./members.ts";
import { readNames } from "./names.ts";
import { forEach, registrationRoster, tokenRoster } from "./roster.ts";
import { sheetLines, sheetPage } from "./sheet.ts";
import { list, t } from "../cli/language.ts";

interface Options {
  names: string;
  board?: string;
  prefix: string;
  product?: string;
  registry?: string;
  server?: string;
  host?: string;
  sheet?: string;
  update?: true;
  json?: true;
}

/** Where multiprotocol devices register, and where those of suite and studio are created. */
const SERVERS = { multiprotocol: "http://api.heclouds.com", token: "https://iot-api.heclouds.com" } as const;

/** What boards accept as the name of a server. */
const HOST = new RegExp(schema.definitions.server.pattern);

/** The MQTT ports that boards use unless their file has another. */
const USUAL_PORTS = { multiprotocol: 6002, token: 1883, tls: 8883 } as const;

/** Device names of a class are also names of board files. */
const PREFIX = /^[a-z0-9][a-z0-9-]{0,39}$/;

const EXAMPLES = examples(
  [
    [
      "npm run class -- --names names.txt --board esp32-devkit \\\n      --registry onenet.local.json",
      t`at the local OneNET that npm run platform runs here`,
    ],
    [
      "npm run class -- --names names.txt --board lamp < key.txt",
      t`at OneNET, in the product of boards/lamp.local.json`,
    ],
  ],
  "docs/class.md",
);

/** @param directory the folder of the board files */
export function classCommand(directory: string): Promise<void> {
  return runCommand(
    "class",
    t`Makes a class from a list of names: a device, a board file and a line of a sheet for each.`,
    (command) =>
      command
        .requiredOption("--names <file>", t`text file with a name on each line, in any language`)
        .option("--board <name>", t`board that the class has (default: ${DEFAULT_BOARD})`)
        .option("--prefix <text>", t`what the devices' names begin with`, "class")
        .option("--product <id>", t`product id (default: that of the board)`)
        .option("--registry <file>", t`local OneNET: its registry, which has the key`)
        .option("--server <url>", t`address of the API (default: OneNET's, or the registry's)`, serverAddress)
        .option("--host <address>", t`local OneNET: its address for the boards`)
        .option("--sheet <file>", t`page to print (default: dist/<prefix>.html)`)
        .option("--update", t`also change board files that are there and differ`)
        .option("--json", t`print the result as JSON, for programs`)
        .addHelpText("after", EXAMPLES),
    async (command) => {
      const options = command.opts<Options>();
      const { prefix, json } = options;
      if (!PREFIX.test(prefix))
        throw new UserError(
          t`--prefix: use up to 40 lower-case letters, digits and -, not ${quote(prefix)}`,
          EXIT.usage,
        );
      if (options.host !== undefined && !HOST.test(options.host))
        throw new UserError(
          t`--host: write only a host name or an IPv4 address, without a port, not ${quote(options.host)}`,
          EXIT.usage,
        );
      if (options.sheet !== undefined && !/\.html?$/i.test(options.sheet))
        throw new UserError(
          t`--sheet: is a web page: give it a name that ends in .html, not ${quote(options.sheet)}`,
          EXIT.usage,
        );
      const names = readNames(options.names);
      const board = loadBoard(boardOf(command), { directory });
      const made = await interruptible(
        (signal) => makeClass(directory, board, names, options, signal).catch(explain),
        () => t`run it again to go on`,
      );
      const sheet = options.sheet ?? `dist/${prefix}.html`;
      await writeOutput(sheet, sheetPage(prefix, made.members));
      const result = { ...made, sheet };
      if (json) printJson(fieldsOf(result, directory));
      else print(result, directory);
    },
  );
}

interface Made {
  readonly members: readonly (Member & { readonly isNew: boolean; readonly state: FileState })[];
  readonly sheet: string;
  readonly warnings: readonly string[];
}

async function makeClass(
  directory: string,
  board: Board,
  names: readonly string[],
  options: Options,
  signal: AbortSignal,
): Promise<Omit<Made, "sheet">> {
  const { prefix, update = false } = options;
  const { onenet, name } = board;
  const { generation } = onenet;
  if (generation === "plain")
    throw new UserError(
      t`${name} uses a broker of your own, which has no devices to create; give each board a topic of its own: npm run new-board -- <name> --generation mqtt --topic <topic>`,
    );
  const unset = placeholders(board);
  const product = productOf(
    options,
    generation,
    unset.includes("onenet.product") ? undefined : onenet.product,
  );
  const isRegistered = generation === "multiprotocol";
  const local = options.registry === undefined ? undefined : LOCAL_SERVER;
  const server = options.server ?? local ?? (isRegistered ? SERVERS.multiprotocol : SERVERS.token);
  const isLocal = !new URL(server).hostname.endsWith(".heclouds.com");
  const host = isLocal ? (options.host ?? hostFor(server)) : options.host;
  const platform = isLocal ? await localPlatform(server, signal) : undefined;
  const port = platform && portOf(board, platform);
  const home: Home = {
    base: listBoards(directory).local.includes(name) ? `${name}.local` : name,
    generation,
    product: product.product,
    server: host,
    port,
    isUsualPort: port === usualPort(board) && port === onenet.port,
    updatePort: isLocal && board.update !== undefined ? httpPortOf(server) : undefined,
  };

  const check = (id: string) => (file: Record<string, unknown>) => {
    const mistakes = checkUnwritten(id, file, { directory });
    if (mistakes.length > 0) throw new BoardError(mistakes);
  };
  // Before anything is created: whether files like these are right at all.
  const trial = { device: "0", ...(isRegistered ? { authInfo: "0" } : { key: "MA==" }) };
  check(`${prefix}-00`)(memberFile(home, names[0] ?? "", trial));

  const inFiles = namesInFiles(directory, prefix);
  const secret = await secretOf(product, isRegistered, options.registry);
  const called = { server, product: product.product, secret, signal };
  const roster = isRegistered ? registrationRoster(called, inFiles) : tokenRoster(called, prefix);
  const atPlatform = await roster.known();
  const known = joinKnown(atPlatform, inFiles);
  const members = assignDevices(names, prefix, known);
  const there = isRegistered ? inFiles : atPlatform;
  if (platform) checkRoom(platform, members.filter(({ id }) => !there.has(id)).length);

  const done: Made["members"][number][] = [];
  const warnings: string[] = [];
  await forEach(members, async (member) => {
    const { own, isNew } = await roster.credentials(member);
    const wanted = (old?: Record<string, unknown>) => memberFile(home, member.name, own, old);
    const { state, different } = writeMember(directory, member, wanted, update, check(member.id));
    if (state === "differs")
      warnings.push(
        t`${basename(directory)}/${member.id}.local.json has another ${list(different)}: left alone; --update changes it`,
      );
    done.push({ ...member, isNew, state });
  }).catch((error: unknown) => {
    const isKnown = error instanceof UserError || error instanceof OneNetError;
    if (signal.aborted || !isKnown || done.length === 0) throw error;
    const why = error instanceof UserError ? error.message : reasonOf(error);
    throw new UserError(
      t`${why}; ${done.length} of ${members.length} devices are made, with their board files: run it again to go on`,
    );
  });
  const gone = [...known].filter(([id, name]) => name !== "" && !members.some((member) => member.id === id));
  if (gone.length > 0)
    warnings.push(
      t`no longer in the list, but still there: ${list(gone.map(([id, name]) => `${name} (${id})`))}`,
    );
  const wifi = unset.filter((field) => field.startsWith("wifi."));
  if (wifi.length > 0)
    warnings.push(
      t`${name}: still example values: ${list(wifi)}; write your own into boards/${name}.local.json, and run this again with --update`,
    );
  return { members: done, warnings };
}

/** The MQTT port of a local OneNET for a class's board. @throws UserError if it has none */
function portOf({ onenet }: Board, { mqttPort, suitePort, tlsPort }: LocalPlatform): number {
  if (onenet.generation === "multiprotocol") return mqttPort;
  if (!onenet.tls) return suitePort;
  if (tlsPort !== undefined) return tlsPort;
  throw new UserError(t`the local OneNET has no TLS: remove "tls" from the board's file`);
}

function usualPort({ onenet }: Board): number {
  if (onenet.generation === "multiprotocol") return USUAL_PORTS.multiprotocol;
  return onenet.tls ? USUAL_PORTS.tls : USUAL_PORTS.token;
}

/** @throws UserError if a local OneNET has no room for that many devices more */
function checkRoom({ devices, mostDevices }: LocalPlatform, added: number): void {
  const free = mostDevices - devices;
  if (added > free)
    throw new UserError(
      t`the local OneNET has room for ${free} devices more, not for ${added}: delete some, or start it with another --registry; nothing was made`,
    );
}

function httpPortOf(server: string): number {
  const { port, protocol } = new URL(server);
  return Number(port || (protocol === "https:" ? 443 : 80));
}

/** The class's product; of the registry, if there is one. @throws UserError if it is unknown */
function productOf(
  { registry, product: given }: Options,
  generation: string,
  ofBoard: string | undefined,
): { readonly product: string; readonly record?: ProductRecord } {
  const id = given ?? ofBoard;
  if (registry === undefined) {
    if (id !== undefined) return { product: id };
    throw new UserError(t`--product is missing, and the board has only an example value`, EXIT.usage);
  }
  const own = [...productsIn(registry).values()].filter((record) => record.generation === generation);
  const named = own.filter(({ product }) => product === id);
  // A board that worked at OneNET has its product there: the registry may have another, and only that.
  const records = given === undefined && named.length === 0 ? own : named;
  const [record] = records;
  if (record !== undefined && records.length === 1) return { product: record.product, record };
  const there = own.length === 0 ? t`none` : list(own.map(({ product }) => product));
  const which =
    id === undefined
      ? t`choose one with --product`
      : t`there is no product ${quote(id)}; choose with --product`;
  throw new UserError(
    t`${registry}: ${generation} products: ${there}; ${own.length === 0 ? t`add one to it` : which}`,
  );
}

/** The secret that creates devices: of the registry, else from the environment or standard input. */
function secretOf(
  { product, record }: { readonly product: string; readonly record?: ProductRecord },
  isRegistered: boolean,
  registry: string | undefined,
): string | Promise<string> {
  const field = isRegistered ? "registrationCode" : "key";
  if (record === undefined)
    return isRegistered
      ? secretFrom("ONENET_REGISTRATION_CODE", t`the product's registration code`)
      : secretFrom("ONENET_KEY", t`the product's access key`);
  const secret = record[field];
  if (secret !== undefined) return secret;
  throw new UserError(t`${registry ?? ""}: product ${product} has no ${field}; give it one`);
}

/** The address for the boards of a platform whose API is at `server`. @throws UserError if it is unknown */
function hostFor(server: string): string {
  const { hostname } = new URL(server);
  if (!isThisComputer(hostname)) {
    if (HOST.test(hostname)) return hostname;
    throw new UserError(
      t`boards do not take ${hostname} for the name of a server; give the platform's IPv4 address with --host`,
    );
  }
  const [address] = lanAddresses();
  if (address !== undefined) return address;
  throw new UserError(t`this computer is in no network; connect it, or give its address with --host`);
}

function fieldsOf({ members, sheet, warnings }: Made, directory: string): object {
  const students = members.map(({ id, name, isNew, state }) => ({
    name,
    device: id,
    isNew,
    file: `${basename(directory)}/${id}.local.json`,
    state,
  }));
  return { students, sheet, warnings };
}

const STATE: Readonly<Record<FileState, (count: number) => string>> = {
  written: (count) => t`${count} written`,
  updated: (count) => t`${count} updated`,
  unchanged: (count) => t`${count} unchanged`,
  differs: (count) => t`${count} left alone`,
};

function print({ members, sheet, warnings }: Made, directory: string): void {
  for (const line of sheetLines(members)) console.log(line);
  const count = (state: FileState) => members.filter((member) => member.state === state).length;
  const created = members.filter(({ isNew }) => isNew).length;
  const states = (["written", "updated", "unchanged", "differs"] as const)
    .filter((state) => count(state) > 0)
    .map((state) => STATE[state](count(state)));
  const devices = members.length === 1 ? t`1 device` : t`${members.length} devices`;
  console.log(t`${devices}, ${created} new; board files in ${basename(directory)}/: ${list(states)}`);
  console.log(t`To print: ${sheet}`);
  warnings.forEach(warn);
}
