/** What each student types: lines for the screen, and a page to print and cut apart. */

import type { Member } from "./members.ts";

/** What a student types to flash the board. */
export function flashCall(id: string): string {
  return `npm run flash -- ${id} --port <port>`;
}

/** A line for each student. The name is last: letters of some languages are wider than others. */
export function sheetLines(members: readonly Member[]): string[] {
  const width = Math.max(...members.map(({ id }) => id.length));
  return members.map(({ id, name }) => `${id.padEnd(width)}  ${flashCall(id)}  ${name}`);
}

/** An HTML page with a card for each student, in English and Chinese, without secrets. */
export function sheetPage(title: string, members: readonly Member[]): string {
  const cards = members.map(
    ({ id, name }) => `<section>
<h2>${escape(name)}</h2>
<dl>
<dt>Device 设备</dt><dd>${escape(id)}</dd>
<dt>Without a board 没有开发板</dt><dd><code>${escape(`npm start -- ${id}`)}</code></dd>
<dt>With a board 有开发板</dt><dd><code>npm run ports</code><br><code>${escape(flashCall(id))}</code></dd>
</dl>
</section>`,
  );
  return `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<title>${escape(title)}</title>
<style>
body { font: 11pt sans-serif; display: grid; grid-template-columns: 1fr 1fr; gap: 4mm; }
section { border: 1px dashed #888; padding: 3mm; break-inside: avoid; }
h2 { margin: 0 0 2mm; }
dl, dd { margin: 0; }
dt { color: #555; font-size: 9pt; }
</style>
</head>
<body>
${cards.join("\n")}
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => ENTITIES[letter] ?? letter);
}
