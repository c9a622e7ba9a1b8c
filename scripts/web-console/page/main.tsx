/** The web console's page. */

import "./style.css";
import { render } from "preact";
import { Page } from "./parts/page.tsx";
import { follow } from "./state/server.ts";

const root = document.getElementById("page");
if (root) render(<Page />, root);
void follow();
