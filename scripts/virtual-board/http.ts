/**
 * `require("http")`: Espruino's HTTP client (socketserver.c), turn by turn.
 *
 * Its oddities are Espruino's: it connects at the first `write` or `end`, which then throws; a response without
 * Content-Length ends as soon as it begins; a response cut within a chunk never ends; an error before the response's
 * head goes to the request, and no "close" follows.
 */
import { fromBytes, toBytes } from "./bytes.ts";
import { VERSION } from "./chips.ts";
import { SocketError, type Connection } from "./connections.ts";
import { findHeader, parseHead } from "./http-head.ts";
import { emitError, reportHandshake, type SocketParts } from "./net.ts";
import { EspruinoError, type Fn } from "./realm.ts";
import { readOptions, readTarget } from "./target.ts";

/** Bytes a response keeps for `read` without a listener; a first piece is kept whole. */
const READ_BUFFER_SIZE = 512;
const NOTHING = Buffer.alloc(0);

interface Exchange {
  readonly options: Readonly<Record<string, unknown>>;
  readonly request: Record<string, unknown>;
  readonly response: Record<string, unknown>;
  connection: Connection | undefined;
  /** Undefined until the request's head is written. */
  unsent: Buffer | undefined;
  sendsChunks: boolean;
  /** Received but not passed to the program yet. */
  received: Buffer;
  /** Bytes waiting for `read`. */
  readable: Buffer;
  hadHead: boolean;
  /** Whether the response is chunked. */
  chunked: boolean;
  /** Bytes of the response still to come; if chunked, 1 until the last chunk. */
  remaining: number;
  ended: boolean;
  /** Close once the request is sent and the response is complete. */
  closing: boolean;
  closeNow: boolean;
}

/** @returns the module */
export function createHttp(parts: SocketParts): Record<string, unknown> {
  const { realm, loop, emitter, toText } = parts;
  const exchanges = new Set<Exchange>();

  function request(given: unknown, callback: unknown): Exchange | undefined {
    const options = readOptions(given, callback, parts.print);
    if (options === undefined) return undefined;
    const exchange: Exchange = {
      options,
      request: realm.object({}),
      response: realm.object({}),
      connection: undefined,
      unsent: undefined,
      sendsChunks: false,
      received: NOTHING,
      readable: NOTHING,
      hadHead: false,
      chunked: false,
      remaining: 0,
      ended: false,
      closing: false,
      closeNow: false,
    };
    realm.methods(exchange.request, {
      write(data) {
        write(exchange, data);
        return false;
      },
      end: (data) => end(exchange, data),
    });
    realm.methods(exchange.response, readerMethods(exchange));
    if (callback !== undefined) emitter.on(exchange.request, "connect", callback);
    exchanges.add(exchange);
    return exchange;
  }

  function get(options: unknown, callback: unknown): unknown {
    if (typeof options === "object" && options !== null) (options as { method?: unknown }).method = "GET";
    const made = request(options, callback);
    if (made) end(made, undefined);
    return made?.request;
  }

  function readerMethods(exchange: Exchange): Record<string, Fn> {
    const { response } = exchange;
    return {
      on(event, listener) {
        emitter.on(response, event, listener);
        if (event !== "data") return;
        if (exchange.readable.length > 0) emitter.emit(response, "data", fromBytes(exchange.readable));
        exchange.readable = NOTHING;
        loop.wake();
      },
      available: () => exchange.readable.length,
      read(count) {
        const { readable } = exchange;
        const size = Number(count) > 0 ? Number(count) : readable.length;
        exchange.readable = readable.subarray(size);
        loop.wake();
        return fromBytes(readable.subarray(0, size));
      },
    };
  }

  function write(exchange: Exchange, data: unknown): void {
    if (exchange.closing || exchange.closeNow) throw new EspruinoError("This socket is closed");
    if (exchange.unsent === undefined) {
      const { text, chunked } = requestHead(exchange.options, toText);
      exchange.unsent = toBytes(text);
      exchange.sendsChunks = chunked;
    }
    if (data !== undefined) {
      const text = toText(data);
      const framed = exchange.sendsChunks ? `${text.length.toString(16)}\r\n${text}\r\n` : text;
      exchange.unsent = Buffer.concat([exchange.unsent, toBytes(framed)]);
    }
    if (exchange.connection === undefined) connect(exchange);
    loop.wake();
  }

  function connect(exchange: Exchange): void {
    const secure = exchange.options["protocol"] === "https:";
    const { host, port } = readTarget(exchange.options, toText);
    try {
      exchange.connection = parts.connections.open(host, port || (secure ? 443 : 80), secure);
    } catch (error) {
      exchange.closeNow = true;
      throw error;
    }
  }

  function end(exchange: Exchange, data: unknown): void {
    if (data !== undefined) write(exchange, data);
    write(exchange, exchange.sendsChunks ? "" : undefined);
    exchange.closing = true;
  }

  /** One turn of one exchange, like socketClientConnectionsIdle. */
  function turn(exchange: Exchange): void {
    const { connection, hadHead } = exchange;
    let { closeNow, received } = exchange;
    let error: SocketError | undefined;
    let piece: Buffer | undefined;
    const before = exchange.remaining;
    if (connection?.isSettled) {
      if (hadHead) received = push(exchange, received, false);
      if (!closeNow) {
        closeNow = send(exchange, connection);
        piece = connection.take();
        if (piece !== undefined) {
          exchange.received = received = receive(exchange, Buffer.concat([received, piece]));
        } else if (connection.ended !== undefined) {
          closeNow = true;
          error = endOf(exchange, connection.ended, hadHead);
        }
      }
    }
    if (closeNow) {
      received = push(exchange, received, true);
      if (received.length === 0) {
        finish(exchange, error);
        return;
      }
    }
    // Unread bytes are counted again in each turn, until the count reaches the total.
    const counts = before > 0 && exchange.remaining !== before;
    if (piece !== undefined || counts || connection?.hasData) loop.wake();
  }

  /** @returns whether all is done */
  function send(exchange: Exchange, connection: Connection): boolean {
    if (exchange.unsent !== undefined && exchange.unsent.length > 0) {
      exchange.unsent = connection.send(exchange.unsent);
      if (exchange.unsent.length > 0) {
        if (connection.canSend) loop.wake();
      } else if (exchange.closing) loop.wake();
      else emitter.emit(exchange.request, "drain", exchange.request);
      return false;
    }
    if (exchange.remaining > 0 || !exchange.hadHead) return false;
    markEnd(exchange);
    return exchange.closing;
  }

  function receive(exchange: Exchange, received: Buffer): Buffer {
    let body = received;
    if (!exchange.hadHead) {
      const head = parseHead(received);
      if (head === undefined) return received;
      exchange.hadHead = true;
      realm.assign(exchange.response, { ...head.fields, headers: realm.object(head.headers) });
      exchange.chunked = findHeader(head.headers, "transfer-encoding")?.toLowerCase() === "chunked";
      const length = findHeader(head.headers, "content-length") ?? "";
      exchange.remaining = exchange.chunked ? 1 : Number.parseInt(length, 10) || 0;
      emitter.emit(exchange.request, "connect", exchange.response);
      body = head.rest;
    }
    return push(exchange, body, false);
  }

  function endOf(exchange: Exchange, code: SocketError, hadHead: boolean): SocketError | undefined {
    if (code !== SocketError.Closed) return code;
    if (!hadHead) return SocketError.NoResponse;
    return exchange.remaining > 0 ? code : undefined;
  }

  /** Passes received bytes to the program. @returns the rest */
  function push(exchange: Exchange, received: Buffer, force: boolean): Buffer {
    while (received.length > 0) {
      if (!exchange.chunked) {
        exchange.remaining -= received.length;
        return deliver(exchange, received, force) ? NOTHING : received;
      }
      if (received.length < "0\r\n\r\n".length) return received;
      const size = Math.max(0, Number.parseInt(fromBytes(received), 16) || 0);
      exchange.remaining = size === 0 ? 0 : 1;
      if (size === 0) return NOTHING;
      const start = received.indexOf("\r\n") + 2;
      const next = start + size + 2;
      const missing = next - received.length;
      if (missing === 1 || missing === 2) return received; // the line's end
      const data = received.subarray(start, start + size);
      if (data.length > 0 && !deliver(exchange, data, force)) return data; // what follows it is lost
      if (missing >= 0) return missing === 0 ? NOTHING : toBytes(`${(missing - 2).toString(16)}\r\n`);
      received = received.subarray(next);
    }
    return received;
  }

  /** @returns whether all was taken */
  function deliver(exchange: Exchange, data: Buffer, force: boolean): boolean {
    const { response } = exchange;
    const listeners = emitter.listeners(response, "data");
    if (listeners.length > 0) {
      const text = fromBytes(data);
      for (const listen of listeners) parts.runJob(() => void realm.call(listen, response, text));
      return true;
    }
    const { readable } = exchange;
    const fits = readable.length === 0 || readable.length + data.length <= READ_BUFFER_SIZE;
    if (readable.length === 0) exchange.readable = data;
    else if (fits || force) {
      const room = Math.max(0, READ_BUFFER_SIZE - readable.length);
      exchange.readable = Buffer.concat([readable, data.subarray(0, room)]);
    }
    return fits;
  }

  function markEnd(exchange: Exchange): void {
    if (!exchange.ended) emitter.emit(exchange.response, "end");
    exchange.ended = true;
  }

  function finish(exchange: Exchange, error: SocketError | undefined): void {
    const { connection, request, response } = exchange;
    const isUnsent = exchange.unsent !== undefined && exchange.unsent.length > 0;
    exchanges.delete(exchange);
    exchange.closing = true;
    connection?.close();
    const hadError = emitError(
      parts,
      request,
      isUnsent && error === SocketError.Closed ? SocketError.UnsentData : error,
    );
    markEnd(exchange);
    emitter.emit(response, "close", hadError);
    if (connection !== undefined) reportHandshake(parts, connection);
  }

  loop.onPoll(() => {
    for (const exchange of [...exchanges]) turn(exchange);
  });

  return realm.object({
    request: (options: unknown, callback: unknown) => request(options, callback)?.request,
    get,
  });
}

function requestHead(
  options: Readonly<Record<string, unknown>>,
  toText: (value: unknown) => string,
): { text: string; chunked: boolean } {
  const { method, path, host, headers: given } = options;
  const headers = Object.entries(typeof given === "object" && given !== null ? given : {}).map(
    ([name, value]) => [name, toText(value)] as const,
  );
  const port = Number(options["port"]) || 80;
  const lines = [
    `${toText(method)} ${toText(path)} HTTP/1.1`,
    `User-Agent: Espruino ${VERSION}`,
    "Connection: close",
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  if (findHeader(Object.fromEntries(headers), "host") === undefined) {
    lines.push(`Host: ${toText(host)}${port === 80 ? "" : `:${port}`}`);
  }
  const chunked = headers.some(
    ([name, value]) => name === "Transfer-Encoding" && value.toLowerCase() === "chunked",
  );
  return { text: lines.join("\r\n") + "\r\n\r\n", chunked };
}
