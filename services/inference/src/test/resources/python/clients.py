"""The protocol's official Python clients, as their documentation uses them. Ends with 0 if every call did what it should."""

import asyncio
import sys

import numpy as np

CLIENT, ADDRESS, MODEL, SIDE = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])


def brightness(grey):
    """What the network says of a picture of one grey level."""
    return 1 / (1 + np.exp(-(8 * grey / 255 - 4)))


def batch(module, greys, datatype="UINT8"):
    pixels = np.stack([np.full((1, SIDE, SIDE), grey) for grey in greys])
    kind = {"UINT8": np.uint8, "FP32": np.float32}[datatype]
    tensor = module.InferInput("image", list(pixels.shape), datatype)
    tensor.set_data_from_numpy(pixels.astype(kind))
    return tensor


def close(result, greys):
    found = result.as_numpy("probabilities")[:, 0]
    assert np.allclose(found, [brightness(grey) for grey in greys], atol=1e-5), found


def fails(call, *texts):
    from tritonclient.utils import InferenceServerException

    try:
        call()
    except InferenceServerException as e:
        assert any(text in str(e) for text in texts), e
        return
    raise AssertionError("was answered")


def both(client, module):
    """What the HTTP and the gRPC client have in common."""
    assert client.is_server_live() and client.is_server_ready()
    assert client.is_model_ready(MODEL) and client.is_model_ready(MODEL, "1")
    assert not client.is_model_ready("nobody")
    close(client.infer(MODEL, [batch(module, [0, 51, 200])]), [0, 51, 200])
    close(client.infer(MODEL, [batch(module, [7], "FP32")]), [7])
    wanted = [module.InferRequestedOutput("probabilities")]
    result = client.infer(
        MODEL, [batch(module, [9])], outputs=wanted, model_version="1", request_id="r1", priority=2, timeout=5000000
    )
    close(result, [9])
    assert result.as_numpy("features") is None
    small = module.InferInput("image", [1, 1, 2, 2], "UINT8")
    small.set_data_from_numpy(np.zeros((1, 1, 2, 2), np.uint8))
    fails(lambda: client.infer(MODEL, [small]), "inputs[0].shape")
    fails(lambda: client.infer("nobody", [batch(module, [1])]), "nobody")
    fails(lambda: client.infer(MODEL, [batch(module, [1])], timeout=1), "deadline", "Deadline")
    client.unload_model(MODEL)
    assert not client.is_model_ready(MODEL)
    client.load_model(MODEL)
    assert client.is_model_ready(MODEL)
    assert client.get_inference_statistics(MODEL)
    assert client.get_model_repository_index()


def over_http():
    import tritonclient.http as triton_http

    client = triton_http.InferenceServerClient(ADDRESS, concurrency=4)
    both(client, triton_http)
    answers = [client.async_infer(MODEL, [batch(triton_http, [grey])]) for grey in range(8)]
    for grey, answer in enumerate(answers):
        close(answer.get_result(), [grey])
    assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
    assert client.get_model_metadata(MODEL)["inputs"][0]["shape"] == [-1, 1, SIDE, SIDE]
    for algorithm in ["gzip", "deflate"]:
        result = client.infer(
            MODEL,
            [batch(triton_http, [33] * 40)],
            request_compression_algorithm=algorithm,
            response_compression_algorithm=algorithm,
        )
        close(result, [33] * 40)
    pixels = np.full((1, 1, SIDE, SIDE), 77, np.uint8)
    as_json = triton_http.InferInput("image", list(pixels.shape), "UINT8")
    as_json.set_data_from_numpy(pixels, binary_data=False)
    wanted = [triton_http.InferRequestedOutput("probabilities", binary_data=False)]
    close(client.infer(MODEL, [as_json], outputs=wanted), [77])
    client.close()


def over_grpc():
    import tritonclient.grpc as triton_grpc

    client = triton_grpc.InferenceServerClient(ADDRESS)
    both(client, triton_grpc)
    assert client.get_server_metadata().name == "mococxr-inference"
    assert list(client.get_model_metadata(MODEL).inputs[0].shape) == [-1, 1, SIDE, SIDE]
    close(client.infer(MODEL, [batch(triton_grpc, [33])], compression_algorithm="gzip"), [33])
    close(client.infer(MODEL, [batch(triton_grpc, [34])], client_timeout=20), [34])
    client.close()


async def over_kserve():
    try:
        from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
    except ImportError as e:
        print("not there:", e)
        return
    client = InferenceRESTClient(config=RESTConfig(protocol="v2", retries=0))
    base = "http://" + ADDRESS
    assert await client.is_server_ready(base) and await client.is_server_live(base)
    assert await client.is_model_ready(base, MODEL)
    pixels = np.full((2, 1, SIDE, SIDE), 120, np.uint8)
    for binary in [False, True]:
        tensor = InferInput("image", list(pixels.shape), "UINT8")
        tensor.set_data_from_numpy(pixels, binary_data=binary)
        request = InferRequest(model_name=MODEL, infer_inputs=[tensor])
        response = await client.infer(base, request, model_name=MODEL)
        found = next(output for output in response.outputs if output.name == "probabilities").as_numpy()
        assert np.allclose(found.ravel(), [brightness(120)] * 2, atol=1e-5), found


# One client in a process: their generated messages have the same names.
if CLIENT == "http":
    over_http()
elif CLIENT == "grpc":
    over_grpc()
else:
    asyncio.run(over_kserve())
print(CLIENT + ": ok")
