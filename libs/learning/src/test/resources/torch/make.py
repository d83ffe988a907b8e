# Makes the checkpoints of this folder: python make.py
import argparse
import collections
import os
import pickle

import numpy as np
import torch

weight = torch.arange(12, dtype=torch.float32).reshape(3, 4)
content = {
    "epoch": 7,
    "arch": "resnet18",
    "best": np.float64(0.75),
    "array": np.arange(6, dtype=np.int16).reshape(2, 3),
    "args": argparse.Namespace(lr=0.03, schedule=[12, 18]),
    "milestones": collections.Counter([12, 18]),
    "size": weight.size(),
    "device": torch.device("cpu"),
    "state_dict": collections.OrderedDict(
        [
            ("z.weight", weight),
            ("a.transposed", weight.t()),
            ("a.row", weight[1]),
            ("half", torch.tensor([1.5, -2.0], dtype=torch.float16)),
            ("bfloat", torch.tensor([1.5, -2.0], dtype=torch.bfloat16)),
            ("steps", torch.tensor(1 << 40)),
            ("flag", torch.tensor([True, False])),
            ("parameter", torch.nn.Parameter(torch.ones(2))),
            ("bn.num_batches_tracked", torch.tensor(3)),
        ]
    ),
    "optimizer": {"state": {0: {"step": 5, "exp_avg": torch.zeros(2)}}, "param_groups": [{"lr": 1e-4, "params": [0]}]},
}
torch.save(content, "zip.pth.tar")
torch.save(content, "legacy.pth.tar", _use_new_zipfile_serialization=False)


class Evil:
    def __reduce__(self):
        return os.system, ("echo this must never run",)


torch.save({"state_dict": Evil()}, "evil.pth.tar")
torch.save({"state_dict": Evil()}, "evil_legacy.pth.tar", _use_new_zipfile_serialization=False)
