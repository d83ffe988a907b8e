"""A minimal inference server as many are written: FastAPI before ONNX Runtime, a thread pool, no batching.

Arguments: model.onnx, side of the input in pixels, threads of ONNX Runtime, port.
"""

import io
import sys

import numpy as np
import onnxruntime
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from PIL import Image

NETWORK, SIDE, THREADS, PORT = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = THREADS
options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(NETWORK, options, providers=["CPUExecutionProvider"])
app = FastAPI()


def compute(pixels):
    return session.run(["probabilities"], {"image": pixels})[0]


def tensor(body):
    return compute(np.frombuffer(body, np.uint8).reshape(1, 1, SIDE, SIDE)).tobytes()


def picture(body):
    image = Image.open(io.BytesIO(body)).convert("L")
    scale = SIDE / min(image.size)
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.BILINEAR)
    left, top = (image.width - SIDE) // 2, (image.height - SIDE) // 2
    pixels = np.asarray(image.crop((left, top, left + SIDE, top + SIDE)))
    return {"probability": float(compute(pixels[None, None])[0, 0])}


@app.get("/ready")
def ready():
    return True


@app.post("/tensor")
async def post_tensor(request: Request):
    body = await request.body()
    return Response(await run_in_threadpool(tensor, body), media_type="application/octet-stream")


@app.post("/picture")
async def post_picture(request: Request):
    body = await request.body()
    return await run_in_threadpool(picture, body)


uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="warning", access_log=False)
