/** Faults on the board itself: Wi-Fi, time, sockets, flash and measurements. */

import { resolve } from "node:path";
import type { Board } from "../../scripts/boards/board.ts";
import {
  accept,
  end,
  give,
  message,
  packet,
  pass,
  refuse,
  see,
  take,
  text,
  type Exchange,
  type Step,
} from "./exchange.ts";
import { overTls } from "../support/boards.ts";
import { ESP8266, MULTIPROTOCOL, PLAIN, acknowledge, logIn, ready, welcome } from "./parts.ts";
import { REGISTERING } from "./registration.ts";

/** Asks for a network with another name. */
const WRONG_NAME = joining(`connect("another network", options)`);
const WRONG_PASSWORD = joining(`connect(ssid, { password: "another password" })`);
/** The access point is full. */
const TURNED_AWAY = joining(`setTimeout(function () {
  wifi.emit("disconnected", { ssid: ssid, mac: "02:00:5e:10:00:01", reason: "5", msg: "ASSOC_TOOMANY" });
}, 60)`);
/** The board is never notified that it is connected. */
const NO_ADDRESS = `(function () {
  var wifi = require("Wifi"), on = wifi.on;
  wifi.on = function (event, listener) { if (event != "connected") on.call(wifi, event, listener); };
})();
`;
const NO_TIME = `require("dgram").createSocket = function () {
  return { on: function () {}, send: function () {}, close: function () {} };
};
`;
const NO_SOCKET = `require("tls").connect = require("dgram").createSocket = function () {
  throw new Error("Unable to create socket");
};
`;
const NO_NAME = connecting(`options.host = "nowhere.invalid"; return connect(options, connected);`);
/** The answer to a connection is lost on the way. */
const NO_ANSWER = connecting(`return connect(options, function () {});`);
const NO_MEMORY = connecting(`throw new Error("Not enough memory to allocate SSL socket");`);
/** A server that stops reading after it has sent a lot. */
const NOT_READ = connecting(`var socket = connect(options, connected), on = socket.on, isDeaf;
  socket.on = function (event, listener) {
    on(event, function (it) {
      if (event == "data" && it.length > 100) isDeaf = true;
      if (event != "drain" || !isDeaf) listener(it);
    });
  };
  return socket;`);
export const FULL_FLASH = `require("Storage").writeJSON = function () { throw new Error("Unable to find or create file"); };\n`;
/** Used where a number is expected. */
const ODD_MEASUREMENT = `process.memory = function () { return { free: "1,5" }; };\n`;

const HOUR = 3_600_000;

const THINNING: Board = { ...MULTIPROTOCOL, name: "thinning", thinsOutbox: true };
/** Long enough that the end of a link is unrelated to the log-in. */
const LONG: readonly Step[] = [pass(29_500), take("c0"), give("d0 00"), pass(8000)];

/** In frames that each cannot carry the measured value. */
const FRAMES = {
  ...MULTIPROTOCOL,
  name: "odd-values",
  streams: ([4, 5, 7] as const).map((dpType) => ({
    id: `memory${dpType}`,
    source: "memory" as const,
    period: 60,
    dpType,
    ...(dpType === 7 ? { number: 1 } : {}),
  })),
};

const FAILING_CODE: Board = {
  ...MULTIPROTOCOL,
  name: "failing-code",
  code: {
    file: resolve("test/exchanges/failing-code.ts"),
    starts: true,
    sources: ["level"],
    commands: ["measure"],
  },
  streams: [{ id: "level", source: "level", period: 60, dpType: 1 }],
};

export const TROUBLE: readonly Exchange[] = [
  {
    name: "no network of that name",
    board: MULTIPROTOCOL,
    before: WRONG_NAME,
    steps: [pass(1000), see(/^Wi-Fi: disconnected, NO_AP_FOUND; next try in /)],
  },
  {
    name: "a wrong Wi-Fi password",
    board: MULTIPROTOCOL,
    before: WRONG_PASSWORD,
    steps: [pass(1000), see(/^Wi-Fi: disconnected, 4WAY_HANDSHAKE_TIMEOUT; next try in /)],
  },
  {
    name: "an access point that turns the board away",
    board: MULTIPROTOCOL,
    before: TURNED_AWAY,
    steps: [pass(1000), see(/^Wi-Fi: disconnected, ASSOC_TOOMANY; next try in /)],
  },
  {
    name: "no address from Wi-Fi",
    board: MULTIPROTOCOL,
    before: NO_ADDRESS,
    steps: [pass(31_000), see(/^Wi-Fi: no answer; next try in /)],
  },
  {
    name: "no time from the network",
    board: MULTIPROTOCOL,
    before: NO_TIME,
    steps: [...welcome(MULTIPROTOCOL), pass(31_000), see(/^Time: no answer from /), ...acknowledge],
  },
  {
    name: "no socket left after TLS",
    board: overTls(PLAIN),
    before: NO_SOCKET,
    steps: [pass(1_900_000), see(/^No socket left after TLS failed: rebooting$/), see(/^REBOOT$/)],
  },
  {
    name: "a server whose name nobody knows",
    board: MULTIPROTOCOL,
    before: NO_NAME,
    steps: [pass(1000), see(/no connection: Unable to locate host; next try in /)],
  },
  {
    name: "a registration server whose name nobody knows",
    board: REGISTERING,
    before: NO_NAME,
    steps: [pass(1000), see(/not registered: Unable to locate host; next try in /)],
  },
  {
    name: "a connection that is never answered",
    board: MULTIPROTOCOL,
    before: NO_ANSWER,
    steps: [accept, pass(21_000), see(/no connection: no answer; next try in /)],
  },
  {
    name: "no memory for a connection",
    board: MULTIPROTOCOL,
    before: NO_MEMORY,
    steps: [pass(1000), see(/no connection: Not enough memory to allocate SSL socket; next try in /)],
  },
  {
    name: "measurements that frames cannot carry",
    board: FRAMES,
    before: NO_TIME + ODD_MEASUREMENT,
    steps: [
      ...welcome(FRAMES),
      pass(31_000),
      see(/^Not reported: \$dp type 4 needs the time/),
      see(/^Not reported: \$dp types 5 and 6 cannot carry , or ;/),
      see(/^Not reported: \$dp type 7 carries float32 numbers/),
    ],
  },
  {
    name: "own code that fails",
    board: FAILING_CODE,
    steps: [
      see(/^Own code: start failed: no sensor on D4$/),
      ...welcome(FAILING_CODE),
      pass(2000),
      see(/^Own code: source level failed: no sensor on D4$/),
      give(message("$creq/1", "measure")),
      see(/^Command: error: no sensor on D4$/),
      ...acknowledge,
    ],
  },
  {
    name: "more reports than there is room for, none of which was ever sent",
    board: MULTIPROTOCOL,
    steps: [refuse, pass(HOUR - 60_000), see(/^Outbox full/)],
  },
  {
    name: "more reports than there is room for, thinned",
    board: THINNING,
    steps: [refuse, pass(HOUR - 60_000), see(/^Outbox full: older reports thinned$/)],
  },
  {
    name: "acknowledgements that are never read",
    board: PLAIN,
    before: NOT_READ,
    steps: [
      ...welcome(PLAIN),
      take("33", "status"),
      give("40 02 ID"),
      take("33", "state"),
      give("40 02 ID"),
      ...acknowledge,
      ...LONG,
      give(`${packet("32", `${text("t")} 00 0a 'x'`)} `.repeat(2100)),
      pass(1),
      see(/link lost: server not reading; next try/),
      ...logIn,
    ],
  },
  {
    name: "a restart with a flash that is full",
    board: MULTIPROTOCOL,
    before: FULL_FLASH,
    steps: [
      ...ready,
      refuse,
      end(),
      pass(HOUR + 2000),
      see(/^Flash full: unsent data lost$/),
      see(/^REBOOT$/),
    ],
  },
];

/** There is no real ESP8266 Espruino to compare these with. */
export const TROUBLE_ESP8266: readonly Exchange[] = [
  {
    name: "no network of that name, on an ESP8266",
    board: ESP8266,
    before: WRONG_NAME,
    steps: [pass(1000), see(/^Wi-Fi: disconnected, reason beacon_timeout; next try in /)],
  },
  {
    name: "connections refused, on an ESP8266",
    board: ESP8266,
    steps: [refuse, pass(5000), see(/no connection: connection reset; next try in /)],
  },
  {
    name: "a server whose name nobody knows, on an ESP8266",
    board: ESP8266,
    before: NO_NAME,
    steps: [pass(1000), see(/no connection: not found; next try in /)],
  },
  {
    name: "a link that is reset, on an ESP8266",
    board: ESP8266,
    steps: [
      ...welcome(ESP8266),
      ...acknowledge,
      ...acknowledge,
      ...LONG,
      end("reset"),
      pass(1),
      see(/link lost: connection reset; next try/),
    ],
  },
];

/** Wi-Fi with a replaced `connect`. */
function joining(statement: string): string {
  return `(function () {
  var wifi = require("Wifi"), connect = wifi.connect;
  wifi.connect = function (ssid, options) { ${statement}; };
})();
`;
}

/** Sockets with a replaced `connect`. */
function connecting(statements: string): string {
  return `(function () {
  var net = require("net"), connect = net.connect;
  net.connect = function (options, connected) { ${statements} };
})();
`;
}
