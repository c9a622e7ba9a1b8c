/** `npm run class`: a device, a board file and a line of a sheet for each name of a list. */

import { BOARDS_DIRECTORY } from "./boards/index.ts";
import { classCommand } from "./devices/class-command.ts";

await classCommand(BOARDS_DIRECTORY);
