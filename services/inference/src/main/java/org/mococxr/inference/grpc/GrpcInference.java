package org.mococxr.inference.grpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.GrpcService;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.grpc.proto.GRPCInferenceService;
import org.mococxr.inference.grpc.proto.ModelInferRequest;
import org.mococxr.inference.grpc.proto.ModelInferResponse;
import org.mococxr.inference.grpc.proto.ModelMetadataRequest;
import org.mococxr.inference.grpc.proto.ModelMetadataResponse;
import org.mococxr.inference.grpc.proto.ModelReadyRequest;
import org.mococxr.inference.grpc.proto.ModelReadyResponse;
import org.mococxr.inference.grpc.proto.ServerLiveRequest;
import org.mococxr.inference.grpc.proto.ServerLiveResponse;
import org.mococxr.inference.grpc.proto.ServerMetadataRequest;
import org.mococxr.inference.grpc.proto.ServerMetadataResponse;
import org.mococxr.inference.grpc.proto.ServerReadyRequest;
import org.mococxr.inference.grpc.proto.ServerReadyResponse;
import org.mococxr.inference.model.BusyException;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.model.NoModelException;
import org.mococxr.inference.model.ServedModel;
import org.mococxr.inference.model.UnknownModelException;
import org.mococxr.inference.protocol.Inferences;

/** The protocol's service; errors become the gRPC status that says the same. */
@GrpcService
@Blocking
public class GrpcInference implements GRPCInferenceService {
  private static final Logger LOG = Logger.getLogger(GrpcInference.class);

  private final ModelRepository models;
  private final Inferences inferences;
  private final String version;

  /** Answers with the models of {@code models}. */
  public GrpcInference(
      ModelRepository models,
      Inferences inferences,
      @ConfigProperty(name = "quarkus.application.version") String version) {
    this.models = models;
    this.inferences = inferences;
    this.version = version;
  }

  @Override
  public Uni<ServerLiveResponse> serverLive(ServerLiveRequest request) {
    return answer(() -> ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public Uni<ServerReadyResponse> serverReady(ServerReadyRequest request) {
    return answer(
        () -> ServerReadyResponse.newBuilder().setReady(!models.served().isEmpty()).build());
  }

  /** Asking for a model that is not served is no error here: the answer is no. */
  @Override
  public Uni<ModelReadyResponse> modelReady(ModelReadyRequest request) {
    return answer(
        () ->
            ModelReadyResponse.newBuilder()
                .setReady(
                    models.served().stream()
                        .map(ServedModel::description)
                        .filter(model -> model.name().equals(request.getName()))
                        .anyMatch(
                            model ->
                                any(request.getVersion())
                                    .orElse(model.version())
                                    .equals(model.version())))
                .build());
  }

  @Override
  public Uni<ServerMetadataResponse> serverMetadata(ServerMetadataRequest request) {
    return answer(
        () ->
            ServerMetadataResponse.newBuilder()
                .setName(ServedModel.SERVER)
                .setVersion(version)
                .build());
  }

  @Override
  public Uni<ModelMetadataResponse> modelMetadata(ModelMetadataRequest request) {
    return answer(
        () -> {
          try (ModelRepository.Lease lease =
              models.lease(request.getName(), any(request.getVersion()))) {
            return Messages.metadata(lease.model());
          }
        });
  }

  @Override
  public Uni<ModelInferResponse> modelInfer(ModelInferRequest request) {
    return answer(
        () ->
            Messages.response(
                inferences.infer(
                    request.getModelName(),
                    any(request.getModelVersion()),
                    Messages.request(request)),
                Messages.raw(request)));
  }

  private static Optional<String> any(String version) {
    return version.isEmpty() ? Optional.empty() : Optional.of(version);
  }

  private static <T> Uni<T> answer(Supplier<T> work) {
    try {
      return Uni.createFrom().item(work.get());
    } catch (RuntimeException e) {
      return Uni.createFrom().failure(status(e));
    }
  }

  private static StatusRuntimeException status(RuntimeException e) {
    Status status =
        switch (e) {
          case UserErrorException wrong -> Status.INVALID_ARGUMENT;
          case UnknownModelException unknown -> Status.NOT_FOUND;
          case NoModelException none -> Status.UNAVAILABLE;
          case BusyException busy -> Status.UNAVAILABLE;
          default -> null;
        };
    if (status == null) {
      LOG.error("a request failed", e);
      return Status.INTERNAL.withDescription("see the service's log").asRuntimeException();
    }
    return status.withDescription(e.getMessage()).asRuntimeException();
  }
}
