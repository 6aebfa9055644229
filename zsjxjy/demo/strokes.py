"""演示, drawn by hand as strokes: a bare machine has no Chinese font, and the evidence must show what it is."""

from __future__ import annotations

Stroke = tuple[tuple[int, int], ...]

# On a square of 100 × 100, y downwards.
_YAN: tuple[Stroke, ...] = (
    ((8, 12), (20, 22)),
    ((4, 38), (16, 46)),
    ((6, 84), (22, 62)),
    ((64, 6), (68, 16)),
    ((38, 34), (38, 20), (94, 20), (94, 34)),
    ((46, 34), (86, 34)),
    ((44, 44), (86, 44), (86, 74), (44, 74), (44, 44)),
    ((44, 59), (86, 59)),
    ((65, 34), (65, 74)),
    ((54, 80), (38, 94)),
    ((76, 80), (92, 94)),
)
_SHI: tuple[Stroke, ...] = (
    ((25, 20), (75, 20)),
    ((10, 42), (90, 42)),
    ((50, 42), (50, 88), (40, 82)),
    ((30, 56), (16, 78)),
    ((70, 56), (86, 78)),
)


def demo_strokes(x: float, y: float, size: float) -> list[list[tuple[float, float]]]:
    """The strokes of 演示 with the upper left corner at (x, y), each character `size` wide; y grows downwards."""
    found = []
    for place, character in enumerate((_YAN, _SHI)):
        left = x + place * size * 1.1
        found += [[(left + px * size / 100, y + py * size / 100) for px, py in stroke] for stroke in character]
    return found
