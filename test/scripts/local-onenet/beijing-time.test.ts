import fc from "fast-check";
import { expect, it } from "vitest";
import { beijingTime, parseBeijingTime } from "../../../scripts/local-onenet/beijing-time.ts";

const TIME = Date.UTC(2026, 0, 2, 16, 4, 5, 67);

it("formats times in UTC+8 with milliseconds", () => {
  expect(beijingTime(TIME)).toBe("2026-01-03 00:04:05.067");
  expect(beijingTime(0)).toBe("1970-01-01 08:00:00.000");
});

it("agrees with Date, whatever was formatted before", () => {
  const time = fc.oneof(
    fc.integer({ min: -1e12, max: 253_402_271_999_999 }),
    fc.integer({ min: TIME, max: TIME + 3000 }),
    fc.double({ min: 0, max: 1e12, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(time), (times) => {
      for (const each of times)
        expect(beijingTime(each)).toBe(
          new Date(each + 8 * 3_600_000).toISOString().replace("T", " ").replace("Z", ""),
        );
    }),
  );
});

it("parses its own output, at once and later, and what devices send", () => {
  const text = beijingTime(TIME);
  expect(parseBeijingTime(text)).toBe(TIME);
  beijingTime(TIME + 1);
  expect(parseBeijingTime(text)).toBe(TIME);
  expect(parseBeijingTime("2026-01-03 00:04:05")).toBe(TIME - 67);
  expect(parseBeijingTime("soon")).toBeNaN();
});
