/** The interpreter's Wi-Fi. */

export const wifi = require("Wifi");
