/** How each line of docs/troubleshooting.md is provoked. */

import { exchangeOf } from "../exchanges/index.ts";
import type { Exchange } from "../exchanges/exchange.ts";

const NEXT = "; next try in <n> s";
const OWN = "trouble of the board's own";
const ESP8266 = "trouble of an ESP8266";
const COMMANDS = "commands and requests";
const PARTS = "parts of a board";

/** Group and name of an exchange that prints the line. */
const PROVOKED: readonly (readonly [line: string, group: string, name: string])[] = [
  [`Wi-Fi: disconnected, NO_AP_FOUND${NEXT}`, OWN, "no network of that name"],
  [`Wi-Fi: disconnected, 4WAY_HANDSHAKE_TIMEOUT${NEXT}`, OWN, "a wrong Wi-Fi password"],
  [`Wi-Fi: no answer${NEXT}`, OWN, "no address from Wi-Fi"],
  [`Wi-Fi: disconnected, BEACON_TIMEOUT${NEXT}`, "Wi-Fi that breaks", "lost before CONNACK"],
  [`Wi-Fi: disconnected, <reason>${NEXT}`, OWN, "an access point that turns the board away"],
  [`Wi-Fi: disconnected, reason <reason>${NEXT}`, ESP8266, "no network of that name, on an ESP8266"],
  [`Wi-Fi: no platform in this network${NEXT}`, "several networks", "the first has no platform"],
  ["Restart by a command: rebooting", "looked after from afar", "lines of trouble, then all, then a restart"],
  ["Time: no answer from <server>: check time.server in the board file", OWN, "no time from the network"],

  [`OneNET: not registered: errno <n>: <text>${NEXT}`, "registration", "answered with an error"],
  [`OneNET: not registered: HTTP status <n>${NEXT}`, "registration", "answered with status 500"],
  [`OneNET: not registered: the answer is not JSON${NEXT}`, "registration", "answered with no JSON"],
  [`OneNET: not registered: the answer is too long${NEXT}`, "registration", "answered with 2049 bytes"],
  [
    `OneNET: not registered: Unable to locate host${NEXT}`,
    OWN,
    "a registration server whose name nobody knows",
  ],
  [
    `OneNET: not registered: refused or unreachable${NEXT}`,
    "registration",
    "connections refused: the back-off",
  ],
  [`OneNET: not registered: closed by the server${NEXT}`, "registration", "close without an answer"],
  [`OneNET: not registered: no answer${NEXT}`, "registration", "no whole answer: nothing"],
  [
    `OneNET: the platform does not know this device any more${NEXT}`,
    "registration",
    "granted, and not known at the log-in",
  ],

  [`OneNET: no connection: Unable to locate host${NEXT}`, OWN, "a server whose name nobody knows"],
  [`OneNET: no connection: refused or unreachable${NEXT}`, "log-in", "connections refused, then taken"],
  [`OneNET: no connection: no answer${NEXT}`, OWN, "a connection that is never answered"],
  [`OneNET: no connection: not found${NEXT}`, ESP8266, "a server whose name nobody knows, on an ESP8266"],
  [`OneNET: no connection: connection reset${NEXT}`, ESP8266, "connections refused, on an ESP8266"],
  [`OneNET: no connection: <reason>${NEXT}`, OWN, "no memory for a connection"],
  ["ERROR: Connect failed (err <n>)", "log-in", "connections refused, then taken"],

  [
    `OneNET: log-in refused, code <code>: check product, device and authInfo in the board file${NEXT}`,
    "log-in",
    "a log-in refused with code 4, then granted",
  ],
  [
    `OneNET: log-in refused, code <code>: check product, device and key in the board file; an expired token needs a new build${NEXT}`,
    "log-in",
    "a log-in refused for an hour: the waits between the tries",
  ],
  [
    `OneNET: log-in refused, code <code>: check userName and password in the board file${NEXT}`,
    "log-in",
    "a log-in refused, on plain",
  ],
  [`OneNET: log-in refused, code <code>${NEXT}`, "log-in", "a log-in refused with code 3, then granted"],
  [`OneNET: no answer to the log-in${NEXT}`, "log-in", "no CONNACK, then one that comes too late"],
  [`OneNET: link lost: closed by the server${NEXT}`, "connections that end", "close before CONNACK"],
  [
    `OneNET: link lost: <reason> soon after the log-in: is another board using this device?${NEXT}`,
    "connections that end",
    "close once online",
  ],
  [`OneNET: the server broke MQTT-<clause>${NEXT}`, "log-in", "the answer of a web server"],

  [`OneNET: a subscription was not acknowledged${NEXT}`, "log-in", "no SUBACK"],
  ["OneNET: subscription refused: check onenet.topics in the board file", "log-in", "a refused subscription"],
  [
    "OneNET: subscription refused: check onenet.product and onenet.device in the board file",
    "log-in",
    "one of three subscriptions refused",
  ],
  [
    "OneNET: subscription refused: check mqtt.topic in the board file",
    "log-in",
    "a refused subscription, on plain",
  ],
  ["OneNET: subscription granted", "several servers", "a subscription that a cluster refuses for a while"],

  ["Command: error: unknown command", COMMANDS, "every command, on esp32-devkit"],
  ['Command: error: unknown command "<text>"; try <commands>', PARTS, "every kind of part obeys"],
  ["Flash full: values are not kept until the board restarts", PARTS, "a flash that is full"],
  ["Rule <n>: <command>", "rules of a board", "events of a door and a button"],
  ["<part>: off after <n> s", PARTS, "a pump that goes off by itself, though the clock is moved"],
  ["<part>: no answer; check its wires", PARTS, "sensors are measured, and reported as missing, on esp32"],
  ["<part>: measures again", PARTS, "sensors are measured, and reported as missing, on esp32"],
  ["Command: error: <text>", OWN, "own code that fails"],
  [
    "DHT22: no answer; check its wires and its resistor",
    "own code of a board",
    "a DHT22 that is read, changes, freezes, and is gone",
  ],
  ["OneNET: a message of <n> bytes was too long and was skipped", COMMANDS, "commands over the limit"],
  ["No socket left after TLS failed: rebooting", OWN, "no socket left after TLS"],
  ["OneNET: not sent: <topic>", COMMANDS, "more commands that are answered than answers may wait"],
  ["OneNET: data points rejected, code <code>: <text>", COMMANDS, "suite: a post that is rejected"],
  [
    "OneNET: an answer rejected, code <code>: <text>",
    COMMANDS,
    "suite: commands, and posts that are accepted and rejected",
  ],
  [
    "OneNET: data points refused, code <code>: <text>",
    COMMANDS,
    'studio: property/post/reply with {"id":"1","code":404,"msg":"there is no \\"led\\""}',
  ],
  [
    "OneNET: an event refused, code <code>: <text>",
    COMMANDS,
    'studio: event/post/reply with {"id":"1","code":2500,"msg":"event"}',
  ],
  [
    "OneNET: the request for desired values refused, code <code>: <text>",
    COMMANDS,
    'studio: property/desired/get/reply with {"id":"2","code":400,"msg":"no model"}',
  ],
  [
    "OneNET: cannot set the desired value of <name>",
    COMMANDS,
    'studio: property/desired/get/reply with {"id":"2","code":200,"data":{"led":{"value":1},"other":{"value":2}}}',
  ],
  [
    "OneNET: a retained message on <topic> was not obeyed: send it without retain",
    COMMANDS,
    "plain: commands on its topic and on others, new and retained",
  ],
  ["OneNET: invalid message on <topic>", COMMANDS, "studio: property/set with not JSON"],
  ["Own code: start failed: <text>", OWN, "own code that fails"],
  ["Own code: source <name> failed: <text>", OWN, "own code that fails"],
  ...["failed: <text>", "failed: read returned <value>", "works again"].map(
    (line) =>
      [
        `Own code: part <name> ${line}`,
        "own code of a board",
        "own parts: values that do not fit, and what rules make of them",
      ] as const,
  ),
  [
    "Not reported: $dp type 4 needs the time, which is not known yet",
    OWN,
    "measurements that frames cannot carry",
  ],
  [
    "Not reported: $dp types 5 and 6 cannot carry , or ; but there is one in <text>",
    OWN,
    "measurements that frames cannot carry",
  ],
  [
    "Not reported: $dp type 7 carries float32 numbers, not <value>",
    OWN,
    "measurements that frames cannot carry",
  ],

  [`OneNET: no answer to a ping${NEXT}`, "time and outages", "a ping that is not answered"],
  [
    `OneNET: a publish was not acknowledged${NEXT}`,
    "quality of service",
    "no PUBACK: sent again as a new message",
  ],
  [
    "OneNET: the server grants less than QoS 2: publishing at QoS 1",
    "quality of service",
    "less than QoS 2 granted: publishes at QoS 1",
  ],
  [
    "OneNET: the server answers QoS 2 as QoS 1: publishing at QoS 1",
    "quality of service",
    "PUBACK for QoS 2: taken, and publishes at QoS 1",
  ],
  [
    "OneNET: two links ended while QoS 2 was tried: publishing at QoS 1",
    "quality of service",
    "cut at each PUBLISH at QoS 2, the session stayed: publishes at QoS 1",
  ],
  [`OneNET: link lost: <reason>${NEXT}`, ESP8266, "a link that is reset, on an ESP8266"],
  [`OneNET: link lost: server not reading${NEXT}`, OWN, "acknowledgements that are never read"],
  [
    `OneNET: the server releases no messages${NEXT}`,
    "what breaks the standard",
    "more messages at QoS 2 than are held",
  ],
  ["Outbox full: oldest dropped", OWN, "more reports than there is room for, none of which was ever sent"],
  ["Outbox full: older reports thinned", OWN, "more reports than there is room for, thinned"],

  [
    "No platform for <n> s: rebooting",
    "time and outages",
    "no platform for an hour: the board restarts, and what waited is sent",
  ],
  ["Flash full: unsent data lost", OWN, "a restart with a flash that is full"],
  [
    "Safe mode: <n> restarts did not help. Resting for an hour",
    "time and outages",
    "five restarts that do not help, and the rest that follows",
  ],
];

export const LINES: readonly string[] = PROVOKED.map(([line]) => line);

/** @throws {Error} if nothing is known to provoke the line */
export function provocationOf(line: string): Exchange {
  const found = PROVOKED.find(([known]) => known === line);
  if (!found) throw new Error("provoke it by an exchange, and name that in test/docs/provoked-lines.ts");
  const [, group, name] = found;
  return exchangeOf(group, name);
}
