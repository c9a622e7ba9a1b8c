/** The messages published and received in timed runs: the same bytes on every side. */

const DATA_POINTS = '{"temperature":22.5,"humidity":95}';

/** Two data points as a `$dp` frame of type 3: a type byte, two length bytes, and JSON. */
export const FRAME = `\x03\0${String.fromCharCode(DATA_POINTS.length)}${DATA_POINTS}`;

const COMMAND_TOPIC = "$creq/6a8f52d1-4fa3-5d1b-9a7b-cc0d21f0a2b1";

/** A QoS 0 PUBLISH with a command, as OneNET sends it. */
export const COMMAND = `\x30${String.fromCharCode(COMMAND_TOPIC.length + 4)}\0${String.fromCharCode(COMMAND_TOPIC.length)}${COMMAND_TOPIC}on`;
