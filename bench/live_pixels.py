"""A real browser beside the simulated viewers of bench.live: when each new incident stood on the screen.

    python -m bench.live_pixels 127.0.0.1:8050 SECONDS

Prints "ready" when the map is drawn, and at the end [[incident id, epoch milliseconds], …]: the second animation frame
after the map took the change, when what it painted has been shown.
"""

import json
import os
import sys
import time

from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("GRIDMAP_CHROMIUM", "/usr/bin/chromium")

WATCH_SCRIPT = """(() => {
    window.shown = [];
    gridmap.store.on("change", ({ ids }) => requestAnimationFrame(() => requestAnimationFrame(() => {
        const at = Date.now();
        for (const id of ids || []) window.shown.push([id, at]);
    })));
})()"""


def main() -> None:
    """Watch for the seconds that were asked for."""
    address, seconds = sys.argv[1], float(sys.argv[2])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(f"http://{address}/?z=13")
        while not page.evaluate("Boolean(window.gridmap && gridmap.debug && gridmap.debug.isDrawn())"):
            time.sleep(0.1)
        page.evaluate(WATCH_SCRIPT)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        page.wait_for_timeout(seconds * 1000)
        sys.stdout.write(json.dumps(page.evaluate("window.shown")))
        browser.close()


if __name__ == "__main__":
    main()
