/**
 * A proxy between a board and its platform that simulates what a radio, a router or a platform does to them: at once,
 * or by a seeded plan (plan.ts). Its time is a board's clock.
 */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import type { BoardClock } from "../../virtual-board/clock.ts";
import type { Fault, Trigger, Way } from "./fault.ts";
import { createPipe, type Conditions, type Pipe } from "./pipe.ts";
import { createSchedule } from "./schedule.ts";

export type { Fault, Trigger, Way };

export interface FaultProxyOptions {
  /** The port on 127.0.0.1 to connect to. */
  readonly target: number;
  readonly clock: BoardClock;
  /** The port to listen on; default: any free port. */
  readonly port?: number;
  /** What the fault "restart" stops and starts. */
  readonly platform?: { stop(): Promise<void>; start(): Promise<void> };
  /** Called with each fault as it strikes. */
  readonly struck?: (fault: Fault) => void;
}

export interface FaultProxy {
  readonly port: number;
  /**
   * Causes a fault now, or when its trigger fires.
   * @throws Error for a restart without a platform
   */
  strike(fault: Fault, trigger?: Trigger): void;
  /** Ends all lasting faults and forgets those waiting for a trigger. Dropped bytes stay lost. */
  heal(): void;
  /** Closes all connections and stops listening. Leaves the platform running. */
  close(): Promise<void>;
}

interface Connection {
  readonly ends: readonly [board: Socket, platform: Socket];
  readonly pipes: Readonly<Record<Way, Pipe>>;
}

const NEVER = -Infinity;

export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { clock, platform } = options;
  const { now } = clock;
  const schedule = createSchedule(clock);
  const connections = new Set<Connection>();
  let triggered: { way: Way; left: number; fault: Fault }[] = [];
  /** When each fault ends. */
  const until = { up: NEVER, down: NEVER, split: NEVER, delay: NEVER, refuse: NEVER, restart: NEVER };
  let size = Infinity;
  let by = 0;
  let isListening = true;
  let isPlatformUp = true;
  /** Resolves once the proxy and the platform are in their intended states. */
  let changes = Promise.resolve();

  const conditions: Conditions = {
    now,
    isStalled: (way) => now() < until[way],
    delay: () => (now() < until.delay ? by : 0),
    pieceSize: () => (now() < until.split ? size : Infinity),
    allowed: (way, count) =>
      triggered.reduce((most, next) => (next.way === way ? Math.min(most, next.left) : most), count),
    passed(way, count) {
      for (const next of triggered) if (next.way === way) next.left -= count;
      const due = triggered.filter(({ left }) => left <= 0);
      triggered = triggered.filter(({ left }) => left > 0);
      for (const { fault } of due) strikeNow(fault);
    },
    at: (due, job) => schedule.at(due, job),
  };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, welcome);
  await listen(options.port ?? 0);
  const { port } = server.address() as AddressInfo;

  async function listen(at: number): Promise<void> {
    server.listen(at, "127.0.0.1");
    await once(server, "listening");
  }

  function welcome(board: Socket): void {
    const upstream = connect({ host: "127.0.0.1", port: options.target, allowHalfOpen: true, noDelay: true });
    const connection: Connection = {
      ends: [board, upstream],
      pipes: {
        up: createPipe("up", board, upstream, conditions),
        down: createPipe("down", upstream, board, conditions),
      },
    };
    connections.add(connection);
    for (const end of connection.ends) {
      end.on("error", () => undefined); // "close" follows
      end.on("close", () => {
        if (connection.ends.every(({ destroyed }) => destroyed)) connections.delete(connection);
      });
    }
  }

  function strikeNow(fault: Fault): void {
    options.struck?.(fault);
    switch (fault.kind) {
      case "cut":
        for (const { ends, pipes } of [...connections]) {
          for (const way of ["up", "down"] as const) pipes[way].drop();
          for (const end of ends) {
            if (fault.how === "reset") end.resetAndDestroy();
            else end.destroy();
          }
        }
        return;
      case "drop":
        for (const { pipes } of connections) pipes[fault.way].drop();
        return;
      case "stall":
        for (const way of fault.ways) last(way, fault.ms);
        return;
      case "split":
        ({ size } = fault);
        break;
      case "delay":
        ({ by } = fault);
        break;
    }
    last(fault.kind, fault.ms);
  }

  function last(what: keyof typeof until, ms: number): void {
    until[what] = Math.max(until[what], now() + ms);
    schedule.at(until[what], update);
    update();
  }

  /** Applies the lasting faults. */
  function update(): void {
    if (isListening !== now() >= until.refuse) {
      isListening = !isListening;
      const isOpen = isListening;
      changes = changes.then(() => (isOpen ? listen(port) : void server.close()));
    }
    if (platform && isPlatformUp !== now() >= until.restart) {
      isPlatformUp = !isPlatformUp;
      const isUp = isPlatformUp;
      changes = changes.then(() => (isUp ? platform.start() : platform.stop()));
    }
    for (const { pipes } of [...connections]) {
      pipes.up.flow();
      pipes.down.flow();
    }
  }

  function heal(): void {
    triggered = [];
    for (const what of Object.keys(until) as (keyof typeof until)[]) until[what] = NEVER;
    update();
  }

  return {
    port,
    strike(fault, trigger) {
      if (fault.kind === "restart" && !platform) throw new Error("this proxy has no platform to restart");
      if (trigger) triggered.push({ way: trigger.way, left: trigger.bytes, fault });
      else strikeNow(fault);
    },
    heal,
    async close() {
      heal();
      schedule.stop();
      await changes;
      const closed = once(server, "close");
      server.close();
      for (const { ends } of [...connections]) for (const end of ends) end.destroy();
      await closed;
    },
  };
}
