package org.mococxr.inference.grpc;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.GrpcClient;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.grpc.proto.GRPCInferenceServiceGrpc;
import org.mococxr.inference.grpc.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import org.mococxr.inference.grpc.proto.InferTensorContents;
import org.mococxr.inference.grpc.proto.ModelInferRequest;
import org.mococxr.inference.grpc.proto.ModelInferRequest.InferInputTensor;
import org.mococxr.inference.grpc.proto.ModelInferRequest.InferRequestedOutputTensor;
import org.mococxr.inference.grpc.proto.ModelInferResponse;
import org.mococxr.inference.grpc.proto.ModelMetadataRequest;
import org.mococxr.inference.grpc.proto.ModelMetadataResponse;
import org.mococxr.inference.grpc.proto.ModelReadyRequest;
import org.mococxr.inference.grpc.proto.ServerLiveRequest;
import org.mococxr.inference.grpc.proto.ServerMetadataRequest;
import org.mococxr.inference.grpc.proto.ServerReadyRequest;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.testkit.KafkaTestResource;

/** The protocol over gRPC, on the port of HTTP. */
@QuarkusTest
@QuarkusTestResource(KafkaTestResource.class)
class GrpcInferenceTest {
  /** The paper's size: a batch of such pictures is more than gRPC's usual 4 MB. */
  private static final int SIZE = 320;

  private static final TinyNetwork BRIGHTNESS = TinyNetwork.brightness(SIZE);

  /** A float32 mean of 102,400 pixels. */
  private static final double CLOSE = 1e-3;

  @TempDir Path folder;

  @GrpcClient("inference")
  Channel channel;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;

  private GRPCInferenceServiceBlockingStub client;

  @BeforeEach
  void connect() {
    client = GRPCInferenceServiceGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void withdraw() {
    models.withdraw("g");
  }

  @Test
  void aServerWithoutModelsIsLiveAndNotReady() {
    await().atMost(20, SECONDS).until(() -> models.served().isEmpty());
    assertTrue(client.serverLive(ServerLiveRequest.getDefaultInstance()).getLive());
    assertFalse(client.serverReady(ServerReadyRequest.getDefaultInstance()).getReady());
    assertEquals(
        "mococxr-inference",
        client.serverMetadata(ServerMetadataRequest.getDefaultInstance()).getName());
    assertStatus(Status.Code.UNAVAILABLE, request("g", 1).build());
  }

  @Test
  void aModelTellsWhatItTakesAndGives() throws IOException {
    serve();
    assertTrue(ready("g", ""));
    assertTrue(ready("g", "1"));
    assertFalse(ready("g", "2"));
    assertFalse(ready("h", ""));
    ModelMetadataResponse metadata =
        client.modelMetadata(ModelMetadataRequest.newBuilder().setName("g").build());
    assertEquals(List.of("1"), metadata.getVersionsList());
    assertEquals(List.of(-1L, 1L, (long) SIZE, (long) SIZE), metadata.getInputs(0).getShapeList());
    assertEquals("FP32", metadata.getOutputs(0).getDatatype());
  }

  @Test
  void numbersGoInAndOut() throws IOException {
    Bundle bundle = serve();
    InferTensorContents grey =
        InferTensorContents.newBuilder()
            .addAllUintContents(Collections.nCopies(SIZE * SIZE, 200))
            .build();
    ModelInferRequest.Builder request = request("g", 1).setId("q7");
    request.getInputsBuilder(0).setContents(grey);
    ModelInferResponse response = client.modelInfer(request.build());
    assertEquals("q7", response.getId());
    assertEquals("1", response.getModelVersion());
    assertEquals(bundle.digest(), response.getParametersOrThrow("digest").getStringParam());
    assertEquals("probabilities", response.getOutputs(0).getName());
    assertEquals(
        BRIGHTNESS.probability(0, 200),
        response.getOutputs(0).getContents().getFp32Contents(0),
        CLOSE);
  }

  @Test
  void aLargeBatchGoesInAndOutAsBytes() throws IOException {
    serve();
    int count = 60;
    byte[] pixels = new byte[count * SIZE * SIZE];
    Arrays.fill(pixels, pixels.length - SIZE * SIZE, pixels.length, (byte) 200);
    ModelInferResponse response =
        client.modelInfer(
            request("g", count).addRawInputContents(ByteString.copyFrom(pixels)).build());
    assertEquals(List.of((long) count, 1L), response.getOutputs(0).getShapeList());
    var values =
        response
            .getRawOutputContents(0)
            .asReadOnlyByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    assertEquals(BRIGHTNESS.probability(0, 0), values.get(0), CLOSE);
    assertEquals(BRIGHTNESS.probability(0, 200), values.get(count - 1), CLOSE);
  }

  @Test
  void errorsHaveTheStatusThatSaysTheSame() throws IOException {
    serve();
    assertStatus(Status.Code.INVALID_ARGUMENT, request("g", 1).build());
    ModelInferRequest.Builder bright = request("g", 1);
    bright.getInputsBuilder(0).getContentsBuilder().addUintContents(256);
    assertTrue(
        assertStatus(Status.Code.INVALID_ARGUMENT, bright.build()).contains("element 0: is 256"));
    ByteString one = ByteString.copyFrom(new byte[1]);
    assertStatus(
        Status.Code.INVALID_ARGUMENT,
        request("g", 1).addRawInputContents(one).addRawInputContents(one).build());
    assertStatus(Status.Code.NOT_FOUND, request("h", 1).build());
    assertStatus(Status.Code.NOT_FOUND, request("g", 1).setModelVersion("2").build());
  }

  private Bundle serve() throws IOException {
    Bundle bundle = Bundle.write(folder.resolve("g"), "g", "1", BRIGHTNESS);
    loader.load(bundle.uri(), Optional.empty(), models::serve);
    return bundle;
  }

  private boolean ready(String model, String version) {
    ModelReadyRequest request =
        ModelReadyRequest.newBuilder().setName(model).setVersion(version).build();
    return client.modelReady(request).getReady();
  }

  private static ModelInferRequest.Builder request(String model, int count) {
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .addInputs(
            InferInputTensor.newBuilder()
                .setName("image")
                .setDatatype("UINT8")
                .addAllShape(List.of((long) count, 1L, (long) SIZE, (long) SIZE)))
        .addOutputs(InferRequestedOutputTensor.newBuilder().setName("probabilities"));
  }

  private String assertStatus(Status.Code code, ModelInferRequest request) {
    StatusRuntimeException e =
        assertThrows(StatusRuntimeException.class, () -> client.modelInfer(request));
    assertEquals(code, e.getStatus().getCode(), e.getMessage());
    return e.getStatus().getDescription();
  }
}
