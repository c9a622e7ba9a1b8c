/** The web console's server: the page, its event stream and its calls. */

import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { SensorFault } from "../virtual-board/index.ts";
import { FORMATS, MEDIA_TYPES, type Format } from "../local-onenet/export.ts";
import { ANYONE, createHttpServer, authorizeRoutes } from "../cli/http-server.ts";
import { createAccess } from "./access.ts";
import { cutText } from "../cli/shorten.ts";
import { KEPT, type Feed } from "./feed.ts";
import { streamTo } from "./page-stream.ts";
import { bundlePage } from "./page-bundle.ts";
import type {
  Answer,
  Calls,
  FaultName,
  GroupAnswer,
  SessionView,
  Site,
  UpdateFaultName,
} from "./protocol.ts";
import { english, inLanguage, language, speaking } from "../cli/language.ts";

/** What the page can do. Each throws an Error with a readable message on failure, a text of `english`. */
export interface Actions {
  /**
   * @param late called with an answer that comes after the timeout
   * @returns the board's answer; undefined on timeout
   */
  command(board: string, text: string, late: (answer: string) => void): Promise<string | undefined>;
  /** Publishes to the devices of the board's product that subscribed to the topic; anyone at a plain broker. */
  publish?(board: string, topic: string, payload: string): void | Promise<void>;
  /** All data points, as text in pieces; absent with a plain broker, which keeps none. */
  export?: ((format: Format) => Iterable<string>) | undefined;
  readonly faults: Readonly<
    Partial<Record<FaultName, (board: string, isOn: boolean) => void | Promise<void>>>
  >;
  /** Sets one of a virtual board's inputs; absent if all boards are real. */
  turn?(board: string, input: string, value: number): void;
  /** Disturbs a sensor of a virtual board's part; absent if all boards are real. @param fault undefined: mends it */
  disturb?(board: string, part: string, sensor: number, fault: SensorFault | undefined): void;
  /** Runs another board; absent if there is no choice. */
  choose?(name: string): Promise<void>;
  /** Starts an update to the newest package for the board; absent without a local OneNET. */
  update?: ((board: string, fault: UpdateFaultName) => void) | undefined;
}

/** Boards that fill a feed. */
export interface Watched {
  readonly actions: Actions;
  /** Closes the proxies between boards and platform. Call this once the boards are off. */
  close(): Promise<void>;
}

export interface WebConsoleOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Required to log in; undefined if only this computer can reach the console. */
  readonly password?: string;
  readonly feed: Feed;
  /** May change; then the feed is renewed. */
  readonly site: Pick<Site, "title" | "address" | "edit">;
  readonly actions: Actions;
}

export interface WebConsole {
  readonly port: number;
  close(): Promise<void>;
}

/** The page needs no other host, no inline script and no frame, so all are forbidden. */
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-cache",
};

const LOGGED_IN = { config: { who: "logged in" } };

/** Most pages connected at once. */
const MAXIMUM_PAGES = 32;

/** Most connections at once: pages, their calls, and strangers. */
const MAXIMUM_CONNECTIONS = 256;

/** @throws Error if the port is taken or the page cannot be bundled */
export async function startWebConsole(options: WebConsoleOptions): Promise<WebConsole> {
  const assets = await bundlePage();
  const access = createAccess(options.password, options.host);
  const app = createHttpServer({
    bodyLimit: 4096,
    connections: MAXIMUM_CONNECTIONS,
    requestTimeout: 10_000,
    badAddress: (_error, reply) => void refuse(reply.headers(HEADERS), 400, english`bad address`),
  });
  app.setErrorHandler((error: FastifyError, _request, reply) => refuse(reply, ...faultOf(error)));

  app.addHook("onRequest", async (request, reply) => {
    void reply.headers(HEADERS);
    const fault = access.fault(request.method, request.headers);
    if (fault !== undefined) await refuse(reply, 403, fault);
  });
  authorizeRoutes(
    app,
    {
      "logged in": async (request, reply) => {
        if (!access.isIn(request.headers)) await refuse(reply, 401, english`log in first`);
      },
    },
    "logged in",
  );
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, english`no such page`));
  for (const [path, { type, body }] of assets) {
    app.get(path, ANYONE, (_request, reply) => reply.type(type).send(body));
  }
  app.get("/api/session", ANYONE, (request): SessionView => ({
    needsPassword: !access.isIn(request.headers),
  }));
  app.post<{ Body: Calls["log-in"] }>(
    "/api/log-in",
    { ...ANYONE, schema: body({ password: TEXT }) },
    (request, reply) => {
      const outcome = access.logIn(request.body.password, request.ip);
      if ("cookie" in outcome) return reply.header("set-cookie", outcome.cookie).send({});
      const isTooMany = outcome.status === 429;
      const why = isTooMany ? english`too many wrong passwords; wait a minute` : english`wrong password`;
      return refuse(reply, outcome.status, why);
    },
  );
  addStream(app, options);
  addCalls(app, options);

  await app.listen({ host: options.host, port: options.port });
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
}

/** Server-sent events: a `snapshot`, the rest of what is kept, then a `batch` for each round of news. */
function addStream(app: FastifyInstance, { feed, site, actions }: WebConsoleOptions): void {
  const whole = (): Site => ({
    title: site.title,
    address: site.address,
    edit: site.edit,
    faults: Object.keys(actions.faults) as FaultName[],
    isExportable: actions.export !== undefined,
  });
  let pages = 0;

  app.get("/api/events", LOGGED_IN, (_request, reply) => {
    if (pages >= MAXIMUM_PAGES)
      return refuse(reply, 503, english`${MAXIMUM_PAGES} pages are already connected`);
    pages++;
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { ...HEADERS, "content-type": "text/event-stream", "x-accel-buffering": "no" });
    raw.write("retry: 1000\n\n");
    raw.on("close", () => pages--);
    streamTo(raw, feed, whole);
    return reply;
  });
}

function addCalls(app: FastifyInstance, { actions, feed }: WebConsoleOptions): void {
  // Its parts are read as the browser takes them, however many there are.
  app.get<{ Querystring: { format: Format } }>(
    "/api/points",
    {
      ...LOGGED_IN,
      schema: {
        querystring: { type: "object", properties: { format: { enum: FORMATS } }, required: ["format"] },
      },
    },
    ({ query: { format } }, reply) => {
      if (!actions.export) return refuse(reply, 404, english`this console keeps no data points`);
      return reply
        .header("content-disposition", `attachment; filename="points.${format}"`)
        .type(MEDIA_TYPES[format])
        .send(Readable.from(actions.export(format)));
    },
  );
  app.post<{ Body: Calls["command"] }>(
    "/api/command",
    { ...LOGGED_IN, schema: body({ board: TEXT, text: COMMAND }) },
    ({ body: { board, text } }, reply) =>
      answer(reply, async (): Promise<Answer> => {
        const command = randomUUID();
        const late = (answer: string) => feed.answer({ command, answer });
        return { command, answer: (await actions.command(board, text, late)) ?? null };
      }),
  );
  app.post<{ Body: Calls["publish"] }>(
    "/api/publish",
    {
      ...LOGGED_IN,
      schema: body({
        board: TEXT,
        topic: { type: "string", minLength: 1, maxLength: 256, pattern: "^[^#+\\x00]+$" },
        payload: { type: "string", maxLength: 1000 },
      }),
    },
    ({ body: { board, topic, payload } }, reply) =>
      answer(reply, async () => {
        if (!actions.publish) throw new Error(english`this console cannot publish`);
        await actions.publish(board, topic, payload);
        return {};
      }),
  );
  const boards = { type: "array", items: TEXT, minItems: 1, maxItems: KEPT.boards };
  app.post<{ Body: Calls["commands"] }>(
    "/api/commands",
    { ...LOGGED_IN, bodyLimit: LONGEST_GROUP, schema: body({ boards, text: COMMAND }) },
    ({ body: { boards, text } }, reply) => {
      const lines = new Readable({ read: () => undefined });
      let left = boards.length;
      for (const board of boards)
        void answerOf(actions, board, text, reply).then((answer) => {
          lines.push(`${JSON.stringify(answer)}\n`);
          if (--left === 0) lines.push(null);
        });
      return reply.type("application/x-ndjson").send(lines);
    },
  );
  app.post<{ Body: Calls["fault"] }>(
    "/api/fault",
    { ...LOGGED_IN, schema: body({ board: TEXT, fault: TEXT, isOn: { type: "boolean" } }) },
    ({ body: { board, fault, isOn } }, reply) =>
      answer(reply, async () => {
        const cause = Object.hasOwn(actions.faults, fault) ? actions.faults[fault] : undefined;
        if (cause === undefined) throw new Error(english`this console cannot cause that fault`);
        await cause(board, isOn);
        return {};
      }),
  );
  app.post<{ Body: Calls["input"] }>(
    "/api/input",
    { ...LOGGED_IN, schema: body({ board: TEXT, input: TEXT, value: { type: "number" } }) },
    ({ body: { board, input, value } }, reply) =>
      answer(reply, () => {
        if (!actions.turn) throw new Error(NO_VIRTUAL_BOARD);
        actions.turn(board, input, value);
        return Promise.resolve({});
      }),
  );
  const sensor = { board: TEXT, part: TEXT, sensor: { type: "integer" }, fault: { enum: FAULTS } };
  app.post<{ Body: Calls["sensor"] }>(
    "/api/sensor",
    { ...LOGGED_IN, schema: body(sensor) },
    ({ body: { board, part, sensor, fault } }, reply) =>
      answer(reply, () => {
        if (!actions.disturb) throw new Error(NO_VIRTUAL_BOARD);
        actions.disturb(board, part, sensor, fault === "none" ? undefined : fault);
        return Promise.resolve({});
      }),
  );
  app.post<{ Body: Calls["board"] }>(
    "/api/board",
    { ...LOGGED_IN, schema: body({ name: TEXT }) },
    ({ body: { name } }, reply) =>
      answer(reply, async () => {
        if (!actions.choose) throw new Error(english`this console has no other board`);
        await actions.choose(name);
        return {};
      }),
  );
  app.post<{ Body: Calls["update"] }>(
    "/api/update",
    { ...LOGGED_IN, schema: body({ board: TEXT, fault: { enum: UPDATE_FAULTS } }) },
    ({ body: { board, fault } }, reply) =>
      answer(reply, () => {
        if (!actions.update) throw new Error(english`only OneNET has updates`);
        actions.update(board, fault);
        return Promise.resolve({});
      }),
  );
}

/** Sends a command to one of several boards. */
async function answerOf(
  actions: Actions,
  board: string,
  text: string,
  reply: FastifyReply,
): Promise<GroupAnswer> {
  try {
    const answer = await actions.command(board, text, () => undefined);
    return { board, answer: answer === undefined ? null : cutText(answer, LONGEST_ANSWER) };
  } catch (error) {
    return { board, answer: null, error: forReader(reply, (error as Error).message) };
  }
}

/** Reports a failed action as 409 with its message: the server itself is fine. */
async function answer(reply: FastifyReply, act: () => Promise<object>): Promise<FastifyReply> {
  try {
    return await reply.send(await act());
  } catch (error) {
    return await refuse(reply, 409, (error as Error).message);
  }
}

function refuse(reply: FastifyReply, status: number, why: string): FastifyReply {
  return reply.code(status).send({ error: forReader(reply, why) });
}

/** A text of `english` in the language that a page asks for, which may not be the command's. */
function forReader({ request }: FastifyReply, text: string): string {
  const wanted = request.headers["accept-language"] ?? language;
  return speaking(/^zh/i.test(wanted) ? "zh-CN" : "en", () => inLanguage(text));
}

/** Why a request was not even looked at: Fastify's reasons are for programmers. */
function faultOf({ statusCode = 500, validation, message }: FastifyError): [status: number, why: string] {
  if (statusCode === 413) return [413, english`this is too long`];
  const [fault] = validation ?? [];
  if (fault === undefined) return [statusCode, message];
  const { missingProperty } = fault.params;
  const field = typeof missingProperty === "string" ? missingProperty : fault.instancePath.slice(1);
  return [400, english`the server does not take this value of "${field}"`];
}

const NO_VIRTUAL_BOARD = english`only virtual boards have inputs to set`;

const FAULTS: readonly Calls["sensor"]["fault"][] = ["none", "away", "stuck", "damaged"];

const UPDATE_FAULTS: readonly UpdateFaultName[] = ["none", "cut", "hash", "signature"];

const TEXT = { type: "string", maxLength: 200 } as const;
const COMMAND = { type: "string", minLength: 1, maxLength: 1000 } as const;

/** Longest list of boards for a command, in bytes. */
const LONGEST_GROUP = 64 * 1024;
/** Longest answer shown of a group's board, in characters. */
const LONGEST_ANSWER = 200;

function body(properties: Record<string, object>): object {
  return {
    body: { type: "object", properties, required: Object.keys(properties), additionalProperties: false },
  };
}
