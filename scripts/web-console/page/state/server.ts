/** The page's connection to its server: one stream of news, and calls. */

import type {
  Answer,
  Batch,
  Calls,
  FaultName,
  GroupAnswer,
  Series,
  SessionView,
  Snapshot,
  UpdateFaultName,
} from "../../protocol.ts";
import { language, words } from "../words/index.ts";
import { connection, takeBatch, takeSeries, takeSnapshot, takeWhole } from "./store.ts";

/** Time before reconnecting, in ms. */
const RETRY = 1000;

/** Silence, heartbeats included, after which the connection counts as lost, in ms. */
const SILENCE = 40_000;

/** Follows the server while the page is open. Asks for the password if one is needed. */
export async function follow(): Promise<void> {
  try {
    const { needsPassword } = (await (await fetch("api/session")).json()) as SessionView;
    if (needsPassword) connection.value = "password";
    else listen();
  } catch {
    connection.value = "lost";
    setTimeout(() => void follow(), RETRY);
  }
}

function listen(): void {
  const stream = new EventSource("api/events");
  let silence: ReturnType<typeof setTimeout> | undefined;
  function heard(): void {
    clearTimeout(silence);
    silence = setTimeout(reconnect, SILENCE);
  }
  /** A connection can end silently: the computer slept, the network went down. */
  function reconnect(): void {
    clearTimeout(silence);
    stream.close();
    connection.value = "lost";
    setTimeout(() => void follow(), RETRY);
  }
  heard();
  stream.addEventListener("snapshot", ({ data }) => {
    heard();
    takeSnapshot(JSON.parse(data as string) as Snapshot);
    connection.value = "open";
  });
  stream.addEventListener("batch", ({ data }) => {
    heard();
    takeBatch(JSON.parse(data as string) as Batch);
  });
  stream.addEventListener("series", ({ data }) => {
    heard();
    takeSeries(JSON.parse(data as string) as readonly Series[]);
  });
  stream.addEventListener("whole", () => {
    heard();
    takeWhole();
  });
  stream.addEventListener("beat", heard);
  stream.addEventListener("error", () => {
    connection.value = "lost";
    // The browser reconnects by itself, except after a response that is not a stream: a restarted server knows no
    // log-in.
    if (stream.readyState === EventSource.CLOSED) reconnect();
  });
}

/** @throws Error if the server is out of reach */
async function post<Name extends keyof Calls>(name: Name, body: Calls[Name]): Promise<Response> {
  return fetch(`api/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json", "accept-language": language.peek() },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new Error(words.peek().notSent); // the browser's reason is for programmers
  });
}

/** @throws Error with the server's reason */
async function call<Name extends keyof Calls>(name: Name, body: Calls[Name]): Promise<unknown> {
  const response = await post(name, body);
  const answer = (await response.json()) as { error?: string };
  if (!response.ok) throw new Error(answer.error ?? response.statusText);
  return answer;
}

export async function logIn(password: string): Promise<void> {
  await call("log-in", { password });
  await follow();
}

export async function sendCommand(board: string, text: string): Promise<Answer> {
  return (await call("command", { board, text })) as Answer;
}

export async function publish(board: string, topic: string, payload: string): Promise<void> {
  await call("publish", { board, topic, payload });
}

/** @param answered called with each board's answer, as it comes @throws Error with the server's reason */
export async function sendCommands(
  boards: readonly string[],
  text: string,
  answered: (answer: GroupAnswer) => void,
): Promise<void> {
  const response = await post("commands", { boards, text });
  if (!response.ok)
    throw new Error(((await response.json()) as { error?: string }).error ?? response.statusText);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const next = () =>
    reader?.read().catch(() => {
      throw new Error(words.peek().notSent);
    });
  let rest = "";
  for (let read = await next(); read?.done === false; read = await next()) {
    const lines = (rest + read.value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) answered(JSON.parse(line) as GroupAnswer);
  }
}

export async function makeFault(board: string, fault: FaultName, isOn: boolean): Promise<void> {
  await call("fault", { board, fault, isOn });
}

export async function disturbSensor(
  board: string,
  part: string,
  sensor: number,
  fault: Calls["sensor"]["fault"],
): Promise<void> {
  await call("sensor", { board, part, sensor, fault });
}

export async function startUpdate(board: string, fault: UpdateFaultName): Promise<void> {
  await call("update", { board, fault });
}

export async function chooseBoard(name: string): Promise<void> {
  await call("board", { name });
}

export async function turnInput(board: string, input: string, value: number): Promise<void> {
  await call("input", { board, input, value });
}
