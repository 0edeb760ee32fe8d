"""Puts Doorward between a conformance client and the suite's server.

    through.py DOORWARD FOLDER CLIENT [ARGS...] URL

The suite starts this in place of the client and appends the URL of its own server. Needs nothing but Python.
"""

import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

READY_SECONDS = 15
DRAIN_SECONDS = 10


def main():
    doorward, folder, *client, url = sys.argv[1:]
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    listen, admin = free_addresses()
    config = {
        "version": "1",
        "listen": listen,
        "admin": admin,
        "servers": {"suite": {"url": url, "policy": {"version": "1", "default": "allow"}}},
        "anonymous": {"servers": {"suite": {}}},
    }
    (folder / "doorward.json").write_text(json.dumps(config, indent=2), encoding="utf-8")
    with open(folder / "doorward.err", "wb") as told:
        command = [doorward, "run", "--config", str(folder / "doorward.json")]
        gateway = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=told, stderr=told)
        try:
            wait_until_ready(gateway, admin)
            return subprocess.run([*client, f"http://{listen}/mcp/suite"], env=os.environ).returncode
        finally:
            gateway.terminate()
            try:
                gateway.wait(DRAIN_SECONDS)
            except subprocess.TimeoutExpired:
                gateway.kill()
                raise


def free_addresses():
    bound = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    addresses = [f"127.0.0.1:{server.getsockname()[1]}" for server in bound]
    for server in bound:
        server.close()
    return addresses


def wait_until_ready(gateway, admin):
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if gateway.poll() is not None:
            sys.exit(f"doorward ended with {gateway.returncode} before it was ready")
        try:
            with urllib.request.urlopen(f"http://{admin}/readyz", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    sys.exit(f"doorward was not ready within {READY_SECONDS} s")


if __name__ == "__main__":
    sys.exit(main())
