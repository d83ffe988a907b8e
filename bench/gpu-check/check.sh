#!/usr/bin/env bash
# Checks a GPU and prints the table of docs/gpu.md, in at most five minutes, on a machine without Java
# and network. In the unpacked folder: ./check.sh PYTORCH [cuda|cpu]
#   PYTORCH  a virtual environment, a site-packages folder or a libtorch with a fitting PyTorch
#   PYTHON   (environment) the Python of that PyTorch, for the same steps by hand
set -u
here=$(cd "$(dirname "$0")" && pwd)
pytorch=${1-}
if [ -z "$pytorch" ] && [ -z "${CHECK_CLASSPATH:-}" ]; then
  echo "usage: check.sh PYTORCH [cuda|cpu]" >&2
  exit 64
fi
device=${2:-cuda}
end=$(($(date +%s) + ${SECONDS_IN_ALL:-290}))
code=0

java() { # with what is left of the time
  local left=$((end - $(date +%s)))
  if [ "$left" -lt 5 ]; then
    echo "skipped for lack of time: $*"
    return 0
  fi
  timeout "$left" "$here/runtime/bin/java" -Xmx1g --enable-native-access=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow -Djava.io.tmpdir="${TMPDIR:-/tmp}" -Dai.djl.offline=true -DOPT_OUT_TRACKING=true \
    -Dmococxr.device="$device" ${pytorch:+-Dmococxr.pytorch="$pytorch"} -cp "$here/lib/*${CHECK_CLASSPATH:+:$CHECK_CLASSPATH}" "$@"
}

main=org.mococxr.bench.learning
if [ "$device" = cpu ]; then
  java $main.GpuCheck resnet18_w16 64 8 4 || code=1
  java $main.TrainBenchmark resnet18_w16 64 8 1 2 float32 chexpert 512 || code=1
  exit $code
fi
command -v nvidia-smi > /dev/null && nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader
echo "== TF32 allowed, as PyTorch's default"
java $main.GpuCheck resnet18 224 16 8 || code=1
echo "== exact float32"
NVIDIA_TF32_OVERRIDE=0 java $main.GpuCheck resnet18 224 16 4 || code=1
echo "== steps"
java $main.TrainBenchmark resnet18 320 16,64,256 2 0 bf16,tf32 chexpert 24576 || code=1
java $main.TrainBenchmark resnet18 320 64 2 0 bf16 moco-v2 24576 || code=1
java $main.TrainBenchmark resnet50,densenet121 224 64 2 0 bf16 chexpert 24576 || code=1
left=$((end - $(date +%s)))
if [ -n "${PYTHON:-}" ] && [ "$left" -gt 20 ]; then
  timeout "$left" "$PYTHON" "$here/peer/moco_step.py" --device cuda --sizes 320 --batches 16,64,256 --computes bf16 \
    --seconds 2 --queue 24576 --uploads resident,pinned,graph
  left=$((end - $(date +%s)))
  [ "$left" -gt 20 ] && timeout "$left" "$PYTHON" "$here/peer/moco_step.py" --device cuda --architectures resnet50,densenet121 \
    --sizes 224 --batches 64 --computes bf16 --seconds 2 --queue 24576
fi
exit $code
