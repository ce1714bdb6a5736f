"""Real micrographs with truth: reading, splits, cleaning of the truth, working images at several scales."""
import os

import numpy as np

from preprocess import DIAMETER, working_image

VALIDATION = (1, 4, 7, 10)  # of the names with truth, sorted
SETS = {
    # offset: truth minus real ring centre, in file pixels (see the data's README); diameter in file pixels
    "apoferritin": dict(folder="apoferritin", diameter=117 / 1.5, offset=(2.0, -0.5), merge=0, border=0, exclude=(), kinds=("avg", "frame"),
                        scales=(0.78, 0.88, 0.96, 1.0, 1.08)),
    "beta-galactosidase": dict(folder="beta-galactosidase", diameter=191 / 3.54, offset=(0.0, 0.0), merge=15, border=65,
                               exclude=("Falcon_2012_06_12-15_07_41_0",), kinds=("",),
                               scales=(0.84, 0.92, 1.0, 1.1, 1.2)),
}


def read_mrc(path):
    with open(path, "rb") as f:
        data = f.read()
    nx, ny, nz, mode = np.frombuffer(data[:16], "<i4")
    extended = int(np.frombuffer(data[92:96], "<i4")[0])
    dtype = {0: "<i1", 1: "<i2", 2: "<f4", 6: "<u2"}[int(mode)]
    return np.frombuffer(data, dtype, nx * ny, 1024 + extended).reshape(ny, nx).astype(np.float32)


def merge_near(points, distance):
    """Replaces groups of points nearer than `distance` by their mean."""
    points = [p for p in points]
    i = 0
    while distance and i < len(points):
        j = next((j for j in range(i + 1, len(points)) if np.hypot(*(points[i] - points[j])) < distance), None)
        if j is None:
            i += 1
        else:
            points[i] = (points[i] + points.pop(j)) / 2
    return np.array(points)


def names(shared, which):
    folder = os.path.join(shared, "data", SETS[which]["folder"])
    return sorted(n[:-4] for n in os.listdir(folder) if n.endswith(".csv"))


def split(shared, which, part):
    """part: train or validation."""
    every = names(shared, which)
    chosen = [n for i, n in enumerate(every) if (i in VALIDATION) == (part == "validation")]
    return [n for n in chosen if part == "validation" or n not in SETS[which]["exclude"]]


def load(shared, which, name, kind):
    s = SETS[which]
    base = os.path.join(shared, "data", s["folder"], name)
    image = read_mrc(base + ("_" + kind if kind else "") + ".mrc")
    truth = np.loadtxt(base + ".csv", delimiter=",", skiprows=1, ndmin=2)
    return image, merge_near(truth, s["merge"])


def training_set(shared, without=None):
    """[(set, weight, image, centres, mask)] in working pixels; a scale of 1.1 draws particles 1.1 times 24 px wide."""
    out = []
    for which, s in SETS.items():
        if which == without:
            continue
        for name in split(shared, which, "train"):
            for kind in s["kinds"]:
                image, truth = load(shared, which, name, kind)
                for scale in s["scales"]:
                    work, (sx, sy) = working_image(image, s["diameter"] / scale)
                    centres = (truth - s["offset"]) / [sx, sy]
                    mask = np.ones(work.shape, np.float32)
                    # Particles at the edge were often left unmarked, so nothing is learnt there. Of a smeared border the
                    # outer part is certain to hold none; only the band where it meets the image is left out.
                    edge = int(np.ceil(s["border"] / sx)) if s["border"] else DIAMETER // 2
                    outer = int(s["border"] * 0.65 / sx)
                    distance = np.minimum.outer(*(np.minimum(np.arange(n), n - 1 - np.arange(n)) for n in work.shape))
                    mask[(distance < edge) & (distance >= outer)] = 0
                    out.append((which + ("-" + kind if kind else ""), work, centres.astype(np.float32), mask))
    return out
