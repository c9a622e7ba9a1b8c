import { expect, test } from "vitest";
import { strayIn } from "../../../scripts/boards/stray.ts";

test.each([
  ["secret\n", "a line feed at its end"],
  ["secret\r\n", "a line ending (CR LF) at its end"],
  ["secret\r", "a carriage return (CR) at its end"],
  ["sec\nret", "a line feed in it"],
  [" secret", "a space at its beginning"],
  ["secret  ", "a space at its end"],
  ["sec ret", "a space in it"],
  ["secret\t", "a tab at its end"],
  ["secret\0\0", "a NUL at its end"],
  ['"secret"', "quotation marks around it"],
  ["“secret”", "quotation marks around it"],
  ["secret'", "quotation marks in it"],
  ["\ufeffsecret", "an invisible character at its beginning"],
])("%j has %s", (text, stray) => {
  expect(strayIn(text)).toBe(stray);
});

test.each(["", "rs2FaE5BuygJZkWKDA5okKt1RFpwOx53hbu6hwyCS4U=", "version=2018-10-31&sign=a%2F~!"])(
  "%j has nothing",
  (text) => {
    expect(strayIn(text)).toBeUndefined();
  },
);
