package org.mococxr.inference.model;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jboss.logging.Logger;
import org.mococxr.inference.bundle.VerifiedBundle;
import org.mococxr.inference.config.InferenceConfig;

/** Models in ONNX Runtime. */
@ApplicationScoped
public class OnnxModelRepository implements ModelRepository {
  private static final Logger LOG = Logger.getLogger(OnnxModelRepository.class);

  private final ConcurrentMap<String, OnnxModel> models = new ConcurrentHashMap<>();
  private final OnnxSessions sessions;
  private final InferenceConfig config;

  /** Models open with {@code config}'s device, threads and limits. */
  public OnnxModelRepository(OnnxSessions sessions, InferenceConfig config) {
    this.sessions = sessions;
    this.config = config;
  }

  @Override
  public void serve(VerifiedBundle bundle) {
    String name = bundle.description().name();
    OnnxModel served = models.get(name);
    if (served != null && served.isFrom(bundle)) {
      LOG.debugf("model %s %s is served already", name, bundle.description().version());
      return;
    }
    OnnxModel fresh = open(bundle);
    OnnxModel old = models.put(name, fresh);
    LOG.infof(
        "model %s: now serving version %s (%s…) from %s",
        name, bundle.description().version(), bundle.digest().substring(0, 12), bundle.source());
    if (old != null) {
      old.retire();
    }
  }

  private OnnxModel open(VerifiedBundle bundle) {
    InferenceConfig.Runtime runtime = config.runtime();
    Batcher.Bounds bounds =
        new Batcher.Bounds(
            runtime.concurrency(), runtime.batch(), config.limits().queue(), runtime.batchDelay());
    OnnxModel model = OnnxModel.open(bundle, sessions, bounds, images -> {});
    try {
      model.warmUp(config.runtime().warmUpCalls());
    } catch (RuntimeException e) {
      model.retire();
      throw e;
    }
    return model;
  }

  @Override
  public boolean withdraw(String name) {
    OnnxModel old = models.remove(name);
    if (old != null) {
      old.retire();
      LOG.infof("model %s: withdrawn", name);
    }
    return old != null;
  }

  @Override
  public List<ServedModel> served() {
    return models.values().stream()
        .map(ServedModel.class::cast)
        .sorted(Comparator.comparing(model -> model.description().name()))
        .toList();
  }

  @Override
  public Lease lease(String name, Optional<String> version) {
    while (true) {
      OnnxModel model = models.get(name);
      if (model == null) {
        throw models.isEmpty()
            ? new NoModelException()
            : UnknownModelException.name(name, models.keySet().stream().sorted().toList());
      }
      String served = model.description().version();
      if (version.isPresent() && !version.get().equals(served)) {
        throw UnknownModelException.version(name, version.get(), served);
      }
      // A model retired between the two lines has a successor in the map, or none: look again.
      if (model.tryHold()) {
        return new OnnxLease(model);
      }
    }
  }

  @PreDestroy
  void close() {
    List.copyOf(models.keySet()).forEach(this::withdraw);
  }

  private record OnnxLease(OnnxModel model) implements Lease {
    @Override
    public void close() {
      model.release();
    }
  }
}
