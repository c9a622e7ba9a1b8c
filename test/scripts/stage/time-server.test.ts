import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterEach, expect, it } from "vitest";
import { startTimeServer, type TimeServer } from "../../../scripts/stage/time-server.ts";

let server: TimeServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const client = createSocket("udp4");

/** Asks as a client. @returns the question and its answer */
async function ask(port: number): Promise<{ question: Buffer; answer: Buffer }> {
  const question = Buffer.alloc(48);
  question.writeUInt8(0x23, 0); // version 4, mode 3
  question.write("12345678", 40);
  const answered = once(client, "message") as Promise<[Buffer]>;
  client.send(question, port, "127.0.0.1");
  return { question, answer: (await answered)[0] };
}

it("answers in the question's version, and identifies the question", async () => {
  server = await startTimeServer(() => Date.UTC(2026, 0, 1) + 250);
  const { question, answer } = await ask(server.port);
  expect(answer).toHaveLength(48);
  expect([answer[0], answer[1]]).toEqual([0x24, 1]);
  expect(answer.subarray(24, 32)).toEqual(question.subarray(40));
  expect(answer.readUInt32BE(40) - 2_208_988_800).toBe(Date.UTC(2026, 0, 1) / 1000);
  expect(answer.readUInt32BE(44)).toBe(2 ** 30);
  expect([server.asked, server.answered]).toEqual([1, 1]);
});

it("counts from 1900, and from 2036 after that year", async () => {
  server = await startTimeServer(() => Date.UTC(2036, 1, 7, 6, 28, 17));
  const { answer } = await ask(server.port);
  expect(answer.readUInt32BE(40)).toBe(1);
});

it("stays silent, changes answers or waits on request", async () => {
  server = await startTimeServer(Date.now, { waits: true });
  const { port } = server;
  const asked = ask(port);
  await expect.poll(() => server?.asked).toBe(1);
  expect(server.answered).toBe(0);
  server.change = (answer) => answer.subarray(0, 4);
  server.answerWaiting();
  expect((await asked).answer).toHaveLength(4);
  server.isSilent = true;
  void ask(port);
  await expect.poll(() => server?.asked).toBe(2);
  server.answerWaiting();
  expect(server.answered).toBe(1);
});
