/**
 * Runs commands one after another in one process, which loads once what they share: `run-each.ts '[["build","--help"],…]'`
 * prints a JSON list of what each wrote.
 */

/** What a command wrote, and its exit code. */
export interface Written {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const calls = JSON.parse(process.argv[2] ?? "[]") as readonly (readonly [
  script: string,
  ...args: string[],
])[];
const all: Written[] = [];
for (const [index, [script, ...args]] of calls.entries()) all.push(await run(script, args, index));
console.log(JSON.stringify(all));
process.exit();

async function run(script: string, args: readonly string[], index: number): Promise<Written> {
  const written = { stdout: "", stderr: "" };
  const writers = (["stdout", "stderr"] as const).map((name) => {
    const stream = process[name];
    const write = stream.write.bind(stream);
    stream.write = (text: string | Uint8Array) => {
      written[name] += String(text);
      return true;
    };
    return () => (stream.write = write);
  });
  process.argv = [process.execPath, script, ...args];
  process.exitCode = 0;
  try {
    await import(`../../scripts/${script}.ts?call=${index}`); // the query makes it run again
    return { code: process.exitCode, ...written };
  } finally {
    for (const restore of writers) restore();
    process.exitCode = 0;
  }
}
