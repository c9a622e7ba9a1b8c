import { beforeEach, expect, it } from "vitest";
import { BACK_AFTER, createServers, type Servers } from "../../../src/app/servers.ts";

let now: number;
let servers: Servers;

beforeEach(() => {
  now = 5000;
  servers = createServers(
    3,
    (index) => ({ host: `server-${index}`, port: 1883 + index }),
    () => now,
  );
});

it("begins with the first, and stays with it as long as nothing fails", () => {
  expect(servers.current()).toEqual({ host: "server-0", port: 1883 });
  now += 10 * BACK_AFTER;
  expect(servers.current().host).toBe("server-0");
});

it("goes to the next after each failure, and tells when all of them had a try", () => {
  expect(servers.next()).toBe(false);
  expect(servers.current()).toEqual({ host: "server-1", port: 1884 });
  expect(servers.next()).toBe(false);
  expect(servers.current().host).toBe("server-2");
  expect(servers.next()).toBe(true);
  expect(servers.current().host).toBe("server-0");
});

it("remembers what worked for an hour, and then begins with the first again", () => {
  servers.next();
  now += BACK_AFTER;
  expect(servers.current().host).toBe("server-1");
  now += 1;
  expect(servers.current().host).toBe("server-0");
  servers.next();
  expect(servers.current().host).toBe("server-1");
});

it("tries every server even if each wait is as long as it may be", () => {
  const tried = Array.from({ length: 3 }, () => {
    const { host } = servers.current();
    servers.next();
    now += 3_600_000; // the longest reconnect.maximum
    return host;
  });
  expect(tried).toEqual(["server-0", "server-1", "server-2"]);
});
