/** Turns a checked board into the source of the module `virtual:board` (src/board-module.d.ts). */

import { createHash } from "node:crypto";
import type { Board, Chip, Code, OneNet, Source, Stream } from "../../src/board.ts";
import { toLowerCase } from "../virtual-board/bytes.ts";
import { toByteString } from "./byte-strings.ts";
import { CHIPS } from "./chips.ts";

/** Where a data stream's value comes from: an expression, and what it imports from src/device/sensors.ts. */
interface Reader {
  readonly expression: string;
  readonly sensor?: string;
}

/** What commands do is worth seeing: these are reported when they change, too, unless the board file says otherwise. */
const SEEN_AT_ONCE: readonly string[] = ["commands", "led", "lit"] satisfies Source[];

/** @throws Error when a value is not one of JSON's, which a checked board never holds */
export function boardModule(board: Board): string {
  const { streams, time, chip, code } = board;
  const sensors = streams.flatMap((stream) => reader(stream, chip).sensor ?? []);
  const isDp = board.onenet.generation === "multiprotocol";
  const frames = isDp ? streams.map(({ dpType }) => `type${dpType}`) : [];
  const groups: readonly Group[] = isDp ? groupsOf(streams) : [{ streams }];
  return [
    imports(sensors, "./device/sensors"),
    imports(frames, "./onenet/dp"),
    ...(time
      ? [
          imports([keeper(chip), "timeOfDay", "isTimeSettled"], "./device/time"),
          imports(["localTime"], "./onenet/time"),
        ]
      : []),
    ...doorsSource(board),
    ...(code
      ? codeSource(code, streams)
      : ["export const start = undefined;", "export const command = undefined;"]),
    `export const title = ${JSON.stringify(board.title)};`,
    `export const led = ${source(board.led)};`,
    `export const wifi = ${source(board.wifi)};`,
    `export const onenet = ${source(withoutSecrets(board.onenet))};`,
    `export const registration = ${registrationSource(board.onenet)};`,
    `export const longestWait = ${board.reconnect.maximum * 1000};`,
    `export const responseTimeout = ${responseTimeout(board.onenet)};`,
    `export const maximumPacket = ${MAXIMUM_PACKET};`,
    `export const outboxLimit = ${board.outbox};`,
    `export const room = ${roomFor(board.outbox)};`,
    `export const withoutPlatform = ${board.reboot.withoutPlatform * 1000};`,
    `export const format = ${JSON.stringify(formatOf(board))};`,
    ...(time ? [`const timeServer = ${JSON.stringify(time.server)};`] : []), // it stands in two places
    `export const clock = ${time ? clockSource(chip) : "undefined"};`,
    "export function streams(state) {",
    ...(time ? [`  const time = localTime(${time.zone});`] : []),
    ...groups.map((group, i) => `  const encode${i} = ${encoderSource(group, time !== undefined)};`),
    `  return ${streamsSource(groups, chip)};\n}`,
  ].join("\n");
}

/** What the build decides for the bundle: the source of the module `virtual:features` (src/features.d.ts). */
export function featuresModule({ chip, onenet, streams, led, code }: Board): string {
  // What every board can report is numbers, colours and truths; suite and studio also write what came over the network.
  const isOwnText = onenet.generation === "multiprotocol" || onenet.generation === "plain";
  const isPlain = ({ id, source }: Stream) => isBuiltIn(source) && JSON.stringify(id) === `"${id}"`;
  const escapedText = !isOwnText || !streams.every(isPlain);
  const isOwnMeasured = !streams.every(({ source }) => isBuiltIn(source));
  return [
    `export const lastingSession = ${!onenet.cleanSession};`,
    `export const exactlyOnce = ${onenet.qos === 2};`,
    `export const escapedText = ${escapedText};`,
    `export const textValues = ${isOwnMeasured || led.kind !== "gpio"};`,
    `export const ownValues = ${isOwnMeasured};`,
    `export const refusableValues = ${isOwnMeasured || streams.some(({ dpType }) => dpType > 3)};`,
    `export const ownCommands = ${code !== undefined && code.commands.length > 0};`,
    `export const ownLed = ${code !== undefined && led.kind === "gpio"};`,
    `export const retainedCommands = ${onenet.generation === "plain"};`,
    `export const softwarePwm = ${CHIPS[chip].pwm.isSoftware};`,
  ].join("\n");
}

/** Longest wait for an answer where nothing asks for less, in ms. */
const RESPONSE_TIMEOUT = 10_000;
/** What the firmware's clock of one second may add to a wait before a ping and one after it, in ms. */
const TICKS = 2000;

/** A link that is half open is found within one and a half keep alives: after a ping period and the wait for an answer. */
function responseTimeout({ keepAlive, pingPeriod }: OneNet): number {
  if (keepAlive === 0) return RESPONSE_TIMEOUT;
  return Math.max(1000, Math.min(RESPONSE_TIMEOUT, (1.5 * keepAlive - pingPeriod) * 1000 - TICKS));
}

/** Eight digits that change with what the records of an outbox mean. */
function formatOf({ streams, onenet }: Board): string {
  const meaning = JSON.stringify([
    onenet.generation,
    onenet.device,
    streams.map(({ id, dpType }) => [id, dpType]),
  ]);
  return createHash("sha256").update(meaning).digest("hex").slice(0, 8);
}

function imports(names: readonly string[], from: string): string {
  return names.length > 0 ? `import { ${[...new Set(names)].join(", ")} } from ${JSON.stringify(from)};` : "";
}

/** What the chip is to know: neither the access key, which the token stands for, nor what has a constant of its own. */
function withoutSecrets(onenet: OneNet): object {
  return Object.fromEntries(
    Object.entries(onenet).filter(([name]) => name !== "key" && name !== "registration"),
  );
}

function registrationSource(onenet: OneNet): string {
  const registration = onenet.generation === "multiprotocol" ? onenet.registration : undefined;
  return registration ? source(registration) : "undefined";
}

/** A value as JavaScript, with the names of members unquoted, so that they are shortened where the program names them. */
function source(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(source).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, member]) => `${name}: ${source(member)}`)
    .join(", ")} }`;
}

/** Streams that share a frame; of the one kind that their generation has where there is no type. */
interface Group {
  readonly dpType?: Stream["dpType"];
  readonly streams: readonly Stream[];
}

/** In the order of the board file. A frame of type 2 holds one stream. */
function groupsOf(streams: readonly Stream[]): Group[] {
  const groups: { dpType: Stream["dpType"]; streams: Stream[] }[] = [];
  for (const stream of streams) {
    const { dpType } = stream;
    const group = groups.find((other) => other.dpType === dpType && dpType !== 2);
    if (group) group.streams.push(stream);
    else groups.push({ dpType, streams: [stream] });
  }
  return groups;
}

/** What src/app/telemetry.ts calls `Streams`. */
function streamsSource(groups: readonly Group[], chip: Chip): string {
  const streams = groups.flatMap((group) => group.streams);
  const readers = streams.map((stream) => reader(stream, chip));
  return `{
    sizes: () => ${source(groups.map((group) => group.streams.length))},
    periods: () => ${source(streams.map(({ period }) => period))},
    isWatched: (stream) => ${anyOf(
      "stream",
      indexes(streams, ({ source, onChange }) => onChange ?? SEEN_AT_ONCE.includes(source)),
    )},
    read: (stream) => ${chosen(
      "stream",
      readers.map(({ expression }) => expression),
    )},
    encode: (group, values, at) => ${chosen(
      "group",
      groups.map((_, i) => `encode${i}(values, at)`),
    )},
  }`;
}

/** An expression that is as the one whose index a variable holds; without any, nothing asks for it. */
function chosen(variable: string, expressions: readonly string[]): string {
  if (expressions.length === 0) return "undefined";
  const last = expressions.length - 1;
  return expressions.map((each, i) => (i < last ? `${variable} === ${i} ? ${each} : ` : each)).join("");
}

function anyOf(variable: string, values: readonly number[]): string {
  return values.map((value) => `${variable} === ${value}`).join(" || ") || "false";
}

function indexes<T>(list: readonly T[], is: (each: T) => boolean): number[] {
  return list.flatMap((each, i) => (is(each) ? [i] : []));
}

/** The call that makes the encoder of a group. */
function encoderSource({ dpType, streams }: Group, isTimed: boolean): string {
  const ids = streams.map(({ id }) => id);
  const names = `() => ${JSON.stringify(ids)}`;
  if (!dpType) return `state.encoder(${names})`;
  const named =
    dpType === 2
      ? streams.flatMap(({ id, source }) => [JSON.stringify(id), JSON.stringify(source)])
      : [dpType === 7 ? JSON.stringify(streams.map(({ number }) => number)) : names];
  const time = isTimed && dpType !== 3 ? ["time"] : [];
  return `type${dpType}(${[...named, ...time].join(", ")})`;
}

function clockSource(chip: Chip): string {
  return `{ keep: (now, say) => ${keeper(chip)}(now, timeServer, say), timeOfDay, isTimeSettled }`;
}

/** What keeps the time on a chip. */
function keeper(chip: Chip): string {
  return chip === "esp8266" ? "keepTimeEsp8266" : "keepTime";
}

/**
 * Largest packet that is taken from the server, in bytes of Remaining Length. Two that come in one go and a full outbox
 * leave an ESP8266 a fifth of its 1600 variables (docs/performance.md). It is ten times a command of most applications,
 * and holds the thing model's messages about the two properties that can be set, with escapes.
 */
export const MAXIMUM_PACKET = 1024;

/** What must be free in flash, in bytes: an outbox as JSON within JSON, the session with it, and what is small. */
function roomFor(outbox: number): number {
  return 2 * outbox + 1024;
}

function doorsSource({ chip, console: { password, telnet } }: Board): string[] {
  return [
    `export const bluetooth = ${CHIPS[chip].hasBluetooth};`,
    `export const telnet = ${CHIPS[chip].hasTelnet && !telnet};`,
    `export const consolePassword = ${JSON.stringify(password)};`,
  ];
}

/** How every source is read that is no board's own. */
const READERS: Readonly<Record<Source, (stream: Stream, chip: Chip) => Reader>> = {
  commands: () => ({ expression: "state.commands()" }),
  led: () => ({ expression: "state.led()" }),
  lit: () => ({ expression: "state.lit()" }),
  uptime: () => ({ expression: "state.uptime()" }),
  lost: () => ({ expression: "state.lost()" }),
  memory: () => sensor("freeMemory"),
  rssi: (_stream, chip) => sensor(chip === "esp8266" ? "wifiStrengthEsp8266" : "wifiStrength"),
  analog: ({ pin }) => ({ expression: `analogLevel(${String(pin)})`, sensor: "analogLevel" }),
};

function reader(stream: Stream, chip: Chip): Reader {
  const { source } = stream;
  if (isBuiltIn(source)) return READERS[source](stream, chip);
  return { expression: `readOwn(${JSON.stringify(source)}, own.sources.${source}, state.say)` };
}

function isBuiltIn(source: string): source is Source {
  return Object.hasOwn(READERS, source);
}

function sensor(name: string): Reader {
  return { expression: `${name}()`, sensor: name };
}

/** Whether `name`, which the firmware has made small, is that of a command: a chip changes bytes of UTF-8 then (docs/chip.md, F52). */
function spellings(name: string): string {
  const bytes = toByteString(name);
  const changed = toLowerCase(bytes);
  const own = `name === ${JSON.stringify(name)}`;
  return changed === bytes ? own : `(${own} || name === ${escaped(changed)})`;
}

/** A byte string as source. */
function escaped(bytes: string): string {
  return `"${bytes.replace(/[^]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`)}"`;
}

/** What the board's own code is to the firmware. */
function codeSource({ file, starts, commands }: Code, streams: readonly Stream[]): string[] {
  const answers = commands.map(
    (name) => `${spellings(name)} ? answerOf(() => own.commands[${JSON.stringify(name)}](argument)) : `,
  );
  const used = [
    ...(commands.length > 0 ? ["answerOf"] : []),
    ...(streams.every(({ source }) => isBuiltIn(source)) ? [] : ["readOwn"]),
  ];
  return [
    `import own from ${JSON.stringify(file)};`,
    imports(used, "./app/own-code"),
    `export const start = ${starts ? "(board) => own.start(board)" : "undefined"};`,
    `export const command = ${commands.length > 0 ? `(name, argument) => ${answers.join("")}undefined` : "undefined"};`,
  ];
}
