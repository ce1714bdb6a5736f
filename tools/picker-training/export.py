"""Folds a checkpoint into plain convolutions, calibrates its score, and writes the model and its golden test values.

Calibration: peaks of the training micrographs and of fresh simulated canvases are matched strictly; a logistic fit turns the
logit of a peak into the chance that it is a marked particle, and is folded into the last convolution. The default
threshold is the one of the best mean F1 over those groups. Nothing here looks at the validation micrographs.

  python3 export.py checkpoint.pt                     with the real training micrographs
  python3 export.py checkpoint.pt --simulated-only    for a network that never saw real data
"""
import os
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
import argparse
import json

import numpy as np
import torch

import peaks
import safetensors
from evaluate import score_real, score_simulated
from network import GRAPH, OUTPUT_STRIDE, Picker, run_folded
from preprocess import CLIP, DIAMETER, HIGHPASS_DIAMETERS
from simulate import TRAIN_FAMILIES, simulate

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "../..")


def logistic_fit(x, y, weight, steps=60):
    """Newton's method for y ~ sigmoid(a x + b)."""
    p = np.array([1.0, 0.0])
    design = np.stack([x, np.ones_like(x)], 1)
    for _ in range(steps):
        q = 1 / (1 + np.exp(-np.clip(design @ p, -30, 30)))
        gradient = design.T @ (weight * (y - q))
        hessian = (design * (weight * q * (1 - q))[:, None]).T @ design + 1e-6 * np.eye(2)
        p = p + np.clip(np.linalg.solve(hessian, gradient), -2, 2)
    return p


def calibrate(run, shared, simulated_only):
    groups = [score_simulated(run, 500001, TRAIN_FAMILIES, s, 24) for s in (1.0, 0.3)]
    if not simulated_only:
        groups += [score_real(run, shared, "apoferritin", "train", "avg"), score_real(run, shared, "beta-galactosidase", "train", "", 65)]
    pooled = [(np.concatenate(g.scores), np.concatenate(g.strict), g.total) for g in groups]
    x = np.concatenate([s for s, _, _ in pooled])
    y = np.concatenate([h for _, h, _ in pooled]).astype(float)
    weight = np.concatenate([np.full(len(s), 1 / t) for s, _, t in pooled])
    use = x > -6
    a, b = logistic_fit(x[use].astype(float), y[use], weight[use] / weight[use].mean())
    grid = np.arange(0.1, 0.8, 0.01)
    mean_f1 = [np.mean([peaks.f1(a * s + b, h, t, np.log(p / (1 - p)))[0] for s, h, t in pooled]) for p in grid]
    best = int(np.argmax(mean_f1))
    print(f"calibration: logit' = {a:.3f} logit + {b:.3f}; default threshold {grid[best]:.2f}, mean training F1 {mean_f1[best]:.3f}")
    for g in groups:
        print("  group", " ".join(f"{v:.3f}" for v in g.row((np.log(grid[best] / (1 - grid[best])) - b) / a)))
    return float(a), float(b), round(float(grid[best]), 2)


def main():
    c = argparse.ArgumentParser()
    c.add_argument("checkpoint", help="a checkpoint of train.py, or 'random'")
    c.add_argument("--simulated-only", action="store_true")
    c.add_argument("--shared", default=os.path.join(HERE, "../../../shared"))
    c.add_argument("--model", default=os.path.join(ROOT, "public/models/particle-picker.safetensors"))
    c.add_argument("--golden", default=os.path.join(ROOT, "test/fixtures/picker-golden.safetensors"), help="'none' to leave it out")
    o = c.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = Picker()
    threshold = 0.5
    if o.checkpoint != "random":
        model.load_state_dict(torch.load(o.checkpoint)["model"])
    model.eval()
    weights = model.folded()
    last = GRAPH[-1]["name"]
    if o.checkpoint != "random":
        run = lambda image: run_folded(weights, torch.from_numpy(image)[None, None])[last][0, 0].numpy()
        a, b, threshold = calibrate(run, o.shared, o.simulated_only)
        w, bias = weights[last]
        weights[last] = (w * a, bias * a + b)
    graph = {
        "name": "particle-picker", "version": 1,
        "preprocess": {"workingDiameterPx": DIAMETER, "highpassDiameters": HIGHPASS_DIAMETERS, "clip": CLIP},
        "outputStride": OUTPUT_STRIDE,
        "peak": {"radiusDiameters": peaks.RADIUS_DIAMETERS, "defaultThreshold": threshold},
        "layers": GRAPH,
    }
    tensors = {}
    for name, (w, bias) in weights.items():
        tensors[name + ".weight"], tensors[name + ".bias"] = w.numpy(), bias.numpy()
    for path in (o.model, o.golden):
        if path != "none":
            os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    safetensors.save(o.model, tensors, {"cryolite.graph": json.dumps(graph, separators=(",", ":"))})
    count = sum(t.size for t in tensors.values())
    print(f"{o.model}: {count} parameters")
    if o.golden != "none":
        image = simulate(np.random.default_rng(77), snr=1.0)[0][100:172, 60:148]
        x = torch.from_numpy(np.ascontiguousarray(image))[None, None]
        values = run_folded(weights, x)
        with torch.no_grad():
            assert torch.allclose(model(x) * (a if o.checkpoint != "random" else 1) + (b if o.checkpoint != "random" else 0), values[last], atol=1e-3)
        golden = {"input": x.numpy(), "output": values[last].numpy()}
        for name in ("enc1a", "enc2b", "mid2", "dec3"):
            golden[name] = values[name].numpy()
        golden["enc1a"] = golden["enc1a"][:, :4]  # the first four channels are enough
        golden["enc2b"] = golden["enc2b"][:, :8]
        safetensors.save(o.golden, golden, {"of": "particle-picker", "note": "enc1a: channels 0 to 3 only; enc2b: channels 0 to 7 only"})


if __name__ == "__main__":
    main()
