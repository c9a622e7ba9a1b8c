/** What Espruino's HTTP client does with all kinds of responses; see facts.ts. */
import type { Fact } from "./fact.ts";

/** `ask(answer)` makes the server send that answer, and prints what happens. */
const ASK = `
  function next() { require("net").connect({host: "127.0.0.1", port: NEXT}); }
  function watch(r) {
    r.on("error", function (e) { print("request error", e.code, e.message); });
    r.on("close", function () { print("request close"); });
    return r;
  }
  function answered(res) {
    print(res.httpVersion, res.statusCode, typeof res.statusCode, res.statusMessage, JSON.stringify(res.headers));
    var body = "";
    res.on("data", function (d) { body += d; print("data", d.length, d.length <= 536); next(); });
    res.on("end", function () { print("end"); });
    res.on("close", function (e) { print("close", e, JSON.stringify(body.substr(0, 30)), body.length); next(); });
  }
  function options(path, headers) {
    return {host: "127.0.0.1", port: HTTP, path: path, method: "POST", headers: headers};
  }
  function ask(answer) {
    watch(require("http").request(options("/", {"Content-Length": answer.length}), answered)).end(answer);
  }`;

/** The head's lines end in \r\n; `body` follows the empty line. */
function asked(name: string, head: readonly string[], body: string, lines: readonly string[]): Fact {
  const answer = JSON.stringify([...head, "", body].join("\r\n")).replace(
    /[\x7f-\xff]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16)}`,
  );
  return { name: `http: ${name}`, script: `${ASK}\nonline(function () { ask(${answer}); });`, lines };
}

const OK = "HTTP/1.1 200 OK";
const CHUNKED = "Transfer-Encoding: chunked";

function head(headers: object, status = "1.1 200 string OK"): string {
  return `${status} ${JSON.stringify(headers)}`;
}

export const HTTP_FACTS: readonly Fact[] = [
  asked(
    "a response of known length ends when complete, even if the server keeps the connection",
    [OK, "Content-Length: 5", "X-Some-Thing:  a b"],
    "hello$",
    [head({ "Content-Length": "5", "X-Some-Thing": "a b" }), "data 5 true", "end", 'close false "hello" 5'],
  ),
  asked(
    "header names keep their case and match any; the first of two counts; one without a value is ignored",
    ["HTTP/1.0 404 Not Found Here", "content-LENGTH: 2", "Empty:"],
    "no$",
    [
      head({ "content-LENGTH": "2" }, "1.0 404 string Not Found Here"),
      "data 2 true",
      "end",
      'close false "no" 2',
    ],
  ),
  asked("a response without length ends with its head, and loses what comes later", [OK], "&late^later$", [
    head({}),
    "end",
    'close false "" 0',
  ]),
  asked("a server that closes early is not an error", [OK, "Content-Length: 50"], "hello", [
    head({ "Content-Length": "50" }),
    "data 5 true",
    "end",
    'close false "hello" 5',
  ]),
  asked("passes on more bytes than announced", [OK, "Content-Length: 2"], "hello", [
    head({ "Content-Length": "2" }),
    "data 5 true",
    "end",
    'close false "hello" 5',
  ]),
  asked("treats 100 Continue as the response", ["HTTP/1.1 100 Continue"], `${OK}\r\n\r\n`, [
    head({}, "1.1 100 string Continue"),
    "data 19 true",
    "end",
    String.raw`close false "HTTP/1.1 200 OK\r\n\r\n" 19`,
  ]),
  asked("a head may arrive in parts", ["HTTP/1.1 2^00 OK", "Content-Len^gth: 2"], "^hi$", [
    head({ "Content-Length": "2" }),
    "data 2 true",
    "end",
    'close false "hi" 2',
  ]),
  asked("bytes are bytes", [OK, "Content-Length: 3"], "\xe6\x01\xff", [
    head({ "Content-Length": "3" }),
    "data 3 true",
    "end",
    String.raw`close false "\u00E6\u0001\u00FF" 3`,
  ]),
  asked(
    "chunks that arrive together are one piece",
    [OK, CHUNKED],
    "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n$",
    [head({ "Transfer-Encoding": "chunked" }), "data 11 true", "end", 'close false "hello world" 11'],
  ),
  asked(
    "chunks may arrive in parts",
    [OK, "transfer-encoding: CHUNKED"],
    "5\r\nhe&llo\r\n6\r\n wor&ld\r\n0\r\n\r\n$",
    [
      head({ "transfer-encoding": "CHUNKED" }),
      "data 2 true",
      "data 3 true",
      "data 4 true",
      "data 2 true",
      "end",
      'close false "hello world" 11',
    ],
  ),
  asked(
    "body lines that arrive with the head and look like headers are headers",
    [OK, "Content-Length: 12"],
    "a: b\r\nc: d\r\n$",
    [
      head({ "Content-Length": "12", a: "b", c: "d" }),
      "data 12 true",
      "end",
      String.raw`close false "a: b\r\nc: d\r\n" 12`,
    ],
  ),
  {
    name: "http: a missing response, or an incomplete head, is an error of the request, which never closes",
    script: `${ASK}
      online(function () {
        ["", "${OK}\\r\\nContent-Le", "${OK}\\n\\nx"].forEach(ask);
        setTimeout(function () { print("over"); }, 400);
      });`,
    lines: [
      "request error -15 no response",
      "request error -15 no response",
      "request error -15 no response",
      "over",
    ],
  },
  {
    name: "http: a refused request throws from end, and is closed from then on",
    script: `${ASK}
      online(function () {
        var o = options("/", {}); o.port = CLOSED;
        var r = watch(require("http").request(o, answered));
        print("made");
        try { r.end("body"); } catch (e) { print(e.toString()); }
        try { r.write("x"); } catch (e) { print(e.toString()); }
        o.host = "nowhere.invalid";
        try { require("http").get(o, answered); } catch (e) { print(e.toString()); }
        print(require("http").request(5, answered), require("http").request(o, 5));
      });`,
    lines: [
      "made",
      "ERROR: Connect failed (err 111)",
      "InternalError: Unable to create socket",
      "Error: This socket is closed",
      "InternalError: Unable to locate host",
      "ERROR: Expecting Options to be an Object but it was Number",
      "ERROR: Expecting Callback Function but got Number",
      "undefined undefined",
    ],
  },
  {
    name: "http: a request sends default headers, then those given, then its host",
    script: `${ASK}
      function show(res) {
        var all = "";
        res.on("data", function (d) { all += d; });
        res.on("close", function () {
          print(all.replace(/2v29[.0-9]*/, "2v29").replace("" + HTTP, "PORT"));
        });
      }
      online(function () {
        var r = require("http").request(options("/show", {"Content-Length": 6, a: null}), show);
        print(r.write("abc"), r.end([1, 2]));
        setTimeout(function () {
          var r = require("http").request(options("/show", {host: "x", "Transfer-Encoding": "chunked"}), show);
          r.write("abc"); r.end("defg");
        }, 100);
        setTimeout(function () { require("http").get("http://127.0.0.1:" + HTTP + "/show ?a=b", show); }, 200);
      });`,
    lines: [
      "false undefined",
      "POST /show HTTP/1.1|User-Agent: Espruino 2v29|Connection: close|Content-Length: 6|a: null|" +
        "Host: 127.0.0.1:PORT||abc1,2",
      "POST /show HTTP/1.1|User-Agent: Espruino 2v29|Connection: close|host: x|Transfer-Encoding: chunked||" +
        "3|abc|4|defg|0||",
      "GET /show ?a=b HTTP/1.1|User-Agent: Espruino 2v29|Connection: close|Host: 127.0.0.1:PORT||",
    ],
  },
  {
    name: "http: without a listener, data waits for read",
    script: `${ASK}
      online(function () {
        var answer = "${OK}\\r\\nContent-Length: 5\\r\\n\\r\\nhello";
        require("http").request(options("/", {"Content-Length": answer.length}), function (res) {
          res.on("close", function () { print(res.available(), res.read(2), res.read(), res.available()); });
        }).end(answer);
      });`,
    lines: ["5 he llo 0"],
  },
];
