import { beforeEach, expect, it } from "vitest";
import { BACK_AFTER, createServers, type Servers } from "../../../src/app/servers.ts";

let now: number;
let servers: Servers;

beforeEach(() => {
  now = 5000;
  servers = createServers(3, () => now);
});

/** The number of the server that the next connection goes to. */
function connect(): number {
  servers.begin();
  return servers.current();
}

it("begins with the first, and stays with it as long as nothing fails", () => {
  expect(connect()).toBe(0);
  now += 10 * BACK_AFTER;
  expect(connect()).toBe(0);
});

it("goes to the next after each failure, and tells when all of them had a try", () => {
  expect(servers.next()).toBe(false);
  expect(connect()).toBe(1);
  expect(servers.next()).toBe(false);
  expect(connect()).toBe(2);
  expect(servers.next()).toBe(true);
  expect(connect()).toBe(0);
});

it("remembers what worked for an hour, and then begins with the first again", () => {
  servers.next();
  now += BACK_AFTER;
  expect(connect()).toBe(1);
  now += 1;
  expect(connect()).toBe(0);
  servers.next();
  expect(connect()).toBe(1);
});

it("tries every server even if each wait is as long as it may be", () => {
  const tried = Array.from({ length: 3 }, () => {
    const server = connect();
    servers.next();
    now += 3_600_000; // the longest reconnect.maximum
    return server;
  });
  expect(tried).toEqual([0, 1, 2]);
});
