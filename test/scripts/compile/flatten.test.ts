import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { flatten } from "../../../scripts/compile/flatten/index.ts";
import { gate } from "../../../scripts/compile/gate/index.ts";

/** The body of a program before and after. */
type Case = [what: string, before: string, after: string];

const CHANGED: Case[] = [
  [
    "an object that is only looked into becomes variables",
    "const o={a:[1],f(){return n++}};let n=0;print(o.a,o.f(),o.f(),o.f())",
    "let o_a = [1]; let o_f = () => { return n++; }; let n = 0; print(o_a, o_f(), o_f(), o_f());",
  ],
  [
    "so does one whose members change",
    "const o={a:1};function look(){return o.a*2}o.a=2;print(look(),look(),look());",
    "let o_a = 1; let look = () => { return o_a * 2; }; o_a = 2; print(look(), look(), look());",
  ],
  [
    "a member that is not there is undefined",
    'const parts={};if(parts.refused)parts.refused();print(parts.name,"on");',
    'print(undefined, "on");',
  ],
  [
    "that there is an object or a function is known",
    "const o={a(){return 1}};function f(){return o?o.a():0}if(f&&o)print(f(),!o);",
    "{ print(1 , false); }",
  ],
  [
    "a part that is made once becomes a part of the program",
    `function make(parts){let n=0;function next(){n++;parts.say(n)}return{next,reset(){n=0}}}
    const counter=make({say:n=>print("is",n)});counter.next();counter.reset();counter.next();counter.next();`,
    'let n = 0; let next = () => { n++; print("is", n); }; next(); n = 0; next(); next();',
  ],
  [
    "a parameter that is always the same goes",
    'const qos=1;function send(text,q,dup){print(q+text,dup)}send("a",qos);send("b",qos);send("c",qos);',
    'let qos = 1; let send = (text) => { print(qos + text, undefined); }; send("a"); send("b"); send("c");',
  ],
  [
    "a function that only names a variable or another function goes",
    'let n=0;const now=()=>n;function say(line){tell("is",line)}function tell(a,b){n++;print(a,b,n)}say(now());say(now());say(now());',
    'let n = 0; let tell = (b) => { n++; print("is", b, n); }; tell(n); tell(n); tell(n);',
  ],
  [
    "a function moves to its call, early returns too where nothing follows",
    'function f(n){if(n>1)return"many";return"one"}function g(n){print(n);return f(n)}print(g(1),g(2));',
    'let g = (n$1) => { print(n$1); if (n$1 > 1) { return "many"; } return "one"; }; print(g(1), g(2));',
  ],
  [
    "and what it returns goes where nothing takes it",
    'function f(n){if(n)return print("no");print("yes")}function g(n){print(n);f(n)}g(0);g(1);',
    'let g = (n$1) => { print(n$1); if (n$1) { print("no"); return; } print("yes"); }; g(0); g(1);',
  ],
  [
    "in a case it gets a block of its own",
    "function g(n){const m=[n];print(m,m)}function f(n){switch(n){case 1:g(n);break;default:print(0)}}f(1);f(2);f(3);",
    "let f = (n$1) => { switch (n$1) { case 1: { let m = [n$1]; print(m, m); } break; default: print(0); } }; f(1); f(2); f(3);",
  ],
  [
    "a small function that is called in two places is there twice",
    "let n=0;function next(){n++;print(n)}next();n=5;next();",
    "let n = 0; n++; print(n); n = 5; n++; print(n);",
  ],
  [
    "a function of the language that is named often gets a short name",
    "print(String.fromCharCode(65),String.fromCharCode(66),String.fromCharCode(67),Math.round(1.6))",
    "let String_fromCharCode = String.fromCharCode; print(String_fromCharCode(65), String_fromCharCode(66), String_fromCharCode(67), Math.round(1.6));",
  ],
  [
    "names that clash are told apart",
    "const x=[1];function f(){const x=[2];x.push(x.length);return x}function g(){const y=f();return y.concat(x,y)}print(g(),g());",
    "let x$1 = [1]; let g = () => { let x = [2]; x.push(x.length); return x.concat(x$1, x); }; print(g(), g());",
  ],
];

const KEPT: [why: string, script: string][] = [
  ["an object that is given away", "let o = { a: 1 }; print(JSON.stringify(o), o.a);"],
  ["an object whose members are named at run time", "let o = { a: 1 }; for (let k in o) { print(o[k]); }"],
  ["an object that loses a member", "let o = { a: 1 }; delete o.a; print(o.a);"],
  ["what every object has", "let o = {}; print(o.toString());"],
  ["a method that asks for its object", "let o = { n: 1, f() { return this.n; } }; print(o.f());"],
  [
    "a function that is not always the same",
    "let f = () => { return 1; }; f = () => { return 2; }; print(f());",
  ],
  ["a function that calls itself", "let f = (n) => { return n ? n * f(n - 1) : 1; }; print(f(4));"],
  ["a function that counts its arguments", "function f() { return arguments.length; } print(f(1, 2));"],
  [
    "a var, which would be one for all rounds",
    "let f = () => { var x; x = (x || 0) + 1; return x; }; for (let i = 0; i < 2; i++) { let y = f(); print(y); }",
  ],
  [
    "what a case declares",
    "let f = (n) => { switch (n) { case 1: let r = [n]; print(r); case 2: let o = { n }; print(o.n); } }; f(1); f(2);",
  ],
  [
    "the order in which arguments are evaluated",
    "let n = 0; let pair = (a, b) => { return b + a; }; print(pair(n, ++n));",
  ],
  [
    "a function that is also handed on",
    "let show = (a) => { return print(a); }; [1, 2].forEach(show); show(3);",
  ],
  [
    "a function that returns nothing, where that is taken",
    "let show = (a) => { print(a); }; print(show(1), show(2));",
  ],
  [
    "a function of a variable that others cannot see",
    "let f = (n) => { let get = () => { return n; }; return get; }; print(f(1)(), f(2)());",
  ],
  [
    "a copy of a loop's variable, for the functions made in the loop",
    "let a = []; for (let i of [1, 2]) { let j = i; a.push(() => { return j; }); } print(a.map((f) => { return f(); }).join());",
  ],
];

describe("what exists once is made flat, and does what it did", () => {
  it.each(CHANGED)("%s", async (_what, before, after) => {
    const flat = await flattened(before);
    expect(flat).toBe(after);
    expect(gate(flat)).toEqual([]);
    expect(printed(flat)).toEqual(printed(before));
  });
});

describe("what is not so simple is kept", () => {
  it.each(KEPT)("%s", async (_why, script) => {
    expect(await flattened(script)).toBe(script);
  });
});

/** The body of the flat program, in one line. */
async function flattened(body: string): Promise<string> {
  const { code } = await flatten(`(function(){${body}})();`);
  const line = code.replace(/\s+/g, " ").replaceAll(" ;", ";").trim();
  return /^\(function \(\) \{ (.*) \}\)\(\);$/.exec(line)?.[1] ?? line;
}

function printed(body: string): unknown[] {
  const lines: unknown[] = [];
  runInNewContext(`(function(){${body}})()`, {
    print: (...values: unknown[]) => lines.push(values.map(String)),
  });
  return lines;
}
