/** A generation of OneNET, for the rest of the firmware: everything that differs from one to another. */

import type { ConnectOptions } from "../mqtt/encode";
import type { Batch, Encoder, Names } from "./encoder";
import type { Json, Value } from "./json";

/** The program, for a generation. */
export interface Program {
  /** Publishes at the board's QoS. */
  publish(topic: string, payload: string, retain?: boolean): void;
  /** Obeys a command. @returns the answer for its sender */
  obey(command: string): string;
  /** The last value of a data stream, by its number; undefined if there is none. */
  last(stream: number): Value | undefined;
  /** The platform answered the latest request, of a board that reports in bulk. */
  answered(isAccepted: boolean): void;
  /** There may be a task for an update. @param message what a plain broker sent of it */
  checkForUpdate(message?: string): void;
  /** Writes a line on the console. */
  say(line: string): void;
  /** Home Assistant has started: tells it about the board again. */
  announce(): void;
}

/** The device's properties in a thing model. */
export interface Properties {
  /** All properties that can be set. */
  readonly names: readonly string[];
  /** False if there is no such property, or it cannot have that value. */
  set(name: string, value: Json | undefined): boolean;
  /** Undefined if there is no such property. */
  get(name: string): Value | undefined;
}

export interface Profile {
  readonly logIn: ConnectOptions;
  /** The end of the console line when the log-in is refused: what the user should check. */
  logInAdvice(): string;
  /** Topic filters to subscribe to at each log-in; may be empty. */
  readonly subscriptions: readonly string[];
  /** The end of the console line when a subscription is refused. */
  subscriptionAdvice(): string;
  /** Topic of the data points. */
  readonly dataTopic: string;
  /** Topic of the LED's state, retained: published at each log-in, and after each change, whatever caused it. */
  readonly stateTopic?: string;
  /** Topic of the owner's offers of updates, if they come as messages. */
  readonly updateTopic?: string;
  /** The encoder of data streams that share a frame, for a generation with one kind of frame. */
  encoder?(names: Names): Encoder;
  /** The same for a generation whose platform takes several reports in one message. */
  batch?(names: Names): Batch;
  /** Topic of a message with several reports, if it has its own. */
  readonly historyTopic?: string;
  /** The subscriptions are settled: the device can be reached. Publishes what the platform is to know then. */
  online(): void;
  /** Of a board that sleeps, it is about to: publishes what the server is to know then. */
  asleep?(): void;
  /**
   * A message arrived.
   * @param isRetained whether the server had kept it, where retained messages are a feature
   */
  receive(topic: string, payload: string, isRetained?: boolean): void;
}
