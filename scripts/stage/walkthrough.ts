/** `npm start -- --once`: everything a board does, step by step, checked at both ends. */

import type { Rgb, Stream } from "../boards/board.ts";
import { hexColour, onColour, readLight } from "./light.ts";
import { serverKind } from "../boards/mqtt.ts";
import { readable } from "../boards/wifi.ts";
import { LONGEST_LINE } from "../cli/console-text.ts";
import { printableJson } from "../local-onenet/text.ts";
import { OWN_CODE } from "../compile/own-code/index.ts";
import { placeOf } from "../compile/own-code/place.ts";
import type { Stage } from "./index.ts";
import { partSteps } from "./part-steps.ts";
import { inLanguage, t } from "../cli/language.ts";

/** A completed step and what was observed. */
export interface Seen {
  readonly step: string;
  readonly seen: string;
}

/** A step that failed. */
export class StepError extends Error {
  readonly step: string;

  /** @param step the name of the step */
  constructor(step: string, reason: string) {
    super(reason);
    this.step = step;
  }
}

/** What a walk needs of a stage. */
type Actors = Pick<Stage, "board" | "device" | "server">;

/** A stage, and how long to wait for anything on it, in ms. */
interface Walk extends Actors {
  readonly patience: number;
  /** Commands that the board has obeyed. */
  commands: number;
  /** The server's reason for the first refused log-in; undefined if none was refused. */
  readonly refusal: () => string | undefined;
}

const DARK: Rgb = [0, 0, 0];

/** Lines of the board shown for a failed step: first its failures, then its last lines. */
const MOST_FAILURES = 3;
const LAST_LINES = 3;

/** Step of the board's time, in ms. */
const STRIDE = 100;
/** Shortest time-out of a command, in ms of real time: a busy machine slows the board down. */
const ANSWER_TIME = 10_000;

/** PINGRESP in hexadecimal. */
const PINGRESP = "d000";

/**
 * Switches the board on and runs every step. The board's time passes as fast as the computer can run it.
 * @param report called with each completed step
 * @param patience how long to wait for anything, in ms of the board's time
 * @throws StepError at the first failing step
 */
export async function walkThrough(
  stage: Actors,
  report: (seen: Seen) => void,
  patience = 10_000,
): Promise<void> {
  const { board, device, server } = stage;
  let refusal: string | undefined;
  server.events.once("refused", (why) => (refusal = why));
  const walk: Walk = { board, device, server, patience, commands: 0, refusal: () => refusal };
  const { led } = board;
  const steps: [step: string, make: () => Promise<string>][] = [
    ["Wi-Fi", () => joinWifi(walk)],
    [t`log-in`, () => logIn(walk)],
  ];
  if (led !== undefined) {
    const on = onColour(led);
    steps.push(
      ["on", () => command(walk, "on", on)],
      ["off", () => command(walk, "off", DARK)],
      ["toggle", () => command(walk, "toggle", on)],
    );
    if ("on" in led) steps.push(["#00ff00", () => command(walk, "#00ff00", [0, 255, 0])]);
  }
  if (board.streams.length > 0 || board.parts === undefined)
    steps.push([t`data point`, () => dataPoint(walk)]);
  const tools = {
    board,
    device,
    send: (text: string) => send(walk, text),
    last: (stream: string) => server.lastDataPoint(stream)?.value,
    until: (failure: string, isDone: () => boolean, extra: number) =>
      until({ ...walk, patience: patience + extra }, failure, isDone),
  };
  steps.push(...partSteps(tools), [t`ping`, () => ping(walk)]);

  const lines: string[] = [];
  /** The program's failures, without duplicates. */
  const failures = new Set<string>();
  if (board.code) steps.push([t`own code`, () => Promise.resolve(ownCode(failures))]);
  device.on("console", (line) => {
    const place = line.startsWith(OWN_CODE) ? placeOf(board.code?.file, line) : "";
    const placed = place === "" ? line : `${line} (${place})`;
    lines.push(placed);
    if (line.startsWith(OWN_CODE)) failures.add(placed);
  });
  device.on("uncaught", (text) => {
    lines.push(text);
    failures.add(text);
  });
  /** The chip's, which are also said in the language of the command. */
  const faults = new Set<string>();
  device.on("fault", (text) => {
    faults.add(text);
    failures.add(text);
  });
  for (const [step, make] of steps) {
    const { seen, why } = await make().then(
      (seen) => ({ seen, why: undefined }),
      (error: unknown) => ({ seen: "", why: inLanguage((error as Error).message) }),
    );
    const violation = server.violation();
    // What failed may have failed because of it.
    const failure =
      violation === undefined ? why : t`the board broke a rule of OneNET: ${inLanguage(violation)}`;
    if (failure !== undefined) {
      const candidates = new Set([...[...failures].slice(0, MOST_FAILURES), ...lines.slice(-LAST_LINES)]);
      const quoted = [...candidates]
        .filter((line) => !failure.includes(line))
        .map((line) => (faults.has(line) ? inLanguage(line) : line));
      throw new StepError(step, failure + quoted.map((line) => t`\n    board: ${line}`).join(""));
    }
    report({ step, seen });
  }
}

async function joinWifi(walk: Walk): Promise<string> {
  const { board, device } = walk;
  let isJoined = false;
  device.on("wifi", (state) => (isJoined ||= state === "connected"));
  await device.start();
  await until(walk, t`the board did not join the Wi-Fi network`, () => isJoined);
  return t`joined "${readable(board.wifi.ssid)}"`;
}

async function logIn(walk: Walk): Promise<string> {
  const { board, server, refusal } = walk;
  await until(walk, t`the board did not log in`, () => server.isReady() || refusal() !== undefined);
  if (!server.isReady()) throw new Error(t`the log-in was refused: ${inLanguage(refusal() ?? "")}`);
  const { onenet } = board;
  const [record] = server.onenet?.devices() ?? [];
  const kind = serverKind(board);
  const name = record
    ? t`${kind} device ${record.device} of product ${record.product}`
    : t`${kind} device ${onenet.device}`;
  return onenet.tls ? t`${name}, over TLS` : name;
}

/** Gives the board a command. @returns the answer, for the screen */
async function send(walk: Walk, text: string): Promise<string> {
  const limit = Math.max(walk.patience, ANSWER_TIME);
  const answer = await walk.server.command(text, limit);
  if (answer === undefined) throw new Error(t`the board did not answer the command within ${limit / 1000} s`);
  walk.commands++;
  return t`the board answered ${printableJson(answer, LONGEST_LINE)}`;
}

async function command(walk: Walk, text: string, expected: Rgb): Promise<string> {
  const { board, device } = walk;
  const answer = await send(walk, text);
  const { colour, pins } = readLight(board.led, device);
  if (hexColour(colour) !== hexColour(expected)) throw new Error(t`unexpected LED state: ${pins}`);
  return t`${pins}; ${answer}`;
}

/** Checks the count of commands, if the board reports it and its generation has commands; else its first stream. */
async function dataPoint(walk: Walk): Promise<string> {
  const { board, server } = walk;
  const counted = board.onenet.generation === "studio" ? undefined : board.streams.find(isCount);
  const stream = counted ?? board.streams.find((stream) => stream.source !== "analog") ?? board.streams[0];
  if (!stream) throw new Error(t`the board file has no data streams`);
  const expected = counted ? walk.commands : undefined;
  const last = () => server.lastDataPoint(stream.id);
  const isThere = () => {
    const value = last()?.value;
    if (expected === undefined) return value !== undefined;
    // A board's own code and its rules may also issue commands.
    return board.code || board.rules ? Number(value) >= expected : value === expected;
  };
  const failure = expected
    ? t`no data point "${stream.id}" of ${expected} arrived`
    : t`no data point "${stream.id}" arrived`;
  await until(walk, failure, isThere);
  const point = last();
  const value = `${stream.id} = ${printableJson(point?.value, LONGEST_LINE)}`;
  const stored = point?.at ? t`${value}, stored ${point.at}` : t`${value}, stored`;
  const isFrame = board.onenet.generation === "multiprotocol";
  return isFrame ? t`${stored} from $dp type ${stream.dpType}` : stored;
}

/** @throws Error with the first failure of the board's own code, in a call or in a timer */
function ownCode(failures: ReadonlySet<string>): string {
  const [failure] = failures;
  if (failure !== undefined) throw new Error(failure);
  return t`no errors`;
}

function isCount({ source, dpType }: Stream): boolean {
  return source === "commands" && dpType !== 2 && dpType !== 7; // those two store it differently
}

/** Advances the board's clock until it pings, instead of waiting. */
async function ping(walk: Walk): Promise<string> {
  const { board, device, server } = walk;
  const start = device.uptime();
  const { pingPeriod } = board.onenet;
  const limit = 3 * pingPeriod + 2;
  let sent: number | undefined;
  server.events.once("ping", () => (sent = device.uptime()));
  let isAnswered = false;
  // A ping is due after a period with no other packet one way or the other.
  const last = { up: start, down: start };
  let longestGap = 0;
  const measureGap = (way: "up" | "down") => {
    longestGap = Math.max(longestGap, device.uptime() - last[way]);
    last[way] = device.uptime();
  };
  device.on("traffic", ({ way, bytes }) => {
    isAnswered ||= way === "down" && bytes.toString("hex").endsWith(PINGRESP);
    measureGap(way);
  });
  for (let seconds = 0; sent === undefined && seconds < limit; seconds++) await device.clock.advance(1000);
  if (sent === undefined) {
    measureGap("up");
    measureGap("down");
    if (longestGap >= pingPeriod * 1000) throw new Error(t`no ping within ${limit} s of the board's time`);
    return t`not needed: never more than ${Math.ceil(longestGap / 1000)} s without another packet`;
  }
  await until(walk, t`the ping was not answered`, () => isAnswered);
  return t`sent after ${Math.round((sent - start) / 1000)} s of the board's time, answered`;
}

/** Lets the board's time pass until something has happened. @throws Error with `failure` when it has not */
async function until({ device, patience }: Walk, failure: string, isDone: () => boolean): Promise<void> {
  for (let passed = 0; !isDone(); passed += STRIDE) {
    if (passed >= patience) throw new Error(t`${failure} within ${patience / 1000} s`);
    await device.clock.advance(STRIDE);
  }
}
