/** The web console's page. */

import "./style.css";
import { render } from "preact";
import { Page } from "./parts/page.tsx";
import { loadPacket, loadPartCards, loadPlot, loadProjector } from "./parts/later.ts";
import { follow } from "./state/server.ts";

const root = document.getElementById("page");
if (root) render(<Page />, root);
void follow();
// What the first picture can do without.
addEventListener("load", () => {
  const rest = [loadPlot, loadPacket, loadPartCards, loadProjector];
  setTimeout(() => Promise.all(rest.map((load) => load())).catch(() => undefined), 500);
});
