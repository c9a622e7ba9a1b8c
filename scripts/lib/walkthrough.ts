/** `npm start -- --once`: the whole path of a board, step by step, each seen from both of its ends. */

import type { Rgb } from "../../src/board.ts";
import { hexColour, onColour, readLight } from "./light.ts";
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
interface Walk extends Stage {
  readonly patience: number;
}

const DARK: Rgb = [0, 0, 0];

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
  const { board, device, platform } = stage;
  const walk = { ...stage, patience };
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
  device.on("console", (line) => lines.push(line));
  device.on("uncaught", (text) => lines.push(text));
  for (const [step, make] of steps) {
    try {
      report({ step, seen: await make() });
    } catch (error) {
      const last = lines.slice(-3).map((line) => `\n    board: ${line}`);
      throw new StepError(step, (error as Error).message + last.join(""));
    }
    const [violation] = platform.violations;
    if (violation) {
      throw new StepError(
        step,
        `the board broke a rule of OneNET: ${violation.sentence}: ${violation.detail}`,
      );
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

async function logIn({ board, platform, patience }: Walk): Promise<string> {
  const { device, product } = board.onenet;
  if (!platform.devices().some((record) => record.online)) {
    await until(patience, "the board did not log in", (done, fail) => {
      platform.once("online", done);
      platform.once("login-refused", ({ why }) => fail(`the platform refused the log-in: ${why}`));
    });
  }
  return `device ${device} of product ${product}`;
}

async function command(
  { board, device, platform, patience }: Walk,
  text: string,
  expected: Rgb,
): Promise<string> {
  const { response } = await platform.sendCommand(board.onenet.device, text, patience);
  if (!response) throw new Error(`the board did not answer the command within ${patience / 1000} s`);
  const { colour, pins } = readLight(board.led, device);
  if (hexColour(colour) !== hexColour(expected)) throw new Error(`the LED is not what it should be: ${pins}`);
  return `${pins}; the board answered ${JSON.stringify(response.toString())}`;
}

/** The number of commands obeyed, if the board reports it; else whatever it reports first. */
async function dataPoint({ board, platform, patience }: Walk): Promise<string> {
  const stream = board.streams.find(({ source }) => source === "commands") ?? board.streams[0];
  if (!stream) throw new Error("the board file has no data streams");
  const expected = stream.source === "commands" ? (board.led.kind === "gpio" ? 3 : 4) : undefined;
  const last = () => platform.datapoints(board.onenet.device, stream.id).at(-1);
  const isThere = () => (expected === undefined ? last() !== undefined : last()?.value === expected);
  if (!isThere()) {
    await until(
      patience,
      `no data point "${stream.id}"${expected ? ` of ${expected}` : ""} arrived`,
      (done) =>
        platform.on("datapoint", () => {
          if (isThere()) done();
        }),
    );
  }
  const point = last();
  return `${stream.id} = ${JSON.stringify(point?.value)}, stored ${point?.at ?? ""} from $dp type ${stream.dpType}`;
}

/** Moves the board's time on until it pings: nobody wants to wait for it. */
async function ping({ board, device, platform, patience }: Walk): Promise<string> {
  const start = device.uptime();
  // A ping goes out when nothing else did for its period; data points put it off, but not for ever.
  const limit = 3 * (board.onenet.pingPeriod || board.onenet.keepAlive) + 2;
  let sent: number | undefined;
  platform.once("ping", () => (sent = device.uptime()));
  const answered = new Promise<void>((resolve) => {
    device.on("traffic", ({ way, bytes }) => {
      if (way === "down" && bytes.toString("hex").endsWith(PINGRESP)) resolve();
    });
  });
  for (let seconds = 0; sent === undefined && seconds < limit; seconds++) await device.clock.advance(1000);
  if (sent === undefined) throw new Error(`no ping within ${limit} s of the board's time`);
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
