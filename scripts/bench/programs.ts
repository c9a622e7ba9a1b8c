/**
 * The programs timed on the interpreter: a client surrounded only by stand-ins for what it calls, the same for all
 * clients, and batches of calls. The socket's `write` does nothing, and the pin's only notes the time. A program prints
 * `TIMES <name> <µs> <µs> …`, the time per call for each batch, and finally `DONE`.
 */

import { TICK } from "./clients.ts";
import type { Peers } from "./peers.ts";
import { COMMAND, FRAME } from "./message.ts";

/** Calls per batch: enough for a clock with µs resolution, few enough for a socket that is never drained. */
const BATCH = 8;

/** Times the firmware's script, which sets the global `publish`. @param qos the QoS it uses */
export function firmwareProgram(script: string, qos: 0 | 1, batches: number): string {
  return `${STAGE}
${script}
(function() {
  var stage = require("net"), publish = global.publish;
  delete global.publish;
  function drained() { stage.socket.handlers.drain(); }
  /* No more than 32 publishes may wait for their acknowledgement. */
  function acknowledge(count) {
    drained();
    var last = publish(FIELD, "");
    for (var id = last - count; id <= last; id++) stage.receive("\\x40\\2" + String.fromCharCode(id >> 8, id & 255));
  }
  var settle = ${qos === 0 ? "drained" : "acknowledge"};

  function timePublish(done) {
    var begun = getTime();
    ${repeat("publish(FIELD, FRAME);")}
    var took = getTime() - begun;
    settle(BATCH);
    done(took);
  }
  function timePin(done) {
    var took = 0, begun = 0, data = stage.socket.handlers.data;
    stage.pin = function() { took += getTime() - begun; };
    ${repeat("begun = getTime(); data(COMMAND);")}
    stage.pin = undefined;
    settle(BATCH);
    done(took);
  }
  function timeObey(done) {
    var begun = getTime(), data = stage.socket.handlers.data;
    ${repeat("data(COMMAND);")}
    var took = getTime() - begun;
    settle(BATCH);
    done(took);
  }
  stage.whenQuiet(function() {
    stage.ticks[0]();
    stage.whenQuiet(function() {
      /* What is timed as obeyed must have written its answer by then. */
      var answers = 0;
      stage.socket.write = function(bytes) { if (bytes.indexOf("$crsp/") > 0) answers++; };
      stage.receive(COMMAND);
      if (answers !== 1) console.log("FAULT: " + answers + " answers to a command");
      stage.socket.write = function() {};
      settle(1);
      run([["publish${qos}", timePublish], ["pin", timePin], ["obey", timeObey]]);
    });
  });
${RUN(batches)}
})();
`;
}

export function tinyMqttProgram({ tinyMqtt }: Peers, batches: number): string {
  return peerProgram(
    tinyMqtt,
    'create("server", {})',
    `stage.ticks[0](); /* which it waits for before it connects */`,
    `run([["publish0", timePublish], ["event", timeEvent]]);`,
    batches,
  );
}

export function mqttProgram({ mqtt }: Peers, batches: number): string {
  return peerProgram(
    mqtt,
    'create("server", {})',
    "",
    `var options = { qos: 1 };
    function timePublish1(done) {
      var begun = getTime();
      ${repeat("client.publish(TOPIC, FRAME, options);")}
      done(getTime() - begun);
    }
    run([["publish0", timePublish], ["publish1", timePublish1], ["event", timeEvent]]);`,
    batches,
  );
}

function peerProgram(
  module: string,
  create: string,
  connecting: string,
  running: string,
  batches: number,
): string {
  return `${STAGE}
Modules.addCached("peer", ${JSON.stringify(module)});
(function() {
  var stage = require("net"), client = require("peer").${create}, seen = 0, all;
  function timePublish(done) {
    var begun = getTime();
    ${repeat("client.publish(TOPIC, FRAME);")}
    done(getTime() - begun);
  }
  client.on("message", function() { if (++seen === BATCH) all(); });
  /* Their event comes when the interpreter is idle again. */
  function timeEvent(done) {
    var data = stage.socket.handlers.data, begun = getTime();
    seen = 0;
    all = function() { done(getTime() - begun); };
    ${repeat("data(COMMAND);")}
  }
  client.connect();
  ${connecting}
  stage.whenQuiet(function() {
    stage.socket.write = function() {};
    ${running}
  });
${RUN(batches)}
})();
`;
}

function repeat(statement: string): string {
  return `${statement} `.repeat(BATCH);
}

/**
 * The client's surroundings. The module \`net\` also controls them: \`socket\` is the open socket; \`receive\` passes
 * bytes to it; \`ticks\` are the functions scheduled for every second or an interval, called when the program wants;
 * \`pin\` is called for each write to a pin; \`whenQuiet\` waits until the server has no more answers.
 */
const STAGE = `
Modules.addCached("net", function() {
  var stage = exports, answering = 0;
  stage.ticks = [];
  stage.receive = function(bytes) { stage.socket.handlers.data(bytes); };
  stage.connect = function(options, connected) {
    var handlers = {};
    stage.socket = {
      handlers: handlers,
      on: function(event, handler) { handlers[event] = handler; },
      write: serve,
      end: function() {},
      removeAllListeners: function() {}
    };
    setTimeout(connected, 1);
    return stage.socket;
  };
  function serve(bytes) {
    var type = bytes.charCodeAt(0) >> 4, start = bytes.charCodeAt(1) > 127 ? 3 : 2;
    if (type === 1) answer("\\x20\\2\\0\\0");
    else if (type === 8) answer("\\x90\\3" + bytes.substr(start, 2) + "\\1");
    else if (type === 3 && bytes.charCodeAt(0) & 6) answer("\\x40\\2" + bytes.substr(start + 2 + bytes.charCodeAt(start + 1), 2));
  }
  function answer(bytes) {
    answering++;
    setTimeout(function() {
      answering--;
      stage.receive(bytes);
      if (stage.socket.handlers.drain) stage.socket.handlers.drain();
    }, 0);
  }
  stage.whenQuiet = function(done) {
    var quiet = 0;
    (function wait() {
      quiet = answering || !stage.socket ? 0 : quiet + 1;
      if (quiet > 10) done();
      else setTimeout(wait, 1);
    })();
  };
  var later = setTimeout;
  global.setInterval = function(tick) { stage.ticks.push(tick); return 1; };
  global.setTimeout = function(callback, delay) {
    return delay === ${TICK} ? stage.ticks.push(callback) : later(callback, delay);
  };
  global.digitalWrite = function() { if (stage.pin) stage.pin(); };
});
require("net");
Modules.addCached("Wifi", function() {
  exports.stopAP = exports.disconnect = exports.setSNTP = exports.save = function() {};
  exports.getStatus = function() { return { rssi: -50 }; };
  exports.on = function(event, listener) { if (event === "connected") exports.connected = listener; };
  exports.connect = function() { setTimeout(function() { require("Wifi").connected({ ip: "127.0.0.1" }); }, 1); };
});
Modules.addCached("TelnetServer", function() { exports.setOptions = function() {}; });
Modules.addCached("dgram", function() {
  exports.createSocket = function() {
    return { on: function() {}, send: function() {}, close: function() {} };
  };
});
global.NRF = { sleep: function() {} };
global.clearInterval = global.print = function() {};
global.analogRead = function() { return 0.5; };
`;

/** Runs each batch in turn, again and again, and prints the times. */
function RUN(batches: number): string {
  return `
  function run(jobs) {
    var times = jobs.map(function() { return []; }), job = 0, batch = 0;
    function next() {
      jobs[job][1](function(took) {
        times[job].push((took * 1E6 / BATCH).toFixed(2));
        if (++job === jobs.length) {
          job = 0;
          if (++batch === ${batches}) {
            jobs.forEach(function(each, i) { console.log("TIMES " + each[0] + " " + times[i].join(" ")); });
            console.log("DONE");
            return;
          }
        }
        setTimeout(next, 0);
      });
    }
    next();
  }
  var BATCH = ${BATCH}, TOPIC = "$dp", FIELD = "\\0\\3$dp", FRAME = ${bytes(FRAME)}, COMMAND = ${bytes(COMMAND)};`;
}

/** A byte string as a literal of JavaScript; it has no byte above 127. */
function bytes(text: string): string {
  return JSON.stringify(text);
}
