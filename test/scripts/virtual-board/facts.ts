/**
 * What Espruino prints for a script, as printed by the interpreter (2v29, Linux target, no Unicode). This table is
 * checked against the virtual board here, and against the interpreter in test/interpreter.
 *
 * `online(f)` calls `f` once the network is up. `CLOSED` is a port without a listener; fact-servers.ts defines the
 * servers' ports.
 */
import type { Fact } from "./fact.ts";
import { DGRAM_FACTS } from "./dgram-facts.ts";
import { HTTP_FACTS } from "./http-facts.ts";
import { STORAGE_FACTS } from "./storage-facts.ts";
import { TLS_FACTS } from "./tls-facts.ts";

export const FACTS: readonly Fact[] = [
  {
    name: "white space is ASCII only; for letters on a chip, see letters.test.ts",
    script: `var upper = [], lower = [], space = [];
      for (var i = 0; i < 256; i++) {
        var c = String.fromCharCode(i);
        if (i < 128 && c.toUpperCase() != c) upper.push(i);
        if (i < 128 && c.toLowerCase() != c) lower.push(i);
        if (c.trim() == "") space.push(i);
      }
      print(upper.join() == "97,98,99,100,101,102,103,104,105,106,107,108,109,110,111,112,113,114,115,116,117,118,119,120,121,122",
        lower[0], lower[25], lower.length, space.join(), " \\xa0 ".trim().length);`,
    lines: ["true 65 90 26 9,10,11,12,13,32 1"],
  },
  {
    name: "JSON.stringify writes each byte above 126 and below 32 as \\u00XX",
    script: String.raw`print(JSON.stringify("\xE6\xB8\xA9 \"\\\n\r\t\b\f\v\x00\x1f\x7f/'"));`,
    lines: [String.raw`"\u00E6\u00B8\u00A9 \"\\\n\r\t\b\f\u000B\u0000\u001F\u007F/'"`],
  },
  {
    name: "JSON.stringify writes numbers as Espruino does",
    script: `print(JSON.stringify([1e21,1/3,1552289676.123,NaN,Infinity,-0,0.1,1e-7,2147483648,1e15,5e-324,1.5e300,
      0.1+0.2,1e20,25.5,-1.5,99.99,0.07,1/7,1e5/3,1e11/7,65535/65536,1.23e-5]));`,
    lines: [
      "[10e+20,0.33333333333,1552289676.12299990653,null,null,0,0.1,1e-7,2147483648,1000000000000000," +
        "4.94065645841e-324,1.5e+300,0.3,100000000000000000000,25.5,-1.5,99.99,0.07,0.14285714285," +
        "33333.33333333333,14285714285.71428489685,0.99998474121,0.0000123]",
    ],
  },
  {
    name: "JSON.stringify leaves undefined and functions out of objects, and keeps a function in an array as undefined",
    script: `print(JSON.stringify({a:undefined,b:function(){},c:null,"d e":1,f:{}}), JSON.stringify(undefined),
      JSON.stringify([undefined,function(){}]), JSON.stringify({toJSON:function(){return 5;}}),
      JSON.stringify(new Date(0)), JSON.stringify(new Uint8Array([1,2])));`,
    lines: ['{"c":null,"d e":1,"f":{}} null [null,undefined] 5 "1970-01-01T00:00:00.000Z" [1,2]'],
  },
  {
    name: "JSON.stringify indents with a space before each line's end",
    script: `print(JSON.stringify({a:[1,{b:3}]}, null, 2));`,
    lines: ["{ ", '  "a": [ ', "    1, ", "    { ", '      "b": 3', "     }", "   ]", " }"],
  },
  {
    name: "JSON.parse cuts \\u6e29 to its low byte and keeps raw bytes",
    script: String.raw`print(JSON.stringify([JSON.parse('"\\u6e29"'), JSON.parse('"\xE6\xB8\xA9"')]));`,
    lines: [String.raw`[")","\u00E6\u00B8\u00A9"]`],
  },
  {
    name: "Math.round rounds halves away from zero",
    script: `print([-8.5,8.5,-0.5,0.5,0.49999999999999994,-8.4,-8.6,2147483647.5,-2147483648.5,NaN,-Infinity]
      .map(Math.round).join(), Math.round("3.5"), Math.round());`,
    lines: ["-9,9,-1,1,1,-8,-9,2147483648,-2147483649,NaN,-Infinity 4 NaN"],
  },
  {
    name: "toFixed rounds only at the last digit, and truncates to integers",
    script: `print([0.18838889512, 0.188388895, 1.005, 2.5, 0.5, 99.995, 0.00000001, 1e-9, 123456.789, -1.25, -0.4, 0.1+0.2, 9.9999999, 1/3, 2/3, 1e10, 0]
      .map(function (x) { return [x.toFixed(8), x.toFixed(2), x.toFixed(1), x.toFixed(0), x.toFixed()].join(" "); }).join());
      var seed = 20260101, all = 0; for (var i = 0; i < 500; i++) { seed = (seed * 16807) % 2147483647;
        all = (all * 31 + parseInt((seed / 2147483647).toFixed(8).substr(2)) + parseInt((seed / 1000).toFixed(3).replace(".", ""))) % 1000003; }
      print(all, NaN.toFixed(1), (1/0).toFixed(2));`,
    lines: [
      "0.18838889 0.19 0.2 0 0,0.18838889 0.19 0.2 0 0,1.00500000 1.00 1.0 1 1,2.50000000 2.50 2.5 2 2," +
        "0.50000000 0.50 0.5 0 0,99.99500000 99.99 99.9 99 99,0.00000001 0.00 0.0 0 0,0.00000000 0.00 0.0 0 0," +
        "123456.78900000 123456.79 123456.8 123456 123456,-1.25000000 -1.25 -1.3 -1 -1,-0.40000000 -0.40 -0.4 -0 -0," +
        "0.30000000 0.30 0.3 0 0,10.00000000 10.00 10.0 10 10,0.33333333 0.33 0.3 0 0,0.66666667 0.67 0.7 0 0," +
        "10000000000.00000000 10000000000.00 10000000000.0 10000000000 10000000000,0.00000000 0.00 0.0 0 0",
      "276627 NaN Infinity",
    ],
  },
  {
    name: "split gives nothing for a far longer separator, and finds overlapping ones [chip F56]",
    script: `print(JSON.stringify([["", "aa"], ["a", "aa"], ["a", "aaa"], ["aa", "aa"], ["", "a"], ["", ""], ["abc", ""],
        ["abc", "b"], ["aaa", "aa"], ["aaaaa", "aa"], ["xaaay", "aa"], ["abababab", "abab"], ["abcabc", "abcab"], ["a", null],
        ["a1b", 1], ["a", undefined]].map(function (s) { return s[0].split(s[1]); })));
      print(JSON.stringify(["a-b-c".split("-", 2), "a1b22c".split(/[0-9]+/), "".split(/x/), "a,".split(","), "é".split("").length]));`,
    lines: [
      '[[],["a"],[],["",""],[""],[],["a","b","c"],["a","c"],["","a",""],["","aaa","aa","a",""],["x","ay","y"],' +
        '["","abab","ab",""],["","c"],[],["a","b"],["a"]]',
      '[["a","b","c"],["a","b","c"],[""],["a",""],2]',
    ],
  },
  {
    name: "a search for text also finds its beginning at the end [chip F57]",
    script: String.raw`
      var texts = ["", "a", "ab", "abc", "abcab", "aaa", "aab", "abab", "HTTP/1.1 200 OK\r", "xy\xe6"];
      var sought = ["", "a", "b", "c", "cd", "bc", "bcd", "ab", "abca", "abd", "aa", "aab", "\r\n\r\n", "\xe6\xb8"];
      ["indexOf", "lastIndexOf", "includes", "startsWith", "endsWith", "replace"].forEach(function (name) {
        print(texts.map(function (t) {
          return sought.map(function (s) { return JSON.stringify(t[name](s, name == "replace" ? "#" : undefined)); }).join(" ");
        }).join("; "));
      });
      print(JSON.stringify([["abc", "cd", 5], ["aaa", "aa", 9], ["abcab", "b", 5], ["abc", "c", true], ["abcc", "c", "3"],
        ["abc", "a", -4], ["abc", "", 9], ["abc", "", 2], ["abcd", "c", NaN], ["abcd", "a", Infinity], ["ab", "b", 1.9],
        ["aab", "bc", 0], ["a0.5", 0.55]].map(function (s) { return [s[0].indexOf(s[1], s[2]), s[0].includes(s[1], s[2])]; })));
      print(JSON.stringify(["abc".match("cd"), "abc".match("cd").index, "abc".match("cd").input, "abc".match("x"),
        "".match(""), typeof "abc".match(undefined), "abc".match(/cd/), "abc".match(/b/).index]));
      print(JSON.stringify(["a-b".replace("-", "$&"), "a-b".replace("-", 5), "a-b".replace("-"), "ab".replaceAll("bc", "#"),
        "xyxy".replaceAll("yx", "z"), "abab".replaceAll("ab", "c"), "a-b-c".replaceAll("-", "--"), "abc".replace(/cd/, "#"),
        "a1b2".replace(/\d/g, function (d) { return d * 2; }), "a1b2".replaceAll(/\d/g, "<$1>")]));
      print("abc".split("cd").length, "ab".lastIndexOf("bc"), "ab".startsWith("bc", 1), "ab".endsWith("bc", 3),
        ["ab"].includes("abc"), ["ab"].indexOf("abc"));`,
    lines: [
      "-1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1; 0 0 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1; 0 0 1 -1 -1 1 -1 0 -1 -1 -1 -1 -1 -1; 0 0 1 2 2 1 1 0 -1 -1 -1 -1 -1 -1; 0 0 1 2 -1 1 4 0 0 3 -1 -1 -1 -1; 0 0 -1 -1 -1 -1 -1 2 -1 2 0 1 -1 -1; 0 0 2 -1 -1 2 2 1 -1 1 0 0 -1 -1; 0 0 1 -1 -1 3 3 0 2 2 -1 -1 -1 -1; 0 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 15 -1; 0 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 2",
      "0 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1; 1 0 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1; 2 0 1 -1 -1 -1 -1 0 -1 -1 -1 -1 -1 -1; 3 0 1 2 -1 1 -1 0 -1 -1 -1 -1 -1 -1; 5 3 4 2 -1 1 -1 3 0 -1 -1 -1 -1 -1; 3 2 -1 -1 -1 -1 -1 -1 -1 -1 1 -1 -1 -1; 3 1 2 -1 -1 -1 -1 1 -1 -1 0 0 -1 -1; 4 2 3 -1 -1 -1 -1 2 -1 -1 -1 -1 -1 -1; 16 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1; 3 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1",
      "false false false false false false false false false false false false false false; true true false false false false false false false false false false false false; true true true false false true false true false false false false false false; true true true true true true true true false false false false false false; true true true true false true true true true true false false false false; true true false false false false false true false true true true false false; true true true false false true true true false true true true false false; true true true false false true true true true true false false false false; true false false false false false false false false false false false true false; true false false false false false false false false false false false false true",
      "true false false false false false false false false false false false false false; true true false false false false false false false false false false false false; true true false false false false false true false false false false false false; true true false false false false false true false false false false false false; true true false false false false false true true false false false false false; true true false false false false false false false false true false false false; true true false false false false false false false false true true false false; true true false false false false false true false false false false false false; true false false false false false false false false false false false false false; true false false false false false false false false false false false false false",
      "true false false false false false false false false false false false false false; true true false false false false false false false false false false false false; true false true false false false false true false false false false false false; true false false true false true false false false false false false false false; true false true false false false false true false false false false false false; true true false false false false false false false false true false false false; true false true false false false false true false false false true false false; true false true false false false false true false false false false false false; true false false false false false false false false false false false false false; true false false false false false false false false false false false false false",
      String.raw`"" "" "" "" "" "" "" "" "" "" "" "" "" ""; "#a" "#" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a"; "#ab" "#b" "a#" "ab" "ab" "a#" "ab" "#" "ab" "ab" "ab" "ab" "ab" "ab"; "#abc" "#bc" "a#c" "ab#" "ab#" "a#" "a#" "#c" "abc" "abc" "abc" "abc" "abc" "abc"; "#abcab" "#bcab" "a#cab" "ab#ab" "abcab" "a#ab" "abca#" "#cab" "#b" "abc#" "abcab" "abcab" "abcab" "abcab"; "#aaa" "#aa" "aaa" "aaa" "aaa" "aaa" "aaa" "aa#" "aaa" "aa#" "#a" "a#" "aaa" "aaa"; "#aab" "#ab" "aa#" "aab" "aab" "aa#" "aa#" "a#" "aab" "a#" "#b" "#" "aab" "aab"; "#abab" "#bab" "a#ab" "abab" "abab" "aba#" "aba#" "#ab" "ab#" "ab#" "abab" "abab" "abab" "abab"; "#HTTP/1.1 200 OK\r" "HTTP/1.1 200 OK\r" "HTTP/1.1 200 OK\r" "HTTP/1.1 200 OK\r" "HTTP/1.1 200 OK\r" "HTTP/1.1 200 OK\r" "HTTP/1.1 200 OK\r" "HTTP/1.1 200 OK\r" "HTTP/1.1 200 OK\r" "HTTP/1.1 200 OK\r" "HTTP/1.1 200 OK\r" "HTTP/1.1 200 OK\r" "HTTP/1.1 200 OK#" "HTTP/1.1 200 OK\r"; "#xy\u00E6" "xy\u00E6" "xy\u00E6" "xy\u00E6" "xy\u00E6" "xy\u00E6" "xy\u00E6" "xy\u00E6" "xy\u00E6" "xy\u00E6" "xy\u00E6" "xy\u00E6" "xy\u00E6" "xy#"`,
      "[[2,true],[2,true],[-1,false],[2,true],[2,true],[0,true],[-1,false],[2,true],[2,true],[0,true],[1,true],[2,true],[1,true]]",
      '[["cd"],2,"cd",null,null,"undefined",null,1]',
      '["a$&b","a5b","aundefinedb","a#","xzz","cc","a--b--c","abc","a2b4","a<$1>b<$1>"]',
      "1 -1 false false false -1",
    ],
  },
  {
    name: "JSON.parse accepts octal escapes of up to three digits",
    script: String.raw`print(JSON.stringify(JSON.parse("\"\\0\\1a\\12\\123\\400\\8\\779\"")));`,
    lines: [String.raw`"\u0000\u0001a\nS\u00008?9"`],
  },
  {
    name: "JSON.parse accepts more than JSON, and says what it expected",
    script: String.raw`["", "{", "{a:1}", "[1,]", "{\"a\":1,}", "0x10", "nul", "undefined", "'a'", "[1 2]", "1 2", "-1.5e3",
      "\"a", "{\"a\" 1}", "[", "+1", "\"\\u12\"", "\"\\x41\"", "12abc", "[1,,2]", ".5", "1e5", "\"\\q\"", " [ 1 ] x"
      ].forEach(function (s) { try { print(JSON.stringify(JSON.parse(s))); } catch (e) { print(e.toString()); } });`,
    lines: [
      "SyntaxError: Expecting valid value, got EOF",
      "SyntaxError: Got EOF expected '}'",
      "SyntaxError: Got ID:a expected STRING",
      "[1]",
      '{"a":1}',
      "16",
      "SyntaxError: Expecting valid value, got ID",
      "SyntaxError: Expecting valid value, got undefined",
      '"a"',
      "SyntaxError: Got INT expected ','",
      "1",
      "-1500",
      "SyntaxError: Expecting valid value, got UNFINISHED STRING",
      "SyntaxError: Got INT expected ':'",
      "SyntaxError: Expecting valid value, got EOF",
      "SyntaxError: Expecting valid value, got '+'",
      "Error: Invalid escape sequence",
      '"A"',
      "12",
      "SyntaxError: Expecting valid value, got ','",
      "0.5",
      "100000",
      '"q"',
      "[1]",
    ],
  },
  {
    name: "print writes values like the console",
    script: String.raw`
      print("a", 'b"c', true, null, undefined, 1/3, -0, 1e21); print({a:1,b:"x"}, [1,[2,3]]); print({}, [], [undefined]);
      print({"a b":1,c1:2,c3:4,c5:5,c6:6}); print([{}],[[]]); print(["q\"uo\n\x80"], {s:"\t"});
      print(new Uint8Array([1,2]), new Uint8Array(20), new ArrayBuffer(3)); print(new Error("boo"), new Date(0));
      print(function named(a,b){return a+b}, (a)=>a+1, print); print({a:{b:{c:1}}}); var o = {}; o.o = o; print(o);`,
    lines: [
      'a b"c true null undefined 0.33333333333 0 10e+20',
      '{ "a": 1, ',
      '  "b": "x"',
      " } [ 1, ",
      "  [ 2, 3 ]",
      " ]",
      "{  } [  ] [ undefined ]",
      '{ "a b": 1, "c1": 2, "c3": 4, "c5": 5, ',
      '  "c6": 6 }',
      "[ ",
      "  {  }",
      " ] [ ",
      "  [  ]",
      " ]",
      "[ ",
      String.raw`  "q\"uo\n\x80"`,
      " ] { ",
      String.raw`  "s": "\t"`,
      " }",
      "new Uint8Array([1, 2]) new Uint8Array(20) new ArrayBuffer(3)",
      "Error: Error: boo Date: Thu Jan 1 1970 00:00:00 GMT+0000",
      "function (a,b) {return a+b} function (a) {return a+1} function () { [native code] }",
      "{ ",
      '  "a": { ',
      '    "b": { "c": 1 }',
      "   }",
      " }",
      "{ ",
      '  "o":  ... ',
      " }",
    ],
  },
  {
    name: "strings are bytes",
    script: String.raw`print("温度".length, "\u6e29", "\u6e29".length, String.fromCharCode(300).charCodeAt(0), btoa("\xff\x00a"),
      JSON.stringify(atob("/wBh")), encodeURIComponent(" a/?"), encodeURIComponent("-_.!~*'()"),
      decodeURIComponent("%41%20") + "|");
      try { decodeURIComponent("\xE6"); } catch (e) { print(e.toString()); }`,
    lines: [String.raw`6 ) 1 44 /wBh "\u00FF\u0000a" %20a%2F%3F -_.!~*'() A |`, "Error: ASCII only"],
  },
  {
    name: "a part of the language is missing",
    script: `print(typeof Map, typeof Set, typeof Symbol, typeof Proxy, typeof RangeError, typeof escape, typeof WeakMap,
      typeof Array.from, typeof Array.of, typeof [].flat, typeof [].lastIndexOf, typeof Object.is, typeof Object.freeze,
      typeof Number.isInteger, typeof "".trimStart, typeof Math.trunc, typeof Promise.race, typeof Date.UTC);
      print(typeof Object.values, typeof Object.assign, typeof [].includes, typeof [].find, typeof "".padStart,
      typeof "".replaceAll, typeof Math.sign, typeof Promise.all, typeof (1).toFixed, typeof new Date().toISOString);`,
    lines: [Array(18).fill("undefined").join(" "), Array(10).fill("function").join(" ")],
  },
  {
    name: "timers run in order, then promises' and emitted events' callbacks; emit is not synchronous",
    script: `setTimeout(function () { print("10a"); }, 400); setTimeout(function () { print("5"); }, 200);
      setTimeout(function () { print("10b"); }, 400);
      var o = {}; o.on("a", function (x) { print("event " + x); }); o.emit("a", 1); print("emitted");`,
    lines: ["emitted", "event 1", "5", "10a", "10b"],
  },
  {
    name: "an unknown module and an invalid pin throw",
    script: `try { require("Nope"); } catch (e) { print(e.toString()); }
      try { digitalWrite(500, 1); } catch (e) { print(e.toString()); }
      try { pinMode(2, "foo"); } catch (e) { print(e.toString()); }
      print(analogWrite(500, 1));`,
    lines: ['Error: Module "Nope" not found', "Error: Invalid pin", "Error: Unknown pin mode", "undefined"],
  },
  {
    name: "reading a driven pin makes it an input, unless pinMode made it an output",
    script: `digitalWrite(2, 1); print(getPinMode(2), digitalRead(2), getPinMode(2));
      pinMode(2, "output"); digitalWrite(2, 1); digitalRead(2); print(getPinMode(2));`,
    lines: ["output 0 input", "output"],
  },
  {
    name: "Storage.writeJSON writes bare names and short escapes",
    script: String.raw`var S = require("Storage");
      S.writeJSON("j", {a:1,"b c":"\xe6\x00\n\"\x011",d:[undefined,NaN,1.5],if:2,f:undefined,$:D2,_:null});
      print(S.read("j"), JSON.stringify(S.readJSON("j"))); S.writeJSON("j", "\xe6"); print(S.read("j")); S.erase("j");`,
    lines: [
      String.raw`{a:1,"b c":"\xE6\0\n\"\x011",d:[null,null,1.5],if:2,"$":"D2",_:null}` +
        String.raw` {"a":1,"b c":"\u00E6\u0000\n\"\u00011","d":[null,null,1.5],"if":2,"$":"D2","_":null}`,
      String.raw`"\xE6"`,
    ],
  },
  {
    name: "Storage keeps bytes, and returns undefined for missing files",
    script: String.raw`var S = require("Storage"); S.eraseAll();
      print(S.write("a", "\xe6b"), JSON.stringify(S.read("a")), S.read("none"), S.readJSON("none"), S.erase("none"));
      print(S.writeJSON("j", {a: "\xe6"}), JSON.stringify(S.readJSON("j")), S.read("a", 1), S.read("a", 1, 0));
      S.write("bad", "{zz"); print(S.readJSON("bad", true)); try { S.write("z", ""); } catch (e) { print(e.toString()); }
      print(S.list(/a/).join()); S.eraseAll();`,
    lines: [
      String.raw`true "\u00E6b" undefined undefined undefined`,
      String.raw`true {"a":"\u00E6"} b b`,
      "undefined",
      "Error: Can't create zero length file",
      "a,bad",
    ],
  },
  {
    name: "net.connect throws when refused, and a socket echoes in pieces of 536 bytes",
    script: `online(function () {
      try { require("net").connect({host: "127.0.0.1", port: CLOSED}, function () {}); }
      catch (e) { print(e.toString(), e.type, e instanceof Error); }
      var got = 0;
      var s = require("net").connect({host: "127.0.0.1", port: ECHO}, function (x) {
        print("connected", x === s);
        var b = ""; for (var i = 0; i < 600; i++) b += String.fromCharCode(i); print(s.write(b));
      });
      s.on("data", function (d) { got += d.length; print(d.length <= 536); if (got === 600) s.end(); });
      s.on("end", function () { print("end " + got); });
      s.on("close", function (e) {
        print("close " + e);
        try { s.write("x"); } catch (e) { print(e.toString()); }
      });
      print("returned"); });`,
    lines: [
      "ERROR: Connect failed (err 111)",
      "InternalError: Unable to create socket InternalError false",
      "returned",
      "connected true",
      "false",
      "true",
      "true",
      "end 600",
      "close false",
      "Error: This socket is closed",
    ],
  },
  ...DGRAM_FACTS,
  ...HTTP_FACTS,
  ...STORAGE_FACTS,
  ...TLS_FACTS,
];
