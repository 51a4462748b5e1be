"""Hours on a screen, in minutes: memory, DOM and errors of the map and the wall under a stream of events.

Asks a running server (`gridmap serve`, or `make demo`); run a stream of events beside it, for example

    gridmap simulate --rate 300        (per minute)
    python bench/soak.py --url http://127.0.0.1:8050 --minutes 10

The map changes its view, its filter and its selection every few seconds; the wall tours by itself. Heap is read after a
forced collection, so what grows is held by somebody.
"""

import argparse
import os
import platform
import time
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

CHROMIUM = os.environ.get("GRIDMAP_CHROMIUM", "/usr/bin/chromium")
SAMPLE_S = 30.0
STEP_S = 4.0
START_S = 60.0
"""Caches (tiles, formats, hatch patterns) fill in the first minute; growth is counted from then on."""

COUNT_SCRIPT = """(() => {
    window.soak = { changes: 0 };
    gridmap.store.on("change", () => { window.soak.changes += 1; });
})()"""
# One round of what a person does: far, near, a township's page, a unit's filter, and back.
STEPS = (
    "gridmap.view.showCounty(gridmap.mount.map(), gridmap.config().bounds)",
    "gridmap.view.show(gridmap.store.tree.label(gridmap.store.tree.ids('township')[3])[3])",
    "gridmap.panel.select({kind: 'area', id: gridmap.store.tree.ids('township')[3]})",
    "gridmap.mount.map().setZoom(14, {animate: false})",
    "gridmap.mount.map().panBy([900, 300], {animate: false})",
    "gridmap.mount.map().setZoom(17, {animate: false})",
    "gridmap.store.setFilter({units: new Set([gridmap.store.summary().units[0].unit])})",
    "gridmap.view.show(gridmap.store.tree.label(gridmap.store.tree.ids('village')[40])[3])",
    "gridmap.filter.setMeasure('hours')",
    "gridmap.filter.setMeasure('overdue')",
    "gridmap.filter.clear()",
    "gridmap.panel.select(null)",
)

HEADER = """| page | minute | heap MB | DOM nodes | listeners | documents | open incidents | changes heard |
|---|---|---|---|---|---|---|---|"""


@dataclass(frozen=True)
class Sample:
    """One reading of a page after a forced collection."""

    minute: float
    heap_bytes: int
    nodes: int
    listeners: int
    documents: int
    incidents: int
    changes: int


class Watched:
    """A page that is watched: its samples, and what went wrong on it."""

    def __init__(self, context: BrowserContext, name: str, url: str) -> None:
        self.name = name
        self.faults: list[str] = []
        self.samples: list[Sample] = []
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda line: self.faults.append(line.text) if line.type == "error" else None)
        self.page.goto(url)
        while not self.page.evaluate("Boolean(window.gridmap && gridmap.debug && gridmap.debug.isDrawn())"):
            self.page.wait_for_timeout(100)
        self.page.evaluate(COUNT_SCRIPT)
        self._session: CDPSession = context.new_cdp_session(self.page)

    def sample(self, minute: float) -> None:
        """Read memory and DOM."""
        self._session.send("HeapProfiler.collectGarbage")
        self._session.send("HeapProfiler.collectGarbage")
        heap = self._session.send("Runtime.getHeapUsage")
        dom = self._session.send("Memory.getDOMCounters")
        incidents, changes = self.page.evaluate("[gridmap.store.columns.count, window.soak.changes]")
        self.samples.append(
            Sample(
                minute,
                int(heap["usedSize"]),
                dom["nodes"],
                dom["jsEventListeners"],
                dom["documents"],
                incidents,
                changes,
            )
        )

    def write_rows(self) -> str:
        """Write the samples as rows of a table."""
        return "\n".join(
            f"| {self.name} | {one.minute:.1f} | {one.heap_bytes / 1e6:.2f} | {one.nodes:,} | {one.listeners:,} "
            f"| {one.documents} | {one.incidents:,} | {one.changes:,} |"
            for one in self.samples
        )

    def write_growth(self) -> str:
        """Say how heap and nodes grew from the end of the first minute to the end."""
        settled = [one for one in self.samples if one.minute * 60 >= START_S] or self.samples
        half = max(1, len(settled) // 2)
        early, late = settled[:half], settled[-half:]
        heap = [sum(one.heap_bytes for one in part) / len(part) / 1e6 for part in (early, late)]
        nodes = [sum(one.nodes for one in part) / len(part) for part in (early, late)]
        return (
            f"- {self.name}: heap {heap[0]:.2f} MB in the first half after minute 1, {heap[1]:.2f} MB in the second; "
            f"DOM nodes {nodes[0]:,.0f} and {nodes[1]:,.0f}; errors on the console: {len(self.faults)}"
        )


def main() -> None:
    """Run the soak and print the results in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8050")
    parser.add_argument("--minutes", type=float, default=10)
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        # A context each: a tab in the background of another would be throttled, and a wall is never one.
        pages = [
            Watched(browser.new_context(viewport={"width": 1920, "height": 1080}), name, options.url + path)
            for name, path in (("map", "/"), ("wall", "/wall"))
        ]
        started = time.monotonic()
        step, sampled_s = 0, 0.0
        while (passed_s := time.monotonic() - started) < options.minutes * 60:
            # Samples are taken at the same step of the round, so that the same things are on the screen.
            if step % len(STEPS) == 0 and passed_s - sampled_s >= SAMPLE_S:
                sampled_s = passed_s
                for one in pages:
                    one.sample(passed_s / 60)
            pages[0].page.evaluate(f"() => {{ {STEPS[step % len(STEPS)]}; }}")
            step += 1
            pages[0].page.wait_for_timeout(STEP_S * 1000)
        machine = f"{platform.machine()}, {os.cpu_count()} cores, Chromium headless without GPU, 1920x1080"
        print(f"{machine}; {options.minutes:g} minutes, {step} changes of the map's view, filter or selection\n")
        print("\n".join(one.write_growth() for one in pages) + "\n")
        print(HEADER)
        for one in pages:
            print(one.write_rows())
        for one in pages:
            for fault in one.faults[:10]:
                print(f"\n{one.name}: {fault}")
        browser.close()


if __name__ == "__main__":
    main()
