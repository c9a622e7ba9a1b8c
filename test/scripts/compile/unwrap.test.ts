import { expect, it } from "vitest";
import { unwrap } from "../../../scripts/compile/unwrap.ts";

it("takes the function off that holds a script, and names its variables as the console does not", () => {
  const script = `(function () {
    let n = 1, once = 2;
    function add(a) { let sum = a + n; return sum + n; }
    if (once) { let n = 3; print(n); }
    print(add(once), n);
  })();`;
  expect(unwrap(script)?.code.replace(/\s+/g, " ").trim()).toBe(
    "let A = 1, B = 2; function C(a) { let sum = a + A; return sum + A; } if (B) { let n = 3; print(n); } print(C(B), A);",
  );
});

it("leaves the members of objects their names", () => {
  const script = "(function () { let n = 1; print(JSON.stringify({ n, m: n })); })();";
  expect(unwrap(script)?.code.trim()).toBe("let A = 1; print(JSON.stringify({ n: A, m: A }));");
});

it("takes no name that means something else", () => {
  const script = "(function () { let a = 1; E.reboot(a); (A) => print(A, a); })();";
  expect(unwrap(script)?.code.trim()).toBe("let B = 1; E.reboot(B); (A) => print(A, B);");
});

it.each([
  "print(1);",
  "(function (a) { print(a); })(1);",
  "(function () { print(1); })(); print(2);",
  "(() => { print(1); })();",
])("leaves anything else alone: %s", (script) => {
  expect(unwrap(script)).toBeUndefined();
});
