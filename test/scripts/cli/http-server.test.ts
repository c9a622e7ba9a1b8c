/** Every route of every HTTP server is closed to strangers, however its letters are escaped. */

import { testClosedRoutes } from "./closed-routes.ts";

testClosedRoutes((spellings) => spellings.slice(0, 6));
