/** `npm run onenet`: the devices of a product, over OneNET's HTTP API. */

import { Option } from "commander";
import {
  examples,
  EXIT,
  interruptible,
  printError,
  printJson,
  runCommand,
  UserError,
  wholeNumber,
} from "./cli/command.ts";
import { INVISIBLE } from "./cli/shorten.ts";
import { explain, mint, reasonOf, secretFrom, serverAddress } from "./devices/access.ts";
import { devicesOf, forAll, labelOf } from "./devices/group.ts";
import {
  createOneNetApi,
  OneNetError,
  type DeviceState,
  type OneNetApi,
  type Reading,
} from "./devices/onenet-api.ts";
import { padEnd, widthOf } from "./cli/columns.ts";
import { list as listed, t } from "./cli/language.ts";

interface Options {
  product: string;
  server: string;
  desc: string;
  hours: number;
  limit: number;
  all?: true;
  group?: string;
  json?: true;
}

/** What a call prints: lines for the screen, and fields for programs. */
interface Result {
  readonly lines: readonly string[];
  readonly fields: object;
}

/** The calls: what each needs after its name, and what it does. */
const CALLS: Readonly<
  Record<
    string,
    {
      readonly needs: string;
      /** It can go to many devices. */
      readonly isForMany?: true;
      readonly run: (api: OneNetApi, words: readonly string[], options: Options) => Promise<Result>;
    }
  >
> = {
  list: { needs: "", run: list },
  create: { needs: "<device>", run: create },
  get: { needs: "<device>", isForMany: true, run: get },
  set: { needs: "<device> <property>=<value>…", isForMany: true, run: set },
  history: { needs: "<device> <property>", run: history },
  log: { needs: "<device>", isForMany: true, run: log },
  "online-history": { needs: "<device>", isForMany: true, run: onlineHistory },
  command: { needs: "<device> <text>", isForMany: true, run: command },
  delete: { needs: "<device>", run: remove },
};

/** In ms. */
const HOUR = 3_600_000;

const STATE: Readonly<Record<DeviceState["state"], string>> = {
  online: t`online`,
  offline: t`offline`,
  "never online": t`never online`,
};

await runCommand(
  "onenet",
  t`Calls OneNET's HTTP API: list, create <device>, get <device>, set <device> <property>=<value>, history <device> <property>, log <device>, online-history <device>, command <device> <text>, delete <device>.`,
  (command) =>
    command
      .argument("[call...]", t`the call and what it needs`)
      .requiredOption("--product <id>", t`product id`)
      .option(
        "--server <url>",
        t`address of the API; the local OneNET's is http://127.0.0.1:8080`,
        serverAddress,
        "https://iot-api.heclouds.com",
      )
      .option("--desc <text>", t`create: description of the device`, "")
      .option("--hours <number>", t`history, log, online-history: how far back`, wholeNumber(8760), 24)
      .option("--limit <number>", t`history, log, online-history: most lines`, wholeNumber(6000), 100)
      .option("--all", t`get, log, online-history, set, command: for all devices; leave <device> out`)
      .addOption(
        new Option(
          "--group <names>",
          t`the same for some: names of devices or of students, as 'Ada,3b-*'`,
        ).conflicts("all"),
      )
      .option("--json", t`print the result as JSON, for programs`)
      .addHelpText(
        "after",
        examples(
          [
            ["npm run onenet -- list --product 469948 < key.txt"],
            ["npm run onenet -- set lamp led=true --product 9MaNe52pNO < key.txt"],
            ["npm run onenet -- history lamp led --hours 48 --product 9MaNe52pNO < key.txt"],
            [
              "npm run onenet -- online-history --all --product 469948 < key.txt",
              t`when each device came online and left`,
            ],
            ["npm run onenet -- command lamp on --product 469948 < key.txt"],
            ["npm run onenet -- command on --all --product 469948 < key.txt"],
          ],
          "docs/local-onenet.md",
        ),
      ),
  async (program) => {
    const options = program.opts<Options>();
    const [name = "", ...words] = program.args;
    const call = Object.hasOwn(CALLS, name) ? CALLS[name] : undefined;
    if (call === undefined) {
      const calls = listed(Object.keys(CALLS));
      const what = name === "" ? t`the call is missing` : t`no such call: ${name}`;
      throw new UserError(t`${what}; it is one of ${calls}`, EXIT.usage);
    }
    const isForMany = options.all === true || options.group !== undefined;
    if (isForMany && !call.isForMany) {
      const calls = Object.keys(CALLS).filter((call) => CALLS[call]?.isForMany);
      throw new UserError(t`--all and --group go with ${listed(calls)}, not with ${name}`, EXIT.usage);
    }
    checkWords(name, isForMany ? call.needs.replace(/^<device> ?/, "") : call.needs, words);
    const token = mint(options.product, await secretFrom("ONENET_KEY", t`the product's access key`));
    const { server, product } = options;
    const { lines, fields, failed } = await interruptible<Result & { failed?: Failed }>((signal) => {
      const api = createOneNetApi({ server, product, token, signal });
      const run = (device: readonly string[]) => call.run(api, [...device, ...words], options);
      return (isForMany ? runForMany(api, options.group, (device) => run([device])) : run([])).catch(explain);
    });
    if (failed !== undefined && options.json) throw new UserError(failed.summary, EXIT.failed, fields);
    if (options.json) printJson(fields);
    // Names and values come from the network, and may hold what controls a terminal.
    else for (const line of lines) console.log(line.replace(INVISIBLE, ""));
    if (failed === undefined) return;
    failed.lines.forEach(printError);
    throw new UserError(failed.summary);
  },
);

/** The devices of a group for which a call failed. */
interface Failed {
  readonly lines: readonly string[];
  readonly summary: string;
}

/** Makes a call for many devices, whether or not it fails for some. */
async function runForMany(
  api: OneNetApi,
  group: string | undefined,
  call: (device: string) => Promise<Result>,
): Promise<Result & { failed?: Failed }> {
  const devices = devicesOf(await api.list(), group);
  const results = await forAll(devices, async (device) => {
    const { name, description } = device;
    const whose = { device: name, name: description };
    const made = await call(name).catch((error: unknown) => {
      if (error instanceof OneNetError) return reasonOf(error);
      throw error;
    });
    return typeof made === "string"
      ? { lines: [], failures: [`${labelOf(device)}: ${made}`], fields: { ...whose, ok: false, error: made } }
      : {
          lines: made.lines.map((line) => `${labelOf(device)}  ${line}`),
          failures: [],
          fields: { ...made.fields, ...whose, ok: true },
        };
  });
  const failures = results.flatMap(({ failures }) => failures);
  const summary = t`${failures.length} of ${devices.length} devices failed`;
  return {
    lines: results.flatMap(({ lines }) => lines),
    fields: { results: results.map(({ fields }) => fields) },
    ...(failures.length > 0 && { failed: { lines: failures, summary } }),
  };
}

/** @throws UserError if words are missing or surplus */
function checkWords(name: string, needs: string, words: readonly string[]): void {
  const wanted = needs === "" ? 0 : needs.split(" ").length;
  if (words.length === wanted || (needs.endsWith("…") && words.length > wanted)) return;
  throw new UserError(
    needs === "" ? t`write: ${name}, and nothing after it` : t`write: ${name} ${needs}`,
    EXIT.usage,
  );
}

async function list(api: OneNetApi): Promise<Result> {
  const devices = await api.list();
  const width = Math.max(0, ...devices.map(({ name }) => widthOf(name)));
  const lines = devices.map(({ name, state, lastOnline = "", description }) =>
    `${padEnd(name, width)}  ${padEnd(STATE[state], 12)}  ${lastOnline}  ${description}`.trimEnd(),
  );
  const fields = {
    devices: devices.map(({ name, state, lastOnline, description }) => ({
      name,
      state,
      lastOnline,
      description,
    })),
  };
  return { lines: devices.length === 0 ? [t`the product has no devices`] : lines, fields };
}

async function create(api: OneNetApi, [device = ""]: readonly string[], { desc }: Options): Promise<Result> {
  const key = await api.create(device, desc);
  return { lines: [t`created ${device}`, t`its access key: ${key}`], fields: { device, key } };
}

async function get(api: OneNetApi, [device = ""]: readonly string[]): Promise<Result> {
  const values = await api.newest(device);
  const lines = values.length === 0 ? [t`the device has reported nothing yet`] : linesOf(values);
  return { lines, fields: { device, values } };
}

async function history(
  api: OneNetApi,
  [device = "", name = ""]: readonly string[],
  { hours, limit }: Options,
): Promise<Result> {
  const now = Date.now();
  const values = await api.history(device, name, now - hours * HOUR, now, limit);
  const lines = values.length === 0 ? [nothingIn(hours)] : linesOf(values);
  return { lines, fields: { device, values } };
}

async function log(
  api: OneNetApi,
  [device = ""]: readonly string[],
  { hours, limit }: Options,
): Promise<Result> {
  const now = Date.now();
  const entries = await api.log(device, now - hours * HOUR, now, limit);
  const lines = entries.map(({ kind, time, fields }) => {
    const texts = Object.entries(fields).map(([name, value]) => `${name}=${textOf(value)}`);
    return `${timeOf(time)}  ${kind}  ${texts.join("  ")}`;
  });
  const log = entries.map(({ kind, time, fields }) => ({ ...fields, kind, time }));
  return { lines: lines.length === 0 ? [nothingIn(hours)] : lines, fields: { device, log } };
}

async function onlineHistory(
  api: OneNetApi,
  [device = ""]: readonly string[],
  { hours, limit }: Options,
): Promise<Result> {
  const now = Date.now();
  const changes = await api.onlineHistory(device, now - hours * HOUR, now, limit);
  const lines = changes.map(({ online, time }) => `${timeOf(time)}  ${online ? t`online` : t`offline`}`);
  return { lines: lines.length === 0 ? [nothingIn(hours)] : lines, fields: { device, changes } };
}

async function set(api: OneNetApi, [device = "", ...pairs]: readonly string[]): Promise<Result> {
  const properties = Object.fromEntries(pairs.map(pairOf));
  await api.set(device, properties);
  return { lines: [t`${device} has set ${listed(pairs)}`], fields: { device, properties } };
}

async function command(api: OneNetApi, [device = "", text = ""]: readonly string[]): Promise<Result> {
  const response = await api.command(device, text);
  return { lines: [response], fields: { device, response } };
}

async function remove(api: OneNetApi, [device = ""]: readonly string[]): Promise<Result> {
  await api.delete(device);
  return { lines: [t`deleted ${device}`], fields: { device } };
}

/** `led=true` as a name and a JSON value; what is not JSON is a text. */
function pairOf(pair: string): [string, unknown] {
  const [, name = "", text = ""] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
  if (name === "")
    throw new UserError(t`write a property and its value as led=true, not ${pair}`, EXIT.usage);
  try {
    return [name, JSON.parse(text)];
  } catch {
    return [name, text];
  }
}

function linesOf(readings: readonly Reading[]): string[] {
  return readings.map(({ name, value, time }) => `${timeOf(time)}  ${name}  ${textOf(value)}`);
}

function nothingIn(hours: number): string {
  return t`nothing in the last ${hours} h`;
}

/** @param time in ms since 1970, as the platform sent it */
function timeOf(time: number): string {
  return Number.isNaN(new Date(time).getTime()) ? "" : new Date(time).toISOString();
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
