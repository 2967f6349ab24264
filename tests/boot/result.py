# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""How the checks of this folder show what they found."""

VERDICTS = ["same", "changed", "degraded", "refused", "broken"]


def table(title, head, rows):
    """A title, and columns as wide as their widest cell."""
    print(f"\n{title}")
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, *rows]:
        print("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip())
