/** Preloaded into `npm start` by a test: drops every CONNACK of the local OneNET. */

import { Socket } from "node:net";

// oxlint-disable-next-line typescript/unbound-method -- called with its socket below
const write = Socket.prototype.write;

Socket.prototype.write = function (this: Socket, data: unknown, ...rest: unknown[]): boolean {
  const isConnack = Buffer.isBuffer(data) && data[0] === 0x20;
  return isConnack ? true : (Reflect.apply(write, this, [data, ...rest]) as boolean);
};
