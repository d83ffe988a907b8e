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


class Moco(torch.nn.Module):
    """The reference's modules in its order, for their names and the numbers of their parameters."""

    def __init__(self):
        super().__init__()
        self.encoder_q = torchvision.models.resnet18(num_classes=128)
        self.encoder_k = torchvision.models.resnet18(num_classes=128)
        for encoder in (self.encoder_q, self.encoder_k):
            encoder.fc = torch.nn.Sequential(torch.nn.Linear(512, 512), torch.nn.ReLU(), encoder.fc)
        self.register_buffer("queue", torch.zeros(128, 64))
        self.register_buffer("queue_ptr", torch.zeros(1, dtype=torch.long))


moco = Moco()
optimizer = torch.optim.Adam(moco.parameters(), 0.25)
for number, parameter in enumerate(moco.encoder_q.parameters()):
    parameter.grad = torch.full_like(parameter, (number + 1) / 1000)
optimizer.step()
saved = optimizer.state_dict()
for state in saved["state"].values():
    for moment in ("exp_avg", "exp_avg_sq"):
        state[moment] = state[moment].flatten()[:1].clone().expand(state[moment].shape)
torch.save(
    {
        "epoch": 4,
        "arch": "resnet18",
        "state_dict": {"module." + n: one(v) if v.is_floating_point() else v.clone() for n, v in moco.state_dict().items()},
        "optimizer": saved,
        "names": [n for n, _ in moco.encoder_q.named_parameters()],
    },
    "resume.pth.tar",
)
