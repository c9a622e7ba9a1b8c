"""
A Home Assistant that has nothing but its MQTT integration, at a broker on 127.0.0.1.

Arguments: the broker's port. Prints a JSON object a line: an entity at each change of its state
(`{"id": "lamp-1_pump", "entity": "switch.lamp_pump", "state": "on", "attributes": {…}}`), `{"warning": "…"}` for each
warning and error in its log, and `{"ready": true}`. Takes a JSON object a line, a service to call:
`{"domain": "switch", "service": "turn_on", "data": {"entity_id": "switch.lamp_pump"}}`. Ends with its input.
"""

import asyncio
import json
import logging
import os
import sys
import tempfile

from homeassistant import bootstrap, config_entries, loader
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry
from homeassistant.setup import async_setup_component


def say(message):
    print(json.dumps(message, default=str), flush=True)


class Log(logging.Handler):
    def emit(self, record):
        # How Home Assistant itself loads several platforms at once.
        if record.name != "homeassistant.helpers.frame":
            say({"warning": f"{record.name}: {self.format(record)}"})


def write_configuration(folder, port):
    """What Home Assistant has on its disk after a user set up the MQTT integration."""
    entry = {
        "entry_id": "mqtt",
        "domain": "mqtt",
        "title": "mqtt",
        "version": 1,
        "minor_version": 1,
        "source": "user",
        "unique_id": None,
        "disabled_by": None,
        "pref_disable_new_entities": False,
        "pref_disable_polling": False,
        "created_at": "2025-01-01T00:00:00+00:00",
        "modified_at": "2025-01-01T00:00:00+00:00",
        "discovery_keys": {},
        "subentries": [],
        "data": {"broker": "127.0.0.1", "port": port, "discovery": True},
        "options": {},
    }
    stored = {"version": 1, "minor_version": 1, "key": "core.config_entries", "data": {"entries": [entry]}}
    os.mkdir(f"{folder}/.storage")
    with open(f"{folder}/.storage/core.config_entries", "w", encoding="utf-8") as file:
        json.dump(stored, file)
    with open(f"{folder}/configuration.yaml", "w", encoding="utf-8"):
        pass


async def start(folder):
    hass = HomeAssistant(folder)
    hass.config.skip_pip = True
    loader.async_setup(hass)
    hass.config_entries = config_entries.ConfigEntries(hass, {})
    await bootstrap.async_load_base_functionality(hass)
    # The integration asks for them, and serves no pages here.
    hass.config.components.update({"http", "file_upload"})

    @callback
    def changed(event):
        state = event.data["new_state"]
        entry = entity_registry.async_get(hass).async_get(event.data["entity_id"])
        if state is None or entry is None:
            return
        say(
            {
                "id": entry.unique_id,
                "entity": entry.entity_id,
                "category": entry.entity_category,
                "state": state.state,
                "attributes": dict(state.attributes),
            }
        )

    hass.bus.async_listen(EVENT_STATE_CHANGED, changed)
    if not await async_setup_component(hass, "mqtt", {}):
        raise RuntimeError("the MQTT integration does not start")
    await hass.async_start()
    return hass


async def main():
    handler = Log(logging.WARNING)
    logging.getLogger().addHandler(handler)
    with tempfile.TemporaryDirectory() as folder:
        write_configuration(folder, int(sys.argv[1]))
        hass = await start(folder)
        say({"ready": True})
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            call = json.loads(line)
            await hass.services.async_call(call["domain"], call["service"], call["data"], blocking=True)
        await hass.async_stop(force=True)


asyncio.run(main())
