/** Registration over HTTP at the first boot: every kind of answer, and none. */

import { registering } from "../support/boards.ts";
import { CONNACK, acknowledge, logIn, welcome } from "./parts.ts";
import {
  accept,
  end,
  give,
  giveAndEnd,
  giveEach,
  listen,
  pass,
  powerCycle,
  refuse,
  see,
  take,
  takeRequest,
  type Exchange,
  type Step,
} from "./exchange.ts";

export const REGISTERING = registering();

const ask: readonly Step[] = [accept, takeRequest("POST /register_de?register_code=AbC123 HTTP/1.1")];
/** The firmware reports an answer in a separate turn. */
const reported = pass(1);
const GRANTED = '{"errno":0,"error":"succ","data":{"device_id":"35270468","key":"a/key+of=it"}}';
const READ_ON = "Content-Length: ";

/** An answer in the notation of {@link give}. */
function http(body: string, status = "200 OK", head = [`${READ_ON}${body.length}`]): string {
  return `${[`HTTP/1.1 ${status}`, ...head, ""].map((line) => `'${line}' 0d 0a`).join(" ")} '${body}'`;
}

const registered: readonly Step[] = [
  ...ask,
  give(http(GRANTED)),
  reported,
  see(/^OneNET: registered as device 35270468$/),
  ...welcome(REGISTERING),
  ...acknowledge,
];

/** Answers that do not register the board, and what it prints. */
const REFUSED: readonly (readonly [name: string, answer: string, said: RegExp])[] = [
  ["an error", http('{"errno":6,"error":"auth failed: \\u6e29"}'), /not registered: errno 6: /],
  ["no JSON", http("<html>"), /not registered: the answer is not JSON/],
  ["nothing", http(""), /not registered: the answer is not JSON/],
  [
    "an error of several lines",
    http('{"errno":6,"error":"no\\r\\nOneNET: online\\n\\tx"}'),
    /^OneNET: not registered: errno 6: no {2}OneNET: online {2}x; next try in 1 s$/,
  ],
  ["a number for the id", http('{"errno":0,"data":{"device_id":1.5,"key":"k"}}'), /not registered: errno 0/],
  ["status 500", http("oh", "500 Internal Server Error"), /not registered: HTTP status 500/],
  [
    "a redirection",
    http("", "302 Found", ["Location: /x", `${READ_ON}0`]),
    /not registered: HTTP status 302/,
  ],
  ["2049 bytes", http("x".repeat(2049)), /not registered: the answer is too long/],
];

export const REGISTRATION: readonly Exchange[] = [
  ...[
    { name: "granted, and kept over power off and on", steps: [...registered, powerCycle, ...logIn] },
    ...REFUSED.map(([name, answer, said]) => ({
      name: `answered with ${name}`,
      steps: [...ask, give(answer), reported, see(said), ...registered],
    })),
    {
      name: "granted in pieces",
      steps: [...ask, ...cuts(http(GRANTED)), reported, see(/registered as device/), ...logIn],
    },
    {
      name: "granted byte by byte",
      steps: [...ask, giveEach(http(GRANTED)), reported, see(/registered as device/), ...logIn],
    },
    {
      name: "granted in chunks",
      steps: [
        ...ask,
        give(
          http(GRANTED.length.toString(16), "200 OK", ["Transfer-Encoding: chunked"]) +
            ` 0d 0a '${GRANTED}' 0d 0a '0' 0d 0a 0d 0a`,
        ),
        reported,
        see(/registered as device/),
        ...logIn,
      ],
    },
    {
      name: "granted, and the connection ended at once",
      steps: [...ask, giveAndEnd(http(GRANTED), "close"), reported, see(/registered as device/), ...logIn],
    },
    ...(["close", "reset", "half-close"] as const).map((way) => ({
      name: `${way} without an answer`,
      steps: [...ask, end(way), reported, see(/not registered: closed by the server/), ...registered],
    })),
    {
      name: "the end within the answer's body",
      steps: [
        ...ask,
        giveAndEnd(http("{", "200 OK", [`${READ_ON}50`]), "close"),
        reported,
        see(/not registered: the answer is not JSON/),
        ...registered,
      ],
    },
    ...["", "20 02 00 00", "'HTTP/1.1 200 OK' 0d 0a"].map((answer) => ({
      name: `no whole answer: ${answer || "nothing"}`,
      steps: [...ask, give(answer), pass(20_100), see(/not registered: no answer/), ...registered],
    })),
    {
      name: "no whole answer: a head without an end",
      steps: [
        ...ask,
        give("'HTTP/1.1 200 OK' 0d 0a"),
        ...Array.from({ length: 20 }, () => give(`'X: ${"x".repeat(200)}' 0d 0a`)),
        reported,
        see(/not registered: the answer is too long/),
        ...registered,
      ],
    },
    {
      name: "silent again and again, and late",
      steps: [
        ...ask,
        pass(20_100),
        see(/not registered: no answer/),
        ...ask,
        pass(20_100),
        see(/not registered: no answer/),
        ...registered,
      ],
    },
    {
      name: "connections refused: the back-off",
      steps: [refuse, pass(120_000), see(/not registered: refused or unreachable/), listen, ...registered],
    },
    {
      name: "granted, and not known at the log-in",
      steps: [
        ...ask,
        give(http(GRANTED)),
        reported,
        ...logIn,
        give("20 02 00 05"),
        see(/the platform does not know this device any more/),
        ...ask,
        give(http(GRANTED.replace("35270468", "35270469"))),
        reported,
        see(/registered as device 35270469/),
        ...logIn,
        give(CONNACK),
        take("82"),
      ],
    },
  ].map((exchange) => ({ ...exchange, board: REGISTERING })),
];

/** In pieces of 16 bytes. */
function cuts(answer: string): readonly Step[] {
  const each = Array.from(answer.matchAll(/'([^']*)'|[0-9a-f]{2}/g), ([whole, quoted]) =>
    quoted === undefined ? [whole] : Array.from(quoted, (char) => `'${char}'`),
  ).flat();
  return Array.from({ length: Math.ceil(each.length / 16) }, (_, at) =>
    give(each.slice(at * 16, (at + 1) * 16).join(" ")),
  );
}
