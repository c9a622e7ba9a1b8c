/**
 * Replaces the espruino tool's optional packages: @abandonware/noble, noble-winrt, node-ble, peerjs-on-node,
 * websocket. The tool loads them all; each does nothing here, and using one gives the reason. See
 * docs/decisions/light-install.md.
 */

const WHY = "left out of this project, see docs/decisions/light-install.md";

let hasWarned = false;

/** On stderr: the tool's console.log prints only with --verbose. */
function warnOnce() {
  if (hasWarned) return;
  hasWarned = true;
  console.error(`Bluetooth is not available: ${WHY}`);
}

module.exports = {
  /** `noble`: an adapter that never starts. */
  on: warnOnce,

  /** `node-ble`: an adapter that finds no device. */
  createBluetooth() {
    warnOnce();
    const adapter = {
      startDiscovery: () => Promise.resolve(),
      stopDiscovery: () => Promise.resolve(),
      devices: () => Promise.resolve([]),
      getDevice: () => Promise.reject(new Error(`Bluetooth is not available: ${WHY}`)),
    };
    return { bluetooth: { defaultAdapter: () => Promise.resolve(adapter) }, destroy: () => undefined };
  },

  /** `peerjs-on-node`. */
  Peer: function () {
    throw new Error(`--remote is not available: ${WHY}`);
  },

  /** `websocket`. */
  get server() {
    throw new Error(`--ide is not available: ${WHY}`);
  },
};
