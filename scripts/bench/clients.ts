/**
 * The programs that go online on the interpreter, at a server of 127.0.0.1: the firmware, and Espruino's own modules with
 * as little around them as a connection asks for.
 *
 * Each prints `EVALUATED <ms>` once it has been read; `ONLINE <ms>` when it is, since the network is there; and a second
 * later `USAGE <variables>`. Twice a second it prints `PEAK <variables>`: the most that were in use so far, as seen at each
 * line of the console, each chunk that comes, each packet that goes, and each text of JSON that is parsed.
 */

import type { Board, Multiprotocol } from "../boards/board.ts";
import { standIns } from "./stand-ins.ts";
import type { Peers } from "./peers.ts";

/** Time between two ticks of the firmware, in ms (src/device/clock.ts). */
export const TICK = 1000;

export interface Client {
  readonly name: string;
  /** What stands around the program. */
  readonly before: string;
  readonly program: string;
  /** Variables that it takes for nothing. */
  readonly without?: number;
}

/** Nothing but what all programs have around them; as if it were online. */
export const EMPTY: Client = {
  name: "nothing",
  before: surroundings(1),
  program: 'probe.network();print("OneNET: online");setTimeout(print, 1500, "Settled");',
};

/**
 * @param script as the build writes it
 * @param port of the server
 * @param timePort of the time server
 */
export function firmwareClient(script: string, port: number, timePort?: number): Client {
  const before = surroundings(port, timePort);
  return { name: "ours", before, program: `probe.begin();\n${script}\nprobe.end();` };
}

/** How long an outage may seem without the board restarting itself, in ms. */
const OUTAGE = 3500000;

/**
 * The firmware in an outage, which takes a moment and ends with a full outbox, or shortly before the board would restart
 * itself: then there is a network. Or it does not end, until the board does so, which prints `REBOOT`.
 */
export function firmwareInOutage(
  script: string,
  port: number,
  options: {
    readonly ends: boolean;
    /** Of a time server. */
    readonly timePort: number;
    /** How many variables of the interpreter's it is to do without. */
    readonly without: number;
  },
): Client {
  const { ends, timePort, without } = options;
  return {
    name: "ours",
    before: `${surroundings(port, timePort)}
(function() {
  var tick, connected, isOver, wifi = require("Wifi"), on = wifi.on, later = setTimeout, now = Date.now, ahead = 0;
  wifi.on = function(event, listener) { if (event === "connected") connected = listener; on(event, listener); };
  wifi.connect = function() {};
  Date.now = function() { return now() + ahead; };
  global.setTimeout = function(callback, delay) {
    if (!isOver && delay === ${TICK}) tick = callback;
    else return later(callback, delay);
  };
  probe.full = function() { isOver = ${ends}; };
  E.reboot = function() {
    console.log("REBOOT");
    isOver = true;
  };
  later(function pass() {
    for (var i = 0; i < 100 && !isOver; i++) {
      ahead += ${TICK};
      tick();
    }
    if (!isOver && !(${ends} && ahead >= ${OUTAGE})) return later(pass, 0);
    isOver = true;
    later(tick, ${TICK});
    connected({ ip: "127.0.0.1" });
  }, 0);
})();
`,
    program: `${script}\nvar ballast = new Array(${without}).fill(0);`,
    without,
  };
}

/** @param board whose device they log in as */
export function peerClients(
  { tinyMqtt, mqtt }: Peers,
  { onenet }: MultiprotocolBoard,
  port: number,
): Client[] {
  const { device, product: username, authInfo: password } = onenet;
  // Its wait before it connects, 2 s unless told otherwise, is none of its work.
  const tinyOptions = { username, password, reconnect_interval: 1 };
  return [
    {
      name: "tinyMQTT",
      // Its client id is the chip's serial number, and it does not look at CONNACK.
      before: surroundings(port),
      program: `global.getSerial = function() { return ${JSON.stringify(device)}; };
${peerProgram(tinyMqtt, tinyOptions)}
probe.received = probe.online;
`,
    },
    {
      name: "MQTT",
      before: surroundings(port),
      program: `${peerProgram(mqtt, { username, password, client_id: device })}
client.on("connected", probe.online);
`,
    },
  ];
}

/** A board whose server the modules can log in to as well. */
export type MultiprotocolBoard = Board & { readonly onenet: Multiprotocol };

function peerProgram(module: string, options: object): string {
  return `
probe.begin();
Modules.addCached("peer", function() {
${module}
});
var client = require("peer").create("server", ${JSON.stringify(options)});
client.on("message", function() {});
probe.end();
probe.network();
client.connect();`;
}

/**
 * @param port where all connections lead to
 * @param timePort where the questions for the time lead to
 */
function surroundings(port: number, timePort?: number): string {
  return `${standIns(port, timePort)}
var probe = (function() {
  var peak = 0, begun, network, later = setTimeout;
  function ms(since) { return ((getTime() - since) * 1000).toFixed(3); }
  function sample() { peak = Math.max(peak, process.memory().usage); }
  setInterval(function() { console.log("PEAK " + peak); }, 500);
  var probe = {
    begin: function() { begun = getTime(); },
    end: function() { console.log("EVALUATED " + ms(begun)); },
    network: function() { network = getTime(); },
    online: function() {
      if (!network) return;
      console.log("ONLINE " + ms(network));
      network = 0;
      later(function() { console.log("USAGE " + process.memory().usage); }, 1000);
    }
  };
  global.print = function(line) {
    console.log(line);
    sample();
    if (line.startsWith("Wi-Fi: connected")) probe.network();
    if (line === "OneNET: online") probe.online();
    if (probe.full && line.startsWith("Outbox full")) probe.full();
  };
  var parse = JSON.parse;
  JSON.parse = function(text) {
    var json = parse(text);
    sample();
    return json;
  };
  var net = require("net"), connect = net.connect, write;
  function writeHere(bytes) {
    var isTaken = write.call(this, bytes);
    sample();
    return isTaken;
  }
  net.connect = function(options, connected) {
    var socket = connect(options, connected);
    socket.on("data", probe.received || sample);
    if (!write) write = socket.write;
    socket.write = writeHere;
    return socket;
  };
  return probe;
})();
`;
}
