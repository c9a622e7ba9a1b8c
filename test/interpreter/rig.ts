/** A real Espruino as a rig: reboots when its program restarts the board, and runs on a given time. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startTimeServer, type TimeServer } from "../../scripts/stage/time-server.ts";
import { toTerminal } from "../../scripts/virtual-board/bytes.ts";
import { isWholeRequest } from "../support/http-request.ts";
import { START, watcher, type RigMaker } from "../support/rig.ts";
import type { ScriptedPlatform } from "../support/scripted-platform.ts";
import { isOfInputQueue, MODULES } from "./espruino.ts";
import { boardStandIns, readTime, type Moment } from "./board-stand-ins.ts";
import { encodeClimate } from "./sensor-stand-ins.ts";

/** What the interpreter prints before it ends instead of restarting. */
const NO_REBOOT = "Not implemented";

/** Longest time until everything settles, in ms of real time. */
const PATIENCE = 10_000;

/** Output before the running interpreter. */
interface Before {
  readonly connections: number;
  readonly asked: number;
  readonly answered: number;
}

/** The words of the interpreter's answer to an order. */
type Answer = readonly string[];

interface Interpreter {
  /** @returns the answer, or that of a reboot, whose first word is "reboot" */
  order(order: string): Promise<Answer>;
  kill(): Promise<void>;
}

/** @param signal ends the interpreter, so that whoever waits for it gets an error */
export function makeInterpreterRig(binary: string, signal: AbortSignal): RigMaker {
  return async (board, script, platform) => {
    const directory = await mkdtemp(join(tmpdir(), "espruino-rig-"));
    const lines: string[] = [];
    let moment: Moment = { start: START, ahead: 0, powered: START, offset: 0, left: 0 };
    let interpreter: Interpreter | undefined;
    /** The counters when everything had settled. */
    let settled = "";
    // It learns the time from the interpreter; questions wait until then.
    const time = await startTimeServer(() => START + moment.ahead, { waits: true });
    /** Connections and datagrams of earlier interpreters. */
    let before: Before = { connections: 0, asked: 0, answered: 0 };

    async function boot(): Promise<void> {
      before = { connections: platform.connections.length, asked: time.asked, answered: time.answered };
      settled = "";
      interpreter = await startInterpreter(
        binary,
        directory,
        (port) => boardStandIns(port, board, moment, MODULES) + watcher(platform.port, time.port) + script,
        lines,
        moment.ahead,
        signal,
      );
    }

    async function order(text: string): Promise<Answer> {
      if (!interpreter) throw new Error("the interpreter is off");
      const answer = await interpreter.order(text);
      const [first, time] = answer;
      if (time !== undefined) moment = { ...moment, ...readTime(time) };
      if (first !== "reboot") return answer;
      await boot();
      return ["-"];
    }

    async function settle(): Promise<void> {
      const end = Date.now() + PATIENCE;
      settled = "";
      for (let calm = 0, turns = 2; calm < turns;) {
        const [counters = "-"] = await order("q");
        turns = counters.includes("http") ? 2 + turnsFor(platform) : 2;
        const isCalm = isSettled(counters, platform, before) && isAnswered(counters, time, before);
        calm = counters === settled && isCalm ? calm + 1 : 0;
        if (calm >= turns && time.waiting > 0) {
          time.answerWaiting(); // when everything else has settled
          calm = 0;
        }
        settled = counters;
        if (Date.now() > end) throw new Error(`never quiet: ${counters} against ${describe(platform)}`);
      }
    }

    async function pass(ms: number): Promise<void> {
      let next = `a ${ms}`;
      do {
        const [counters] = await order(next);
        if (counters !== settled) await settle();
        next = "c";
      } while (moment.left > 0);
    }

    return {
      lines,
      settle,
      pass,
      async start() {
        await boot();
        await pass(0);
      },
      async powerCycle() {
        await interpreter?.kill();
        moment = { ...moment, powered: START + moment.ahead, offset: 0, left: 0 };
        await boot();
        await pass(0);
      },
      async setLevel(pin, level) {
        await order(`l ${pin} ${level}`);
        await pass(0);
      },
      async setClimate(pin, climate, index) {
        await order(`h ${pin} ${index}${climate ? ` ${encodeClimate(climate)}` : ""}`);
        await pass(0);
      },
      async drop() {
        await order("d");
        await pass(0);
      },
      async setAccessPoint(network, isThere) {
        await order(`n ${network} ${isThere ? 1 : 0}`);
        await pass(0);
      },
      async moveClock(ms) {
        await order(`m ${ms}`);
        await pass(0);
      },
      time,
      async files() {
        const words = ((await interpreter?.order("f")) ?? []).map((word) =>
          Buffer.from(word, "base64").toString("latin1"),
        );
        return new Map(words.flatMap((name, at) => (at % 2 === 0 ? [[name, words[at + 1] ?? ""]] : [])));
      },
      async stop() {
        await interpreter?.kill();
        await time.close();
        await rm(directory, { recursive: true });
      },
    };
  };
}

/**
 * The received part of an HTTP answer is not counted; between two orders the interpreter reads one piece of 536 bytes.
 */
function turnsFor({ connections }: ScriptedPlatform): number {
  return Math.ceil((connections.at(-1)?.sent ?? 0) / 536);
}

/** The platform's side of the counters. */
function describe({ connections }: ScriptedPlatform): string {
  return connections
    .map(({ received, sent, isEnded, events }) => [received.length, sent, isEnded, ...events].join())
    .join(";");
}

/** Whether everything sent has arrived, both ways, on every connection since `before`. */
function isSettled(counters: string, { connections }: ScriptedPlatform, before: Before): boolean {
  const [, tcp = ""] = counters.split("|");
  const wires = tcp === "" ? [] : tcp.split(";").map((wire) => wire.split(",").map(Number));
  if (wires.length !== connections.length - before.connections) return false;
  return wires.every(([written = 0, received, isEnded, isClosed, isLost], index) => {
    const other = connections[before.connections + index];
    if (!other) return false;
    if (isLost) return written === other.received.length;
    const isOver = other.events.includes("close");
    if (isClosed || isEnded || other.isEnded) return Boolean(isClosed) && isOver;
    if (isNaN(written)) return isWholeRequest(other.received);
    return written === other.received.length && received === other.sent;
  });
}

/** Whether every datagram since `before` has arrived; a held-back answer comes later. */
function isAnswered(counters: string, { asked, answered }: TimeServer, before: Before): boolean {
  const [sent, received] = counters.split(/[|,]/).map(Number);
  return sent === asked - before.asked && received === answered - before.answered;
}

/** Starts the interpreter in a folder with its flash. @param lines receives its output, each line with its time */
async function startInterpreter(
  binary: string,
  directory: string,
  makeScript: (control: number) => string,
  lines: string[],
  ahead: number,
  signal: AbortSignal,
): Promise<Interpreter> {
  signal.throwIfAborted();
  const server = createServer({ noDelay: true });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  await writeFile(join(directory, "script.js"), makeScript((server.address() as AddressInfo).port), "latin1");
  const connected = once(server, "connection") as Promise<[Socket]>;
  // At the end of its input the interpreter reads random characters without end: the pipe stays open, and empty.
  const child = spawn(binary, ["script.js"], { cwd: directory, stdio: ["pipe", "pipe", "ignore"] });
  const exited = once(child, "exit");
  const end = () => child.kill("SIGKILL");
  signal.addEventListener("abort", end);
  child.once("exit", () => signal.removeEventListener("abort", end));
  const answers = readAnswers(child, lines, ahead);
  const [control] = await Promise.race([connected, exited.then(() => endedEarly(lines))]);
  control.on("error", () => undefined); // it was killed
  return {
    async order(order) {
      control.write(order);
      const answer = await answers();
      if (answer[0] === "reboot") {
        await exited;
        server.close();
      }
      return answer;
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
      server.close();
    },
  };
}

function endedEarly(lines: readonly string[]): never {
  throw new Error(`the interpreter ended:\n${lines.slice(-20).join("\n")}`);
}

/** Splits the interpreter's output into lines and answers. @returns a function that waits for the next answer */
function readAnswers(child: ChildProcess, lines: string[], ahead: number): () => Promise<Answer> {
  const answers: Answer[] = [];
  let time = ahead.toFixed(1);
  let isGreeting = true;
  let isOver = false;
  let wake = (): void => undefined;
  if (!child.stdout) throw new Error("its output is a pipe");
  child.stdout.setEncoding("latin1");
  createInterface({ input: child.stdout })
    .on("line", (printed) => {
      // oxlint-disable-next-line no-control-regex -- the prompt comes and goes with it
      const line = printed.replace(/\r|>?\x1b\[J/g, "");
      if (isGreeting) isGreeting = !line.includes("espruino.com/Donate");
      else if (line.startsWith("@@")) answers.push(line.slice(2).split(" ").filter(Boolean));
      else if (line.startsWith("@t ")) time = line.slice(3);
      else if (line !== "" && line !== NO_REBOOT && !isOfInputQueue(line))
        lines.push(`${time} ${toTerminal(line)}`);
      wake();
    })
    .on("close", () => {
      isOver = true;
      wake();
    });
  return async () => {
    for (;;) {
      const answer = answers.shift();
      if (answer) return answer;
      if (isOver) endedEarly(lines);
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
}
