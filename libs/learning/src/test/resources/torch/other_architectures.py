# References for the architectures beyond torchvision's ResNets, DenseNets and MNASNet, computed by the modules of
# pretrainedmodels and torchvision in float64, and MoCo steps in float64 of further ones, each with what float32 gives
# beside it: python other_architectures.py. It was run with PyTorch 2.7.1, torchvision 0.22.1, pretrainedmodels 0.7.4.
import importlib.util
import json
import os
import sys

import pretrainedmodels
import torch
import torchvision
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.environ.get("FIXTURES", os.path.join(HERE, "../fixtures"))

# moco_spread.py computes when it is run; here only what it defines is wanted.
source = open(os.path.join(HERE, "moco_spread.py")).read().split("torch.set_num_threads(1)")[0]
spread = importlib.util.module_from_spec(importlib.util.spec_from_loader("moco_spread", loader=None))
exec(source, spread.__dict__)
torch.set_num_threads(1)

OTHERS = ("se_resnext101_32x4d", "senet154", "inceptionv4", "nasnetalarge")
torchvisions = spread.encoder


def network(row):
    """The network with its projection and the fixtures' weights, pooled whatever the size, without dropped parts."""
    arch = row["arch"]
    if arch in OTHERS:
        made, head = getattr(pretrainedmodels, arch)(num_classes=1000, pretrained=None), "last_linear"
        made.avg_pool = nn.AdaptiveAvgPool2d(1)
        made.dropout = nn.Identity()
    elif arch == "efficientnet_b0":
        made, head = torchvision.models.efficientnet_b0(weights=None, stochastic_depth_prob=0.0), "classifier"
    else:
        return None
    return spread.projected(made, head, row)


def encoder(row, dtype):
    made = network(row)
    return torchvisions(row, dtype) if made is None else made.to(dtype)


spread.encoder = encoder


def architecture(arch, size):
    query = encoder({"arch": arch, "mlp": True, "dim": 128}, torch.float64).eval()
    with torch.no_grad():
        images = spread.wave("eval", 2 * 3 * size * size).reshape(2, 3, size, size).double()
        if arch == "senet154":
            # With such weights its third stage multiplies the rounding of float32 by 1e5; the map before it is compared.
            seen = {"node": "layer2.7", "values": query.layer2(query.layer1(query.layer0(images)))[:, :6, 1, 1].tolist()}
        else:
            seen = {"eval_embedding": query(images)[:, :6].tolist()}
    return {
        "arch": arch,
        "size": size,
        "parameters": sum(p.numel() for p in query.parameters()),
        "names": [n for n in query.state_dict() if not n.endswith("num_batches_tracked")],
        **seen,
    }


def row(arch, lr, size, batch=4):
    made = {"arch": arch, "mlp": True, "optimizer": "sgd", "lr": lr, "weight_decay": 1e-4, "batch": batch, "size": size}
    made |= {"queue_size": 64, "dim": 128, "temperature": 0.2, "momentum": 0.999}
    names = [n for n, _ in encoder(made, torch.float32).named_parameters()]
    watched = [names[0], names[1], names[len(names) // 2], names[-2]]
    asked = {**made, "steps": [{"grad_norm": watched}] * 3, "after": {"query": watched, "key": watched}}
    taken = spread.steps(asked, dtype=torch.float64)
    taken["after"]["queue_pointer"] = 3 * made["batch"]
    return {**made, **taken}, [spread.steps(asked), spread.steps(asked, channels_last=True)]


def write(name, content):
    with open(os.path.join(FIXTURES, name), "w") as file:
        json.dump({"torch": torch.__version__, **content}, file)
        file.write("\n")


rows = []
for arch, size in (
    ("se_resnext101_32x4d", 64),
    ("senet154", 64),
    ("inceptionv4", 96),
    ("nasnetalarge", 64),
    ("efficientnet_b0", 64),
):
    rows.append(architecture(arch, size))
    print(arch, file=sys.stderr, flush=True)
    write("architectures_other.json", {"architectures": rows})
taken = []
for arch, lr, size, batch in (
    ("mnasnet1_0", 1e-4, 64, 4),
    ("efficientnet_b0", 1e-4, 64, 4),
    ("resnet101", 1e-6, 96, 8),
    ("densenet161", 1e-4, 64, 4),
    ("se_resnext101_32x4d", 1e-5, 64, 4),
    ("nasnetalarge", 1e-5, 64, 4),
):
    taken.append(row(arch, lr, size, batch))
    print(arch, file=sys.stderr, flush=True)
    write("moco_steps_other.json", {"moco": [r for r, _ in taken], "spread": [s for _, s in taken]})
