package org.mococxr.inference.grpc;

import com.google.protobuf.MessageLite;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.mococxr.inference.access.Caller;
import org.mococxr.inference.grpc.proto.InferBatchStatistics;
import org.mococxr.inference.grpc.proto.InferStatistics;
import org.mococxr.inference.grpc.proto.ModelStatistics;
import org.mococxr.inference.grpc.proto.ModelStatisticsRequest;
import org.mococxr.inference.grpc.proto.ModelStatisticsResponse;
import org.mococxr.inference.grpc.proto.RepositoryIndexRequest;
import org.mococxr.inference.grpc.proto.RepositoryIndexResponse;
import org.mococxr.inference.grpc.proto.RepositoryModelLoadRequest;
import org.mococxr.inference.grpc.proto.RepositoryModelLoadResponse;
import org.mococxr.inference.grpc.proto.RepositoryModelUnloadRequest;
import org.mococxr.inference.grpc.proto.RepositoryModelUnloadResponse;
import org.mococxr.inference.grpc.proto.StatisticDuration;
import org.mococxr.inference.metrics.ModelMetrics;
import org.mococxr.inference.metrics.Statistics;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.protocol.Control;

/** The model repository and statistics extensions over gRPC. */
@Singleton
final class GrpcRepository {
  private final ModelRepository models;
  private final Control control;
  private final ModelMetrics metrics;

  GrpcRepository(ModelRepository models, Control control, ModelMetrics metrics) {
    this.models = models;
    this.control = control;
    this.metrics = metrics;
  }

  MessageLite index(RepositoryIndexRequest request, Caller caller) {
    RepositoryIndexResponse.Builder response = RepositoryIndexResponse.newBuilder();
    for (ModelRepository.State state : models.states()) {
      if (caller.mayUse(state.name()) && (state.ready() || !request.getReady())) {
        response
            .addModelsBuilder()
            .setName(state.name())
            .setVersion(state.version())
            .setState(Control.state(state))
            .setReason(state.reason());
      }
    }
    return response.build();
  }

  MessageLite load(RepositoryModelLoadRequest request, Caller caller) {
    caller.require(request.getModelName());
    control.load(request.getModelName());
    return RepositoryModelLoadResponse.getDefaultInstance();
  }

  MessageLite unload(RepositoryModelUnloadRequest request, Caller caller) {
    caller.require(request.getModelName());
    control.unload(request.getModelName());
    return RepositoryModelUnloadResponse.getDefaultInstance();
  }

  MessageLite statistics(ModelStatisticsRequest request, Caller caller) {
    ModelStatisticsResponse.Builder response = ModelStatisticsResponse.newBuilder();
    if (request.getName().isEmpty()) {
      models.states().stream()
          .filter(s -> caller.mayUse(s.name()))
          .forEach(s -> response.addModelStats(statistics(s.name(), s.version())));
      return response.build();
    }
    caller.require(request.getName());
    Optional<String> version =
        request.getVersion().isEmpty() ? Optional.empty() : Optional.of(request.getVersion());
    try (ModelRepository.Lease lease = models.lease(request.getName(), version)) {
      String served = lease.model().description().version();
      return response.addModelStats(statistics(request.getName(), served)).build();
    }
  }

  private ModelStatistics statistics(String model, String version) {
    Statistics.Snapshot s = metrics.statistics(new ModelMetrics.Key(model, version));
    ModelStatistics.Builder statistics =
        ModelStatistics.newBuilder()
            .setName(model)
            .setVersion(version)
            .setLastInference(s.lastMillis())
            .setInferenceCount(s.images())
            .setExecutionCount(s.executions())
            .setInferenceStats(
                InferStatistics.newBuilder()
                    .setSuccess(duration(s.success()))
                    .setFail(duration(s.fail()))
                    .setQueue(duration(s.queue()))
                    .setComputeInput(duration(s.input()))
                    .setComputeInfer(duration(s.infer())));
    s.batches()
        .forEach(
            (size, duration) ->
                statistics.addBatchStats(
                    InferBatchStatistics.newBuilder()
                        .setBatchSize(size)
                        .setComputeInfer(duration(duration))));
    return statistics.build();
  }

  private static StatisticDuration duration(Statistics.Duration duration) {
    return StatisticDuration.newBuilder().setCount(duration.count()).setNs(duration.ns()).build();
  }
}
