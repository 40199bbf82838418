from pathlib import Path

import bsh


def test_matplotlib_is_imported_nowhere_but_here_and_in_the_widgets_of_the_bluesky_door() -> None:
    package = Path(bsh.__file__).parent
    names = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if any(line.split()[:2] in (["import", "matplotlib"], ["from", "matplotlib"])
               or line.strip().startswith(("from matplotlib.", "import matplotlib."))
               for line in path.read_text(encoding="utf-8").splitlines())
    ]  # fmt: skip
    elsewhere = {name for name in names if not name.startswith("display/mpl/")}
    assert elsewhere <= {"bluesky/interactive.py"}
    assert names
