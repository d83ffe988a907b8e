# Holds three steps of `mococxr pretrain` against PyTorch's own, on real images. Needs torch and torchvision.
#   python three_steps.py make moco.pth.tar --arch resnet18
#   bin/mococxr pretrain --init moco.pth.tar --data pretrain.csv --root IMAGES --architecture resnet18 --image-size 64 \
#     --batch 8 --augmentation none --order sequential --max-steps 3 --optimizer sgd --lr 0.03 --schedule constant \
#     --out run --export-torch
#   python three_steps.py compare moco.pth.tar pretrain.csv IMAGES run/checkpoint.pth.tar --size 64 --batch 8
import argparse
import csv
import os

import numpy as np
import torch
import torch.nn.functional as F
import torchvision
from PIL import Image
from torch import nn

LOAD = {"weights_only": True} if torch.__version__ >= "2" else {}
MEAN, STD, TEMPERATURE, MOMENTUM, DECAY = 0.5020, 0.085585, 0.2, 0.999, 1e-4


def encoder(arch, dim):
    network = getattr(torchvision.models, arch)(weights=None)
    head = "fc" if arch.startswith("resn") else "classifier"
    old = getattr(network, head)
    d = (old[-1] if isinstance(old, nn.Sequential) else old).in_features
    setattr(network, head, nn.Sequential(nn.Linear(d, d), nn.ReLU(), nn.Linear(d, dim)))
    return network


def make(a):
    torch.manual_seed(a.seed)
    query = encoder(a.arch, a.dim).state_dict()
    state = {f"module.encoder_{side}.{name}": v.clone() for side in "qk" for name, v in query.items()}
    state["module.queue"] = F.normalize(torch.randn(a.dim, a.queue), dim=0)
    state["module.queue_ptr"] = torch.zeros(1, dtype=torch.long)
    torch.save({"epoch": 0, "arch": a.arch, "state_dict": state, "optimizer": {}}, a.checkpoint)


def images(a):
    transform = torchvision.transforms.Compose(
        [torchvision.transforms.Resize(a.size), torchvision.transforms.CenterCrop(a.size)]
    )
    with open(a.manifest, newline="") as file:
        paths = [row["Path"] for row in csv.DictReader(file)][: a.steps * a.batch]
    greys = [np.asarray(transform(Image.open(os.path.join(a.root, p)).convert("L"))) for p in paths]
    planes = (torch.from_numpy(np.stack(greys)).float()[:, None] / 255 - MEAN) / STD
    return planes.repeat(1, 3, 1, 1).split(a.batch)


def load(network, state, letter):
    prefix = f"module.encoder_{letter}."
    own = network.state_dict()  # its _metadata too: torchvision's MNASNet asks for its version
    own.update({name[len(prefix) :]: v for name, v in state.items() if name.startswith(prefix)})
    network.load_state_dict(own)


def compare(a):
    given = torch.load(a.checkpoint, **LOAD)
    state = given["state_dict"]
    query, key = (encoder(given["arch"], state["module.queue"].shape[0]) for _ in range(2))
    load(query, state, "q")
    load(key, state, "k")
    queue, pointer = state["module.queue"].clone(), int(state["module.queue_ptr"])
    if a.optimizer == "adam":
        optimizer = torch.optim.Adam(query.parameters(), a.lr, weight_decay=DECAY)
    else:
        optimizer = torch.optim.SGD(query.parameters(), a.lr, 0.9, weight_decay=DECAY)
    if given.get("optimizer", {}).get("state"):
        saved = given["optimizer"]  # made of both encoders' parameters, as the reference's is
        n = len(optimizer.param_groups[0]["params"])
        saved["param_groups"][0]["params"] = list(range(n))
        optimizer.load_state_dict(saved)
    for x in images(a):
        q = F.normalize(query(x), dim=1)
        with torch.no_grad():
            for k_p, q_p in zip(key.parameters(), query.parameters()):
                k_p.mul_(MOMENTUM).add_(q_p, alpha=1 - MOMENTUM)
            k = F.normalize(key(x), dim=1)
        logits = torch.cat([(q * k).sum(1, keepdim=True), q @ queue.clone()], 1) / TEMPERATURE
        loss = F.cross_entropy(logits, torch.zeros(len(q), dtype=torch.long))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        queue[:, pointer : pointer + len(k)] = k.T
        pointer = (pointer + len(k)) % queue.shape[1]
        print(f"loss {loss.item():.6f}")
    ours = torch.load(a.result, **LOAD)["state_dict"]
    theirs = {f"module.encoder_{s}.{n}": v for s, m in (("q", query), ("k", key)) for n, v in m.state_dict().items()}
    theirs |= {"module.queue": queue, "module.queue_ptr": torch.tensor([pointer])}
    assert theirs.keys() == ours.keys(), f"other names: {sorted(theirs.keys() ^ ours.keys())}"
    worst = {}
    for name, expected in theirs.items():
        found = ours[name]
        assert found.shape == expected.shape and found.dtype == expected.dtype, name
        scale = max(expected.double().abs().max().item(), 1e-12)
        worst[name] = (found.double() - expected.double()).abs().max().item() / scale
    for part in ("encoder_q", "encoder_k", "queue"):
        name = max((n for n in worst if n.split(".")[1].startswith(part)), key=worst.get)
        print(f"{part}: at most {worst[name]:.1e} of the tensor's largest value apart, in {name}")


parser = argparse.ArgumentParser()
commands = parser.add_subparsers(required=True)
making = commands.add_parser("make")
making.add_argument("checkpoint")
making.add_argument("--arch", default="resnet18")
making.add_argument("--dim", type=int, default=128)
making.add_argument("--queue", type=int, default=64)
making.add_argument("--seed", type=int, default=0)
making.set_defaults(run=make)
comparing = commands.add_parser("compare")
for name in ("checkpoint", "manifest", "root", "result"):
    comparing.add_argument(name)
comparing.add_argument("--size", type=int, default=320)
comparing.add_argument("--batch", type=int, default=16)
comparing.add_argument("--steps", type=int, default=3)
comparing.add_argument("--optimizer", default="sgd")
comparing.add_argument("--lr", type=float, default=0.03)
comparing.set_defaults(run=compare)
arguments = parser.parse_args()
arguments.run(arguments)
