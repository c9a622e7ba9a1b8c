/**
 * The client programs that go online on the interpreter, with a server on 127.0.0.1: the firmware, and Espruino's own
 * modules with the minimum needed to connect.
 *
 * Each prints `EVALUATED <ms>` once loaded, `ONLINE <ms>` once online (counted from the network's arrival), and a
 * second later `USAGE <variables>`. Twice a second it prints `PEAK <variables>`, the highest usage so far, sampled at
 * each console line, each received chunk, each sent packet and each parsed JSON text.
 */

import type { Board, Multiprotocol } from "../boards/board.ts";
import { standIns } from "./stand-ins.ts";
import type { Peers } from "./peers.ts";

/** Time between two ticks of the firmware, in ms (src/device/clock.ts). */
export const TICK = 1000;

export interface Client {
  readonly name: string;
  /** The surroundings of the program. */
  readonly before: string;
  readonly program: string;
  /** Variables that do not count. */
  readonly without?: number;
}

/** Only the surroundings all programs share, pretending to be online. */
export const EMPTY: Client = {
  name: "nothing",
  before: surroundings(1),
  program: 'probe.network();print("OneNET: online");setTimeout(print, 1500, "Settled");',
};

/**
 * @param script output of the build
 * @param port of the server
 * @param timePort port of the time server
 */
export function firmwareClient(script: string, port: number, timePort?: number): Client {
  const before = surroundings(port, timePort);
  return { name: "ours", before, program: `probe.begin();\n${script}\nprobe.end();` };
}

/** Longest simulated outage before the board would restart itself, in ms. */
const OUTAGE = 3500000;

/**
 * The firmware during a simulated outage, which passes in a moment. It ends when the outbox is full or shortly before
 * the board would restart itself, and the network is there again; or it does not end, the board restarts itself and
 * prints `REBOOT`.
 */
export function firmwareInOutage(
  script: string,
  port: number,
  options: {
    readonly ends: boolean;
    /** Port of a time server. */
    readonly timePort: number;
    /** Number of the interpreter's variables to take away from it. */
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

/** @param board they log in as its device */
export function peerClients(
  { tinyMqtt, mqtt }: Peers,
  { onenet }: MultiprotocolBoard,
  port: number,
): Client[] {
  const { device, product: username, authInfo: password } = onenet;
  // Do not count the wait before it connects, 2 s by default.
  const tinyOptions = { username, password, reconnect_interval: 1 };
  return [
    {
      name: "tinyMQTT",
      // It uses the chip's serial number as the client id and ignores CONNACK.
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

/** A board whose server also accepts the modules. */
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
 * @param port all connections are redirected to it
 * @param timePort all time requests are redirected to it
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
