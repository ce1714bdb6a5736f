"""Scores exported weights: strict (a quarter of the diameter) and loose (half) average precision, and F1 at a fixed threshold.

  python3 evaluate.py ../../public/models/particle-picker.safetensors
"""
import os
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
import argparse
import json
import time

import numpy as np
import torch

import data
import peaks
import safetensors
from network import run_folded
from preprocess import DIAMETER, working_image
from simulate import HELDOUT_FAMILIES, TRAIN_FAMILIES, simulate


def load_model(path):
    """Returns run(image (h,w)) -> logits (h/2,w/2) and the graph's metadata."""
    tensors, metadata = safetensors.load(path)
    graph = json.loads(metadata["cryolite.graph"])
    weights = {l["name"]: (torch.from_numpy(tensors[l["name"] + ".weight"]), torch.from_numpy(tensors[l["name"] + ".bias"])) for l in graph["layers"] if l["op"] == "conv"}
    last = graph["layers"][-1]["name"]
    return (lambda image: run_folded(weights, torch.from_numpy(image)[None, None], graph["layers"])[last][0, 0].numpy()), graph


def found_in(run, work, radius=peaks.RADIUS_DIAMETERS):
    return peaks.picks(peaks.heat(run, work), work.shape, radius * DIAMETER)


class Score:
    """Pools picks over micrographs."""

    def __init__(self):
        self.scores, self.strict, self.loose, self.total, self.offsets = [], [], [], 0, []

    def add(self, found, truth, diameter):
        """found (n,3), truth (m,2), diameter in the same pixels."""
        self.scores.append(found[:, 2])
        self.strict.append(peaks.match(found, truth, diameter / 4))
        self.loose.append(peaks.match(found, truth, diameter / 2))
        self.total += len(truth)

    def row(self, threshold_logit):
        s = np.concatenate(self.scores)
        out = []
        for hits in (np.concatenate(self.strict), np.concatenate(self.loose)):
            out += [peaks.average_precision(s, hits, self.total), *peaks.f1(s, hits, self.total, threshold_logit)]
        return out


def score_real(run, shared, which, part, kind, border=0, radius=peaks.RADIUS_DIAMETERS, wrong=1.0):
    """wrong: the diameter the user gives over the right one."""
    score, s = Score(), data.SETS[which]
    for name in data.split(shared, which, part):
        image, truth = data.load(shared, which, name, kind)
        work, (sx, sy) = working_image(image, s["diameter"] * wrong)
        found = found_in(run, work, radius) * [sx, sy, 1]
        if part == "train":
            found[:, :2] += s["offset"]
        if border:
            limit = np.array(image.shape[::-1]) - 1 - border
            found = found[((found[:, :2] >= border) & (found[:, :2] <= limit)).all(1)]
            truth = truth[((truth >= border) & (truth <= limit)).all(1)]
        score.add(found, truth, s["diameter"])
    return score


def score_simulated(run, seed, families, snr, n=16, radius=peaks.RADIUS_DIAMETERS):
    """Particles and picks where nothing is judged (weight 0) and within 6 px of the canvas edge are left out."""
    score, rng = Score(), np.random.default_rng(seed)
    for _ in range(n):
        image, truth, weight, _ = simulate(rng, families, snr)

        def judged(p):
            i = np.clip(np.round(p[:, :2]).astype(int), 0, image.shape[0] - 1)
            return (weight[i[:, 1], i[:, 0]] > 0) & (p[:, :2] >= 6).all(1) & (p[:, :2] <= image.shape[0] - 7).all(1)

        found = found_in(run, image, radius)
        score.add(found[judged(found)], truth[judged(truth)], DIAMETER)
    return score


def main():
    a = argparse.ArgumentParser()
    a.add_argument("model")
    a.add_argument("--part", default="validation", choices=("validation", "train"))
    a.add_argument("--shared", default=os.path.join(os.path.dirname(__file__), "../../../shared"))
    a.add_argument("--real-only", action="store_true")
    o = a.parse_args()
    torch.set_num_threads(1)
    run, graph = load_model(o.model)
    threshold = graph["peak"]["defaultThreshold"]
    radius = graph["peak"]["radiusDiameters"]
    logit = np.log(threshold / (1 - threshold))
    print(f"threshold {threshold}, suppression radius {radius} diameters\n")
    print("| set | particles | strict AP | strict F1 | P | R | loose AP | loose F1 | s a micrograph |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |")

    def show(label, make, n):
        t = time.time()
        score = make()
        r = score.row(logit)
        print(f"| {label} | {score.total} | {r[0]:.3f} | {r[1]:.3f} | {r[2]:.3f} | {r[3]:.3f} | {r[4]:.3f} | {r[5]:.3f} | {(time.time() - t) / n:.2f} |", flush=True)

    for which, kind, border, label in (("apoferritin", "avg", 0, "apoferritin averages"), ("apoferritin", "frame", 0, "apoferritin single frames"),
                                       ("beta-galactosidase", "", 0, "β-galactosidase, whole"), ("beta-galactosidase", "", 65, "β-galactosidase, smeared border left out")):
        n = len(data.split(o.shared, which, o.part))
        show(f"{label} ({n})", lambda: score_real(run, o.shared, which, o.part, kind, border, radius), n)
    for which, kind, border, label in (("apoferritin", "avg", 0, "apoferritin averages"), ("beta-galactosidase", "", 65, "β-galactosidase, border left out")):
        for wrong in (0.85, 1.2):
            n = len(data.split(o.shared, which, o.part))
            show(f"{label}, diameter given × {wrong} ({n})", lambda: score_real(run, o.shared, which, o.part, kind, border, radius, wrong), n)
    if not o.real_only:
        for families, name in ((TRAIN_FAMILIES, "simulated, families of the training"), (HELDOUT_FAMILIES, "simulated, families never trained on")):
            for snr in (1.0, 0.3, 0.1):
                show(f"{name}, working SNR {snr} (16)", lambda: score_simulated(run, 900001, families, snr, 16, radius), 16)


if __name__ == "__main__":
    main()
