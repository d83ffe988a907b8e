package org.mococxr.inference.grpc;

import com.google.protobuf.MessageLite;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.access.Caller;
import org.mococxr.inference.grpc.proto.ModelMetadataRequest;
import org.mococxr.inference.grpc.proto.ModelReadyRequest;
import org.mococxr.inference.grpc.proto.ModelReadyResponse;
import org.mococxr.inference.grpc.proto.ModelStatisticsRequest;
import org.mococxr.inference.grpc.proto.RepositoryIndexRequest;
import org.mococxr.inference.grpc.proto.RepositoryModelLoadRequest;
import org.mococxr.inference.grpc.proto.RepositoryModelUnloadRequest;
import org.mococxr.inference.grpc.proto.ServerLiveResponse;
import org.mococxr.inference.grpc.proto.ServerMetadataResponse;
import org.mococxr.inference.grpc.proto.ServerReadyResponse;
import org.mococxr.inference.grpc.proto.health.HealthCheckRequest;
import org.mococxr.inference.grpc.proto.health.HealthCheckResponse;
import org.mococxr.inference.grpc.proto.health.HealthCheckResponse.ServingStatus;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.model.ServedModel;
import org.mococxr.inference.protocol.Inference;
import org.mococxr.inference.protocol.Inferences;

/** The protocol's service, a message in and a message out for each method. */
@Singleton
final class GrpcInference {
  private static final String SERVICE = "/inference.GRPCInferenceService/";
  private static final String HEALTH = "/grpc.health.v1.Health/Check";

  /** A unary method. */
  @FunctionalInterface
  interface Method {
    /**
     * @param message as it came, without compression
     */
    MessageLite call(ByteBuffer message, Call call) throws IOException;
  }

  /**
   * What a call says beside its message.
   *
   * @param patience how long the client waits, when it says so
   */
  record Call(Optional<Duration> patience, Caller caller) {}

  private final ModelRepository models;
  private final Inferences inferences;
  private final String version;

  /** By path. */
  private final Map<String, Method> methods;

  GrpcInference(
      ModelRepository models,
      Inferences inferences,
      GrpcRepository repository,
      @ConfigProperty(name = "quarkus.application.version") String version) {
    this.models = models;
    this.inferences = inferences;
    this.version = version;
    this.methods =
        Map.ofEntries(
            Map.entry(HEALTH, (message, call) -> health(HealthCheckRequest.parseFrom(message))),
            method("ServerLive", (message, call) -> live()),
            method("ServerReady", (message, call) -> ready()),
            method("ServerMetadata", (message, call) -> server()),
            method(
                "ModelReady",
                (message, call) -> modelReady(ModelReadyRequest.parseFrom(message), call)),
            method(
                "ModelMetadata",
                (message, call) -> metadata(ModelMetadataRequest.parseFrom(message), call)),
            method("ModelInfer", this::infer),
            method(
                "ModelStatistics",
                (message, call) ->
                    repository.statistics(
                        ModelStatisticsRequest.parseFrom(message), call.caller())),
            method(
                "RepositoryIndex",
                (message, call) ->
                    repository.index(RepositoryIndexRequest.parseFrom(message), call.caller())),
            method(
                "RepositoryModelLoad",
                (message, call) ->
                    repository.load(RepositoryModelLoadRequest.parseFrom(message), call.caller())),
            method(
                "RepositoryModelUnload",
                (message, call) ->
                    repository.unload(
                        RepositoryModelUnloadRequest.parseFrom(message), call.caller())));
  }

  private static Map.Entry<String, Method> method(String name, Method method) {
    return Map.entry(SERVICE + name, method);
  }

  Optional<Method> method(String path) {
    return Optional.ofNullable(methods.get(path));
  }

  private MessageLite live() {
    return ServerLiveResponse.newBuilder().setLive(true).build();
  }

  private MessageLite ready() {
    return ServerReadyResponse.newBuilder().setReady(!models.served().isEmpty()).build();
  }

  private MessageLite server() {
    return ServerMetadataResponse.newBuilder()
        .setName(ServedModel.SERVER)
        .setVersion(version)
        .addAllExtensions(ServedModel.EXTENSIONS)
        .build();
  }

  /** The process answers; whether it has models is what {@code ServerReady} says. */
  private MessageLite health(HealthCheckRequest request) {
    boolean known =
        request.getService().isEmpty() || SERVICE.equals("/" + request.getService() + "/");
    return HealthCheckResponse.newBuilder()
        .setStatus(known ? ServingStatus.SERVING : ServingStatus.SERVICE_UNKNOWN)
        .build();
  }

  /** Asking for a model that is not served is no error here: the answer is no. */
  private MessageLite modelReady(ModelReadyRequest request, Call call) {
    call.caller().require(request.getName());
    Optional<String> asked = any(request.getVersion());
    boolean ready =
        models.served().stream()
            .map(ServedModel::description)
            .filter(model -> model.name().equals(request.getName()))
            .anyMatch(model -> asked.orElse(model.version()).equals(model.version()));
    return ModelReadyResponse.newBuilder().setReady(ready).build();
  }

  private MessageLite metadata(ModelMetadataRequest request, Call call) {
    call.caller().require(request.getName());
    try (ModelRepository.Lease lease = models.lease(request.getName(), any(request.getVersion()))) {
      return Messages.metadata(lease.model());
    }
  }

  private MessageLite infer(ByteBuffer bytes, Call call) throws IOException {
    InferMessageReader.Message address = InferMessageReader.address(bytes);
    call.caller().require(address.model());
    boolean[] raw = new boolean[1];
    Inference inference =
        inferences.infer(
            address.model(),
            any(address.version()),
            call.patience(),
            mostNumbers -> {
              InferMessageReader.Message message = read(bytes, mostNumbers);
              raw[0] = message.raw();
              return message.request();
            });
    return Messages.response(inference, raw[0]);
  }

  private static InferMessageReader.Message read(ByteBuffer bytes, long mostNumbers) {
    try {
      return InferMessageReader.read(bytes, mostNumbers);
    } catch (IOException e) {
      throw notAMessage(e);
    }
  }

  static UserErrorException notAMessage(IOException e) {
    return new UserErrorException(
        "message", "cannot be read: " + Causes.message(e), "a message of the method's type", e);
  }

  private static Optional<String> any(String version) {
    return version.isEmpty() ? Optional.empty() : Optional.of(version);
  }
}
