import { afterEach, expect, it, vi } from "vitest";
import { createAccess } from "../../../scripts/web-console/access.ts";

afterEach(() => vi.useRealTimers());

const RIGHT = "open sesame";

function guess(access: ReturnType<typeof createAccess>, address: string, times = 10): void {
  for (let turn = 0; turn < times; turn++) access.logIn(`guess ${turn}`, address);
}

it("one peer's wrong passwords do not block another", () => {
  const access = createAccess(RIGHT, "0.0.0.0");
  guess(access, "10.0.0.1");
  expect(access.logIn(RIGHT, "10.0.0.1")).toEqual({ status: 429 });
  expect(access.logIn(RIGHT, "10.0.0.2")).toHaveProperty("cookie");
});

it("counts all IPv6 addresses of a computer as one peer", () => {
  const access = createAccess(RIGHT, "::");
  for (let turn = 0; turn < 10; turn++) guess(access, `2001:db8::${turn}`, 1);
  expect(access.logIn(RIGHT, "2001:db8::ffff")).toEqual({ status: 429 });
  expect(access.logIn(RIGHT, "2001:db8:0:1::1")).toHaveProperty("cookie");
});

it("allows another try after a minute, even if the clock is set back by a day", () => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  const access = createAccess(RIGHT, "0.0.0.0");
  guess(access, "10.0.0.1");
  vi.setSystemTime(Date.now() - 86_400_000);
  vi.advanceTimersByTime(59_000);
  expect(access.logIn(RIGHT, "10.0.0.1")).toEqual({ status: 429 });
  vi.advanceTimersByTime(1001);
  expect(access.logIn(RIGHT, "10.0.0.1")).toHaveProperty("cookie");
});

it("limits the number of peers it remembers", () => {
  const access = createAccess(RIGHT, "0.0.0.0");
  guess(access, "10.0.0.1");
  for (let peer = 0; peer < 1000; peer++) guess(access, `10.1.${peer >> 8}.${peer & 255}`, 1);
  expect(access.logIn(RIGHT, "10.0.0.1")).toHaveProperty("cookie");
});
