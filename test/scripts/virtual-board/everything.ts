/** A program that collects everything a board gives it: every global, callback argument and error. */

/**
 * Runs first: `keep` stores its arguments, `this` and whatever an object throws; `tryAll` calls a function in every
 * interesting way.
 */
const KEEP = `
  var kept = [];
  function keep() { kept[kept.length] = this; kept[kept.length] = arguments;
    for (var i = 0; i < arguments.length; i++) kept[kept.length] = arguments[i]; return {}; }
  var then = Promise.prototype.then;
  function attempt(f) { try { var value = f(); keep(value); if (value instanceof Promise) then.call(value, keep, keep); } catch (e) { keep(e); } }
  function Odd() { this.odd = 1; }
  var evil = { valueOf: function () { return {}; }, toString: function () { return {}; } };
  var thrower = { valueOf: function () { keep(this); throw new Odd(); }, toString: function () { keep(this); throw {}; },
    get host() { keep(this); throw 1; }, get port() { return evil; }, toJSON: function () { keep.apply(this, arguments); return evil; } };
  var deep = {}; for (var n = 0; n < 20000; n++) deep = { deep: deep };
  var values = [undefined, null, 0, 2, -1, 1e99, "", "x", "D4", "(", {}, [], [1, [2]], evil, thrower, keep, Odd,
    new Uint8Array(2), new ArrayBuffer(2), /x/, new Date(), D4, { mode: "on" }, { host: "nowhere" }, { host: evil }, new Error("x"),
    function () { throw new Odd(); }, function () { return thrower; }, Promise.resolve(), Object.create(null)];
  var skipped = { deepSleep: 1, deepSleepExt0: 1, reboot: 1, reset: 1, load: 1, setBootCode: 1, eraseAll: 1, compact: 1, setPassword: 1, lockConsole: 1,
    setInterval: 1, changeInterval: 1, enableWatchdog: 1, setSNTP: 1, save: 1, clearInterval: 1, clearTimeout: 1, clearWatch: 1, keep: 1, attempt: 1, tryAll: 1, constructor: 1, removeAllListeners: 1, setTime: 1, disconnect: 1 };
  function tryAll(owner, name, f) {
    if (skipped[name] === 1 || typeof f !== "function") return;
    attempt(function () { return f.call(owner); });
    attempt(function () { return new f(); });
    values.forEach(function (value) {
      attempt(function () { return f.call(owner, value); });
      attempt(function () { return f.call(value, value, keep); });
      attempt(function () { return f.call(owner, value, value, keep); });
      attempt(function () { return f.call(owner, keep, 3, value); });
      attempt(function () { return new f(value, keep, value); });
    });
  }
  function tryMembers(owner) {
    Object.getOwnPropertyNames(owner).forEach(function (name) {
      var item; try { item = owner[name]; } catch (e) { keep(e); return; }
      keep(item);
      tryAll(owner, name, item);
      if (typeof item === "function" && item.prototype && item !== Object)
        Object.getOwnPropertyNames(item.prototype).forEach(function (key) {
          try { tryAll(item.prototype, key, item.prototype[key]); } catch (e) { keep(e); } });
    });
  }`;

/** Calls each global and module in all ways. */
const GLOBALS = `
  var own = { kept: 1, values: 1, deep: 1, evil: 1, thrower: 1, skipped: 1, global: 1, globalThis: 1, Odd: 1, tryMembers: 1, run: 1, own: 1, then: 1 };
  Object.getOwnPropertyNames(global).forEach(function (name) {
    if (own[name] === 1 || /^[A-Z]+$|^D\\d+$/.test(name) && name !== "D4" && name !== "E" && name !== "JSON" && name !== "NRF") return;
    var item = global[name]; keep(item);
    tryAll(global, name, item);
    if (item && (typeof item === "object" || typeof item === "function")) tryMembers(item);
  });
  ["on", "emit", "removeListener"].forEach(function (name) { tryAll({}, name, {}[name]); });
  ["Storage", "net", "tls", "http", "dgram", "Wifi", "DHT22", "neopixel", "TelnetServer", "constructor", "__proto__",
    "toString", "hasOwnProperty"].forEach(function (name) {
    attempt(function () { var module = require(name); tryMembers(module); return module; }); });`;

/** Errors thrown by the language, and text that becomes code. */
const CODE = `
  ["(", "throw new Odd()", "null.x", "new Odd()", "keep.call(this, this)", "import('fs')", "import.meta", "x = y = zz", "let let",
    "function* g() { keep(yield 1); } keep(g(), g().next())", "(async function () { keep(this); await null; })()",
    "keep((async function () {}).constructor, (function* () {}).constructor, (async function* () {}).constructor)",
    "(async function () {}).constructor('return process')()", "(function* () {}).constructor('return process')()",
    "class A { static #x = 1; get [keep(this)]() {} }", "\`\${keep(this)}\`", "keep\`a\${1}\`", "keep(new.target)", "new (class extends Function {})('return this')()",
    "keep.caller", "keep.arguments", "arguments", "with (global) keep(constructor)", "constructor", "toString", "__proto__", "valueOf",
    "null[keep]", "BigInt(1)", "10n + 1", "1n ** -1n", "[].reduce(keep)", "'x'.replace(/x/, keep)", "'x'.replaceAll('x', keep)",
    "[2, 1].sort(keep)", "[1].map(keep)", "new Uint8Array(-1)", "new Array(-1)", "'x'.repeat(-1)", "Object.defineProperty({}, 'x', 1)",
    "keep(Error.captureStackTrace, Error.prepareStackTrace, new Error('x').stack)"
  ].forEach(function (text) {
    attempt(function () { return eval(text); });
    attempt(function () { return new Function("a", text); });
    attempt(function () { return new Function("a", text)(1); });
    attempt(function () { return Function.call(null, text).call(keep, keep); });
    attempt(function () { return new Function(text, "return 1")(); });
    attempt(function () { Modules.addCached(text, text); return require(text); });
    attempt(function () { require("Storage").write("m", text); return require("m"); });
    setTimeout(text, 1); setTimeout(eval, 1, text); setTimeout(Function, 1, text);
    attempt(function () { [text].forEach(eval); });
    attempt(function () { return JSON.parse(text); });
  });`;

/** Calls at each depth until the stack is full, even inside Node's functions. */
const OVERFLOW = `
  var calls = [function () { getTime(); }, function () { Date.now(); }, function () { JSON.stringify({ a: [1] }); },
    function () { JSON.parse("{}"); }, function () { Math.random(); }, function () { print.call({}, thrower); },
    function () { E.toUint8Array(1); }, function () { require("Storage").list(); }, function () { require("nothing"); },
    function () { new Function("return 1"); }, function () { eval("1"); }, function () { digitalRead(D4); }, function () { ({}).on("x", keep); },
    function () { new Date().toString(); }, function () { new Error("x").stack; }, function () { null.x; }, function () { require("net").connect({ host: "127.0.0.1", port: CLOSED }); },
    function () { setTimeout(keep, 1); }, function () { E.reboot.x(); }, function () { "x".toUpperCase(); }, function () { E.toString.call(); }];
  attempt(function () { return JSON.stringify(deep); }); attempt(function () { print(deep); }); attempt(function () { return E.toString(deep); });
  calls.forEach(function (call) {
    var errors = []; var i = 0;
    var made = []; for (var n = 0; n < 50; n++) made[n] = new Error("x");
    function dive() { try { dive(); } catch (e) { errors[errors.length] = e; }
      if (++i < 50) { try { call(); } catch (e) { errors[errors.length] = e; } try { made[i].stack; } catch (e) { errors[errors.length] = e; } } }
    try { dive(); } catch (e) { keep(e); }
    errors.slice(0, 200).forEach(function (e) { keep(e); });
  });`;

/** Events and their arguments; each prints its name the first time. */
const EVENTS = `
  var Wifi = require("Wifi"), seen = {};
  function named(name) { return function () { keep.apply(this, arguments); if (seen[name] !== 1) print(name); seen[name] = 1; }; }
  function listen(kind, object, names) { keep(object); names.split(" ").forEach(function (name) { object.on(name, named(kind + " " + name)); }); }
  listen("Wifi", Wifi, "associated connected disconnected");
  listen("E", E, "init");
  setTimeout(named("timeout"), 1, {}, [1]);
  setInterval(named("interval"), 50, keep);
  setWatch(named("watch"), D4, { repeat: true, edge: "both" });
  setWatch(named("slow watch"), D4, { repeat: true, debounce: 1 });
  require("DHT22").connect(D4).read(named("DHT22"));
  require("DHT22").connect(D5).read(named("no DHT22"), 1);
  function tcp(kind, to) {
    attempt(function () {
      var socket = require(kind).connect(to, named(kind + " callback"));
      listen(kind, socket, "connect data drain end close error");
      setTimeout(function () { attempt(function () { return socket.write(thrower); }); attempt(function () { return socket.write("hello"); }); }, 20);
      setTimeout(function () { attempt(function () { return socket.end("x"); }); attempt(function () { return socket.write("x"); }); }, 300);
      return socket; });
  }
  function http(port) {
    attempt(function () {
      var options = { host: "127.0.0.1", port: port, path: "/show", method: "POST", headers: { "Content-Length": 2 } };
      var request = require("http").request(options, function (response) {
        named("http callback").apply(this, arguments);
        listen("response", response, "data end close error"); keep(response.read(1), response.headers); });
      listen("request", request, "connect drain error close end");
      request.write("a");
      setTimeout(function () { attempt(function () { return request.end("b"); }); attempt(function () { return request.end("b"); }); }, 50);
      return request; });
  }
  function udp() {
    attempt(function () {
      var socket = require("dgram").createSocket("udp4", named("dgram callback"));
      listen("dgram", socket, "connect message drain end close error");
      keep(socket.bind(1000, named("bind"))); socket.send("x", 0, 1, UDP, "127.0.0.1");
      setTimeout(function () { attempt(function () { return socket.close(); }); attempt(function () { return socket.send("x", 1, "127.0.0.1"); }); }, 300);
      return socket; });
  }
  function online() {
    named("Wifi callback").apply(this, arguments);
    ["getIP", "getDetails", "getStatus", "getAPDetails", "stopAP"].forEach(function (name) {
      attempt(function () { return Wifi[name](named(name)); }); });
    tcp("net", { host: "127.0.0.1", port: ECHO }); tcp("net", { host: "127.0.0.1", port: CLOSED });
    tcp("tls", { host: "127.0.0.1", port: TLS }); tcp("tls", { host: "127.0.0.1", port: PLAIN });
    http(HTTP); http(PLAIN); http(CLOSED); udp();
    attempt(function () { return require("http").get("http://127.0.0.1:" + HTTP + "/show", named("get")); });
    setTimeout(function () { attempt(function () { return require("net").connect({ host: "127.0.0.1", port: NEXT }); }); }, 100);
    setTimeout(function () { Wifi.disconnect(named("disconnect")); }, 600);
    setTimeout(function () { print("done"); }, 800);
  }
  Wifi.connect("home", {}, online);`;

/** Promises and their outcomes. */
const PROMISES = `
  function settle(promise) { keep(promise); promise.then(keep, keep); promise.catch(keep); }
  settle(Promise.resolve({})); settle(Promise.reject(new Error("x"))); settle(Promise.all([1, Promise.resolve(2)]));
  settle((async function () { null.x; })()); settle((async function () { digitalWrite(evil, 1); })());
  settle((async function () { (function f() { try { f(); } catch (e) { keep(e); throw e; } })(); })());
  settle(new Promise(function (resolve, reject) { keep.apply(this, arguments); require("nothing"); }));
  settle(Promise.resolve({ then: function () { keep.apply(this, arguments); getTime.call(evil); } }));
  settle(Promise.resolve({ get then() { keep(this); JSON.parse("("); } }));`;

/** A program that tries everything available at once. Prints "done"; its values are in the global `kept`. */
export const EVERYTHING = `var CLOSED = 1; ${KEEP}${GLOBALS}${CODE}${OVERFLOW}${PROMISES}
  setTimeout(function () { print("done"); }, 100);`;

/**
 * A program that triggers every event. Prints each, then "done"; its values are in the global `kept`. The access
 * point is "home", and the test must set D4.
 * @param servers the script that defines the facts' server ports
 */
export function happenings(servers: string): string {
  return `${servers}${KEEP}${EVENTS}`;
}
