/** `npm run modules` for another folder and another server: the first two arguments. */

import { modulesCommand } from "../../../scripts/flash/modules-command.ts";

const [directory = "", url = ""] = process.argv.splice(2, 2);
await modulesCommand({ directory, url });
