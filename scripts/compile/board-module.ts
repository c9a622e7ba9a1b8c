/**
 * Writes the modules `virtual:board` and `virtual:features` for a checked board. Their declarations, in src/board-module.d.ts
 * and src/features.d.ts, are the one list of their constants: the compiler compares what is written here with them.
 */

import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import type { Board, Chip, Code, Network, OneNet, RadioText, Source, Stream } from "../boards/board.ts";
import { CHIPS } from "../boards/chips.ts";
import { discoveryOf } from "../boards/home-assistant.ts";
import { pathOf, structsOf, type Structs } from "../boards/onenet.ts";
import { valuesOf } from "../boards/parts.ts";
import { serversOf } from "../boards/servers.ts";
import { fieldsOf, inScript } from "../boards/setup.ts";
import { networksOf, radioBytes } from "../boards/wifi.ts";
import { chosen, spellings } from "./expressions.ts";
import { reading, readingOf, type Field } from "../boards/update/identity.ts";
import { partReader } from "./part-connections.ts";
import { partsModule } from "./parts-module.ts";
import { setupPage } from "./setup-page.ts";

/** The constants of each module, by name. */
type Constants = typeof import("virtual:board");
export type Features = typeof import("virtual:features");

/** JavaScript with a value of type `T`. */
interface Expression<T> {
  readonly text: string;
  /** Never set: it makes the types of two expressions differ for the compiler. */
  readonly type?: T;
}

/** The text of each constant of a module: all of them, and no others. */
type Expressions<Module> = { readonly [Name in keyof Module]: Expression<Module[Name]> };

/** Where a data stream's value comes from: an expression, and what it imports from src/device/sensors.ts. */
interface Reader {
  readonly expression: string;
  readonly sensor?: string;
}

/** What built-in sources import, and some parts. */
const SENSORS = "./device/sensors";

/** Sources that show what commands do: also reported when they change, unless the board file says otherwise. */
const SEEN_AT_ONCE: readonly string[] = ["commands", "led", "lit"] satisfies Source[];

/** @throws Error if a value is not JSON; a checked board has none */
export function boardModule(board: Board): string {
  const { streams, time, chip, code, parts } = board;
  const sensors = streams.flatMap((stream) => reader(stream, board).sensor ?? []);
  const own = code && code.commands.length > 0 ? ownCommands(code) : "";
  const connected = parts && partsModule({ ...board, parts }, own, roomFor(board));
  const isDp = board.onenet.generation === "multiprotocol";
  const frames = isDp ? streams.map(({ dpType }) => `type${dpType}`) : [];
  const structs = structsOf(board);
  const groups: readonly Group[] = isDp ? groupsOf(streams) : [{ streams: sideBySide(streams, structs) }];
  const ofParts = connected?.imports ?? [];
  // A stream and a part may use the same one, and a name must not be imported twice.
  const used = [...sensors, ...ofParts.flatMap(([names, from]) => (from === SENSORS ? names : []))];
  return [
    imports(used, SENSORS),
    imports(frames, "./onenet/dp"),
    ...(time
      ? [
          imports([keeper(chip), "timeOfDay", "isTimeSettled"], "./device/time"),
          imports(["localTime"], "./onenet/time"),
        ]
      : []),
    ...ofParts.flatMap(([names, from]) => (from === SENSORS ? [] : [imports(names, from)])),
    imports(settingsOf(board), "./device/settings"),
    ...(code ? codeImports(code, board) : []),
    ...(connected?.declarations ?? []),
    ...(time ? [`const timeServer = ${JSON.stringify(time.server)};`] : []), // used twice
    ...declarations<Constants>({
      bluetooth: literal(CHIPS[chip].hasBluetooth),
      telnet: literal(CHIPS[chip].hasTelnet && !board.console.telnet),
      consolePassword:
        board.console.password === "" ? literal("") : ofBoard(board, "console", board.console.password),
      start: expression(code?.starts ? "(board) => own.start(board)" : "undefined"),
      command: expression(own === "" || connected ? "undefined" : `(name, argument) => ${own}undefined`),
      title: ofBoard(board, "title", board.title),
      led: literal(board.led as Constants["led"]),
      parts: expression(connected?.parts ?? "undefined"),
      wifi: expression(firstNetwork(board)),
      networkCount: literal(networksOf(board).length),
      ssid: expression(ofNetworks(board, "ssid")),
      password: expression(ofNetworks(board, "password")),
      address: expression(byIndex(networksOf(board).map(addressSource))),
      dns: expression(byIndex(networksOf(board).map(({ address }) => source(address?.dns ?? "")))),
      hostname:
        board.hostname === undefined
          ? literal(hostnameOf(board))
          : ofBoard(board, "hostname", board.hostname),
      onenet: expression(onenetSource(board)),
      serverCount: literal(serversOf(board).length),
      host: expression(ofServers(board, "host")),
      port: expression(ofServers(board, "port")),
      announcement: expression(announcementSource(board)),
      registration: literal(registrationOf(board.onenet)),
      update: literal(updateOf(board)),
      setup: expression(setupSource(board)),
      setupPage: expression(setupPageSource(board)),
      remote: expression(remoteSource(board)),
      longestWait: literal(board.reconnect.maximum * 1000),
      responseTimeout: literal(responseTimeout(board.onenet)),
      maximumPacket: literal(MAXIMUM_PACKET),
      outboxLimit: literal(board.outbox),
      batchLimit: literal(batchLimit(board)),
      answersLimit: literal(chip === "esp8266" ? ANSWERS_LIMIT_ESP8266 : ANSWERS_LIMIT),
      room: literal(roomFor(board)),
      withoutPlatform: literal(board.reboot.withoutPlatform * 1000),
      format: expression(formatSource(board)),
      members: expression(membersSource(structs)),
      clock: expression(time ? clockSource(chip) : "undefined"),
      streams: expression(
        [
          "(state) => {",
          ...(time ? [`  const time = localTime(${time.zone});`] : []),
          ...(isBulk(board) ? [] : groups).map(
            (group, i) => `  const encode${i} = ${encoderSource(group, time !== undefined)};`,
          ),
          `  return ${streamsSource(groups, structs, board)};\n}`,
        ].join("\n"),
      ),
    }),
  ].join("\n");
}

export function featuresModule(board: Board): string {
  return Object.entries(featuresOf(board))
    .map(([name, value]) => `export const ${name} = ${value};`)
    .join("\n");
}

/** The features that a board's firmware has, as far as its code depends on them. */
export function featuresOf(board: Board): Features {
  const { chip, onenet, streams, led, code, time, parts } = board;
  // Built-in sources give numbers, colours and booleans; suite and studio also write text that came over the network.
  const isOwnText = onenet.generation === "multiprotocol" || onenet.generation === "plain";
  const isPlain = ({ id, source }: Stream) => !isOwn(source, board) && JSON.stringify(id) === `"${id}"`;
  const isOwnMeasured = streams.some(({ source }) => isOwn(source, board));
  const values = (parts ?? []).flatMap(valuesOf);
  const sendsLines = board.remote !== undefined && onenet.generation !== "plain";
  const hasOwnParts = (parts ?? []).some(({ kind }) => kind === "own");
  const hasText = values.some(({ type }) => type === "text");
  const hasTextSetting = (parts ?? []).some((part) => part.kind === "setting" && part.holds === "text");
  const mayFail = values.some(({ quantity }) => quantity !== undefined) || hasOwnParts;
  return {
    lastingSession: !onenet.cleanSession,
    severalNetworks: board.otherNetworks !== undefined,
    fixedAddress: networksOf(board).some(({ address }) => address),
    severalServers: onenet.otherServers !== undefined,
    retainedMessages: onenet.generation === "plain",
    exactlyOnce: onenet.qos === 2,
    escapedText: sendsLines || !isOwnText || hasText || !streams.every(isPlain),
    textSettings: hasTextSetting,
    textValues:
      sendsLines ||
      isOwnMeasured ||
      hasText ||
      (led !== undefined && led.kind !== "gpio") ||
      values.some(({ type }) => type === "colour"),
    ownValues: isOwnMeasured || mayFail,
    refusableValues: isOwnMeasured || mayFail || streams.some(({ dpType }) => dpType > 3),
    datedPoints: time !== undefined,
    bulk: isBulk(board),
    newestFirst: board.newestFirst === true,
    rules: board.rules !== undefined,
    thinning: board.thinsOutbox === true,
    ownStart: code?.starts === true,
    ownCommands: parts !== undefined || (code !== undefined && code.commands.length > 0),
    ownLed: code !== undefined && led?.kind === "gpio",
    rgbw: led?.kind === "ws2812" && led.order.includes("w"),
    homeAssistant: discoveryOf(board) !== undefined,
    softwarePwm: CHIPS[chip].pwm.isSoftware,
    light: led !== undefined,
    structs: structsOf(board).size > 0,
    updates: board.update !== undefined,
    setUpByPhone: board.setup !== undefined,
    remoteControl: board.remote !== undefined,
    ...sleepFeatures(board),
  };
}

function sleepFeatures({ sleep, chip }: Board) {
  const pin = sleep && "wakePin" in sleep ? sleep.wakePin : undefined;
  return {
    sleeps: sleep !== undefined,
    sleepTime: sleep && "every" in sleep ? sleep.every * 1e6 : 0,
    wakePin: pin?.pin ?? -1,
    wakeLevel: pin?.level ?? 0,
    wakesByReset: chip === "esp8266" && sleep !== undefined,
  };
}

/** Whether the platform takes many reports in one message. Without the time, all would get that of their arrival. */
function isBulk({ onenet: { generation }, time }: Board): boolean {
  return time !== undefined && (generation === "suite" || generation === "studio");
}

/** Longest wait for an answer unless the keep-alive requires less, in ms. */
const RESPONSE_TIMEOUT = 10_000;
/** What the firmware's clock of one second may add to the waits before and after a ping, in ms. */
const TICKS = 2000;

/** Detects a half-open link within one and a half keep-alives: after a ping period and the wait for an answer. */
function responseTimeout({ keepAlive, pingPeriod }: OneNet): number {
  if (keepAlive === 0) return RESPONSE_TIMEOUT;
  return Math.max(1000, Math.min(RESPONSE_TIMEOUT, (1.5 * keepAlive - pingPeriod) * 1000 - TICKS));
}

/** Eight digits that change when the records of an outbox change their meaning; with updates, followed by the device. */
function formatSource(board: Board): string {
  const { streams, onenet, update } = board;
  const meaning = JSON.stringify([
    onenet.generation,
    onenet.device,
    streams.map(({ id, dpType }) => [id, dpType]),
  ]);
  const digits = createHash("sha256").update(meaning).digest("hex").slice(0, 8);
  return update ? `"${digits}" + ${reading(board, "device")}` : `"${digits}"`;
}

function imports(names: readonly string[], from: string): string {
  return names.length > 0 ? `import { ${[...new Set(names)].join(", ")} } from ${JSON.stringify(from)};` : "";
}

function literal<T>(value: T): Expression<T> {
  return { text: value === undefined ? "undefined" : source(value) };
}

function expression<T>(text: string): Expression<T> {
  return { text };
}

function declarations<Module>(expressions: Expressions<Module>): string[] {
  return Object.entries<Expression<unknown>>(expressions).map(
    ([name, { text }]) => `export const ${name} = ${text};`,
  );
}

/** A value of a board's own. With updates it is not in the program, which is that of other boards, too. */
function ofBoard<T>(board: Board, field: Field, value: T): Expression<T> {
  return board.update ? { text: reading(board, field) } : literal(value);
}

/** Without what stays on the computer, and what has its own constant. What a phone may have set comes first. */
function onenetSource(board: Board): string {
  const without = ["key", "identifiers", "registration", "homeAssistant", "otherServers"];
  const isOwn = (name: string) =>
    name === "device" || name === "token" || name === "userName" || name === "password";
  const settable = fieldsOf(board);
  const members = Object.entries(board.onenet)
    .filter(([name]) => !without.includes(name))
    .map(([name, value]: [string, unknown]) => {
      const text = isOwn(name) ? ofBoard(board, name, value).text : source(value);
      const index = settable.indexOf(name);
      if (index >= 0)
        return `${name}: setting(${index + 2}, ${text})${name === "userName" ? " || undefined" : ""}`;
      return `${name}: ${name === "userName" && value === "" ? "undefined" : text}`;
    });
  return `{ ${members.join(", ")} }`;
}

/** A function rather than a list: the interpreter keeps a list in memory. */
function ofServers(board: Board, field: "host" | "port"): string {
  return byIndex(serversOf(board).map((server) => source(server[field])));
}

function ofNetworks(board: Board, field: "ssid" | "password"): string {
  if (board.update) return `(index) => ${readingOf(board, field, "index")}`;
  return byIndex(networksOf(board).map((network) => radioSource(network[field])));
}

/** Before the first of them: constants of this module. */
function remoteSource(board: Board): string {
  if (!board.remote) return "undefined";
  // With updates, the networks of the board are not in the program.
  const networks = networksOf(board).map(({ password }, index) =>
    board.update ? `password(${index})` : radioSource(password),
  );
  const own = SECRET_FIELDS.filter((field) => field in board.onenet).map((field) => `onenet.${field}`);
  const ofSetup = board.setup ? ['wifiPassword("")', "setup.password"] : [];
  // The platform's refusal of a registration may repeat its code.
  const ofRegistration = registrationOf(board.onenet) ? ["registration.code"] : [];
  const secrets = [...networks, ...own, "consolePassword", ...ofRegistration, ...ofSetup];
  return `{ level: ${LEVELS.indexOf(board.remote.log)}, secrets: () => [${secrets.join(", ")}] }`;
}

/** In the order of src/app/remote.ts. */
const LEVELS = ["off", "problems", "all"] as const;

/** Fields of `onenet` that no line may contain. */
const SECRET_FIELDS = ["authInfo", "token", "password"];

/** Not of the others: most boards have one. */
function firstNetwork(board: Board): string {
  const { wifi, update } = board;
  const [ssid, password] = (["ssid", "password"] as const).map((field) =>
    update ? readingOf(board, field, 0) : radioSource(wifi[field]),
  );
  return `{ ssid: ${ssid ?? ""}, password: ${password ?? ""} }`;
}

function byIndex(values: readonly string[]): string {
  const isSame = values.every((value) => value === values[0]);
  return `(index) => ${isSame ? String(values[0]) : chosen("index", values)}`;
}

/** Bytes that are no UTF-8 are put together on the board. */
function radioSource(text: RadioText): string {
  if (typeof text === "string") return source(text);
  const bytes = radioBytes(text);
  return isUtf8(bytes) ? source(bytes.toString("utf8")) : `String.fromCharCode(${[...bytes].join(", ")})`;
}

function addressSource({ address }: Network): string {
  if (!address) return "undefined";
  const { ip, gateway, netmask } = address;
  return `(${source({ ip, gw: gateway, netmask })})`;
}

/**
 * With an address of its own in one network only, a board must turn DHCP on again for the others: on an ESP8266,
 * `setHostname` does it. There "espruino" is the name without any.
 */
function hostnameOf(board: Board): string {
  const addresses = networksOf(board).map(({ address }) => address !== undefined);
  return board.hostname ?? (addresses.includes(true) && addresses.includes(false) ? "espruino" : "");
}

/** Most bytes of a piece of the announcement: an ESP8266 holds a piece three times while it is sent. */
const PIECE = 256;

/** A retained PUBLISH at QoS 0 [MQTT 3.1.1, 3.3]. */
function announcementSource(board: Board): string {
  const discovery = discoveryOf(board);
  if (discovery === undefined) return "undefined";
  const topic = Buffer.byteLength(discovery.topic);
  const length = [];
  for (let rest = 2 + topic + Buffer.byteLength(discovery.payload); rest > 0; rest >>= 7)
    length.push((rest & 127) | (rest > 127 ? 128 : 0));
  const head = [0x31, ...length, topic >> 8, topic & 255].join(", ");
  const pieces = piecesOf(discovery.topic + discovery.payload);
  return `(piece) => ${pieces
    .map((text, index) => {
      const before = index === 0 ? `String.fromCharCode(${head}) + ` : "";
      return `piece === ${index} ? ${before}${JSON.stringify(text)} : `;
    })
    .join("")}""`;
}

/** A text in pieces of whole characters. */
function piecesOf(text: string): string[] {
  const pieces = [""];
  let bytes = 0;
  for (const char of text) {
    bytes += Buffer.byteLength(char);
    if (bytes > PIECE) {
      pieces.push("");
      bytes = Buffer.byteLength(char);
    }
    pieces[pieces.length - 1] += char;
  }
  return pieces;
}

function registrationOf(onenet: OneNet): Constants["registration"] {
  return onenet.generation === "multiprotocol" ? onenet.registration : undefined;
}

function updateOf({ update }: Board): Constants["update"] {
  return update && { server: update.server, port: update.port };
}

/** What this module needs of what a phone has set. */
function settingsOf(board: Board): string[] {
  return [
    ...(fieldsOf(board).length > 0 ? ["setting"] : []),
    ...(board.setup && board.remote ? ["wifiPassword"] : []),
  ];
}

function setupSource(board: Board): string {
  const { setup, chip } = board;
  if (!setup) return "undefined";
  const { button } = setup;
  const pressed = button !== undefined && CHIPS[chip].inverted.includes(button) ? 1 : 0;
  const password = ofBoard(board, "setupPassword", setup.password).text;
  return `{ button: ${button}, pressed: ${pressed}, password: ${password}, fields: ${fieldsOf(board).length} }`;
}

function setupPageSource(board: Board): string {
  if (!board.setup) return '() => ""';
  const [before, after] = setupPage(fieldsOf(board));
  const title = ofBoard(board, "pageTitle", inScript(board.title)).text;
  const pieces = [...piecesOf(before).map(source), title, ...piecesOf(after).map(source)];
  return `(piece) => ${pieces.map((piece, index) => `piece === ${index} ? ${piece} : `).join("")}""`;
}

/** A value as JavaScript. Names of members are unquoted, so that the minifier may shorten them. */
function source(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(source).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, member]) => `${name}: ${source(member)}`)
    .join(", ")} }`;
}

/** A period longer than any time awake, in s: a board that sleeps measures once. */
const ONCE = 86_400;

/** Streams that share a frame. Without a type, it is the one kind of frame that their generation has. */
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

/** The streams with those of a struct next to each other, at the place of the first. */
function sideBySide(streams: readonly Stream[], structs: Structs): readonly Stream[] {
  const seen = new Set<Stream>();
  for (const stream of streams) {
    const property = propertyOf(stream);
    seen.add(stream);
    if (structs.has(property))
      for (const other of streams) if (propertyOf(other) === property) seen.add(other);
  }
  return [...seen];
}

function propertyOf({ id }: Stream): string {
  const [property] = pathOf(id);
  return property;
}

function membersSource(structs: Structs): string {
  const choices = [...structs].map(
    ([property, members]) => `property === ${JSON.stringify(property)} ? ${JSON.stringify(members)} : `,
  );
  return `(property) => ${choices.join("")}[]`;
}

/** For each stream the number of the first one of its struct, or its own. */
function structSource(streams: readonly Stream[], structs: Structs): string {
  const others = streams.flatMap((stream, index) => {
    const first = streams.findIndex((other) => propertyOf(other) === propertyOf(stream));
    return structs.has(propertyOf(stream)) && first < index ? [`stream === ${index} ? ${first} : `] : [];
  });
  return `${others.join("")}stream`;
}

/** What src/app/telemetry.ts calls `Streams`. */
function streamsSource(groups: readonly Group[], structs: Structs, board: Board): string {
  const streams = groups.flatMap((group) => group.streams);
  const readers = streams.map((stream) => reader(stream, board));
  const states = (board.parts ?? []).flatMap(valuesOf).filter(({ isState }) => isState);
  const isSeenAtOnce = (source: string) =>
    SEEN_AT_ONCE.includes(source) || states.some(({ id }) => id === source);
  return `{
    sizes: () => ${source(groups.map((group) => group.streams.length))},
    periods: () => ${source(streams.map(({ period }) => (board.sleep ? ONCE : period)))},
    struct: (stream) => ${structSource(streams, structs)},
    isWatched: (stream) => ${anyOf(
      "stream",
      indexes(streams, ({ source, onChange }) => onChange ?? isSeenAtOnce(source)),
    )},
    read: (stream) => ${chosen(
      "stream",
      readers.map(({ expression }) => expression),
    )},
    ${encodingSource(groups, isBulk(board))},
  }`;
}

function encodingSource(groups: readonly Group[], isBulk: boolean): string {
  const [{ streams } = { streams: [] }] = groups;
  if (isBulk) return `batch: state.batch(() => ${JSON.stringify(streams.map(({ id }) => id))})`;
  const choices = groups.map((_, i) => `encode${i}(values, at)`);
  return `encode: (group, values, at) => ${chosen("group", choices)}`;
}

function anyOf(variable: string, values: readonly number[]): string {
  return values.map((value) => `${variable} === ${value}`).join(" || ") || "false";
}

function indexes<T>(list: readonly T[], is: (each: T) => boolean): number[] {
  return list.flatMap((each, i) => (is(each) ? [i] : []));
}

/** The call that creates the encoder of a group. */
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

/** The function that keeps the time on a chip. */
function keeper(chip: Chip): string {
  return chip === "esp8266" ? "keepTimeEsp8266" : "keepTime";
}

/**
 * Largest packet accepted from the server, in bytes of Remaining Length. Two of them at once and a full outbox leave an
 * ESP8266 a fifth of its 1600 variables (docs/performance.md). Most commands are a tenth of this, and the thing model's
 * messages about both settable properties fit, escapes included.
 */
export const MAXIMUM_PACKET = 1024;

/**
 * About how many reports a message in bulk has, to be a tenth of the messages and no more: a chip holds the data points of one
 * stream three times while it sends them. The platform takes 100.
 */
const REPORTS_TOGETHER = 16;
/** About how many data points a message in bulk has at most. */
const POINTS_TOGETHER = 500;

/** Bytes of a record in the outbox without its values, and of a value. */
const RECORD = 18;
const RECORD_VALUE = 5;

/** Bytes of records after which no more reports are added to a message in bulk. */
function batchLimit({ streams: { length } }: Board): number {
  return Math.ceil(Math.min(REPORTS_TOGETHER, POINTS_TOGETHER / length) * (RECORD + RECORD_VALUE * length));
}

/** Most entries in the list of messages that wait for room (src/app/answers.ts): at least 128 messages. */
export const ANSWERS_LIMIT = 384;
/** The same for a chip with only 1600 variables: at least 16 messages. */
export const ANSWERS_LIMIT_ESP8266 = 48;

/** Most bytes of a part's value in its file: its name, and a number or the quotes of a text. */
const KEPT_VALUE = 64;

/** The same for a byte of a text, which may be written as `\xe4`. */
const KEPT_BYTE = 4;

/** Flash that must be free, in bytes: for an outbox as JSON within JSON, its session, values of parts, and small files. */
function roomFor({ outbox, parts = [] }: Board): number {
  const lengths = parts.map((part) => (part.kind === "setting" && part.holds === "text" ? part.longest : 0));
  const bytes = KEPT_BYTE * lengths.reduce((sum, each) => sum + each, 0);
  return 2 * outbox + 1024 + KEPT_VALUE * parts.length + bytes;
}

/** How each built-in source is read. */
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

function reader(stream: Stream, board: Board): Reader {
  const { source } = stream;
  if (isBuiltIn(source)) return READERS[source](stream, board.chip);
  const expression = partReader(source, board);
  if (expression !== undefined) return { expression };
  return { expression: `readOwn(${JSON.stringify(source)}, own.sources.${source}, state.say)` };
}

/** Whether a source is one of the board's own code. */
function isOwn(source: string, board: Board): boolean {
  return !isBuiltIn(source) && partReader(source, board) === undefined;
}

function isBuiltIn(source: string): source is Source {
  return Object.hasOwn(READERS, source);
}

function sensor(name: string): Reader {
  return { expression: `${name}()`, sensor: name };
}

/** Imports of the board's own code and of what runs it. */
function codeImports({ file, commands }: Code, board: Board): string[] {
  const used = [
    ...(commands.length > 0 ? ["answerOf"] : []),
    ...(board.streams.some(({ source }) => isOwn(source, board)) ? ["readOwn"] : []),
    ...(board.rules ? ["numberOf"] : []),
  ];
  return [`import own from ${JSON.stringify(file)};`, imports(used, "./app/own-code")];
}

/** The beginning of a conditional expression that obeys the commands of the board's own code. */
function ownCommands({ commands }: Code): string {
  return commands
    .map(
      (name) =>
        `${spellings("name", name)} ? answerOf(() => own.commands[${JSON.stringify(name)}](argument)) : `,
    )
    .join("");
}
