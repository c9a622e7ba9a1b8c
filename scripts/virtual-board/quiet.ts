/**
 * Knows when all is quiet: no byte is on its way between the boards, the servers of this process and what stands
 * between them, and nothing that one of them set off is still to be done.
 */
import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { isProbe, isTcpUsed, tcpActivity, tcpRoundTrip, takeUnanswered } from "./tcp.ts";
import { takeUnansweredUdp, udpActivity, udpRoundTrip } from "./udp.ts";

/** Turns of the event loop in which nothing happened, after which nothing will: what was ready would have run. */
const CALM_TURNS = 3;
/** The same of the sockets' worker: one trip may pass by what arrived together with it, two do not. */
const CALM_TRIPS = 2;
/** How long a server of another process has for its answer, in ms of real time. */
const ANSWER_TIME = 50;

/** Resolves when all is quiet; at once when nothing happened since it last was. */
export async function untilQuiet(): Promise<void> {
  await turn();
  if (activity() === quiet && !isBusy()) return;
  do {
    for (let calm = 0; calm < CALM_TRIPS;) {
      const before = activity();
      await untilCalm();
      if (isTcpUsed()) await tcpRoundTrip();
      await udpRoundTrip();
      calm = activity() === before ? calm + 1 : 0;
    }
  } while (await isAnsweredElsewhere());
  quiet = activity();
}

/** {@link activity} when all was quiet. */
let quiet = -1;

/** The sockets of this thread: of servers, proxies and MQTT clients. */
const sockets = new Set<Socket>();
/** The ports of this process that have taken a connection. */
const served = new Set<number>();
/** What the sockets did that are closed. */
let closedActivity = 0;

subscribe("net.server.socket", (message) => {
  const { socket } = message as { socket: Socket };
  if (socket.localPort !== undefined) served.add(socket.localPort);
  watch(socket);
});
subscribe("net.client.socket", (message) => {
  const { socket } = message as { socket: Socket };
  if (!isProbe(socket)) watch(socket); // Node 20 publishes those of `connect` only, later ones all
});

function watch(socket: Socket): void {
  sockets.add(socket);
  socket.once("close", () => {
    closedActivity += activityOf(socket) + 1;
    sockets.delete(socket);
  });
}

/** Changes with everything that the boards' sockets do. */
function boardActivity(): number {
  return tcpActivity() + udpActivity();
}

/** Changes with everything that any socket does. */
function activity(): number {
  let sum = boardActivity() + closedActivity;
  for (const socket of sockets) sum += 1 + activityOf(socket);
  return sum;
}

function activityOf({ bytesRead, bytesWritten, connecting, writableEnded, destroyed }: Socket): number {
  return bytesRead + bytesWritten + Number(!connecting) + Number(writableEnded) + Number(destroyed);
}

/** Whether something is sure to run in the next turn of the event loop. */
function isBusy(): boolean {
  return process.getActiveResourcesInfo().some((name) => name === "Immediate" || name === "TCPConnectWrap");
}

async function untilCalm(): Promise<void> {
  for (let calm = 0; calm < CALM_TURNS;) {
    const before = activity();
    await turn();
    calm = activity() === before && !isBusy() ? calm + 1 : 0;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Waits for what a server of another process may say to what boards just sent. @returns whether it said anything */
async function isAnsweredElsewhere(): Promise<boolean> {
  const byUdp = takeUnansweredUdp().length > 0;
  if (!takeUnanswered().some((port) => !served.has(port)) && !byUdp) return false;
  const before = boardActivity();
  for (const end = performance.now() + ANSWER_TIME; boardActivity() === before && performance.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return boardActivity() !== before;
}
