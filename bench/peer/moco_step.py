"""The MoCo step of `make bench-train`, written by hand in PyTorch, so that every figure has a peer of
the same machine and call. Prints rows of a Markdown table.

    python moco_step.py --device cuda --architectures resnet18 --sizes 320 --batches 16,64 \
        --computes float32,bf16 --seconds 5 --queue 24576 --uploads resident,pinned,graph

One grey plane goes in, as in the product, where the first convolution's weights are summed over the
three planes. Uploads: resident, images lie on the device; pinned, bytes from page-locked memory,
asynchronously, normalised on the device; pageable, float32 from pageable memory; graph, resident,
the step captured as a CUDA graph.
"""

import argparse
import copy
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F

DIMENSION = 128
TEMPERATURE = 0.2
MOMENTUM = 0.999


def convolution(inputs, outputs, kernel, stride=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)


class Residual(nn.Module):
    """A block of a ResNet: basic (two 3x3) or bottleneck (1x1, 3x3, 1x1 with four times the width)."""

    def __init__(self, inputs, width, stride, bottleneck):
        super().__init__()
        outputs = width * 4 if bottleneck else width
        if bottleneck:
            steps = [(inputs, width, 1, 1), (width, width, 3, stride), (width, outputs, 1, 1)]
        else:
            steps = [(inputs, width, 3, stride), (width, outputs, 3, 1)]
        layers = []
        for i, (a, b, kernel, s) in enumerate(steps):
            layers += [convolution(a, b, kernel, s), nn.BatchNorm2d(b)]
            layers += [nn.ReLU(inplace=True)] if i + 1 < len(steps) else []
        self.body = nn.Sequential(*layers)
        self.skip = None
        if stride > 1 or inputs != outputs:
            self.skip = nn.Sequential(convolution(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return F.relu(self.body(x) + (x if self.skip is None else self.skip(x)), inplace=True)


def resnet(blocks, bottleneck):
    layers = [convolution(1, 64, 7, 2), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
    inputs = 64
    for stage, count in enumerate(blocks):
        width = 64 << stage
        for block in range(count):
            stride = 2 if stage > 0 and block == 0 else 1
            layers.append(Residual(inputs, width, stride, bottleneck))
            inputs = width * 4 if bottleneck else width
    return nn.Sequential(*layers), inputs


class Dense(nn.Module):
    """A layer of a DenseNet: its 32 new channels behind those that came in."""

    def __init__(self, inputs):
        super().__init__()
        self.body = nn.Sequential(
            nn.BatchNorm2d(inputs), nn.ReLU(inplace=True), convolution(inputs, 128, 1),
            nn.BatchNorm2d(128), nn.ReLU(inplace=True), convolution(128, 32, 3))

    def forward(self, x):
        return torch.cat([x, self.body(x)], 1)


def densenet(blocks):
    layers = [convolution(1, 64, 7, 2), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
    channels = 64
    for stage, count in enumerate(blocks):
        for _ in range(count):
            layers.append(Dense(channels))
            channels += 32
        if stage + 1 < len(blocks):
            layers += [nn.BatchNorm2d(channels), nn.ReLU(inplace=True),
                       convolution(channels, channels // 2, 1), nn.AvgPool2d(2)]
            channels //= 2
    return nn.Sequential(*layers, nn.BatchNorm2d(channels), nn.ReLU(inplace=True)), channels


BACKBONES = {
    "resnet18": lambda: resnet([2, 2, 2, 2], False),
    "resnet50": lambda: resnet([3, 4, 6, 3], True),
    "densenet121": lambda: densenet([6, 12, 24, 16]),
}


def encoder(architecture):
    body, features = BACKBONES[architecture]()
    return nn.Sequential(body, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(features, features),
                         nn.ReLU(inplace=True), nn.Linear(features, DIMENSION))


class Step:
    def __init__(self, device, architecture, size, batch, compute, queue, upload):
        torch.manual_seed(1)
        self.device, self.batch, self.upload = device, batch, upload
        self.lowered = compute == "bf16"
        torch.backends.cudnn.allow_tf32 = compute != "float32"
        self.query = encoder(architecture).to(device).to(memory_format=torch.channels_last).train()
        self.key = copy.deepcopy(self.query).requires_grad_(False)
        self.pairs = [p.data for p in self.key.parameters()], [p.data for p in self.query.parameters()]
        graph = upload == "graph"
        self.adam = torch.optim.Adam(self.query.parameters(), lr=1e-4, weight_decay=1e-4,
                                     fused=True, capturable=graph)
        self.queue = F.normalize(torch.randn(queue - queue % batch, DIMENSION, device=device), dim=1)
        self.pointer = 0
        shape = (batch, 1, size, size)
        self.bytes = [torch.randint(0, 256, shape, dtype=torch.uint8) for _ in range(2)]
        if upload == "pinned":
            self.bytes = [b.pin_memory() for b in self.bytes]
        self.floats = [self.normalised(b) for b in self.bytes]
        self.resident = [f.to(device) for f in self.floats]
        self.graph = self.captured() if graph else None

    @staticmethod
    def normalised(pixels):
        return ((pixels.float() / 255 - 0.502) / 0.085585).contiguous(memory_format=torch.channels_last)

    def images(self):
        if self.upload == "pinned":
            return [self.normalised(b.to(self.device, non_blocking=True)) for b in self.bytes]
        if self.upload == "pageable":
            return [f.to(self.device) for f in self.floats]
        return self.resident

    def embed(self, network, images):
        with torch.autocast(self.device, dtype=torch.bfloat16, enabled=self.lowered):
            return F.normalize(network(images).float(), dim=1)

    def compute(self, queries, keys):
        with torch.no_grad():
            torch._foreach_lerp_(*self.pairs, 1 - MOMENTUM)
            k = self.embed(self.key, keys)
        q = self.embed(self.query, queries)
        positive = (q * k).sum(1, keepdim=True)
        logits = torch.cat([positive, q @ self.queue.t()], 1) / TEMPERATURE
        loss = -F.log_softmax(logits, 1)[:, 0].mean()
        loss.backward()
        self.adam.step()
        with torch.no_grad():
            higher = (logits[:, 1:] > logits[:, :1]).sum(1)
            figures = torch.stack([loss.detach(), (higher < 1).float().sum(), (higher < 5).float().sum(),
                                   logits[:, 0].mean(), logits[:, 1:].mean(), q.std(0).mean()])
        return figures, k

    def enqueue(self, k):
        with torch.no_grad():
            self.queue[self.pointer:self.pointer + self.batch] = k
        self.pointer = (self.pointer + self.batch) % len(self.queue)

    def captured(self):
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                self.adam.zero_grad(set_to_none=True)
                self.compute(*self.resident)
        torch.cuda.current_stream().wait_stream(side)
        self.adam.zero_grad(set_to_none=True)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self.captured_results = self.compute(*self.resident)
        return graph

    def __call__(self):
        if self.graph is not None:
            self.graph.replay()
            figures, k = self.captured_results
        else:
            self.adam.zero_grad(set_to_none=True)
            figures, k = self.compute(*self.images())
        self.enqueue(k)
        return figures.tolist()  # the one read of a step


def synchronised(device):
    if device.startswith("cuda"):
        torch.cuda.synchronize()
    return time.perf_counter()


def busy(step, device):
    """Share of the time that the device computes or copies; of a CPU, of all threads' time."""
    if not device.startswith("cuda"):
        wall, own = time.perf_counter(), time.process_time()
        step()
        return (time.process_time() - own) / ((time.perf_counter() - wall) * torch.get_num_threads())
    from torch.profiler import ProfilerActivity, profile
    with profile(activities=[ProfilerActivity.CUDA]) as recorded:
        before = synchronised(device)
        for _ in range(3):
            step()
        wall = synchronised(device) - before
    kernels = [e for e in recorded.events() if e.device_type == torch.autograd.DeviceType.CUDA]
    return sum(e.time_range.elapsed_us() for e in kernels) / 1e6 / wall


def row(options, architecture, size, batch, compute, upload):
    step = Step(options.device, architecture, size, batch, compute, options.queue, upload)
    for _ in range(1 if options.device == "cpu" else 4):
        step()
    times = []
    process = time.process_time()
    end = synchronised(options.device) + options.seconds
    most = 60 if options.device == "cpu" else 1000
    while len(times) < 3 or (len(times) < most and time.perf_counter() < end):
        before = time.perf_counter()
        step()
        times.append(time.perf_counter() - before)
    process = (time.process_time() - process) / len(times)
    median = statistics.median(times)
    print(f"| PyTorch by hand, {upload} | {architecture} | {size} | {batch} | {compute} | {batch / median:.1f} "
          f"| {median * 1e3:.1f} | {process * 1e3:.0f} | {100 * busy(step, options.device):.0f} % | {len(times)} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--architectures", default="resnet18")
    parser.add_argument("--sizes", default="224")
    parser.add_argument("--batches", default="16")
    parser.add_argument("--computes", default="float32")
    parser.add_argument("--uploads", default="resident")
    parser.add_argument("--seconds", type=float, default=25)
    parser.add_argument("--queue", type=int, default=4096)
    parser.add_argument("--threads", type=int, default=0)
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.backends.cudnn.benchmark = True
    print(f"<!-- PyTorch {torch.__version__}, {torch.get_num_threads()} threads, {options.device} -->")
    for architecture in options.architectures.split(","):
        for size in options.sizes.split(","):
            for batch in options.batches.split(","):
                for compute in options.computes.split(","):
                    for upload in options.uploads.split(","):
                        try:
                            row(options, architecture, int(size), int(batch), compute, upload)
                        except torch.OutOfMemoryError as error:
                            print(f"| PyTorch by hand, {upload} | {architecture} | {size} | {batch} | {compute} "
                                  f"| out of memory: {str(error).splitlines()[0][:80]} | | | | |")


if __name__ == "__main__":
    main()
