/** Every route of every HTTP server is closed to strangers, in every spelling. */

import { testClosedRoutes } from "./closed-routes.ts";

testClosedRoutes((spellings) => spellings);
