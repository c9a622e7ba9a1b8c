/** `npm run new-board`: asks about a board and writes `boards/<name>.local.json`. */

import { BOARDS_DIRECTORY } from "./boards/index.ts";
import { newBoardCommand } from "./boards/new/command.ts";

await newBoardCommand(BOARDS_DIRECTORY);
