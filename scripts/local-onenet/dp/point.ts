/** A data point as the platform keeps it. */

import type { JsonValue } from "../json.ts";

export interface ReportedPoint {
  /** The stream's name; for type 7, its number as text. */
  readonly stream: string;
  /** The bytes of type 2 become `{"base64":"…"}`, with `desc` if the device sent one. */
  readonly value: JsonValue;
  /** `YYYY-MM-DD HH:MM:SS`, optionally with milliseconds, if the device sent a time. */
  readonly at?: string;
}
