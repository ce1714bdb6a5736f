"""From a logit map to picks, and the score of picks against truth."""
import numpy as np

RADIUS_DIAMETERS = 0.5
HALO = 48


def local_maxima(logit, floor):
    """Sub-pixel local maxima (x, y in cells, value at the cell), best first. A plateau's first cell in reading order counts."""
    h, w = logit.shape
    p = np.full((h + 2, w + 2), -np.inf, np.float32)
    p[1:-1, 1:-1] = logit
    peak = logit > floor
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            if dy or dx:
                other = p[1 + dy : 1 + dy + h, 1 + dx : 1 + dx + w]
                peak &= (logit > other) if (dy, dx) < (0, 0) else (logit >= other)
    ys, xs = np.nonzero(peak)
    order = np.argsort(-logit[ys, xs], kind="stable")
    ys, xs = ys[order], xs[order]

    def refine(a, b, c):  # a, c beside the peak b; no neighbour outside the map
        ok = np.isfinite(a) & np.isfinite(c)
        d = np.where(ok, np.where(ok, a, 0) - 2 * b + np.where(ok, c, 0), 0)
        return np.where(d < -1e-6, np.clip(0.5 * (np.where(ok, a, 0) - np.where(ok, c, 0)) / np.where(d < -1e-6, d, 1), -0.5, 0.5), 0)

    b = logit[ys, xs]
    return xs + refine(p[ys + 1, xs], b, p[ys + 1, xs + 2]), ys + refine(p[ys, xs + 1], b, p[ys + 2, xs + 1]), b


def suppress(x, y, radius):
    """Greedy non-maximum suppression, best first: indices kept."""
    kept, grid = [], {}
    for i in range(len(x)):
        gx, gy = int(x[i] // radius), int(y[i] // radius)
        near = (j for a in (-1, 0, 1) for b in (-1, 0, 1) for j in grid.get((gx + a, gy + b), ()))
        if all((x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2 >= radius * radius for j in near):
            kept.append(i)
            grid.setdefault((gx, gy), []).append(i)
    return np.array(kept, int)


def heat(run, work):
    """Logit map of a working image, mirrored beyond its edges so that no zero padding is seen. run: (h,w) -> (h/2,w/2)."""
    h, w = work.shape
    ph, pw = -(-(h + 2 * HALO) // 8) * 8, -(-(w + 2 * HALO) // 8) * 8
    padded = np.pad(work, ((HALO, ph - h - HALO), (HALO, pw - w - HALO)), mode="symmetric")
    return run(padded)[HALO // 2 : HALO // 2 + (h + 1) // 2, HALO // 2 : HALO // 2 + (w + 1) // 2]


def picks(logit, shape, radius_px, floor=-7.0):
    """(n,3): x, y in working pixels, logit; best first. shape is that of the working image."""
    x, y, v = local_maxima(logit, floor)
    x, y = 2 * x + 0.5, 2 * y + 0.5
    inside = (x <= shape[1] - 0.5) & (y <= shape[0] - 0.5)
    x, y, v = x[inside], y[inside], v[inside]
    keep = suppress(x, y, radius_px)
    return np.stack([x[keep], y[keep], v[keep]], 1)


def match(found, truth, radius):
    """One to one, in order of falling score, each to the nearest free particle within the radius. True where matched."""
    free = np.ones(len(truth), bool)
    hit = np.zeros(len(found), bool)
    for i in range(len(found)):
        if not len(truth):
            break
        d = np.where(free, ((truth - found[i, :2]) ** 2).sum(1), np.inf)
        j = int(np.argmin(d))
        if d[j] <= radius * radius:
            free[j] = False
            hit[i] = True
    return hit


def average_precision(scores, hits, total):
    """Scores and hits pooled over micrographs; total is the number of true particles."""
    order = np.argsort(-np.asarray(scores), kind="stable")
    hits = np.asarray(hits)[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float((precision * hits).sum() / max(total, 1))


def f1(scores, hits, total, threshold):
    chosen = np.asarray(scores) >= threshold
    tp = int(np.asarray(hits)[chosen].sum())
    return 2 * tp / max(1, int(chosen.sum()) + total), tp / max(1, int(chosen.sum())), tp / max(1, total)
