"""From a micrograph to the network's working image. The browser does the same, step by step.

1. extend right and bottom to a periodic image (cosine cross-fade between mirrored edges, at least 8 %),
2. Fourier crop (or zero-pad) so that the particle diameter becomes 24 px, times the high-pass 1 - 2^-(k/kc)^2 with
   kc = 1 / (4 diameters), pad cut away,
3. subtract the median, divide by 1.4826 MAD, clip to +-6.
"""
import numpy as np

DIAMETER = 24
HIGHPASS_DIAMETERS = 4
CLIP = 6.0
PAD = 0.08


def good_size(n):
    """The next even number >= n with no prime factor above 5."""
    n += n % 2
    while True:
        m = n
        for p in (2, 3, 5):
            while m % p == 0:
                m //= p
        if m == 1:
            return n
        n += 2


def extend(image, axis):
    a = np.moveaxis(image, axis, -1)
    n = a.shape[-1]
    padded = good_size(int(np.ceil(n * (1 + PAD))))
    m = padded - n
    t = np.arange(m)
    w = 0.5 * (1 - np.cos(np.pi * (t + 0.5) / m))
    right = a[..., n - 1 - np.minimum(t, n - 1)]
    left = a[..., np.minimum(m - 1 - t, n - 1)]
    return np.moveaxis(np.concatenate([a, (1 - w) * right + w * left], -1), -1, axis)


def _pick_frequencies(f, q, axis):
    """Keeps (or zero-pads to) q frequencies along an axis of a full FFT; q even, its Nyquist term is dropped."""
    f = np.moveaxis(f, axis, -1)
    p = f.shape[-1]
    h = min(p, q) // 2
    out = np.zeros(f.shape[:-1] + (q,), complex)
    out[..., :h] = f[..., :h]
    if h > 1:
        out[..., q - h + 1 :] = f[..., p - h + 1 :]
    return np.moveaxis(out, -1, axis)


def highpass_gain(shape):
    ky, kx = np.fft.fftfreq(shape[0])[:, None], np.fft.fftfreq(shape[1])[None]
    kc = 1.0 / (HIGHPASS_DIAMETERS * DIAMETER)
    return 1 - np.exp2(-(kx * kx + ky * ky) / (kc * kc))


def highpass(image):
    """The high-pass alone, for a periodic image already at the working scale."""
    return np.fft.ifft2(np.fft.fft2(image) * highpass_gain(image.shape)).real


def standardise(image):
    median = np.median(image)
    mad = 1.4826 * np.median(np.abs(image - median))
    return (image - median) / (mad if mad > 0 else 1.0)


def finish(image):
    return np.clip(standardise(image), -CLIP, CLIP).astype(np.float32)


def working_image(image, diameter_px, clip=True):
    """Returns the working image and (sx, sy): file pixel = working pixel * s."""
    image = np.asarray(image, np.float64)
    height, width = image.shape
    padded = extend(extend(image - image.mean(), 1), 0)
    py, px = padded.shape
    qy, qx = (2 * max(2, int(round(p * DIAMETER / diameter_px / 2))) for p in (py, px))
    f = _pick_frequencies(_pick_frequencies(np.fft.fft2(padded), qy, 0), qx, 1)
    small = np.fft.ifft2(f * highpass_gain((qy, qx))).real * (qy * qx / (py * px))
    sy, sx = py / qy, px / qx
    h, w = int((height - 1) / sy) + 1, int((width - 1) / sx) + 1
    small = small[:h, :w]
    return (finish(small) if clip else small), (sx, sy)
