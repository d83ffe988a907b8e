# Makes fixtures/guided_backpropagation.json: guided backpropagation (Springenberg et al. 2015) and Grad-CAM of torchvision's
# networks with the fixtures' weights, in float64: python guided_backpropagation.py. Needs torch and torchvision.
import importlib.util
import json
import os

import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
SIZE, MEAN, STD = 64, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

# moco_spread.py computes when it is run; here only what it defines is wanted.
source = open(os.path.join(HERE, "moco_spread.py")).read().split("torch.set_num_threads(1)")[0]
spread = importlib.util.module_from_spec(importlib.util.spec_from_loader("moco_spread", loader=None))
exec(source, spread.__dict__)


class Guided(torch.autograd.Function):
    """A ReLU that hands only positive gradients back."""

    @staticmethod
    def forward(context, x):
        context.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(context, gradient):
        (x,) = context.saved_tensors
        return gradient.clamp(min=0) * (x > 0)


def picture():
    return ((spread.wave("picture", SIZE * SIZE).double() + 1) * 128).floor().clamp(max=255)


def scaled(evidence):
    evidence = evidence.clamp(min=0)
    return evidence / evidence.max()


def guided(network, task):
    grey = picture().requires_grad_()
    planes = [(grey.reshape(1, 1, SIZE, SIZE) / 255 - m) / s for m, s in zip(MEAN, STD)]
    plain = F.relu
    F.relu = lambda x, inplace=False: Guided.apply(x)
    try:
        network(torch.cat(planes, dim=1))[0, task].backward()
    finally:
        F.relu = plain
    return scaled(grey.grad)


rows = []
for arch in ("resnet18", "densenet121"):
    network = spread.encoder({"arch": arch, "mlp": False, "dim": 2}, torch.float64).eval()
    maps = [guided(network, task) for task in (0, 1)]
    rows.append({"arch": arch, "every": 61, "maps": [m[::61].tolist() for m in maps]})
with open(os.path.join(HERE, "../fixtures/guided_backpropagation.json"), "w") as file:
    json.dump({"torch": torch.__version__, "size": SIZE, "rows": rows}, file)
