/** What Espruino's TLS sockets do, against a server with an untrusted certificate; see facts.ts. */
import type { Fact } from "./fact.ts";

const WATCH = `
  function connect(port, f) {
    var got = "";
    var s = require("tls").connect({host: "127.0.0.1", port: port}, function (x) { print("connected", x === s); f(s); });
    s.on("data", function (d) { got += d; print("data", d.length); });
    s.on("error", function (e) { print("error", e.code, e.message); });
    s.on("end", function () { print("end"); });
    s.on("close", function (e) { print("close", e, got.length); });
  }`;

function fact(name: string, script: string, lines: readonly string[]): Fact {
  return { name: `tls: ${name}`, script: `${WATCH}\nonline(function () { ${script} });`, lines };
}

export const TLS_FACTS: readonly Fact[] = [
  fact(
    "bytes go both ways in pieces of at most 536, and certificates are not verified",
    `connect(TLS, function (s) {
      var bytes = ""; for (var i = 0; i < 600; i++) bytes += String.fromCharCode(i);
      s.write(bytes); setTimeout(function () { s.end(); }, 300);
    });`,
    ["connected true", "data 536", "data 64", "end", "close false 600"],
  ),
  fact("an orderly close by the server is an error", `connect(TLS, function (s) { s.write("bye"); });`, [
    "connected true",
    "error -30848 unknown error",
    "end",
    "close true 0",
  ]),
  fact("an abrupt close is not an error", `connect(TLS, function (s) { s.write("cut"); });`, [
    "connected true",
    "end",
    "close false 0",
  ]),
  fact(
    "a server without TLS causes an exception after the close, and leaves data unsent",
    `connect(PLAIN, function (s) {
      s.write("hello");
      require("net").connect({host: "127.0.0.1", port: NEXT}); // makes the server speak
    });`,
    [
      "connected true",
      "error -8 unsent data",
      "end",
      "close true 0",
      "Uncaught InternalError: mbedtls_ssl_handshake returned -0x7200",
    ],
  ),
  fact(
    "a refused connection throws",
    `try { connect(CLOSED, function () {}); } catch (e) { print(e.toString()); }`,
    ["ERROR: Connect failed (err 111)", "InternalError: Unable to create socket"],
  ),
];
