/** Known escapes from a `node:vm` context. Each passes to `reach` a value that may be Node's. */

/** Prints "escaped" if a value leads to Node's process. */
export const REACH = `
  var isBusy = false;
  var steps = [function (v) { return v; }, function (v) { return v.constructor; }, function (v) { return v.__proto__.constructor; },
    function (v) { return v.constructor.constructor; }, function (v) { return v.constructor.constructor.constructor; },
    function (v) { return v.caller; }];
  function reach(value) {
    if (isBusy) return; // attempts may call back
    isBusy = true;
    for (var i = 0; i < steps.length; i++) {
      try { var p = steps[i](value)("return process")(); if (p.pid > 0) print("escaped"); } catch (e) {}
    }
    try { if (value.pid > 0 || value.readFileSync || value.default.readFileSync) print("escaped"); } catch (e) {}
    isBusy = false;
  }
  function all() {
    if (isBusy) return arguments[0];
    for (var i = 0; i < arguments.length; i++) reach(arguments[i]);
    reach(this); reach(arguments);
    try { reach(arguments.callee.caller); reach(all.caller); reach(arguments.callee.caller.arguments); } catch (e) {}
    return arguments[0];
  }
  var bad = { toString: function () { return {}; }, valueOf: function () { return {}; } };`;

interface Escape {
  readonly name: string;
  readonly script: string;
}

export const ESCAPES: readonly Escape[] = [
  {
    name: "a native function's constructor",
    script: `reach(print); reach(console.log); reach(setTimeout); reach(Date.now);`,
  },
  {
    name: "the global object's own look-up",
    script: `reach(this); reach(constructor); reach(toString); reach(global.constructor);`,
  },
  {
    name: "a getter of the global object, for its `this`",
    script: `Object.defineProperty(global, "g", { get: function () { all.call(this, this); reach(this.constructor); } }); g; global.g;`,
  },
  {
    name: "a setter of the global object",
    script: `Object.defineProperty(global, "g", { set: function (v) { all.call(this, v); } }); g = 1; global.g = 1;`,
  },
  {
    name: "the look-up of modules",
    script: `["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"].forEach(function (n) { try { reach(require(n)); } catch (e) { reach(e); } });`,
  },
  {
    name: "the look-up of pin names",
    script: `["constructor", "__proto__", "toString"].forEach(function (n) { try { reach(new Pin(n)); reach(digitalRead(n)); } catch (e) { reach(e); } });`,
  },
  {
    name: "an error that Node's conversions throw",
    script: `[digitalWrite, btoa, E.clip, setTimeout, require, E.CRC32, JSON.parse].forEach(function (f) { try { f(bad, bad, bad); } catch (e) { reach(e); } });`,
  },
  {
    name: "a syntax error of the program",
    script: `["(", "let let"].forEach(function (t) { [eval, Function, function (t) { Modules.addCached("m", t); require("m"); }].forEach(function (f) { try { f(t); } catch (e) { reach(e); } }); });`,
  },
  {
    name: "errors of JSON and files",
    script: `require("Storage").write("f", "{"); [function () { JSON.parse("{"); }, function () { require("Storage").readJSON("f"); }].forEach(function (f) { try { f(); } catch (e) { reach(e); } });`,
  },
  {
    name: "functions that restart the board",
    script: `if (!require("Storage").read("once")) { require("Storage").write("once", "x"); try { E.reboot(); } catch (e) { reach(e); e.constructor.prototype.y = 1; throw e; } }`,
  },
  {
    name: "overridden call, apply and bind",
    script: `["call", "apply", "bind"].forEach(function (n) { Function.prototype[n] = function () { for (var i = 0; i < arguments.length; i++) reach(arguments[i]); }; }); ({}).on("x", function () {}); ({ }).emit("x"); E.on("init", function () {}); setTimeout(function () {}, 1, 2); require("Wifi").getIP(function () {}); JSON.stringify({ toJSON: function () { return 1; } });`,
  },
  {
    name: "a listener's own apply",
    script: `function f() {} f.apply = f.call = all; setTimeout(f, 1, 2); var o = {}; o.on("x", f); o.emit("x", 1, {}); E.on("init", f);`,
  },
  {
    name: "overridden methods of arrays and typed arrays",
    script: `function none() { for (var i = 0; i < arguments.length; i++) reach(arguments[i]); return 0; }
      var names = "map reduce forEach push every some filter set slice splice concat join indexOf includes fill find sort reverse unshift toString subarray entries".split(" ");
      var types = [Array, Uint8Array, Uint8Array.prototype.__proto__.constructor];
      for (var t = 0; t < types.length; t++) for (var n = 0; n < names.length; n++) types[t].prototype[names[n]] = none;
      var calls = [function () { digitalRead([D4, D5]); }, function () { digitalWrite([D4, D5], 1); }, function () { digitalPulse(D4, 1, [1, 2]); },
        function () { E.toUint8Array(1, 2); }, function () { E.getErrorFlags(); }, function () { JSON.parse("[1]"); }, function () { require("Storage").list(); },
        function () { print(new Uint8Array(2), new ArrayBuffer(1), [1]); }, function () { JSON.stringify([new Uint8Array([1]), [2]]); },
        function () { require("neopixel").write(D4, [1, 2, 3]); }, function () { btoa([1]); }, function () { E.toString([1, [2]]); },
        function () { setTimeout(print, 1, "never", 1); }, function () { require("Storage").write("x", [1]); }];
      for (var c = 0; c < calls.length; c++) try { calls[c](); } catch (e) { reach(e); }`,
  },
  {
    name: "setters triggered by the interpreter's objects",
    script: `var left = 500; ["0", "1", "ip", "a", "state", "headers", "VERSION", "type", "name", "stack", "message", "value", "get"].forEach(function (n) { try { Object.defineProperty(Object.prototype, n, { set: function (v) { if (left-- > 0) all.call(this, v); }, get: function () { if (left-- > 0) all.call(this); }, configurable: true }); } catch (e) {} }); JSON.parse('{"a":[1]}'); require("Wifi").getIP(all); require("Storage").getStats(); try { digitalWrite(bad); } catch (e) { reach(e); }`,
  },
  {
    name: "stack traces with call sites",
    script: `Error.prepareStackTrace = function (e, sites) { all.call(this, e, sites); sites.forEach(function (s) { try { reach(s); reach(s.getThis()); reach(s.getFunction()); } catch (e) {} }); return sites; }; function look() { reach(new Error("x").stack); try { null.x; } catch (e) { reach(e.stack); } try { Error.captureStackTrace(this); reach(this.stack); } catch (e) {} } look(); setTimeout(look, 1); [1].forEach(look); JSON.stringify({ toJSON: look }); try { digitalWrite(bad); } catch (e) { reach(e.stack); }`,
  },
  {
    name: "a constructor of errors that formats stacks",
    script: `var E2 = Error; try { Object.defineProperty(global, "Error", { get: function () { all.call(this); return { prepareStackTrace: all, stackTraceLimit: 10 }; } }); } catch (e) {} try { global.Error = { prepareStackTrace: all }; } catch (e) {} try { null.x; } catch (e) { reach(e.stack); } reach(new E2("x").stack);`,
  },
  {
    name: "a limit of stack traces",
    script: `try { Error.stackTraceLimit = 100; } catch (e) {} try { Object.defineProperty(Error, "stackTraceLimit", { value: 100 }); } catch (e) {} reach(new Error("x").stack); if (new Error("x").stack) print("escaped");`,
  },
  {
    name: "a full stack while a trace is made",
    script: `try { Error.stackTraceLimit = 10; } catch (e) {} var errors = []; for (var i = 0; i < 20000; i++) errors[i] = new Error("x"); var i = 0, found = []; function f() { var e = errors[i++]; try { f(); } catch (x) {} try { e.stack; } catch (h) { found[found.length] = h; } } try { f(); } catch (e) { reach(e); } found.forEach(all);`,
  },
  {
    name: "a full stack where Node's function begins",
    script: `[function () { getTime(); }, function () { Math.random(); }, function () { Date.now(); }, function () { new Date(); }, function () { JSON.stringify([[1]]); }, function () { ({}).on("x", reach); }, function () { new Function("1"); }].forEach(function (call) { var found = []; function f() { try { f(); } catch (x) { found[found.length] = x; } if (found.length < 60) try { call(); } catch (h) { found[found.length] = h; } } try { f(); } catch (e) {} found.forEach(all); });`,
  },
  {
    name: "import() in a text",
    script: `["import('fs')", "import/**/('fs')", "import\\n('fs')", "(() => import('node:fs'))()", "async () => await import('fs')", "import.meta", "import fs from 'fs'", "\\u0069mport('fs')", "import //\\n('fs')", "<!-- \\nimport('fs')", "\`\${import('fs')}\`", "/[/]/.x = import('fs')"].forEach(function (t) { [eval, function (t) { return Function("return " + t)(); }, function (t) { return new Function("a = " + t, "return a")(); }, function (t) { Modules.addCached(t, "module.exports = " + t); return require(t); }].forEach(function (f) { try { var p = f(t); reach(p); if (p && p.then) p.then(all, all); } catch (e) { reach(e); } }); setTimeout(t, 1); });`,
  },
  {
    name: "import() where a parser takes a division for a regular expression",
    script: `var a = 1, g = 1, of = 1, look = "import('fs').then(all, all)"; ["a\\nof\\n/" + look + "/g", "a\\nof /" + look + "/g", "(function* () { var x = a\\nof\\n/" + look + "/g })().next()", "a\\nof\\n/'/g; " + look + " //'"].forEach(function (t) { [eval, function (t) { return Function(t)(); }, function (t) { Modules.addCached(t, t); return require(t); }].forEach(function (f) { try { f(t); } catch (e) { reach(e); } }); setTimeout(t, 1); });`,
  },
  {
    name: "eval called by the idle loop",
    script: `setTimeout(eval, 1, "import('fs').then(all, all)"); setTimeout(Function, 1, "import('fs')"); E.on("init", eval); var o = {}; o.on("x", eval); o.emit("x", "reach(import('fs'))");`,
  },
  {
    name: "constructors of asynchronous functions and generators",
    script: `[async function () {}, function* () {}, async function* () {}, class {}, () => 1].forEach(function (f) { reach(f); try { var g = f.constructor("return process"); reach(g()); } catch (e) { reach(e); } try { reach(Object.getPrototypeOf(f.constructor)("return process")()); } catch (e) { reach(e); } });`,
  },
  {
    name: "import() by the language's function constructors",
    script: `[async function () {}, function* () {}, async function* () {}].forEach(function (f) {
      [f.constructor, Object.getPrototypeOf(f.constructor)].forEach(function (make) {
        try {
          var made = make("return import('fs')")();
          [made, made.next && made.next(), made.next && made.next().value].forEach(function (p) { reach(p); if (p && p.then) p.then(all, all); });
        } catch (e) { reach(e); } }); });`,
  },
  {
    name: "a function that extends Function",
    script: `try { class F extends Function {} reach(new F("return this")()); } catch (e) { reach(e); } try { reach(Function.prototype.constructor("return this")()); } catch (e) { reach(e); }`,
  },
  {
    name: "the caller of a callback",
    script: `setTimeout(all, 1); require("Wifi").getIP(all); ({}).on.caller; print({ toString: all, valueOf: all }); JSON.stringify({ toJSON: all }); btoa({ toString: all }); digitalWrite({ valueOf: all, toString: all }, 1); try { reach(print.caller); reach(print.arguments); } catch (e) { reach(e); }`,
  },
  {
    name: "a promise's executor, reactions and reasons",
    script: `new Promise(all).then(all, all); Promise.resolve({ then: all }); Promise.resolve().then(function () { digitalWrite(bad, 1); }).catch(all); Promise.all([Promise.reject(1)]).then(all, all); (async function () { try { require("nothing"); } catch (e) { reach(e); } await { then: all }; })().then(all, all);`,
  },
  {
    name: "a promise whose reaction ends in a full stack",
    script: `(async function () { function f() { getTime(); f(); } f(); })().catch(all); Promise.resolve().then(function f() { Math.random(); f(); }).catch(all);`,
  },
  {
    name: "a species",
    script: `var a = [D4, D5]; a.constructor = { }; a.constructor[Object.getOwnPropertyNames(a)[2]] = all; digitalRead(a); digitalPulse(D4, 1, a); var b = new Uint8Array(3); b.constructor = all; require("neopixel").write(D4, b); E.toString(b); print(b);`,
  },
  {
    name: "an iterator",
    script: `function* g() { try { all.call(this, yield D4); } finally { reach(this); } } try { digitalRead(g()); } catch (e) { reach(e); } try { E.toString(g()); } catch (e) { reach(e); } try { new Uint8Array(g()); } catch (e) { reach(e); }`,
  },
  {
    name: "Proxy, Reflect, Symbol and similar",
    script: `["Proxy", "Reflect", "Symbol", "WebAssembly", "WeakRef", "FinalizationRegistry", "SharedArrayBuffer", "Atomics", "Intl", "ShadowRealm", "Iterator", "WeakMap", "Map", "queueMicrotask", "structuredClone", "Buffer", "setImmediate", "fetch"].forEach(function (n) { if (typeof global[n] !== "undefined") print("escaped"); });`,
  },
  {
    name: "a value of another board",
    script: `reach(process); reach(process.env); reach(process.memory()); reach(E); reach(require("Storage")); reach(require("net")); reach(D4); reach(NaN); reach(require("DHT22").connect(D4));`,
  },
  {
    name: "a function that is a pin, a name, a host, a file",
    script: `function f() {} f.toString = f.valueOf = f.test = all; [digitalRead, require, E.toString, btoa, function (f) { require("net").connect({ host: f, port: f }); }, function (f) { require("Storage").list(f); }, function (f) { require("Storage").write(f, f); }, function (f) { require("DHT22").connect(f).pin(f); }, function (f) { Modules.addCached(f, f); }, function (f) { setWatch(f, f, f); }, function (f) { require("Wifi").connect(f, f, f); }].forEach(function (call) { try { reach(call(f)); } catch (e) { reach(e); } });`,
  },
];
