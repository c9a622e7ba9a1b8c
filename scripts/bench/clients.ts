/**
 * The programs that go online on the interpreter, at a server of 127.0.0.1: the firmware, and Espruino's own modules with
 * as little around them as a connection asks for.
 *
 * Each prints `EVALUATED <ms>` once it has been read; `ONLINE <ms>` when it is, since the network is there; and a second
 * later a dump of all variables. `PEAK <variables>` follows a command that the firmware obeyed: the most that were in use
 * at any line of its console and any packet that it sent since the dump.
 */

import type { Board, Multiprotocol } from "../../src/board.ts";
import { standIns } from "../lib/stand-ins.ts";
import type { Peers } from "./peers.ts";

export interface Client {
  readonly name: string;
  readonly program: string;
}

/** Nothing but what all programs have around them; as if it were online. */
export const EMPTY: Client = {
  name: "nothing",
  program: `${surroundings(1)}probe.network();probe.online();`,
};

/**
 * @param script as the build writes it
 * @param port of the server
 * @param timePort of the time server
 */
export function firmwareClient(script: string, port: number, timePort?: number): Client {
  return { name: "ours", program: `${surroundings(port, timePort)}probe.begin();\n${script}\nprobe.end();` };
}

/**
 * The firmware, after an outage that filled its outbox: the network is there when its clock has run for a while, which
 * takes less than that.
 * @param seconds how long the outage is
 * @param variables how many the interpreter has, from the beginning of the outage on; more than it was built with are
 *   no more
 */
export function firmwareAfterOutage(
  script: string,
  port: number,
  seconds: number,
  variables = Infinity,
): Client {
  return {
    name: "ours",
    program: `${surroundings(port)}
var outage = (function() {
  var tick, ahead = 0, connected, wifi = require("Wifi"), on = wifi.on, later = setTimeout, now = Date.now;
  wifi.on = function(event, listener) { if (event === "connected") connected = listener; on(event, listener); };
  wifi.connect = function() {};
  Date.now = function() { return now() + ahead; };
  global.setTimeout = function(callback, ms) {
    if (ms !== 1000) return later(callback, ms);
    tick = callback;
    return 0;
  };
  return function(seconds) {
    for (var i = 0; i < 100 && seconds > 0; i++, seconds--) {
      ahead += 1000;
      tick();
    }
    if (seconds > 0) return later(outage, 0, seconds);
    global.setTimeout = later;
    later(tick, 1000);
    connected({ ip: "127.0.0.1" });
  };
})();
${script}
var ballast;
setTimeout(function() {
  ballast = new Array(Math.max(0, process.memory().total - ${variables})).fill(0);
  outage(${seconds});
}, 0);
`,
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
      program: `${surroundings(port)}global.getSerial = function() { return ${JSON.stringify(device)}; };
${peerProgram(tinyMqtt, tinyOptions)}
probe.received = probe.online;
`,
    },
    {
      name: "MQTT",
      program: `${surroundings(port)}${peerProgram(mqtt, { username, password, client_id: device })}
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
Modules.addCached("peer", ${JSON.stringify(module)});
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
  var peak, begun, network;
  function ms(since) { return ((getTime() - since) * 1000).toFixed(3); }
  function dump() {
    console.log("USAGE " + process.memory().usage);
    E.dumpVariables();
    console.log("END");
    peak = 0;
  }
  var probe = {
    begin: function() { begun = getTime(); },
    end: function() { console.log("EVALUATED " + ms(begun)); },
    network: function() { network = getTime(); },
    online: function() {
      if (!network) return;
      console.log("ONLINE " + ms(network));
      network = 0;
      setTimeout(dump, 1000);
    }
  };
  function sample() { if (peak !== undefined) peak = Math.max(peak, process.memory().usage); }
  global.print = function(line) {
    console.log(line);
    sample();
    if (line.startsWith("Wi-Fi: connected")) probe.network();
    if (line === "OneNET: online") probe.online();
    if (line.startsWith("Command")) setTimeout(function() { console.log("PEAK " + peak); }, 1000);
  };
  var net = require("net"), connect = net.connect;
  net.connect = function(options, connected) {
    var socket = connect(options, connected);
    if (probe.received) socket.on("data", probe.received);
    var write = socket.write;
    socket.write = function(bytes) { sample(); return write.call(socket, bytes); };
    return socket;
  };
  return probe;
})();
`;
}
