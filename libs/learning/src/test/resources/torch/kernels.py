# Widens the spread beside the references of MoCo's steps by what PyTorch gives on the processor at hand, by its newest
# instructions, by AVX2 and by SSE4.1: python kernels.py. Run it on a processor whose kernels round in yet another way.
# It was run with PyTorch 2.7.1, torchvision 0.22.1 and pretrainedmodels 0.7.4 on an Intel Xeon with AMX.
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.environ.get("FIXTURES", os.path.join(HERE, "../fixtures"))

# Their rows have the spread beside them. Those of moco_spread.json stay as they are: after steps of Adam by SSE4.1 even
# PyTorch's gradients are a fifth off.
FILES = ("moco_steps_float64.json", "moco_steps_other.json")
INSTRUCTIONS = (
    {},
    {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"},
    {"ONEDNN_MAX_CPU_ISA": "SSE41", "ATEN_CPU_CAPABILITY": "default"},
)


def read(name):
    with open(os.path.join(FIXTURES, name)) as file:
        return json.load(file)


def ways():
    """What this process's kernels give for the rows of every file, in both layouts."""
    # other_architectures.py computes when it is run; here only what it defines is wanted.
    source = open(os.path.join(HERE, "other_architectures.py")).read().split("\nrows = []")[0]
    defined = {"__file__": os.path.join(HERE, "other_architectures.py")}
    exec(source, defined)
    spread, network = defined["spread"], defined["network"]

    def encoder(row, dtype):
        made = network(row)
        if made is None:
            made = getattr(defined["torchvision"].models, row["arch"])(weights=None)
            made = spread.projected(made, "fc" if row["arch"].startswith("resn") else "classifier", row)
        return made.to(dtype)

    spread.encoder = encoder
    return {
        name: [[spread.steps(row, channels_last=last) for last in (False, True)] for row in read(name)["moco"]]
        for name in FILES
    }


if sys.argv[1:] == ["ways"]:
    json.dump(ways(), sys.stdout)
    sys.exit()
for instructions in INSTRUCTIONS:
    print(instructions, file=sys.stderr, flush=True)
    taken = subprocess.run(
        [sys.executable, __file__, "ways"], env={**os.environ, **instructions}, stdout=subprocess.PIPE, check=True
    )
    for name, rows in json.loads(taken.stdout).items():
        content = read(name)
        for known, found in zip(content["spread"], rows, strict=True):
            known += [way for way in found if way not in known]
        with open(os.path.join(FIXTURES, name), "w") as out:
            json.dump(content, out)
            out.write("\n")
