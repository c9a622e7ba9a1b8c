/** `npm run new-board`: asks what a person knows of a board, and writes `boards/<name>.local.json`. */

import { BOARDS_DIRECTORY } from "./lib/boards.ts";
import { newBoardCommand } from "./new-board/command.ts";

await newBoardCommand(BOARDS_DIRECTORY);
