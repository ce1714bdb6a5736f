"""Trains the picker on one CPU core. See README.md for the commands that made the shipped weights.

  python3 train.py --out sim.pt --minutes 12                        simulation only
  python3 train.py --out best.pt --minutes 25 --start sim.pt --real simulation and real micrographs
"""
import os
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
import argparse
import time

import numpy as np
import torch
import torch.nn.functional as F

import data
from network import OUTPUT_STRIDE, Picker
from preprocess import CLIP
from simulate import EXTENTS, simulate

PATCH = 192
MARGIN = 16  # working pixels at the patch's edge without loss: the network sees zero padding there
SIGMA = 1.5  # cells: width of the target around a centre
POSITIVE = 2.0  # extra weight of a target of 1


class SimulatedPool:
    """A ring of simulated canvases, one redrawn at every step, so that drawing costs less than training."""

    def __init__(self, rng, extents, size=48):
        self.rng, self.extents, self.next = rng, extents, 0
        self.items = [simulate(rng, extents=extents) for _ in range(size)]

    def draw(self):
        return self.items[self.rng.integers(len(self.items))][:3] + ("sim",)

    def refresh(self, n):
        for _ in range(n):
            self.items[self.next] = simulate(self.rng, extents=self.extents)
            self.next = (self.next + 1) % len(self.items)


class RealPool:
    def __init__(self, rng, shared, without=None):
        self.rng = rng
        self.by_set = {}
        for which, image, centres, mask in data.training_set(shared, without):
            self.by_set.setdefault(which, []).append((image, centres, mask))
        # Averages are what users pick on; frames are nearly all noise.
        self.share = {"apoferritin-avg": 0.35, "apoferritin-frame": 0.25, "beta-galactosidase": 0.4}
        self.share = {k: v for k, v in self.share.items() if k in self.by_set}
        self.share = {k: v / sum(self.share.values()) for k, v in self.share.items()}

    def draw(self):
        which = self.rng.choice(list(self.share), p=list(self.share.values()))
        items = self.by_set[which]
        image, centres, mask = items[self.rng.integers(len(items))]
        return image, centres, mask, which


def patch(rng, image, centres, weight, source):
    h, w = image.shape
    y, x = rng.integers(0, h - PATCH + 1), rng.integers(0, w - PATCH + 1)
    image = image[y : y + PATCH, x : x + PATCH].copy()
    weight = weight[y : y + PATCH, x : x + PATCH].copy()
    c = centres - [x, y]
    if source != "sim" and rng.random() < 0.4:  # noisier copies of real images
        image = image + rng.standard_normal(image.shape).astype(np.float32) * rng.uniform(0, 1.2 if source != "apoferritin-frame" else 0.3)
        image /= 1.4826 * np.median(np.abs(image - np.median(image)))
    turns = rng.integers(4)
    image, weight = np.rot90(image, turns), np.rot90(weight, turns)
    for _ in range(turns):
        c = np.stack([c[:, 1], PATCH - 1 - c[:, 0]], 1)
    if rng.random() < 0.5:
        image, weight = image[:, ::-1], weight[:, ::-1]
        c = c * [-1, 1] + [PATCH - 1, 0]
    image, weight = image.copy(), weight.copy()
    if rng.random() < 0.25:  # a mirrored image edge, as at inference
        e = int(rng.integers(MARGIN, 72))
        image[:, :e] = image[:, e : 2 * e][:, ::-1]
        weight[:, :e] = 0
        c = c[c[:, 0] >= e - 0.5]
    weight[:MARGIN] = weight[-MARGIN:] = 0
    weight[:, :MARGIN] = weight[:, -MARGIN:] = 0
    image = np.clip(image * rng.uniform(0.85, 1.2) + rng.uniform(-0.1, 0.1), -CLIP, CLIP)
    n = PATCH // OUTPUT_STRIDE
    target = np.zeros((n, n), np.float32)
    cells = (c - 0.5) / OUTPUT_STRIDE
    g = np.arange(n)
    for px, py in cells:
        if -5 < px < n + 5 and -5 < py < n + 5:
            t = np.exp(-0.5 * ((g - py) / SIGMA) ** 2)[:, None] * np.exp(-0.5 * ((g - px) / SIGMA) ** 2)[None]
            np.maximum(target, t, out=target)
    return image.astype(np.float32), target, weight[::2, ::2] * weight[1::2, 1::2]


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--out", required=True)
    a.add_argument("--start", help="checkpoint to go on from")
    a.add_argument("--minutes", type=float, default=12)
    a.add_argument("--steps", type=int, help="the whole schedule in steps; otherwise from --minutes and the measured speed")
    a.add_argument("--batch", type=int, default=4)
    a.add_argument("--rate", type=float, default=2e-3)
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--real", action="store_true", help="take --real-share of the patches from the real training micrographs")
    a.add_argument("--extents", type=float, nargs=2, default=EXTENTS, help="simulated extent over the diameter given, from and to")
    a.add_argument("--real-share", type=float, default=0.5)
    a.add_argument("--without", help="leave this real protein out: apoferritin or beta-galactosidase")
    a.add_argument("--shared", default=os.path.join(os.path.dirname(__file__), "../../../shared"))
    o = a.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(o.seed)
    rng = np.random.default_rng(o.seed)
    model = Picker()
    if o.start:
        model.load_state_dict(torch.load(o.start)["model"])
    t = time.time()
    real = RealPool(rng, o.shared, o.without) if o.real else None
    sim = SimulatedPool(rng, o.extents)
    print(f"data ready in {time.time() - t:.0f} s", flush=True)
    decay = [p for p in model.parameters() if p.ndim > 1]
    optimiser = torch.optim.AdamW([{"params": decay, "weight_decay": 1e-3}, {"params": [p for p in model.parameters() if p.ndim <= 1], "weight_decay": 0.0}], lr=o.rate)
    begin, step, sums = time.time(), 0, {}
    model.train()
    while True:
        elapsed = time.time() - begin
        done = step / o.steps if o.steps else elapsed / (o.minutes * 60)
        if done >= 1:
            break
        rate = o.rate * min(1, (step + 1) / 100) * (0.5 * (1 + np.cos(np.pi * done)) * 0.99 + 0.01)
        for group in optimiser.param_groups:
            group["lr"] = rate
        batch, sources = [], []
        for _ in range(o.batch):
            pool = real if real and rng.random() < o.real_share else sim
            item = pool.draw()
            batch.append(patch(rng, *item))
            sources.append(item[3])
        sim.refresh(2 if not real else 1)
        x, target, weight = (torch.from_numpy(np.stack(v)) for v in zip(*batch))
        logit = model(x[:, None])[:, 0]
        loss = F.binary_cross_entropy_with_logits(logit, target, reduction="none")
        with torch.no_grad():
            focus = weight * (1 + POSITIVE * target)
            for i, source in enumerate(sources):
                if source != "sim":  # a confident find where nothing is marked may be an unmarked particle
                    focus[i] *= torch.where((target[i] < 0.05) & (logit[i] > 0), 0.4, 1.0)
        per_image = (loss * focus).sum((1, 2)) / weight.sum((1, 2)).clamp(min=500)
        total = per_image.mean()
        optimiser.zero_grad()
        total.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        for i, source in enumerate(sources):
            s = sums.setdefault(source, [0.0, 0])
            s[0] += float(per_image[i])
            s[1] += 1
        step += 1
        if step % 100 == 0:
            print(f"step {step} {elapsed:.0f} s lr {rate:.2e} " + " ".join(f"{k} {v[0] / v[1]:.4f}" for k, v in sorted(sums.items())), flush=True)
            sums = {}
        if step % 500 == 0:
            torch.save({"model": model.state_dict(), "steps": step}, o.out)
    torch.save({"model": model.state_dict(), "steps": step, "seconds": time.time() - begin, "args": vars(o)}, o.out)
    print(f"{step} steps in {time.time() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    main()
