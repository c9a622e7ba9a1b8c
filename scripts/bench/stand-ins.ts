/** Stand-ins for what a board has but Espruino on Linux lacks: Wi-Fi and observable pins. */

/**
 * A script to run before a board's bundle. It uses the interpreter's real network but redirects connections and time
 * requests to 127.0.0.1. Each write to a pin prints `PIN <pin> <value>`.
 * @param port of the platform
 * @param timePort UDP port of a time server; without it, time requests get no answer
 */
export function standIns(port: number, timePort = 9): string {
  return `(function() {
  var net = global.realNet = require("net"), dgram = require("dgram");
  var send;
  function sendHere(bytes) { send.call(this, bytes, ${timePort}, "127.0.0.1"); }
  global.askHere = function(type) {
    var socket = dgram.createSocket(type);
    if (!send) send = socket.send;
    socket.send = sendHere;
    return socket;
  };
  Modules.addCached("dgram", function() { exports.createSocket = askHere; });
  Modules.addCached("TelnetServer", function() { exports.setOptions = function() {}; });
  global.connectHere = function(options, connected) {
    return net.connect({ host: "127.0.0.1", port: ${port} }, connected);
  };
  Modules.addCached("net", function() { exports.connect = connectHere; });
  Modules.addCached("Wifi", function() {
    var listeners = {};
    exports.on = function(event, listener) { listeners[event] = listener; };
    exports.stopAP = function() { print("AP off"); };
    exports.disconnect = exports.setSNTP = exports.save = function() {};
    exports.getStatus = exports.getDetails = function() { return { rssi: -50 }; };
    exports.connect = function() {
      setTimeout(function() { listeners.connected({ ip: "127.0.0.1" }); }, 50);
    };
  });
  Modules.addCached("neopixel", function() {
    exports.write = function(pin, data) { print("PIXELS " + pin + " " + data.join(" ")); };
  });
})();
global.NRF = { sleep: function() {} };
global.digitalWrite = function(pin, value) { print("PIN " + pin + " " + value); };
global.analogWrite = function(pin, value) { print("PWM " + pin + " " + value); };
global.analogRead = function() { return 0.5; };
`;
}
