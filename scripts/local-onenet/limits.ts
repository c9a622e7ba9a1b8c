/** The bounds of the local OneNET. Everything it keeps from the network has one. */

export interface Limits {
  /**
   * Most simultaneous connections, for MQTT and HTTP each. One more closes the oldest connection that has not logged
   * in, from the address with the most such connections; if all have logged in, the new one is closed.
   */
  readonly connections: number;
  /**
   * Longest time from the connection to the end of the CONNECT, or from the first to the last byte of an HTTP request,
   * in ms.
   */
  readonly connectTimeout: number;
  /** Largest remaining length of a packet, in bytes, of a multiprotocol device: a full `$dp` frame (65538) and its topic. */
  readonly remainingLength: number;
  /** The same of a suite or studio device: a payload of 256 KB, its topic and its packet identifier. */
  readonly suiteRemainingLength: number;
  /** Most bytes queued for a device that has stopped reading; one more message cuts the connection. */
  readonly backlog: number;
  /** Approximate bytes of all stored data points, commands and desired values; over it, the device with the most loses its oldest. */
  readonly kept: number;
  /** Most devices; one more cannot register. */
  readonly devices: number;
  /** Most sub-devices of a studio gateway, as on the platform. */
  readonly subDevices: number;
  /** Most sub-devices that a suite device has logged in at once, as on the platform. */
  readonly loggedIn: number;
  /** Data streams kept for a device. */
  readonly streams: number;
  /** Data points kept for a stream; the oldest are dropped first. */
  readonly datapoints: number;
  /** Characters of JSON kept for a stream; the oldest are dropped first. */
  readonly streamSize: number;
  /**
   * Commands remembered, answered or not (the oldest are dropped first); also the most pending requests to studio
   * devices.
   */
  readonly commands: number;
  /** Violations remembered; the oldest are dropped first. */
  readonly violations: number;
}

export const LIMITS: Limits = {
  connections: 1000,
  connectTimeout: 10_000,
  remainingLength: 65 * 1024,
  suiteRemainingLength: 256 * 1024 + 2 + 512 + 2,
  backlog: 256 * 1024,
  kept: 64 * 1024 * 1024,
  devices: 10_000,
  subDevices: 1500,
  loggedIn: 50,
  streams: 100,
  datapoints: 1000,
  streamSize: 1024 * 1024,
  commands: 1000,
  violations: 1000,
};

/** Longest command or message to a topic the platform accepts, in bytes ("less than 64K"). */
export const MAXIMUM_PAYLOAD = 65_535;

/** Most data points in a message. Each is stored, emitted and displayed, which delays everything else. */
export const MAXIMUM_POINTS = 2000;

/** Approximate bytes of values after which an HTTP API answer stops adding data points. */
export const MAXIMUM_ANSWER = 4 * 1024 * 1024;
