/** Splits a connection's bytes into packets [MQTT-2.2]. */

export interface Frame {
  /** The first bytes of the packet, up to the number kept. */
  readonly bytes: Uint8Array;
  /** Length of the whole packet. */
  readonly length: number;
}

export interface Framing {
  /** Adds received bytes; returns the packets they completed, in order, which may share memory with the chunk. */
  push(chunk: Uint8Array): readonly Frame[];
  /** A remaining length had a fifth byte: packets cannot be recognised from here on. */
  readonly isLost: boolean;
}

/** Longest fixed header: the type and four bytes of remaining length. */
const LONGEST_HEADER = 5;

/** Longest packet whose remaining length has one byte. */
const LONGEST_SHORT = 129;

/** @param kept most bytes kept per packet; the rest are only counted */
export function createFraming(kept: number): Framing {
  let bytes: number[] = [];
  let length = 0;
  /** Length of the packet; undefined until its fixed header is complete. */
  let total: number | undefined;
  let isLost = false;

  function readHeader(): void {
    let remaining = 0;
    for (let place = 1; place < bytes.length; place++) {
      const byte = bytes[place] ?? 0;
      remaining += (byte & 0x7f) * 128 ** (place - 1);
      if (byte < 0x80) total = 1 + place + remaining;
      else if (place === LONGEST_HEADER - 1) isLost = true;
    }
  }

  return {
    get isLost() {
      return isLost;
    },
    push(chunk) {
      // A chunk is nearly always one short packet.
      const isOne = length === 0 && chunk.length === 2 + (chunk[1] ?? LONGEST_SHORT);
      if (isOne && !isLost && chunk.length <= Math.min(LONGEST_SHORT, kept))
        return [{ bytes: chunk, length: chunk.length }];
      const frames: Frame[] = [];
      for (let position = 0; position < chunk.length && !isLost;) {
        const short = 2 + (chunk[position + 1] ?? LONGEST_SHORT);
        // Most others are short and complete too, and are taken without looking at each byte.
        if (length === 0 && short <= Math.min(LONGEST_SHORT, kept, chunk.length - position)) {
          frames.push({ bytes: chunk.subarray(position, position + short), length: short });
          position += short;
          continue;
        }
        if (total === undefined) {
          bytes.push(chunk[position++] ?? 0);
          length++;
          if (length > 1) readHeader();
        } else {
          const passing = Math.min(total - length, chunk.length - position);
          const room = Math.min(passing, Math.max(0, kept - bytes.length));
          for (const byte of chunk.subarray(position, position + room)) bytes.push(byte);
          length += passing;
          position += passing;
        }
        if (length === total) {
          frames.push({ bytes: Uint8Array.from(bytes), length });
          bytes = [];
          length = 0;
          total = undefined;
        }
      }
      return frames;
    },
  };
}
