/** `npm run new-board` for the board files of another folder: the first argument. */

import { newBoardCommand } from "../../../../scripts/boards/new/command.ts";

const [directory = ""] = process.argv.splice(2, 1);
await newBoardCommand(directory);
