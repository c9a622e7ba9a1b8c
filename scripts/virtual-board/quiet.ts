/**
 * Detects when all is quiet: no byte is in flight between boards, this process's servers and anything between them,
 * and nothing they triggered is still pending.
 */
import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { isProbe, isTcpOpen, tcpActivity, tcpRoundTrip, takeUnanswered } from "./tcp.ts";
import { takeUnansweredUdp, udpActivity, udpRoundTrip } from "./udp.ts";

/** Idle turns of the event loop after which nothing will happen: anything ready would have run. */
const CALM_TURNS = 3;
/** Idle round trips to the sockets' worker: one may overtake what arrived with it, two cannot. */
const CALM_TRIPS = 2;
/** How long to wait for a server in another process, in ms of real time: on a busy machine it is slow. */
const ANSWER_TIME = 2000;
/** How long to wait for an answer that is known to be due, in ms of real time. */
const DUE_TIME = 10_000;

/** Resolves when all is quiet; at once if nothing has happened since. */
export async function untilQuiet(): Promise<void> {
  await turn();
  let seen = activity();
  if (seen === quiet && !isBusy()) return;
  do {
    for (let calm = 0; calm < CALM_TRIPS;) {
      const before = seen;
      await untilCalm(before);
      if (isTcpOpen() || sockets.size > 0) await tcpRoundTrip();
      await udpRoundTrip();
      seen = activity();
      calm = seen === before ? calm + 1 : 0;
    }
  } while (await isAnsweredElsewhere());
  quiet = activity();
}

/** {@link activity} when all was last quiet. */
let quiet = -1;

/** This thread's sockets: of servers, proxies and MQTT clients. */
const sockets = new Set<Socket>();
/** This process's ports that have accepted a connection. */
const served = new Set<number>();
/** The activity of sockets now closed. */
let closedActivity = 0;

subscribe("net.server.socket", (message) => {
  const { socket } = message as { socket: Socket };
  if (socket.localPort !== undefined) served.add(socket.localPort);
  watch(socket);
});
subscribe("net.client.socket", (message) => {
  const { socket } = message as { socket: Socket };
  if (!isProbe(socket)) watch(socket); // Node 20 publishes only those of `connect`, later versions all
});

function watch(socket: Socket): void {
  sockets.add(socket);
  socket.once("close", () => forget(socket));
}

function forget(socket: Socket): void {
  if (sockets.delete(socket)) closedActivity += activityOf(socket) + 1;
}

/** Changes with every activity of the boards' sockets. */
function boardActivity(): number {
  return tcpActivity() + udpActivity();
}

/** Changes with every activity of any socket. */
function activity(): number {
  let sum = 0;
  for (const socket of sockets) {
    if (socket.closed) forget(socket); // its owner has removed the listener
    else sum += 1 + activityOf(socket);
  }
  return sum + boardActivity() + closedActivity;
}

function activityOf({ bytesRead, bytesWritten, connecting, writableEnded, destroyed }: Socket): number {
  return bytesRead + bytesWritten + Number(!connecting) + Number(writableEnded) + Number(destroyed);
}

/** Whether something will certainly run in the next turn of the event loop. */
function isBusy(): boolean {
  return process.getActiveResourcesInfo().some((name) => name === "Immediate" || name === "TCPConnectWrap");
}

/** @param seen the {@link activity} at the moment */
async function untilCalm(seen: number): Promise<void> {
  for (let calm = 0; calm < CALM_TURNS;) {
    await turn();
    const now = activity();
    calm = now === seen && !isBusy() ? calm + 1 : 0;
    seen = now;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What servers in other processes owe. */
const debts = new Set<() => boolean>();
/** {@link activity} of the boards when a server that owed an answer did not send it in time. */
let givenUp = -1;

/**
 * Waits for answers of a server in another process, as long as `isOwed`: two requests may be answered one after the other.
 * @returns a function that ends this
 */
export function waitWhile(isOwed: () => boolean): () => void {
  debts.add(isOwed);
  return () => void debts.delete(isOwed);
}

/** Waits for a server in another process to answer what boards just sent. @returns whether it did */
async function isAnsweredElsewhere(): Promise<boolean> {
  const before = boardActivity();
  const byUdp = takeUnansweredUdp().length > 0;
  const isAwaited = takeUnanswered().some((port) => !served.has(port)) || byUdp;
  const isDue = before !== givenUp && [...debts].some((isOwed) => isOwed());
  if (!isAwaited && !isDue) return false;
  const end = performance.now() + (isDue ? DUE_TIME : ANSWER_TIME);
  while (boardActivity() === before && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  if (boardActivity() !== before) return true;
  givenUp = before;
  return false;
}
