/** What a generation of OneNET must offer, so that the rest of the firmware need not know which one it talks to. */

import type { ConnectOptions } from "../mqtt/encode";
import type { Encoder, Names } from "./encoder";
import type { Json, Value } from "./json";

/** What a generation may ask of the device. */
export interface Device {
  /** Publishes at the board's QoS. */
  publish(topic: string, payload: string, retain?: boolean): void;
  /** Obeys a command in words; returns the answer for its sender. */
  obey(command: string): string;
  /** The value of a data stream that was measured last; undefined where there is none. */
  last(stream: number): Value | undefined;
  /** Writes a line on the console. */
  say(line: string): void;
}

/** What a thing model knows the device by. */
export interface Properties {
  /** The names of all properties that can be set. */
  readonly names: readonly string[];
  /** False when there is no property of that name, or the value is none that it can have. */
  set(name: string, value: Json | undefined): boolean;
  /** Undefined when there is no property of that name. */
  get(name: string): Value | undefined;
}

export interface Profile {
  /** How the device logs in. */
  readonly logIn: ConnectOptions;
  /** Topic filters that the device subscribes to once it is online; may be none. */
  readonly subscriptions: readonly string[];
  /** Topic that data points are published to. */
  readonly dataTopic: string;
  /** Topic that the LED's state is published to, retained: at each log-in, and at each change, whatever caused it. */
  readonly stateTopic?: string;
  /** The encoder of data streams that share a frame; for the generations that know one kind of frame only. */
  encoder?(names: Names): Encoder;
  /** The session came online and has asked for its subscriptions. */
  online?(): void;
  /**
   * A message arrived.
   * @param isRetained whether the server had kept it, where there are such
   */
  receive(topic: string, payload: string, isRetained?: boolean): void;
}
