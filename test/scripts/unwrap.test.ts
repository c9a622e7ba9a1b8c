import { expect, it } from "vitest";
import { PIN_NAMES, unwrap } from "../../scripts/lib/unwrap.ts";

it("takes the function off that holds a script", () => {
  expect(unwrap("(function () { let a = 1; print(a); })();")?.code.trim()).toBe("let a = 1; print(a);");
});

it.each([
  "print(1);",
  "(function (a) { print(a); })(1);",
  "(function () { print(1); })(); print(2);",
  "(() => { print(1); })();",
])("leaves anything else alone: %s", (script) => {
  expect(unwrap(script)).toBeUndefined();
});

it("knows the short names of pins", () => {
  expect(PIN_NAMES).toHaveLength(100);
  expect(PIN_NAMES).toEqual(expect.arrayContaining(["A0", "D2", "J9"]));
});
