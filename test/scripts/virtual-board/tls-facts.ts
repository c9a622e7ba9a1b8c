/** What Espruino's TLS sockets do, against a server whose certificate nobody has reason to trust; see facts.ts. */
import type { Fact } from "./facts.ts";

const WATCH = `
  function connect(port, f) {
    var got = "";
    var s = require("tls").connect({host: "127.0.0.1", port: port}, function (x) { print("connected", x === s); f(s); });
    s.on("data", function (d) { got += d; print("data", d.length); });
    s.on("error", function (e) { print("error", e.code, e.message); });
    s.on("end", function () { print("end"); });
    s.on("close", function (e) { print("close", e, got.length); });
  }`;

function told(name: string, script: string, lines: readonly string[]): Fact {
  return { name: `tls: ${name}`, script: `${WATCH}\nonline(function () { ${script} });`, lines };
}

export const TLS_FACTS: readonly Fact[] = [
  told(
    "bytes go both ways in pieces of at most 536, and no certificate is looked at",
    `connect(TLS, function (s) {
      var bytes = ""; for (var i = 0; i < 600; i++) bytes += String.fromCharCode(i);
      s.write(bytes); setTimeout(function () { s.end(); }, 300);
    });`,
    ["connected true", "data 536", "data 64", "end", "close false 600"],
  ),
  told("an orderly close by the server is an error", `connect(TLS, function (s) { s.write("bye"); });`, [
    "connected true",
    "error -30848 unknown error",
    "end",
    "close true 0",
  ]),
  told("a close without a word is none", `connect(TLS, function (s) { s.write("cut"); });`, [
    "connected true",
    "end",
    "close false 0",
  ]),
  told(
    "a server without TLS is an exception after the close, and what was written is unsent",
    `connect(PLAIN, function (s) {
      s.write("hello");
      require("net").connect({host: "127.0.0.1", port: NEXT}); // has the server speak
    });`,
    [
      "connected true",
      "error -8 unsent data",
      "end",
      "close true 0",
      "Uncaught InternalError: mbedtls_ssl_handshake returned -0x7200",
    ],
  ),
  told(
    "a refused connection throws",
    `try { connect(CLOSED, function () {}); } catch (e) { print(e.toString()); }`,
    ["ERROR: Connect failed (err 111)", "InternalError: Unable to create socket"],
  ),
];
