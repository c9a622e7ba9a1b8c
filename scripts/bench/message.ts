/** What is published and received while it is timed: the same bytes on every side. */

const DATA_POINTS = '{"temperature":22.5,"humidity":95}';

/** Two data points as `$dp` takes them, type 3: a byte of type, two of length, and JSON. */
export const FRAME = `\x03\0${String.fromCharCode(DATA_POINTS.length)}${DATA_POINTS}`;

const COMMAND_TOPIC = "$creq/6a8f52d1-4fa3-5d1b-9a7b-cc0d21f0a2b1";

/** The PUBLISH at QoS 0 that carries a command as OneNET sends it. */
export const COMMAND = `\x30${String.fromCharCode(COMMAND_TOPIC.length + 4)}\0${String.fromCharCode(COMMAND_TOPIC.length)}${COMMAND_TOPIC}on`;
