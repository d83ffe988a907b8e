# How far PyTorch is from itself: computes the rows of moco_steps.json by four kinds of kernels, each
# as right as the others, and writes what they give: python moco_spread.py > ../fixtures/moco_spread.json
# Needs torch and torchvision. It was run with PyTorch 2.7.1 and torchvision 0.22.1.
import json
import os
import sys
import zlib

import numpy as np
import torch
import torch.nn.functional as F
import torchvision
from torch import nn

WAYS = {
    "float64": {"dtype": torch.float64},
    "float32": {},
    "float32 channels-last": {"channels_last": True},
    "float32 without oneDNN": {"mkldnn": False},
}


def wave(name, n):
    """The fixtures' pseudo-random values: splitmix64's finaliser over a counter that starts at the name."""
    with np.errstate(over="ignore"):
        z = (np.uint64(zlib.crc32(name.encode())) << np.uint64(32)) + np.arange(n, dtype=np.uint64)
        z = z + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return torch.from_numpy(((z >> np.uint64(11)).astype(np.float64) * 2.0**-52 - 1).astype(np.float32))


def projected(network, head, row):
    """The network with the row's projection for its head, and the fixtures' weights."""
    old = getattr(network, head)
    d = (old[-1] if isinstance(old, nn.Sequential) else old).in_features
    two = nn.Sequential(nn.Linear(d, d), nn.ReLU(), nn.Linear(d, row["dim"]))
    setattr(network, head, two if row["mlp"] else nn.Linear(d, row["dim"]))
    norms = {n for n, m in network.named_modules() if isinstance(m, nn.BatchNorm2d)}
    with torch.no_grad():
        for name, p in network.named_parameters():
            values = wave(name, p.numel()).reshape(p.shape)
            if p.dim() > 1:
                p.copy_((2 * p.shape[0] / p.numel()) ** 0.5 * 1.7 * values)
            elif name.rpartition(".")[0] in norms:
                p.fill_(1 if name.endswith("weight") else 0)
            else:
                p.copy_(0.01 * values)
    return network


def encoder(row, dtype):
    network = getattr(torchvision.models, row["arch"])(weights=None)
    head = "fc" if row["arch"].startswith("resnet") else "classifier"
    return projected(network, head, row).to(dtype)


def steps(row, dtype=torch.float32, channels_last=False, mkldnn=True):
    layout = torch.channels_last if channels_last else torch.contiguous_format

    def images(name, n=row["batch"]):
        shape = (n, 3, row["size"], row["size"])
        return wave(name, int(np.prod(shape))).reshape(shape).to(dtype).contiguous(memory_format=layout)

    with torch.backends.mkldnn.flags(enabled=mkldnn):
        query, key = (encoder(row, dtype).to(memory_format=layout) for _ in range(2))
        queue = wave("queue", row["dim"] * row["queue_size"]).reshape(row["dim"], -1)
        queue = F.normalize(queue, dim=0).to(dtype)
        if row["optimizer"] == "adam":
            optimizer = torch.optim.Adam(query.parameters(), row["lr"], weight_decay=row["weight_decay"])
        else:
            optimizer = torch.optim.SGD(query.parameters(), row["lr"], 0.9, weight_decay=row["weight_decay"])
        taken = []
        for s, expected in enumerate(row["steps"]):
            q = F.normalize(query(images(f"query{s}")), dim=1)
            with torch.no_grad():
                for k_p, q_p in zip(key.parameters(), query.parameters()):
                    k_p.mul_(row["momentum"]).add_(q_p, alpha=1 - row["momentum"])
                k = F.normalize(key(images(f"key{s}")), dim=1)
            logits = torch.cat([(q * k).sum(1, keepdim=True), q @ queue.clone()], 1) / row["temperature"]
            loss = F.cross_entropy(logits, torch.zeros(len(q), dtype=torch.long))
            optimizer.zero_grad()
            loss.backward()
            norms = {n: p.grad.norm().item() for n, p in query.named_parameters() if n in expected["grad_norm"]}
            taken.append({"loss": loss.item(), "logits_first_row": logits[0, :6].tolist(), "grad_norm": norms})
            optimizer.step()
            queue[:, s * len(k) : (s + 1) * len(k)] = k.T
        after = {}
        for side, network in (("query", query), ("key", key)):
            values = network.state_dict()
            after[side] = {
                n: [values[n].double().sum().item(), values[n].double().norm().item()] for n in row["after"][side]
            }
            for which in ("mean", "var"):
                first = next(n for n in values if n.endswith("running_" + which))
                after[f"{side}_first_bn_{which}"] = values[first][:4].tolist()
        after["queue_column_0"] = queue[:6, 0].tolist()
        query.eval()
        with torch.no_grad():
            after["eval_embedding"] = query(images("eval", 2))[:, :6].tolist()
        return {"steps": taken, "after": after}


torch.set_num_threads(1)
with open(os.path.join(os.path.dirname(__file__), "../fixtures/moco_steps.json")) as file:
    rows = json.load(file)["moco"]
json.dump({"torch": torch.__version__, "moco": [[steps(r, **way) for way in WAYS.values()] for r in rows]}, sys.stdout)
