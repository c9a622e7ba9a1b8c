/** What a real Espruino on Linux lacks of a board: Wi-Fi, and pins that can be looked at. */

/**
 * A script to be run before a board's bundle. The network is the interpreter's own; only the address that the bundle
 * connects to leads to 127.0.0.1. Each write to a pin prints `PIN <pin> <value>`.
 */
export function standIns(port: number): string {
  return `(function() {
  var net = require("net");
  global.connectHere = function(options, connected) {
    return net.connect({ host: "127.0.0.1", port: ${port} }, connected);
  };
  Modules.addCached("net", function() { exports.connect = connectHere; });
  Modules.addCached("Wifi", function() {
    var listeners = {};
    exports.on = function(event, listener) { listeners[event] = listener; };
    exports.stopAP = function() { print("AP off"); };
    exports.disconnect = exports.setSNTP = function() {};
    exports.getStatus = exports.getDetails = function() { return { rssi: -50 }; };
    exports.connect = function() {
      setTimeout(function() { listeners.connected({ ip: "127.0.0.1" }); }, 50);
    };
  });
  Modules.addCached("neopixel", function() {
    exports.write = function(pin, data) { print("PIXELS " + pin + " " + data.join(" ")); };
  });
})();
global.digitalWrite = function(pin, value) { print("PIN " + pin + " " + value); };
global.analogWrite = function(pin, value) { print("PWM " + pin + " " + value); };
global.analogRead = function() { return 0.5; };
`;
}
