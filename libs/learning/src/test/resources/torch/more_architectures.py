# References for architectures that architectures.json and moco_steps.json do not have, computed in float64 by PyTorch's
# own modules: python more_architectures.py. Each row of MoCo steps has beside it what float32 gives, as moco_spread.py's.
# It was run with PyTorch 1.13.1 and torchvision 0.14.1.
import importlib.util
import json
import os
import sys

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "../fixtures")

# moco_spread.py computes when it is run; here only what it defines is wanted.
source = open(os.path.join(HERE, "moco_spread.py")).read().split("torch.set_num_threads(1)")[0]
source = source.replace('startswith("resnet")', 'startswith("resn")')  # ResNeXt's head is fc too
spread = importlib.util.module_from_spec(importlib.util.spec_from_loader("moco_spread", loader=None))
exec(source, spread.__dict__)
torch.set_num_threads(1)


def row(arch, lr):
    # SGD at a rate so low that rounding is not amplified: Adam's first steps are a gradient's sign.
    made = {"arch": arch, "mlp": True, "optimizer": "sgd", "lr": lr, "weight_decay": 1e-4, "batch": 4, "size": 64}
    made |= {"queue_size": 64, "dim": 128, "temperature": 0.2, "momentum": 0.999}
    names = [n for n, _ in spread.encoder(made, torch.float32).named_parameters()]
    watched = [names[0], names[1], names[len(names) // 2], names[-2]]
    asked = {**made, "steps": [{"grad_norm": watched}] * 3, "after": {"query": watched, "key": watched}}
    taken = spread.steps(asked, dtype=torch.float64)
    taken["after"]["queue_pointer"] = 3 * made["batch"]
    return {**made, **taken}, [spread.steps(asked), spread.steps(asked, channels_last=True)]


def architecture(arch):
    query = spread.encoder({"arch": arch, "mlp": True, "dim": 128}, torch.float64).eval()
    with torch.no_grad():
        out = query(spread.wave("eval", 2 * 3 * 64 * 64).reshape(2, 3, 64, 64).double())
    return {
        "arch": arch,
        "parameters": sum(p.numel() for p in query.parameters()),
        "names": [n for n in query.state_dict() if not n.endswith("num_batches_tracked")],
        "eval_embedding": out[:, :6].tolist(),
    }


def write(name, content):
    with open(os.path.join(FIXTURES, name), "w") as file:
        json.dump({"torch": torch.__version__, **content}, file)
        file.write("\n")


rows = [architecture(a) for a in ("densenet169", "resnext50_32x4d", "resnext101_64x4d")]
write("architectures_float64.json", {"architectures": rows})
print("architectures", file=sys.stderr)
taken = []
for arch, lr in (("resnet34", 1e-3), ("resnext50_32x4d", 1e-5), ("densenet169", 1e-4)):
    taken.append(row(arch, lr))
    print(arch, file=sys.stderr)
    write("moco_steps_float64.json", {"moco": [r for r, _ in taken], "spread": [s for _, s in taken]})
