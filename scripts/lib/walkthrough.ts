/** `npm start -- --once`: the whole path of a board, step by step, each seen from both of its ends. */

import type { Rgb, Stream } from "../../src/board.ts";
import { hexColour, onColour, readLight } from "./light.ts";
import { OWN_CODE } from "./own-code.ts";
import type { Stage } from "./stage.ts";

/** A step that was made, with what was seen of it. */
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

/** A stage, and the longest wait for anything to happen on it, in ms of real time. */
interface Walk extends Pick<Stage, "board" | "device" | "server"> {
  readonly patience: number;
}

const DARK: Rgb = [0, 0, 0];

/** Of a step that failed: lines of the board that are shown, those of failures before the last ones. */
const MOST_FAILURES = 3;
const LAST_LINES = 3;

/** PINGRESP in hexadecimal. */
const PINGRESP = "d000";

/**
 * Switches the board on and goes through every step.
 * @param report gets each step as it is made
 * @param patience longest wait for anything to happen, in ms of real time
 * @throws StepError at the first step that fails
 */
export async function walkThrough(
  stage: Stage,
  report: (seen: Seen) => void,
  patience = 10_000,
): Promise<void> {
  const { board, device, server } = stage;
  const walk: Walk = { board, device, server, patience };
  const on = onColour(board.led);
  const steps: [step: string, make: () => Promise<string>][] = [
    ["Wi-Fi", () => joinWifi(walk)],
    ["log-in", () => logIn(walk)],
    ["on", () => command(walk, "on", on)],
    ["off", () => command(walk, "off", DARK)],
    ["toggle", () => command(walk, "toggle", on)],
  ];
  if (board.led.kind !== "gpio") steps.push(["#00ff00", () => command(walk, "#00ff00", [0, 255, 0])]);
  steps.push(["data point", () => dataPoint(walk)], ["ping", () => ping(walk)]);

  const lines: string[] = [];
  /** What the program failed at, each text once, however long ago. */
  const failures = new Set<string>();
  if (board.code) steps.push(["own code", () => Promise.resolve(ownCode(failures))]);
  device.on("console", (line) => {
    lines.push(line);
    if (line.startsWith(OWN_CODE)) failures.add(line);
  });
  device.on("uncaught", (text) => {
    lines.push(text);
    failures.add(text);
  });
  device.on("fault", (text) => failures.add(text));
  for (const [step, make] of steps) {
    try {
      report({ step, seen: await make() });
      const violation = server.violation();
      if (violation) throw new Error(`the board broke a rule of OneNET: ${violation}`);
    } catch (error) {
      const { message } = error as Error;
      const told = new Set([...[...failures].slice(0, MOST_FAILURES), ...lines.slice(-LAST_LINES)]);
      const shown = [...told].filter((line) => !message.includes(line));
      throw new StepError(step, message + shown.map((line) => `\n    board: ${line}`).join(""));
    }
  }
}

async function joinWifi({ board, device, patience }: Walk): Promise<string> {
  const joined = until(patience, "the board did not join the Wi-Fi network", (done) =>
    device.on("wifi", (state) => {
      if (state === "connected") done();
    }),
  );
  await device.start();
  await joined;
  return `joined "${board.wifi.ssid}"`;
}

async function logIn({ board, server, patience }: Walk): Promise<string> {
  if (!server.isReady()) {
    await until(patience, "the board did not log in", (done, fail) => {
      server.events.once("ready", done);
      server.events.once("refused", (why) => fail(`the log-in was refused: ${why}`));
    });
  }
  const { onenet } = board;
  const [record] = server.onenet?.devices() ?? [];
  const name = `${onenet.generation} device ${record?.device ?? onenet.device}`;
  return `${name}${record ? ` of product ${record.product}` : ""}${onenet.tls ? ", over TLS" : ""}`;
}

async function command(
  { board, device, server, patience }: Walk,
  text: string,
  expected: Rgb,
): Promise<string> {
  const answer = await server.command(text, patience);
  if (answer === undefined)
    throw new Error(`the board did not answer the command within ${patience / 1000} s`);
  const { colour, pins } = readLight(board.led, device);
  if (hexColour(colour) !== hexColour(expected)) throw new Error(`the LED is not what it should be: ${pins}`);
  return `${pins}; the board answered ${JSON.stringify(answer)}`;
}

/** The number of commands obeyed, if the board reports it and its generation has commands; else what it reports first. */
async function dataPoint({ board, server, patience }: Walk): Promise<string> {
  const counted = board.onenet.generation === "studio" ? undefined : board.streams.find(isCount);
  const stream = counted ?? board.streams.find((stream) => stream.source !== "analog") ?? board.streams[0];
  if (!stream) throw new Error("the board file has no data streams");
  const expected = counted ? (board.led.kind === "gpio" ? 3 : 4) : undefined;
  const last = () => server.lastDataPoint(stream.id);
  const isThere = () => {
    const value = last()?.value;
    if (expected === undefined) return value !== undefined;
    // A board's own code obeys commands of its own accord, too.
    return board.code ? Number(value) >= expected : value === expected;
  };
  if (!isThere()) {
    const wanted = `no data point "${stream.id}"${expected ? ` of ${expected}` : ""} arrived`;
    await until(patience, wanted, (done) =>
      server.events.on("datapoint", () => {
        if (isThere()) done();
      }),
    );
  }
  const point = last();
  const type = board.onenet.generation === "multiprotocol" ? ` from $dp type ${stream.dpType}` : "";
  return `${stream.id} = ${JSON.stringify(point?.value)}, stored${point?.at ? ` ${point.at}` : ""}${type}`;
}

/** @throws Error with what the board's own code failed at: where it was called, or later, in a timer of its own */
function ownCode(failures: ReadonlySet<string>): string {
  const [failure] = failures;
  if (failure !== undefined) throw new Error(failure);
  return "no mistake";
}

function isCount({ source, dpType }: Stream): boolean {
  return source === "commands" && dpType !== 2 && dpType !== 7; // those two store it in another form
}

/** Moves the board's time on until it pings: nobody wants to wait for it. */
async function ping({ board, device, server, patience }: Walk): Promise<string> {
  const start = device.uptime();
  // A ping goes out when nothing else did for its period; data points put it off, but not for ever.
  const limit = 3 * (board.onenet.pingPeriod || board.onenet.keepAlive) + 2;
  let sent: number | undefined;
  server.events.once("ping", () => (sent = device.uptime()));
  const answered = new Promise<void>((resolve) => {
    device.on("traffic", ({ way, bytes }) => {
      if (way === "down" && bytes.toString("hex").endsWith(PINGRESP)) resolve();
    });
  });
  for (let seconds = 0; sent === undefined && seconds < limit; seconds++) await device.clock.advance(1000);
  if (sent === undefined) {
    const period = Math.min(...board.streams.map((stream) => stream.period));
    if (period >= board.onenet.pingPeriod) throw new Error(`no ping within ${limit} s of the board's time`);
    return `none is needed: data points every ${period} s keep the link alive`;
  }
  await until(patience, "the ping was not answered", (done) => void answered.then(done));
  return `sent after ${Math.round((sent - start) / 1000)} s of the board's time, answered`;
}

/** Waits until `done` is called; fails with the reason that is given, or with `failure` after `patience` ms. */
async function until(
  patience: number,
  failure: string,
  listen: (done: () => void, fail: (reason: string) => void) => void,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`${failure} within ${patience / 1000} s`)), patience);
      listen(resolve, (reason) => reject(new Error(reason)));
    });
  } finally {
    clearTimeout(timer);
  }
}
