/** The bounds of the local OneNET: everything kept from the network has one. */

export interface Limits {
  /**
   * Connections held at once, each of MQTT and of HTTP. For one more, the oldest of those that have not logged in is
   * closed, of the address that has the most of them; where all have, the new one.
   */
  readonly connections: number;
  /**
   * Time from the connection to the end of its CONNECT, and from the first to the last byte of an HTTP request, in ms.
   */
  readonly connectTimeout: number;
  /** Largest remaining length of a packet from a device, in bytes: a full `$dp` frame (65538) and its topic. */
  readonly remainingLength: number;
  /** Most bytes queued for a device that has stopped reading; one more message cuts the connection. */
  readonly backlog: number;
  /** Bytes, about, of all data points, commands and desired values that are kept; the oldest of all go first. */
  readonly kept: number;
  /** Devices known; one more cannot register. */
  readonly devices: number;
  /** Data streams kept for a device. */
  readonly streams: number;
  /** Data points kept for a stream; the oldest go first. */
  readonly datapoints: number;
  /** Characters of JSON kept for a stream; the oldest go first. */
  readonly streamSize: number;
  /** Commands remembered, answered or not, of which the oldest go first; requests to studio devices that wait. */
  readonly commands: number;
  /** Violations remembered; the oldest go first. */
  readonly violations: number;
}

export const LIMITS: Limits = {
  connections: 1000,
  connectTimeout: 10_000,
  remainingLength: 65 * 1024,
  backlog: 256 * 1024,
  kept: 64 * 1024 * 1024,
  devices: 1000,
  streams: 100,
  datapoints: 1000,
  streamSize: 1024 * 1024,
  commands: 1000,
  violations: 1000,
};

/** Longest command and longest message to a topic that the platform takes, in bytes ("less than 64K"). */
export const MAXIMUM_PAYLOAD = 65_535;

/** Most data points of a message: each is kept, told and shown, which holds all others up. */
export const MAXIMUM_POINTS = 2000;

/** Bytes of values, about, after which an answer of the HTTP API has no more data points. */
export const MAXIMUM_ANSWER = 4 * 1024 * 1024;
