# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""How colours look to people: contrast by WCAG 2.1, colour blindness by Machado, Oliveira and
Fernandes 2009 (severity 1.0, on linear RGB), difference by CIEDE2000."""
import itertools
import math

SEES = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
                   (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
                     (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
                   (0.004733, 0.691367, 0.303900)),
}
TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750),
          (0.0193339, 0.1191920, 0.9503041))
WHITE = (0.95047, 1.0, 1.08883)


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector)) for row in matrix]


def linear(colour):
    """'#rrggbb' as linear RGB."""
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def contrast(one, other):
    light = sorted(times(TO_XYZ, linear(c))[1] + 0.05 for c in (one, other))
    return light[1] / light[0]


def lab(colour, sees="all"):
    seen = [min(max(c, 0), 1) for c in times(SEES[sees], linear(colour))]
    f = [t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116
         for t in (c / w for c, w in zip(times(TO_XYZ, seen), WHITE))]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def difference(one, other):
    """CIEDE2000 of two Lab colours."""
    mean_c7 = ((math.hypot(*one[1:]) + math.hypot(*other[1:])) / 2) ** 7
    g = 1.5 - math.sqrt(mean_c7 / (mean_c7 + 25 ** 7)) / 2
    (l1, c1, h1), (l2, c2, h2) = (
        (light, math.hypot(a * g, b), math.degrees(math.atan2(b, a * g)) % 360)
        for light, a, b in (one, other))
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0
    hue = h1 + turn / 2 if c1 * c2 else h1 + h2
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    t = sum(k * math.cos(math.radians(n * hue - a)) for n, a, k in
            ((0, 0, 1), (1, 30, -0.17), (2, 0, 0.24), (3, -6, 0.32), (4, 63, -0.20)))
    d_l = (l2 - l1) / (1 + 0.015 * (mean_l - 50) ** 2 / math.sqrt(20 + (mean_l - 50) ** 2))
    d_c = (c2 - c1) / (1 + 0.045 * mean_c)
    d_h = (2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))) / (1 + 0.015 * mean_c * t)
    bend = 60 * math.exp(-(((hue % 360) - 275) / 25) ** 2)
    r = -2 * math.sqrt(mean_c ** 7 / (mean_c ** 7 + 25 ** 7)) * math.sin(math.radians(bend))
    return math.sqrt(max(0, d_l ** 2 + d_c ** 2 + d_h ** 2 + r * d_c * d_h))


def closest(colours, sees):
    """The two that are told apart worst: (difference, one, other)."""
    seen = {c: lab(c, sees) for c in colours}
    return min((difference(seen[a], seen[b]), a, b)
               for a, b in itertools.combinations(colours, 2))
