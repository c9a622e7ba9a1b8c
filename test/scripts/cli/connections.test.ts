import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { createConnections, peerOf } from "../../../scripts/cli/connections.ts";

let port = 1000;

/** The parts of a socket that are used. */
function socketFrom(remoteAddress: string | undefined): Socket & { isOpen: boolean } {
  const socket = Object.assign(new EventEmitter(), {
    remoteAddress,
    remotePort: port++,
    isOpen: true,
    destroy() {
      socket.isOpen = false;
      socket.remoteAddress = undefined;
      socket.emit("close");
    },
  });
  return socket as unknown as Socket & { isOpen: boolean };
}

describe("connections at the limit", () => {
  it("close the oldest unsettled one of the peer with the most, to admit a new one", () => {
    const connections = createConnections(4);
    const sockets = ["a", "b", "b", "b", "c", "d"].map((address) => socketFrom(address));
    for (const socket of sockets) connections.enter(socket);
    expect(sockets.map(({ isOpen }) => isOpen)).toEqual([true, false, false, true, true, true]);
  });

  it("never close a settled one; close the new one if all have settled", () => {
    const connections = createConnections(2);
    const [first, second, third, fourth] = ["a", "a", "b", "c"].map((address) => socketFrom(address));
    if (!first || !second || !third || !fourth) throw new Error();
    connections.enter(first);
    connections.settle(first);
    connections.enter(second);
    connections.enter(third);
    expect([first.isOpen, second.isOpen, third.isOpen]).toEqual([true, false, true]);
    connections.settle(third);
    connections.enter(fourth);
    expect([first.isOpen, third.isOpen, fourth.isOpen]).toEqual([true, true, false]);
    connections.unsettle(first);
    const fifth = socketFrom("d");
    connections.enter(fifth);
    expect([first.isOpen, third.isOpen, fifth.isOpen]).toEqual([false, true, true]);
  });

  it("regain room when one ends", () => {
    const connections = createConnections(1);
    for (let turn = 0; turn < 3; turn++) {
      const socket = socketFrom("a");
      connections.enter(socket);
      connections.settle(socket);
      expect(socket.isOpen).toBe(true);
      socket.destroy();
    }
  });
});

it.each([
  ["192.168.1.7", "192.168.1.7"],
  ["::ffff:192.168.1.7", "192.168.1.7"],
  ["2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:2"],
  ["2001:db8:1:2::1", "2001:db8:1:2"],
  ["2001:db8::1", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
])("the peer of %s is %s", (address, peer) => {
  expect(peerOf(address)).toBe(peer);
});
