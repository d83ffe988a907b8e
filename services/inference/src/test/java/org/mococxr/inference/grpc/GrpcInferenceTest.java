package org.mococxr.inference.grpc;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.sun.management.OperatingSystemMXBean;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.grpc.proto.GRPCInferenceServiceGrpc;
import org.mococxr.inference.grpc.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import org.mococxr.inference.grpc.proto.InferParameter;
import org.mococxr.inference.grpc.proto.InferStatistics;
import org.mococxr.inference.grpc.proto.InferTensorContents;
import org.mococxr.inference.grpc.proto.ModelInferRequest;
import org.mococxr.inference.grpc.proto.ModelInferRequest.InferInputTensor;
import org.mococxr.inference.grpc.proto.ModelInferRequest.InferRequestedOutputTensor;
import org.mococxr.inference.grpc.proto.ModelInferResponse;
import org.mococxr.inference.grpc.proto.ModelMetadataRequest;
import org.mococxr.inference.grpc.proto.ModelMetadataResponse;
import org.mococxr.inference.grpc.proto.ModelReadyRequest;
import org.mococxr.inference.grpc.proto.ModelStatistics;
import org.mococxr.inference.grpc.proto.ModelStatisticsRequest;
import org.mococxr.inference.grpc.proto.RepositoryIndexRequest;
import org.mococxr.inference.grpc.proto.RepositoryIndexResponse;
import org.mococxr.inference.grpc.proto.RepositoryModelUnloadRequest;
import org.mococxr.inference.grpc.proto.ServerLiveRequest;
import org.mococxr.inference.grpc.proto.ServerMetadataRequest;
import org.mococxr.inference.grpc.proto.ServerReadyRequest;
import org.mococxr.inference.grpc.proto.health.HealthCheckRequest;
import org.mococxr.inference.grpc.proto.health.HealthCheckResponse;
import org.mococxr.inference.grpc.proto.health.HealthGrpc;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithoutKafka;
import org.mococxr.testkit.Pictures;

/** The protocol over gRPC, on the port of HTTP. */
@Tag("slow")
@QuarkusTest
@TestProfile(WithoutKafka.class)
class GrpcInferenceTest {
  /** The paper's size: a batch of such pictures is more than gRPC's usual 4 MB. */
  private static final int SIZE = 320;

  private static final TinyNetwork BRIGHTNESS = TinyNetwork.brightness(SIZE);

  /** A float32 mean of 102,400 pixels. */
  private static final double CLOSE = 1e-3;

  @TempDir Path folder;

  @TestHTTPResource URI address;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;

  private ManagedChannel channel;
  private GRPCInferenceServiceBlockingStub client;

  @BeforeEach
  void connect() {
    channel =
        ManagedChannelBuilder.forAddress(address.getHost(), address.getPort())
            .usePlaintext()
            .maxInboundMessageSize(64 << 20)
            .build();
    client = GRPCInferenceServiceGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void withdraw() {
    channel.shutdownNow();
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

  @Test
  void aMessageFourTimesAsLargeTakesNoMoreThanItsShareOfTime() throws IOException {
    serve();
    secondsFor(8 << 20);
    double small = secondsFor(8 << 20);
    double large = secondsFor(32 << 20);
    assertTrue(large < 3 * 4 * Math.max(small, 0.05), small + " s, " + large + " s");
  }

  /** Processor time for a message that is refused once it is there, the least of several. */
  private double secondsFor(int bytes) {
    ModelInferRequest request =
        request("g", 1).addRawInputContents(ByteString.copyFrom(new byte[bytes])).build();
    OperatingSystemMXBean process =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    double least = Double.MAX_VALUE;
    for (int turn = 0; turn < 5; turn++) {
      long begin = process.getProcessCpuTime();
      assertStatus(Status.Code.INVALID_ARGUMENT, request);
      least = Math.min(least, (process.getProcessCpuTime() - begin) / 1e9);
    }
    return least;
  }

  @Test
  void aCallThatIsTooLateOrTooLargeIsRefused() throws IOException {
    serve();
    ModelInferRequest late =
        request("g", 1)
            .addRawInputContents(ByteString.copyFrom(new byte[SIZE * SIZE]))
            .putParameters("timeout", InferParameter.newBuilder().setInt64Param(1).build())
            .build();
    assertStatus(Status.Code.DEADLINE_EXCEEDED, late);
    ByteString large = ByteString.copyFrom(new byte[64 << 20]);
    assertStatus(
        Status.Code.RESOURCE_EXHAUSTED, request("g", 1).addRawInputContents(large).build());
  }

  @Test
  void imageFilesAndFloatsGoInToo() throws IOException {
    serve();
    // Of mean grey 200.
    byte[] halves = Pictures.of(SIZE, SIZE, "png", (x, y) -> x < SIZE / 2 ? 180 : 220);
    ModelInferRequest.Builder files = request("g", 1);
    files
        .getInputsBuilder(0)
        .clearShape()
        .addShape(1)
        .setDatatype("BYTES")
        .getContentsBuilder()
        .addBytesContents(ByteString.copyFrom(halves));
    assertEquals(
        BRIGHTNESS.probability(0, 200),
        client.modelInfer(files.build()).getOutputs(0).getContents().getFp32Contents(0),
        CLOSE);
    ModelInferRequest.Builder floats = request("g", 1);
    floats
        .getInputsBuilder(0)
        .setDatatype("FP32")
        .getContentsBuilder()
        .addAllFp32Contents(Collections.nCopies(SIZE * SIZE, 200f));
    assertEquals(
        BRIGHTNESS.probability(0, 200),
        client.modelInfer(floats.build()).getOutputs(0).getContents().getFp32Contents(0),
        CLOSE);
  }

  @Test
  void compressedMessagesAndTheHealthServiceAreKnown() throws IOException {
    serve();
    ModelInferRequest request =
        request("g", 1).addRawInputContents(ByteString.copyFrom(new byte[SIZE * SIZE])).build();
    assertEquals(1, client.withCompression("gzip").modelInfer(request).getOutputsCount());
    HealthCheckResponse health =
        HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance());
    assertEquals(HealthCheckResponse.ServingStatus.SERVING, health.getStatus());
  }

  @Test
  void theRepositoryAndItsStatisticsAreKnown() throws IOException {
    serve();
    long begin = System.nanoTime();
    client.modelInfer(
        request("g", 2)
            .addRawInputContents(ByteString.copyFrom(new byte[2 * SIZE * SIZE]))
            .build());
    long seen = System.nanoTime() - begin;
    ModelStatistics statistics =
        client
            .modelStatistics(ModelStatisticsRequest.newBuilder().setName("g").build())
            .getModelStats(0);
    assertTrue(statistics.getInferenceCount() >= 2);
    InferStatistics stats = statistics.getInferenceStats();
    assertTrue(stats.getSuccess().getCount() >= 1);
    // The whole of the service's work, not only the parts that are told by themselves.
    long parts =
        stats.getQueue().getNs()
            + stats.getComputeInput().getNs()
            + stats.getComputeInfer().getNs();
    assertTrue(stats.getSuccess().getNs() > parts, stats::toString);
    if (stats.getSuccess().getCount() == 1) {
      assertTrue(stats.getSuccess().getNs() < seen, stats::toString);
    }
    RepositoryIndexResponse.ModelIndex entry =
        client.repositoryIndex(RepositoryIndexRequest.getDefaultInstance()).getModels(0);
    assertEquals("g", entry.getName());
    assertEquals("READY", entry.getState());
    StatusRuntimeException e =
        assertThrows(
            StatusRuntimeException.class,
            () ->
                client.repositoryModelUnload(
                    RepositoryModelUnloadRequest.newBuilder().setModelName("g").build()));
    assertEquals(Status.Code.PERMISSION_DENIED, e.getStatus().getCode());
  }

  @Test
  void aMessageThatIsNoneIsTheSendersError() throws IOException {
    serve();
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("inference.GRPCInferenceService/ModelInfer")
            .build();
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      byte[] noise = new byte[random.nextInt(40)];
      random.nextBytes(noise);
      StatusRuntimeException e =
          assertThrows(
              StatusRuntimeException.class,
              () -> ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, noise));
      assertTrue(
          Set.of(Status.Code.INVALID_ARGUMENT, Status.Code.NOT_FOUND)
              .contains(e.getStatus().getCode()),
          e.getMessage());
    }
  }

  /** Bytes as they are. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
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
