/** What `require("dgram")` does; `UDP` is the port of an echo server. */
import type { Fact } from "./fact.ts";

export const DGRAM_FACTS: readonly Fact[] = [
  {
    name: "dgram: a socket opens with its first datagram, reports the answer's origin, and closes",
    script: String.raw`online(function () {
      var d = require("dgram").createSocket("udp4", function (s) { print("connect", s === d); });
      d.on("drain", function () { print("drain"); });
      d.on("error", function () { print("error"); });
      d.on("message", function (m, r) { print(JSON.stringify(m), r.address, r.port == UDP, r.size); d.close(); });
      d.on("end", function () { print("end"); });
      d.on("close", function (e) {
        print("close", e);
        try { d.send("x", UDP, "127.0.0.1"); } catch (e) { print(e.toString()); }
      });
      print(d.send("a\xff\0b", UDP, "127.0.0.1")); });`,
    lines: [
      "undefined",
      "drain",
      "connect true",
      "drain",
      String.raw`"a\u00FF\u0000b" 127.0.0.1 true 4`,
      "end",
      "close false",
      "Error: This socket is closed",
    ],
  },
  {
    name: "dgram: part of a text, a number's text, and 528 bytes at most",
    script: `online(function () {
      var d = require("dgram").createSocket({type: "udp4"}), n = 0;
      d.on("message", function (m, r) { print(m.length, r.size, m.substr(0, 5)); if (++n == 3) d.close(); });
      d.send("abcdefgh", 2, 3, UDP, "127.0.0.1"); d.send(new Uint8Array([1, 2, 3]), UDP, "127.0.0.1");
      d.send(new Array(601).join("y"), UDP, "127.0.0.1"); });`,
    lines: ["3 3 cde", "5 5 1,2,3", "528 528 yyyyy"],
  },
  {
    name: "dgram: an unused socket closes, and an empty datagram closes one",
    script: `online(function () {
      var a = require("dgram").createSocket("udp4"), b = require("dgram").createSocket("udp4");
      a.on("end", function () { print("a end"); });
      a.on("close", function (e) { print("a close", e); b.send("", UDP, "127.0.0.1"); });
      b.on("message", function () { print("message"); });
      b.on("close", function (e) { print("b close", e); });
      a.close(); });`,
    lines: ["a end", "a close false", "b close false"],
  },
  {
    name: "dgram: a bound socket calls back, receives and answers, and emits its end twice",
    script: `online(function () {
      var s = require("dgram").createSocket("udp4"), port = 40000 + (UDP + 1) % 20000;
      s.on("connect", function () { print("connect"); });
      s.on("end", function () { print("end"); });
      s.on("close", function (e) { print("close", e); });
      print(s.bind(port, function (b) {
        print("bound", b === s);
        setTimeout(function () { s.close(); }, 50);
      }) === s); });`,
    lines: ["true", "bound true", "connect", "end", "close false", "end", "close false"],
  },
  {
    name: "dgram: an invalid callback",
    script: `print(require("dgram").createSocket("udp4", 5));`,
    lines: ["ERROR: Expecting Callback Function but got Number", "undefined"],
  },
];
