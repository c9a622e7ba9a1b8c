/** A data point as the platform keeps it. */

import type { JsonValue } from "../json.ts";

export interface ReportedPoint {
  /** Its name; the number of type 7 as text. */
  readonly stream: string;
  /** Bytes of type 2 are `{"base64":"…"}`, with `desc` if the device gave one. */
  readonly value: JsonValue;
  /** `YYYY-MM-DD HH:MM:SS`, if the device gave a time; it may have milliseconds. */
  readonly at?: string;
}
