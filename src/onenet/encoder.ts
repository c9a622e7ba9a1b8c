/** How data points become the payload of a publish: the one thing that telemetry need not know of a generation. */

import type { Value } from "./json";

/**
 * Turns values into a payload. It is made once for the data streams that share a frame, with all that is constant.
 * @param values one for each of its streams, in their order; null for one that is not reported now. At least one is
 *   there
 * @param at when they were measured, in ms since 1970; undefined when the board does not know the time
 * @throws Error with what a frame cannot carry, in words
 */
export type Encoder = (values: readonly (Value | null)[], at: number | undefined) => string;

/** Writes a time, in ms since 1970, as the platform reads it. */
export type TimeFormat = (at: number) => string;
