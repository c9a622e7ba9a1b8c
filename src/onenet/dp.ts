/**
 * `$dp` frames: data points as OneNET's multiprotocol generation takes them ("设备终端接入协议-MQTT", data point formats).
 *
 * Each function makes the encoder of one type, for the names of the data streams that share its frames. Without a time
 * format, or while the time is unknown, a frame carries no time and the platform uses its time of arrival.
 */

import { datedPoints } from "virtual:features";
import { sized, u16 } from "../mqtt/bytes";
import { joined, type Encoder, type Names, type TimeFormat } from "./encoder";
import { jsonString, jsonValue, type Value } from "./json";
import { timeBytes } from "./time";

/** The largest number of a data stream of type 7. */
const LARGEST_NUMBER = 65535;
/** Most floats in a frame of type 7. */
const MAXIMUM_FLOATS = 500;

/**
 * Type 1: the type byte, a u16 length, and
 * `{"datastreams":[{"id":"switch","datapoints":[{"at":"2013-04-22 22:22:22","value":3}]}]}`. A frame throws when the JSON is over 65535 bytes.
 */
export function type1(ids: Names, time?: TimeFormat): Encoder {
  return (values, at) => {
    const names = ids().map(jsonString);
    const head =
      ',"datapoints":[{' + (datedPoints && at ? '"at":"' + (time as TimeFormat)(at) + '",' : "") + '"value":';
    const streams = joined('{"id":', names, head, values, "}]}", ",", jsonValue);
    return "\x01" + sized('{"datastreams":[' + streams + "]}");
  };
}

/**
 * Type 2: the type byte, a u16 length, `{"ds_id":"image","at":"2014-10-25 12:23:23","desc":"…"}`, a u32 length, and raw
 * bytes: the text of the value. A frame throws when the JSON is over 65535 bytes.
 * @param id the one data stream of its frames
 * @param description of the bytes
 */
export function type2(id: string, description: string, time?: TimeFormat): Encoder {
  const head = '{"ds_id":' + jsonString(id);
  const tail = ',"desc":' + jsonString(description) + "}";
  return (values, at) => {
    const bytes = plainText(values[0] as Value);
    const json = head + (datedPoints && at ? ',"at":"' + (time as TimeFormat)(at) + '"' : "") + tail;
    return "\x02" + sized(json) + u16(bytes.length >> 16) + u16(bytes.length & 65535) + bytes;
  };
}

/**
 * Type 3: the type byte, a u16 length, and `{"temperature":22.5,"humidity":"95.2%"}`, without a time. A frame
 * throws when the JSON is over 65535 bytes.
 */
export function type3(ids: Names): Encoder {
  return (values) =>
    "\x03" + sized("{" + joined("", ids().map(jsonString), ":", values, "", ",", jsonValue) + "}");
}

/**
 * Type 4: the type byte, a u16 length, and `{"temperature":{"2015-03-22 22:31:12":22.5}}`. A frame throws while the time,
 * which it needs, is unknown, and when the JSON is over 65535 bytes.
 */
export function type4(ids: Names, time: TimeFormat): Encoder {
  return (values, at) => {
    const names = ids().map(jsonString);
    if (!at) throw new Error("$dp type 4 needs the time, which is not known yet");
    return (
      "\x04" + sized("{" + joined("", names, ':{"' + time(at) + '":', values, "}", ",", jsonValue) + "}")
    );
  };
}

/**
 * Type 5: the type byte, a u16 length, and `,;temperature,2015-03-22 22:31:12,22.5;pm2.5,89`. A frame throws when the text is over 65535 bytes, or a name or a value holds a separator.
 */
export function type5(ids: Names, time?: TimeFormat): Encoder {
  return (values, at) =>
    "\x05" +
    sized(
      ",;" +
        joined(
          "",
          ids().map(recordHead),
          datedPoints && at ? (time as TimeFormat)(at) + "," : "",
          values,
          "",
          ";",
          fieldText,
        ),
    );
}

/**
 * Type 6: the type byte, six bytes of time if it is known, a u16 length, and the text of type 5. A frame throws when one
 * of type 5 would.
 */
export function type6(ids: Names, time?: TimeFormat): Encoder {
  return (values, at) =>
    timed("\x06", "\x86", time, at) +
    sized(",;" + joined("", ids().map(recordHead), "", values, "", ";", fieldText));
}

/**
 * Type 7: the type byte, six bytes of time if it is known, and for each data stream its u16 number, the u16 count of its
 * values, and each value as a little-endian float32. A frame throws when a value is not a number or does not fit in a
 * float32 (about 3.4e38), and when there are more than 500 values.
 * @param numbers of the data streams, 1–65535 each
 * @throws Error for any other number
 */
export function type7(
  numbers: readonly number[],
  time?: TimeFormat,
): (values: readonly (Value | readonly number[] | null)[], at: number | undefined) => string {
  for (const number of numbers) {
    if (!(number >= 1 && number <= LARGEST_NUMBER) || number % 1) {
      throw new Error("$dp type 7 numbers its data streams 1 to 65535, not " + number);
    }
  }
  const heads = numbers.map(u16);
  const float = new Float32Array(1);
  const bytes = new Uint8Array(float.buffer); // little-endian, like every chip that runs this
  let count = 0;

  function floatBytes(value: Value): string {
    count++;
    float[0] = value as number;
    if (typeof value !== "number" || float[0] - float[0] !== 0) {
      throw new Error("$dp type 7 carries float32 numbers, not " + value);
    }
    return String.fromCharCode.apply(null, bytes as never);
  }

  return (values, at) => {
    let frame = timed("\x07", "\x87", time, at);
    count = 0;
    for (let i = 0; i < heads.length; i++) {
      const value = values[i] as Value | readonly number[] | null;
      if (value === null) continue;
      if (typeof value !== "object") {
        frame += (heads[i] as string) + "\0\x01" + floatBytes(value);
      } else if (value.length) {
        frame += (heads[i] as string) + u16(value.length);
        for (const each of value) frame += floatBytes(each);
      }
    }
    if (count > MAXIMUM_FLOATS) throw new Error(count + " values; $dp type 7 takes 500 in a frame");
    return frame;
  };
}

function plainText(value: Value): string {
  return value.toString();
}

function fieldText(value: Value): string {
  const text = plainText(value);
  if (/[,;]/.test(text)) throw new Error("$dp types 5 and 6 cannot carry , or ; but there is one in " + text);
  return text;
}

function recordHead(id: string): string {
  return fieldText(id) + ",";
}

/** The type byte; if the time is known, with bit 7 set and followed by the six bytes of time. */
function timed(
  type: string,
  typeWithTime: string,
  time: TimeFormat | undefined,
  at: number | undefined,
): string {
  return datedPoints && at ? typeWithTime + timeBytes((time as TimeFormat)(at)) : type;
}
