"""Seeded simulator of cryo-EM picking problems, drawn directly at the network's working scale.

A working pixel is the particle diameter / 24. A random protein (a sum of 3-D Gaussian blobs) is projected in random
directions, scattered over a canvas with things that must not be picked, imaged with a contrast transfer function,
covered in noise, and put through the same high-pass, standardisation and clipping as a real micrograph.
No data file is needed.

`simulate(rng)` returns image, centres (n,2 as x,y of working pixels), weight (0 where the loss must not look), info.
"""
import numpy as np

from preprocess import DIAMETER, finish, highpass

CANVAS = 320
EXTENTS = (0.70, 1.18)  # longest extent over the diameter given: users give one too large more often than one too small
TRAIN_FAMILIES = ["shell", "ring", "barrel", "dumbbell", "globule", "ellipsoid", "lumps", "walk", "cyclic", "dihedral", "disc", "rod", "cage"]
HELDOUT_FAMILIES = ["trefoil", "horseshoe"]  # never simulated in training: the held-out proteins of evaluate.py


def _sphere(rng, n):
    v = rng.normal(size=(n, 3))
    return v / np.linalg.norm(v, axis=1, keepdims=True)


def _ball(rng, n):
    return _sphere(rng, n) * rng.random((n, 1)) ** (1 / 3)


def _rotations(rng, n):
    q = rng.normal(size=(n, 4))
    q /= np.linalg.norm(q, axis=1, keepdims=True)
    w, x, y, z = q.T
    return np.stack([1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w),
                     2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w),
                     2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)], 1).reshape(n, 3, 3)


def _turn_z(points, n):
    a = 2 * np.pi * np.arange(n) / n
    c, s, o, i = np.cos(a), np.sin(a), np.zeros(n), np.ones(n)
    m = np.stack([c, -s, o, s, c, o, o, o, i], 1).reshape(n, 3, 3)
    return np.einsum("nij,pj->npi", m, points).reshape(-1, 3)


def protein(rng, family):
    """Points (n,3), weights (n) and blob width, scaled so that the longest extent is 1 and the centre of mass is 0."""
    u = rng.uniform
    width = u(0.035, 0.10)
    n = 80
    if family == "shell":
        p = _sphere(rng, 110) * (1 - u(0, 0.25) * rng.random((110, 1)))
        width = u(0.03, 0.07)
    elif family == "ring":
        a = np.sort(rng.random(n)) * 2 * np.pi
        t = u(0.12, 0.4)
        p = np.stack([np.cos(a), np.sin(a), np.zeros(n)], 1) + _ball(rng, n) * t
    elif family == "barrel":
        h, layers = u(0.5, 2.0), rng.integers(2, 5)
        a = rng.random(n) * 2 * np.pi
        p = np.stack([np.cos(a), np.sin(a), (rng.integers(0, layers, n) / (layers - 1) - 0.5) * h * 2 * 0.9], 1) + _ball(rng, n) * u(0.15, 0.4)
    elif family == "dumbbell":
        s, gap = u(0.6, 1.0), u(1.3, 2.0)
        k = n // 2
        p = np.concatenate([_ball(rng, k) - [gap / 2, 0, 0], _ball(rng, k) * s + [gap / 2, 0, 0]])
    elif family == "trefoil":  # three arms, the Y of an antibody
        arms = []
        for i in range(3):
            t = rng.random((27, 1)) * u(0.7, 1.0)
            b = 2 * np.pi * (i / 3 + u(-0.05, 0.05))
            arms.append(t * [np.cos(b), np.sin(b), u(-0.3, 0.3)] + _ball(rng, 27) * u(0.2, 0.3))
        p = np.concatenate(arms)
    elif family == "horseshoe":
        a = u(1.2, 1.6) * np.pi * rng.random(n)
        p = np.stack([np.cos(a), np.sin(a), u(-0.6, 0.6) * a / np.pi], 1) + _ball(rng, n) * u(0.2, 0.35)
    elif family == "globule":
        p = _ball(rng, n)
    elif family == "ellipsoid":
        p = _ball(rng, n) * [1, u(0.5, 1), u(0.5, 1)]
    elif family == "disc":
        p = _ball(rng, n) * [1, u(0.8, 1), u(0.3, 0.5)]
    elif family == "rod":
        p = _ball(rng, n) * [1, u(0.45, 0.6), u(0.45, 0.6)]
    elif family == "cage":
        p = _sphere(rng, rng.integers(12, 33))
        p = np.concatenate([p, p[rng.permutation(len(p))] * 0.96])
        width = u(0.06, 0.1)
    elif family == "lumps":
        k = rng.integers(3, 9)
        centres = _ball(rng, k) * [1, u(0.6, 1), u(0.6, 1)]
        p = centres[rng.integers(0, k, n)] + _ball(rng, n) * u(0.2, 0.45)
    elif family == "walk":
        p = np.cumsum(_sphere(rng, n), 0) + 0.0
        p -= p.mean(0)
        p *= np.minimum(1, 2.2 * np.sqrt((p ** 2).sum(1).mean()) / (np.linalg.norm(p, axis=1, keepdims=True) + 1e-6))
    else:  # cyclic, dihedral: symmetric copies of a random asymmetric unit
        fold = int(rng.integers(2, 9 if family == "cyclic" else 7))
        unit = _ball(rng, max(6, 90 // fold // (2 if family == "dihedral" else 1))) * u(0.3, 0.6, 3)
        lobe = rng.integers(0, 2, len(unit))[:, None] * _ball(rng, 1) * 0.7
        p = _turn_z(unit + lobe + [u(0.3, 1.0), 0, u(0.1, 0.6)], fold)
        if family == "dihedral":
            p = np.concatenate([p, p * [1, -1, -1]])
    weight = rng.uniform(0.5, 1.5, len(p))
    p = p - (p * weight[:, None]).sum(0) / weight.sum()
    axes = _sphere(rng, 100)
    s = p @ axes.T
    extent = (s.max(0) - s.min(0)).max()
    p = p * ((1 - 2.2 * width) / extent)  # the blobs' own width counts towards the extent
    return p.astype(np.float32), weight.astype(np.float32), width


def _project(rng, points, weights, width, size, xs, ys, shape):
    """Adds projections of random orientation at xs, ys (working pixels) to an empty canvas."""
    out = np.zeros(shape, np.float32)
    if len(xs) == 0:
        return out
    half = int(size * 0.62) + 3
    grid = np.arange(-half, half + 1, dtype=np.float32)
    rotations = _rotations(rng, len(xs)).astype(np.float32)
    sigma = width * size
    for i, (x, y) in enumerate(zip(xs, ys)):
        ix, iy = int(round(x)), int(round(y))
        q = (points @ rotations[i].T)[:, :2] * size
        gx = np.exp(-0.5 * ((grid[None] - q[:, :1] - (x - ix)) / sigma) ** 2)
        gy = np.exp(-0.5 * ((grid[None] - q[:, 1:] - (y - iy)) / sigma) ** 2) * weights[:, None]
        tile = gy.T @ gx
        y0, y1 = max(0, iy - half), min(shape[0], iy + half + 1)
        x0, x1 = max(0, ix - half), min(shape[1], ix + half + 1)
        if y0 < y1 and x0 < x1:
            out[y0:y1, x0:x1] += tile[y0 - iy + half : y1 - iy + half, x0 - ix + half : x1 - ix + half]
    return out


def _scatter(rng, n, gap, shape, forbidden=None, around=None):
    """Up to n centres at least `gap` apart, some just outside the canvas."""
    found, grid = [], {}
    for _ in range(6):
        c = rng.uniform(-10, [shape[1] + 10, shape[0] + 10], (n * 2 + 4, 2))
        if around is not None:
            c = around[rng.integers(0, len(around), len(c))] + rng.normal(0, gap * 2.2, c.shape)
        if forbidden is not None:
            i = np.clip(c, 0, [shape[1] - 1, shape[0] - 1]).astype(int)
            c = c[~forbidden[i[:, 1], i[:, 0]]]
        for x, y in c.tolist():
            if len(found) >= n:
                break
            gx, gy = int(x // gap), int(y // gap)
            if all((x - px) ** 2 + (y - py) ** 2 >= gap * gap for a in (-1, 0, 1) for b in (-1, 0, 1) for px, py in grid.get((gx + a, gy + b), ())):
                found.append((x, y))
                grid.setdefault((gx, gy), []).append((x, y))
    return np.array(found).reshape(-1, 2)


def _disc(shape, x, y, r, soft):
    """A disc of height 1 with a soft edge, worked out only where it is not zero."""
    out = np.zeros(shape, np.float32)
    reach = r + 12 * soft + 1
    x0, x1 = int(np.clip(x - reach, 0, shape[1])), int(np.clip(x + reach + 1, 0, shape[1]))
    y0, y1 = int(np.clip(y - reach, 0, shape[0])), int(np.clip(y + reach + 1, 0, shape[0]))
    if x0 < x1 and y0 < y1:
        d = np.hypot(np.arange(y0, y1)[:, None] - y, np.arange(x0, x1)[None] - x)
        out[y0:y1, x0:x1] = 1 / (1 + np.exp(np.clip((d - r) / soft, -30, 30)))
    return out


def _smooth_noise(rng, shape, length, fall=1.0):
    """Unit-variance random field with amplitude 1 / (1 + (k length)^2)^fall."""
    ky, kx = np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])[None]
    f = np.fft.rfft2(rng.standard_normal(shape)) / (1 + (kx * kx + ky * ky) * length * length) ** fall
    a = np.fft.irfft2(f, shape)
    return (a - a.mean()) / a.std()


def ctf(shape, pixel, defocus, kv, cs, amplitude, b, phase=0.0):
    """Negative at low frequency, so that dense things come out dark. pixel in Å, defocus in Å, cs in mm."""
    volt = kv * 1e3
    wavelength = 12.2639 / np.sqrt(volt + 0.97845e-6 * volt * volt)
    ky, kx = np.fft.fftfreq(shape[0], pixel)[:, None], np.fft.rfftfreq(shape[1], pixel)[None]
    k2 = kx * kx + ky * ky
    chi = np.pi * wavelength * defocus * k2 - 0.5 * np.pi * cs * 1e7 * wavelength ** 3 * k2 * k2 + phase
    return -(np.sqrt(1 - amplitude ** 2) * np.sin(chi) + amplitude * np.cos(chi)) * np.exp(-b * k2 / 4)


def simulate(rng, families=TRAIN_FAMILIES, snr=None, size=CANVAS, plain=False, extents=EXTENTS):
    """plain leaves out distractors and special effects (used by nothing but quick looks)."""
    u = rng.uniform
    shape = (size, size)
    chance = (lambda p: False) if plain else (lambda p: rng.random() < p)
    diameter_angstrom = np.exp(u(np.log(80), np.log(300)))
    pixel = diameter_angstrom / DIAMETER
    extent = DIAMETER * u(*extents)
    family = families[rng.integers(len(families))]
    points, weights, width = protein(rng, family)
    if snr is None:
        snr = float(np.exp(u(np.log(0.04), np.log(3.0))))

    carbon = np.zeros(shape, np.float32)
    if chance(0.15):
        r = size * u(0.5, 3)
        a = u(0, 2 * np.pi)
        d = r + size * u(-0.1, 0.35)
        carbon = _disc(shape, size / 2 + d * np.cos(a), size / 2 + d * np.sin(a), r, u(0.7, 2.5))
        if chance(0.3):
            carbon = _disc(shape, size / 2 + u(-60, 60), size / 2 + u(-60, 60), size * u(0.3, 0.5), u(0.7, 2.5))
            carbon = 1 - carbon
    forbidden = carbon > 0.3

    # Things that must not be picked, in units of the particle's density.
    junk = np.zeros(shape, np.float32)
    junk_after = np.zeros(shape, np.float32)
    near = np.zeros(shape, bool)
    if chance(0.30):
        for _ in range(rng.integers(1, 4)):  # ice crystals, larger than the particle
            x, y, r = u(0, size), u(0, size), DIAMETER * np.exp(u(-0.2, 1.6))
            blob = _disc(shape, x, y, r, u(0.8, 4))
            for _ in range(rng.integers(0, 4)):
                blob = np.maximum(blob, _disc(shape, x + u(-1, 1) * r, y + u(-1, 1) * r, r * u(0.4, 0.8), u(0.8, 3)))
            blob *= 1 + 0.3 * _smooth_noise(rng, shape, u(4, 20))
            junk += blob * u(0.7, 6)
            near |= blob > 0.15
    if chance(0.25):
        for _ in range(rng.integers(1, 12)):  # ice balls about as large as the particle, but far denser and without features
            x, y, r = u(0, size), u(0, size), DIAMETER * u(0.25, 0.9)
            blob = _disc(shape, x, y, r, u(0.5, 1.5))
            if rng.random() < 0.3:
                blob = np.maximum(blob, _disc(shape, x + r * u(-1.5, 1.5), y + r * u(-1.5, 1.5), r * u(0.6, 1), u(0.5, 1.5)))
            junk += blob * u(2.5, 9)
            near |= blob > 0.15
    if chance(0.35):
        many = rng.integers(1, 30)
        for _ in range(many):  # dirt, small: too small for a particle
            junk += _disc(shape, u(0, size), u(0, size), DIAMETER * u(0.05, 0.2), u(0.5, 1)) * u(0.5, 4) * (1 if rng.random() < 0.8 else -1)
    if chance(0.08):
        r = DIAMETER * u(0.08, 0.3)
        for _ in range(rng.integers(1, 12)):  # gold beads
            x, y = u(0, size), u(0, size)
            bead = _disc(shape, x, y, r * u(0.9, 1.1), 0.5)
            junk += bead * u(6, 25)
            near |= _disc(shape, x, y, r + DIAMETER * 0.3, 0.5) > 0.5
    if chance(0.1):
        for _ in range(rng.integers(1, 5)):  # bright holes
            x, y, r = u(0, size), u(0, size), DIAMETER * u(0.3, 1.5)
            junk -= _disc(shape, x, y, r, u(1, 6)) * u(0.5, 3)
            near |= _disc(shape, x, y, r, 1) > 0.3
    forbidden = forbidden | near

    per_area = np.exp(u(np.log(25), np.log(450))) / 380 ** 2 * size ** 2
    count = 0 if chance(0.05) else int(max(1, per_area))
    gap = extent * (u(0.8, 1.15) if rng.random() < 0.75 else u(0.5, 0.8))
    around = rng.uniform(0, size, (rng.integers(1, 6), 2)) if chance(0.12) else None
    centres = _scatter(rng, count, gap, shape, forbidden, around)
    density = _project(rng, points, weights, width, extent, centres[:, 0], centres[:, 1], shape)

    ignore = np.zeros(shape, bool)
    scale = np.abs(density).max() if len(centres) else 1.0
    inside = np.zeros(shape, bool)
    for x, y in centres:
        x0, y0 = int(x), int(y)
        inside[max(0, y0 - 11) : max(0, y0 + 12), max(0, x0 - 11) : max(0, x0 + 12)] = True
    peak = np.percentile(density[inside], 90) if inside.any() else 1.0
    peak = peak if peak > 0 else scale
    if chance(0.15):  # heaps of protein: neither right nor wrong
        for _ in range(rng.integers(1, 4)):
            x, y = u(0, size), u(0, size)
            c = np.array([x, y]) + rng.normal(0, extent * u(0.4, 0.9), (rng.integers(5, 20), 2))
            density += _project(rng, points, weights, width, extent, c[:, 0], c[:, 1], shape)
            for p in c:
                ignore |= _disc(shape, p[0], p[1], extent * 0.6, 0.5) > 0.5
    if chance(0.15):  # fragments, at most half the size
        m = rng.integers(3, 40)
        fp, fw, fs = protein(rng, families[rng.integers(len(families))])
        piece = _project(rng, fp, fw, fs, extent * u(0.25, 0.5), u(0, size, m), u(0, size, m), shape)
        density += piece * (peak / max(piece.max(), 1e-6)) * u(0.3, 0.9)

    transfer = ctf(shape, pixel, 1e4 * u(0.5, 3.5), 300 if rng.random() < 0.7 else 200, 2.7, u(0.07, 0.1), u(20, 350),
                   np.pi * u(0.3, 0.6) if chance(0.06) else 0.0)
    clean = np.fft.irfft2(np.fft.rfft2(density / peak) * transfer, shape)
    strength = clean[inside].std() if inside.any() else 0.3
    strength = strength if strength > 1e-4 else 0.3
    dirt = np.fft.irfft2(np.fft.rfft2(junk + carbon * (np.exp(u(-0.7, 2.2)) + u(0.1, 0.8) * _smooth_noise(rng, shape, u(1, 8)))) * (0.6 * transfer - 0.25), shape)
    # Noise of variance strength^2 / snr: white, coloured and structure seen through the same transfer function.
    parts = np.array([u(0.3, 1), u(0, 0.5) ** 2, u(0, 0.6) ** 2])
    parts /= parts.sum()
    ice = np.fft.irfft2(np.fft.rfft2(rng.standard_normal(shape)) * transfer, shape)
    noise = np.sqrt(parts[0]) * rng.standard_normal(shape) + np.sqrt(parts[1]) * _smooth_noise(rng, shape, u(2, 30), u(0.4, 0.9)) + np.sqrt(parts[2]) * ice / ice.std()
    if carbon.any():
        noise = noise * (1 + carbon * u(0, 0.5))
    image = clean + dirt + noise * strength / np.sqrt(snr)
    spread = image.std()
    if chance(0.4):  # ice gradient
        image = image * (1 + u(0, 0.3) * _smooth_noise(rng, shape, 60 + u(0, 300))) + spread * u(0, 3) * _smooth_noise(rng, shape, 300)
    if chance(0.25):  # denoised or low-passed by somebody
        s = u(0.5, 2.2)
        ky, kx = np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None]
        image = np.fft.irfft2(np.fft.rfft2(image) * np.exp(-2 * (np.pi * s) ** 2 * (kx * kx + ky * ky)), shape)
    if chance(0.1):  # saturated contrast
        m, s = np.median(image), image.std()
        image = np.tanh((image - m) / s * u(0.4, 1.2))
    if chance(0.03):
        for _ in range(rng.integers(1, 4)):
            image[rng.integers(size)] = image.mean() + u(-3, 3) * image.std()
    if chance(0.2):  # smeared border on the left (training turns patches, so any side): the edge column repeated outwards
        c = int(u(8, 90))
        image[:, :c] = image[:, c : c + 1]
        ignore[:, c - 6 : c + 7] = True
        centres = centres[centres[:, 0] >= c]
    image = finish(highpass(image))
    keep = (centres >= -0.5).all(1) & (centres < size - 0.5).all(1)
    return image, centres[keep].astype(np.float32), (~ignore).astype(np.float32), dict(snr=snr, family=family, extent=extent)
