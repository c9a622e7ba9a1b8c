/** Commands and requests of each generation, in every size and shape. */

import { RGB, RGBW, studio } from "../support/boards.ts";
import { MULTIPROTOCOL, PLAIN, STUDIO, SUITE, acknowledge, welcome, ready } from "./parts.ts";
import {
  give,
  giveEach,
  message,
  packet,
  pass,
  see,
  take,
  text,
  type Exchange,
  type Step,
} from "./exchange.ts";

const STRIP = { ...MULTIPROTOCOL, name: "strip", led: { ...RGB, count: 3 } };
const WHITE_TOO = { ...MULTIPROTOCOL, name: "rgbw", led: RGBW };
const PWM = {
  ...MULTIPROTOCOL,
  name: "pwm",
  led: { kind: "pwm", pins: [32, 33, 27], activeLow: true, on: [255, 128, 1] },
} as const;
const ACTIVE_LOW = {
  ...MULTIPROTOCOL,
  name: "active-low",
  led: { kind: "gpio", pin: 5, activeLow: true },
} as const;

const $SYS = (board: typeof SUITE, below: string) =>
  `$sys/${"product" in board.onenet ? board.onenet.product : ""}/${board.onenet.device}/${below}`;
const thing = (below: string) => $SYS(STUDIO, `thing/${below}`);

/** Payloads that are commands or look like them. */
const PAYLOADS: readonly [name: string, payload: string][] = [
  ["on", "'on'"],
  ["off", "'off'"],
  ["toggle", "'toggle'"],
  ["capitals and spaces", "20 09 'On' 0d 0a"],
  ["nothing", ""],
  ["an unknown word", "'dance'"],
  ["a colour", "'#00ff80'"],
  ["a colour in capitals", "'#00FF80'"],
  ["an invalid colour", "'#00gg80'"],
  ["a colour that is short", "'#0f8'"],
  ["a number", "'1e3'"],
  ["bytes", "00 01 7f 80 ff fe 0a"],
  ["UTF-8", "e5 bc 80 e7 81 af"],
  ["on behind 60 spaces", `'${" ".repeat(60)}on'`],
  ["on behind 64 spaces", `'${" ".repeat(64)}on'`],
  ["1 kB", `'${"x".repeat(1024)}'`],
  ["as much as is taken", `'${"y".repeat(4080)}'`],
];

/** Requests below `$sys/…/thing/`, right and wrong. */
const REQUESTS: readonly [topic: string, payload: string][] = [
  ["property/set", '{"id":"7","params":{"led":"yes"}}'],
  ["property/set", '{"id":"7","params":{"switch":true,"led":false}}'],
  ["property/set", '{"id":7.0,"params":{}}'],
  ["property/set", '{"id":"7","params":{"led":1e-999999999}}'],
  ["property/set", '{"id":"7","params":{"led":/**/1e2147483647}}'],
  ["property/set", '{"id":"3e45678","params":{"led":1e-300}}'],
  ["property/set", '{"id":1234567890123,"params":null}'],
  ["property/set", '{"id":-7,"params":[1,2,3]}'],
  ["property/set", '{"id":23.5}'],
  ["property/set", "{}"],
  ["property/set", "[]"],
  ["property/set", "null"],
  ["property/set", "{"],
  ["property/set", "not JSON"],
  ["property/set", ""],
  ["property/get", '{"id":"7","params":["nothing"]}'],
  ["property/get", '{"id":"7","params":"led"}'],
  ["property/get", '{"id":"7","params":[null,1.5,{},[]]}'],
  ["service/dance/invoke", '{"id":"7","params":{}}'],
  ["service/toggle/invoke", '{"id":{"a":1},"params":{}}'],
  ["property/post/reply", '{"id":"1","code":404,"msg":"there is no \\"led\\""}'],
  ["property/post/reply", '{"id":"999","code":404,"msg":"not ours"}'],
  ["event/post/reply", '{"id":"1","code":2500,"msg":"event"}'],
  ["property/desired/get/reply", '{"id":"2","code":400,"msg":"no model"}'],
  ["property/desired/get/reply", '{"id":"2","code":200,"data":{"led":{"value":1},"other":{"value":2}}}'],
  ["something/else", '{"id":"1"}'],
];

/** Where each generation receives requests. */
const LONG_REQUESTS = [
  [MULTIPROTOCOL, "$creq/a-b-c"],
  [SUITE, $SYS(SUITE, "cmd/request/u-1")],
  [STUDIO, $SYS(STUDIO, "thing/property/set")],
  [PLAIN, "home/lamp/set"],
] as const;

const COMMANDS = PAYLOADS.map(([, payload]) => give(packet("30", `${text("$creq/a-b-c")} ${payload}`)));

export const COMMANDS_AND_REQUESTS: readonly Exchange[] = [
  ...[MULTIPROTOCOL, ACTIVE_LOW, STRIP, WHITE_TOO, PWM].map((board) => ({
    name: `every command, on ${board.name}`,
    board,
    steps: [...ready, ...COMMANDS.flatMap((command): Step[] => [command, pass(0)]), pass(3000)],
  })),
  {
    name: "commands over the limit",
    board: MULTIPROTOCOL,
    steps: [
      ...ready,
      give(packet("30", `${text("t")} '${"z".repeat(4200)}'`)),
      see(/^OneNET: a message of 4200 bytes was too long and was skipped$/),
      give(packet("32", `${text("t")} 01 02 '${"z".repeat(16_000)}'`)),
      see(/^OneNET: a message of 16000 bytes was too long and was skipped$/),
      take("40 02 01 02"),
      give(message("t", "on")),
      see(/^Command: on$/),
      pass(3000),
    ],
  },
  ...LONG_REQUESTS.map(([board, topic]) => ({
    name: `a request and a topic over the limit, on ${board.name}`,
    board,
    steps: [
      ...welcome(board),
      give(
        packet(
          "32",
          `${text(topic)} 01 02 '${JSON.stringify({ id: "7", params: { led: "x".repeat(5000) } })}'`,
        ),
      ),
      see(/^OneNET: a message of 50\d\d bytes was too long and was skipped$/),
      take("40 02 01 02"),
      give(packet("32", `${text(topic + "/".repeat(9000))} 01 03 'on'`)),
      see(/^OneNET: a message of 2 bytes was too long and was skipped$/),
      take("40 02 01 03"),
      pass(3000),
    ],
  })),
  {
    name: "a command at QoS 1, twice the second time as a duplicate",
    board: MULTIPROTOCOL,
    steps: [
      ...ready,
      give("32 07 00 01 't' 00 0a 'on'"),
      take("40 02 00 0a"),
      give("3a 07 00 01 't' 00 0a 'on'"),
      pass(3000),
    ],
  },
  {
    name: "a retained command",
    board: MULTIPROTOCOL,
    steps: [...ready, give("31 05 00 01 't' 'on'"), see(/^Command: on$/), pass(3000)],
  },
  {
    name: "a command byte by byte",
    board: MULTIPROTOCOL,
    steps: [...ready, giveEach(message("$creq/1", "toggle")), see(/^Command: on$/), pass(3000)],
  },
  {
    name: "a command split at every byte",
    board: MULTIPROTOCOL,
    steps: [
      ...ready,
      ...Array.from({ length: 14 }, (_, at) => give(...cut(message("$creq/1", "toggle"), at + 1))),
      pass(3000),
    ],
  },
  {
    name: "a flood of 300 commands in one write",
    board: MULTIPROTOCOL,
    steps: [
      ...ready,
      give(`${message("t", "off")} `.repeat(300) + message("t", "on")),
      see(/^Command: on$/),
      pass(3000),
    ],
  },
  {
    name: "20 commands that are answered, in one write",
    board: MULTIPROTOCOL,
    steps: [...ready, give(`${message("$creq/77", "toggle")} `.repeat(20)), pass(3000)],
  },
  {
    name: "more commands that are answered than may be in flight: the answers wait",
    board: MULTIPROTOCOL,
    steps: [
      ...ready,
      give(`${message("$creq/77", "toggle")} `.repeat(40)),
      ...Array.from({ length: 40 }, () => [take("32", "$crsp/77"), give("40 02 ID")]).flat(),
      pass(3000),
    ],
  },
  {
    name: "more commands that are answered than answers may wait",
    board: MULTIPROTOCOL,
    steps: [
      ...ready,
      give(`${message("$creq/77", "toggle")} `.repeat(220)),
      see(/^OneNET: not sent: \$crsp\/77$/),
      pass(3000),
    ],
  },
  {
    name: "acknowledgements of what was never sent",
    board: MULTIPROTOCOL,
    steps: [...ready, give("40 02 12 34 d0 00 90 03 43 21 01"), pass(3000)],
  },
  {
    name: "messages to topics of other devices",
    board: MULTIPROTOCOL,
    steps: [
      ...ready,
      give(message("$crsp/1", "on")),
      give(message("$dp", "off")),
      give(packet("30", `00 03 e6 b8 a9 'on'`)),
      pass(3000),
    ],
  },
  {
    name: "plain: commands on its topic and on others, new and retained",
    board: PLAIN,
    steps: [
      ...welcome(PLAIN),
      take("33", "home/lamp/status"),
      give("40 02 ID"),
      take("33", "home/lamp/state"),
      give("40 02 ID"),
      give(message("home/lamp/set", "on")),
      give(message("home/lamp", "off")),
      see(/^Command: on$/),
      take("33", "home/lamp/state"),
      give("40 02 ID"),
      take("32", "home/lamp/answer"),
      give("40 02 ID"),
      give(packet("31", `${text("home/lamp/set")} 'toggle'`)),
      see(/^OneNET: a retained message on home\/lamp\/set was not obeyed: send it without retain$/),
      give(packet("33", `${text("home/lamp/set")} 00 07 'toggle'`)),
      take("40"),
      give(message("home/lamp/set", "dance")),
      see(/^Command: error: unknown command$/),
      take("32", "home/lamp/answer"),
      give("40 02 ID"),
      pass(3000),
    ],
  },
  {
    name: "suite: commands, and posts that are accepted and rejected",
    board: SUITE,
    steps: [
      ...welcome(SUITE),
      ...acknowledge,
      give(message($SYS(SUITE, "cmd/request/u-1"), "on")),
      take("32", "cmd/response/u-1"),
      give(packet("30", `${text($SYS(SUITE, "cmd/request/u-2"))} e5 bc 80`)),
      give(message($SYS(SUITE, "cmd/response/u-1/accepted"), "{}")),
      give(message($SYS(SUITE, "cmd/response/u-2/rejected"), '{"err_code":99,"err_msg":"too long"}')),
      see(/an answer rejected, code 99: too long/),
      give(message($SYS(SUITE, "dp/post/json/accepted"), '{"id":1}')),
      give(message($SYS(SUITE, "dp/post/json/rejected"), '{"id":1,"err_code":98,"err_msg":"twice"}')),
      pass(61_000),
      give(
        message(
          $SYS(SUITE, "dp/post/json/rejected"),
          '{"id":2,"err_code":98,"err_msg":"Illegal\\u0020Data"}',
        ),
      ),
      pass(3000),
    ],
  },
  {
    name: "suite: a post that is rejected",
    board: SUITE,
    steps: [
      ...welcome(SUITE),
      ...acknowledge,
      give(message($SYS(SUITE, "dp/post/json/rejected"), '{"id":1,"err_code":98,"err_msg":"Illegal Data"}')),
      see(/^OneNET: data points rejected, code 98: Illegal Data$/),
      pass(3000),
    ],
  },
  ...REQUESTS.map(([topic, payload]) => ({
    name: `studio: ${topic} with ${payload}`,
    board: STUDIO,
    steps: [...welcome(STUDIO), give(message(thing(topic), payload)), pass(2000)],
  })),
  {
    name: "studio: properties are set, read, wished for and invoked",
    board: STUDIO,
    steps: [
      ...welcome(STUDIO),
      give(
        message(thing("property/set"), '{"id":"7","version":"1.0","params":{"led":true,"colour":"#0102ff"}}'),
      ),
      see(/^PIXELS 17 2 1 255$/),
      give(message(thing("property/get"), '{"id":"8","version":"1.0","params":["led","colour"]}')),
      give(message(thing("service/toggle/invoke"), '{"id":"9","version":"1.0","params":{}}')),
      see(/^PIXELS 17 0 0 0$/),
      give(
        message(
          thing("property/desired/get/reply"),
          '{"id":"2","code":200,"msg":"success","data":{"colour":{"value":"#123456","version":3}}}',
        ),
      ),
      see(/^PIXELS 17 52 18 86$/),
      pass(2000),
    ],
  },
  {
    name: "studio: text beyond ASCII both ways",
    board: STUDIO,
    steps: [
      ...welcome(STUDIO),
      give(
        packet(
          "30",
          `${text(thing("property/get"))} '{"id":"1","params":["' e6 b8 a9 '\\u6e29\\ud83d\\ude00"]}'`,
        ),
      ),
      pass(2000),
    ],
  },
  {
    name: "a gpio lamp as a thing model",
    board: studio(),
    steps: [
      ...welcome(STUDIO),
      give(message(thing("property/set"), '{"id":"7","params":{"led":true}}')),
      see(/^PIN 2 1$/),
      give(message(thing("property/set"), '{"id":"8","params":{"colour":"#ffffff"}}')),
      pass(2000),
    ],
  },
];

/** A packet in two pieces, the first of `at` bytes. */
function cut(packet: string, at: number): readonly [string, string] {
  const bytes = Array.from(packet.matchAll(/'([^']*)'|[0-9a-f]{2}/g), ([whole, quoted]) =>
    quoted === undefined ? [whole] : Array.from(quoted, (char) => `'${char}'`),
  ).flat();
  return [bytes.slice(0, at).join(" "), bytes.slice(at).join(" ")];
}
