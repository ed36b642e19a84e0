"""Reports read a second on one core, by style, in one process.

python -m benchmarks.published_speed
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from random import Random

from tests.fillings import filled
from tests.published_copies import render
from xlplugin.published import read_published

PROSE = "通过政府网站、政务新媒体和公开栏公开各类信息，重点公开财政、民生和规划。" * 40


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for style in ("html", "html nested", "pipes", "one a line", "tabs", "markdown"):
            paths = []
            for i in range(40):
                data, suffix = render(style, filled("2021", Random(i)), Random(i))
                path = Path(folder) / f"{i}{suffix}"
                path.write_bytes(data.replace("全年".encode(), PROSE.encode(), 1))
                paths.append(path)
            read_published(paths[0])
            started = time.process_time()
            for path in paths:
                read_published(path)
            print(f"{style:14}{len(paths) / (time.process_time() - started):8.0f} reports a second")


if __name__ == "__main__":
    main()
