"""The picker network: only ops the browser engine has (conv, leaky ReLU 0.1, max-pool, nearest up-sampling, concat).

GRAPH is the single description of the network. `Picker` runs it in PyTorch with batch normalisation behind every
hidden convolution; `folded()` returns the plain convolutions the browser runs.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

SLOPE = 0.1
OUTPUT_STRIDE = 2


def _conv(name, source, kernel, cin, cout, activation="leakyRelu"):
    return {"op": "conv", "name": name, "input": source, "kernel": kernel, "in": cin, "out": cout, "activation": activation}


GRAPH = [
    _conv("enc1a", "input", 5, 1, 16),
    _conv("enc1b", "enc1a", 3, 16, 16),
    {"op": "maxPool", "name": "pool1", "input": "enc1b"},
    _conv("enc2a", "pool1", 3, 16, 32),
    _conv("enc2b", "enc2a", 3, 32, 32),
    {"op": "maxPool", "name": "pool2", "input": "enc2b"},
    _conv("enc3a", "pool2", 3, 32, 48),
    _conv("enc3b", "enc3a", 3, 48, 48),
    {"op": "maxPool", "name": "pool3", "input": "enc3b"},
    _conv("mid1", "pool3", 3, 48, 64),
    _conv("mid2", "mid1", 3, 64, 64),
    {"op": "upsample", "name": "up3", "input": "mid2"},
    {"op": "concat", "name": "cat3", "inputs": ["up3", "enc3b"]},
    _conv("dec3", "cat3", 3, 112, 48),
    {"op": "upsample", "name": "up2", "input": "dec3"},
    {"op": "concat", "name": "cat2", "inputs": ["up2", "enc2b"]},
    _conv("dec2", "cat2", 3, 80, 32),
    _conv("head", "dec2", 1, 32, 16),
    _conv("logit", "head", 1, 16, 1, "none"),
]


def run_graph(graph, x, conv):
    """Evaluates the graph; conv(layer, tensor) does a convolution with its activation. Returns every named value."""
    values = {"input": x}
    for layer in graph:
        op = layer["op"]
        if op == "conv":
            y = conv(layer, values[layer["input"]])
        elif op == "maxPool":
            y = F.max_pool2d(values[layer["input"]], 2)
        elif op == "upsample":
            y = F.interpolate(values[layer["input"]], scale_factor=2, mode="nearest")
        elif op == "concat":
            y = torch.cat([values[n] for n in layer["inputs"]], 1)
        else:
            raise ValueError(op)
        values[layer["name"]] = y
    return values


def flops_per_input_pixel(graph=GRAPH):
    """Multiply-adds counted as two, per pixel of the input."""
    scale, total = {"input": 1.0}, 0.0
    for layer in graph:
        source = layer.get("input") or layer["inputs"][0]
        s = scale[source]
        if layer["op"] == "conv":
            total += 2 * layer["kernel"] ** 2 * layer["in"] * layer["out"] * s
        scale[layer["name"]] = s / 4 if layer["op"] == "maxPool" else s * 4 if layer["op"] == "upsample" else s
    return total


class Picker(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs, self.norms = nn.ModuleDict(), nn.ModuleDict()
        for layer in GRAPH:
            if layer["op"] != "conv":
                continue
            hidden = layer["activation"] != "none"
            conv = nn.Conv2d(layer["in"], layer["out"], layer["kernel"], padding=layer["kernel"] // 2, bias=not hidden)
            nn.init.kaiming_normal_(conv.weight, a=SLOPE)
            if hidden:
                self.norms[layer["name"]] = nn.BatchNorm2d(layer["out"])
            else:
                nn.init.normal_(conv.weight, std=0.05)
                nn.init.constant_(conv.bias, -2.5)
            self.convs[layer["name"]] = conv

    def _conv(self, layer, x):
        x = self.convs[layer["name"]](x)
        if layer["activation"] == "none":
            return x
        return F.leaky_relu(self.norms[layer["name"]](x), SLOPE)

    def forward(self, x):
        return run_graph(GRAPH, x, self._conv)[GRAPH[-1]["name"]]

    def folded(self):
        """{name: (weight, bias)} with batch normalisation folded in (its running statistics)."""
        out = {}
        with torch.no_grad():
            for name, conv in self.convs.items():
                weight = conv.weight.double()
                bias = conv.bias.double() if conv.bias is not None else torch.zeros(weight.shape[0], dtype=torch.float64)
                if name in self.norms:
                    norm = self.norms[name]
                    gain = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
                    weight = weight * gain[:, None, None, None]
                    bias = (bias - norm.running_mean.double()) * gain + norm.bias.double()
                out[name] = (weight.float().contiguous(), bias.float().contiguous())
        return out


def run_folded(weights, x, graph=GRAPH):
    """Runs plain convolutions, as the browser does. Returns every named value."""
    def conv(layer, value):
        weight, bias = weights[layer["name"]]
        y = F.conv2d(value, weight, bias, padding=layer["kernel"] // 2)
        return F.leaky_relu(y, SLOPE) if layer["activation"] == "leakyRelu" else y
    with torch.no_grad():
        return run_graph(graph, x, conv)
