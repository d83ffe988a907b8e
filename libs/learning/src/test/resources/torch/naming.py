# Makes checkpoints as other trainers name things: python naming.py. Every tensor is a view of one number, so that the
# files are small. Needs torch and torchvision; the classes of Lightning that it mentions are made up here.
import collections
import datetime
import pathlib
import sys
import types

import numpy as np
import torch
import torchvision

ONE = torch.ones(1)
FIVE = torch.tensor(5)


def fake(module, name):
    parent = ""
    for part in module.split("."):
        parent = f"{parent}.{part}".lstrip(".")
        sys.modules.setdefault(parent, types.ModuleType(parent))
    made = type(name, (dict,), {"__module__": module})
    setattr(sys.modules[module], name, made)
    return made


def one(tensor):
    return ONE.expand(tensor.shape) if tensor.dim() else FIVE


def tensors(arch, prefix, head=True):
    state = getattr(torchvision.models, arch)(weights=None).state_dict()
    return {
        prefix + n: one(v)
        for n, v in state.items()
        if head or not n.startswith("fc.")
    }


AttributeDict = fake("lightning_fabric.utilities.data", "AttributeDict")
torch.save(
    {
        "epoch": 3,
        "global_step": 100,
        "pytorch-lightning_version": "2.0.0",
        "state_dict": collections.OrderedDict(
            {
                **tensors("resnet18", "model.net.", head=False),
                "model.projection_head.layers.0.weight": ONE.expand(128, 512),
                "model.projection_head_momentum.layers.0.weight": ONE.expand(128, 512),
                **tensors("resnet18", "model.net_momentum.", head=False),
                "criterion.memory_bank.bank": ONE.expand(128, 64),
            }
        ),
        "callbacks": {"ModelCheckpoint{'monitor': None}": {"best_k_models": {}, "best_model_path": ""}},
        "hyper_parameters": AttributeDict(
            lr=0.03,
            root=pathlib.PosixPath("/data/cxr"),
            relative=pathlib.PosixPath("a/b"),
            started=datetime.datetime(2026, 1, 2, 3, 4, 5),
            took=datetime.timedelta(seconds=7),
            layers=frozenset([4]),
            order=np.arange(3, dtype=np.uint16) + 65000,
            count=np.uint16(65535),
        ),
    },
    "lightning.ckpt",
)
torch.save(
    {
        "student": {**tensors("resnet18", "module.backbone.", head=False), "module.head.mlp.0.weight": ONE.expand(8, 512)},
        "teacher": {**tensors("resnet18", "backbone.", head=False), "head.mlp.0.weight": ONE.expand(8, 512)},
        "epoch": 10,
        "dino_loss": {"center": ONE.expand(1, 8)},
    },
    "dino.pth",
)
torch.save(
    {
        "epoch": 2,
        "arch": "resnet18",
        "state_dict": {
            **tensors("resnet18", "module.base_encoder."),
            **tensors("resnet18", "module.momentum_encoder."),
            "module.predictor.0.weight": ONE.expand(16, 16),
        },
    },
    "moco_v3.pth.tar",
)
numbered = torch.nn.Sequential(*list(torchvision.models.resnet18(weights=None).children())[:-1])
torch.save({"backbone." + n: one(v) for n, v in numbered.state_dict().items()}, "lightly.pt")
