from dataclasses import replace

from executor.language_files import load_catalogue
from executor.self_test import Report
from server.admin.runtime_table import Row, language_page

PYTHON = load_catalogue().resolve("python")


def test_the_page_has_a_line_for_each_runtime_and_counts_them() -> None:
    compiled = replace(
        PYTHON, language="c", name="C", version="GCC 14", id="c-gcc-14", compile=("gcc",)
    )
    page = language_page(
        [
            Row(Report(PYTHON, "", "3.13.5", 0.0, 0.24), 116_400_000),
            Row(Report(compiled, "", "14.2.0", 1.23, 0.0), 2_000_000_000),
        ]
    )
    assert page.startswith("# Languages\n")
    assert "\n2 languages, 2 runtimes, 1 images.\n" in page
    assert page.endswith(
        "| Python | 3.13.5 | `python-3.13` | python-3.13 | 116 |  | 0.2 s | debugpy |\n"
        "| C | GCC 14.2.0 | `c-gcc-14` | python-3.13 | 2000 | 1.2 s | 0.0 s | debugpy |\n"
    )
