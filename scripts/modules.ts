/** `npm run modules -- <name>…`: downloads Espruino's modules, for flashing without internet. */

import { modulesCommand } from "./flash/modules-command.ts";
import { ESPRUINO_MODULES } from "./flash/modules.ts";

await modulesCommand(ESPRUINO_MODULES);
