package org.mococxr.inference.model;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.bundle.VerifiedBundle;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.metrics.ModelMetrics;

/**
 * Models in ONNX Runtime, loaded as far as the memory for them allows. Loading, unloading and
 * taking over happen one at a time; requests never wait for them, but for those of the model that
 * is being loaded.
 */
@ApplicationScoped
public class OnnxModelRepository implements ModelRepository {
  private static final Logger LOG = Logger.getLogger(OnnxModelRepository.class);

  /** Of a session: weights, and their copy in the layout in which they are computed. */
  private static final int MEMORY_OF_FILE = 2;

  private final ConcurrentMap<String, Slot> slots = new ConcurrentHashMap<>();
  private final OnnxSessions sessions;
  private final BundleLoader loader;
  private final InferenceConfig config;
  private final ModelMetrics metrics;

  /**
   * Models open with {@code config}'s device, threads and limits; {@code loader} fetches what the
   * cache has lost.
   */
  public OnnxModelRepository(
      OnnxSessions sessions, BundleLoader loader, InferenceConfig config, ModelMetrics metrics) {
    this.sessions = sessions;
    this.loader = loader;
    this.config = config;
    this.metrics = metrics;
  }

  /** A known bundle, and its network while it is loaded. */
  private static final class Slot {
    private final VerifiedBundle bundle;
    private final ReentrantLock restoring = new ReentrantLock();
    private volatile OnnxModel model;
    private volatile long used = System.nanoTime();

    /** Somebody unloaded it: no request loads it again. */
    private volatile boolean stopped;

    private Slot(VerifiedBundle bundle, OnnxModel model) {
      this.bundle = bundle;
      this.model = model;
    }

    private String name() {
      return bundle.description().name();
    }

    private String version() {
      return bundle.description().version();
    }
  }

  @Override
  public synchronized void serve(VerifiedBundle bundle) {
    String name = bundle.description().name();
    String version = bundle.description().version();
    String pinned = config.pinned().getOrDefault(name, version);
    if (!pinned.equals(version)) {
      LOG.infof("model %s: version %s is ignored, %s is pinned", name, version, pinned);
      return;
    }
    Slot served = slots.get(name);
    if (served != null && isFrom(served.bundle, bundle)) {
      LOG.debugf("model %s %s is served already", name, version);
      return;
    }
    Slot fresh = new Slot(bundle, open(bundle));
    Slot old = slots.put(name, fresh);
    metrics.served(new ModelMetrics.Key(name, version), () -> waiting(name));
    for (String task : bundle.description().reference().keySet()) {
      metrics.watched(name, task, () -> stability(name, task));
    }
    for (String task : bundle.description().tasks()) {
      JsonNode auroc = bundle.description().document().path("metrics").path(task).path("auroc");
      metrics.tested(name, task, bound -> auroc.path(bound).asDouble(Double.NaN));
    }
    LOG.infof(
        "model %s: now serving version %s (%s…) from %s",
        name, version, bundle.digest().substring(0, 12), bundle.source());
    retire(old);
  }

  private static boolean isFrom(VerifiedBundle one, VerifiedBundle other) {
    return one.digest().equals(other.digest())
        && one.description().version().equals(other.description().version());
  }

  private int waiting(String name) {
    Slot slot = slots.get(name);
    OnnxModel model = slot == null ? null : slot.model;
    return model == null ? 0 : model.waiting();
  }

  private double stability(String name, String task) {
    Slot slot = slots.get(name);
    OnnxModel model = slot == null ? null : slot.model;
    return model == null ? Double.NaN : model.stability(task);
  }

  private OnnxModel open(VerifiedBundle bundle) {
    String name = bundle.description().name();
    ModelMetrics.Key key = new ModelMetrics.Key(name, bundle.description().version());
    try {
      makeRoom(bundle);
      InferenceConfig.Runtime runtime = config.runtime();
      Batcher.Bounds bounds =
          new Batcher.Bounds(
              runtime.concurrency(),
              mostTogether(bundle),
              config.limits().queue(),
              runtime.batchDelay());
      OnnxModel model =
          OnnxModel.open(
              bundle,
              sessions,
              sizes(bundle),
              bounds,
              (images, nanos) -> metrics.executed(key, images, nanos));
      try {
        model.selfTest();
        model.warmUp(runtime.warmUpCalls());
      } catch (RuntimeException e) {
        model.retire();
        throw e;
      }
      metrics.loaded(name, "loaded");
      return model;
    } catch (RuntimeException e) {
      metrics.loaded(name, "failed");
      throw e;
    }
  }

  /** Images of one computation. */
  private int mostTogether(VerifiedBundle bundle) {
    return bundle.description().geometry().mostImages(config.runtime().batch());
  }

  private ComputedSizes sizes(VerifiedBundle bundle) {
    return sessions.sizes(mostTogether(bundle));
  }

  /** Unloads what was not used for longest until the bundle's network fits. */
  private void makeRoom(VerifiedBundle bundle) {
    if (config.runtime().memory().isEmpty()) {
      return;
    }
    long bound = config.runtime().memory().get().asLongValue();
    long needed = memory(bundle);
    if (needed > bound) {
      throw new UserErrorException(
          bundle.source().toString(),
          "needs about " + needed + " bytes of memory",
          "mococxr.inference.runtime.memory allows " + bound);
    }
    List<Slot> oldestFirst =
        slots.values().stream()
            .filter(slot -> slot.model != null)
            .sorted(Comparator.comparingLong(slot -> slot.used))
            .toList();
    long loaded = oldestFirst.stream().mapToLong(slot -> memory(slot.bundle)).sum();
    for (Slot slot : oldestFirst) {
      if (loaded + needed > bound) {
        loaded -= memory(slot.bundle);
        LOG.infof("model %s: unloaded for want of memory", slot.name());
        metrics.loaded(slot.name(), "unloaded");
        retire(slot);
      }
    }
  }

  private long memory(VerifiedBundle bundle) {
    try {
      int opened = sizes(bundle).sessions().size();
      return opened * MEMORY_OF_FILE * Files.size(bundle.network());
    } catch (IOException e) {
      throw new UncheckedIOException("the cached network cannot be read", e);
    }
  }

  private static void retire(Slot slot) {
    if (slot != null && slot.model != null) {
      OnnxModel model = slot.model;
      slot.model = null;
      model.retire();
    }
  }

  @Override
  public synchronized boolean withdraw(String name) {
    Slot old = slots.remove(name);
    if (old != null) {
      metrics.ended(name);
      retire(old);
      LOG.infof("model %s: withdrawn", name);
    }
    return old != null;
  }

  @Override
  public void load(String name) {
    Slot slot = known(name);
    slot.stopped = false;
    loadAgain(slot);
  }

  @Override
  public synchronized void unload(String name) {
    Slot slot = known(name);
    slot.stopped = true;
    retire(slot);
    metrics.loaded(name, "unloaded");
    LOG.infof("model %s: unloaded", name);
  }

  private Slot known(String name) {
    Slot slot = slots.get(name);
    if (slot == null) {
      throw UnknownModelException.name(name, names());
    }
    return slot;
  }

  private List<String> names() {
    return slots.keySet().stream().sorted().toList();
  }

  private synchronized void ensureLoaded(Slot slot) {
    // Somebody may have withdrawn or unloaded it while this waited for its turn.
    if (slot.model == null && !slot.stopped && slots.get(slot.name()) == slot) {
      slot.model = open(slot.bundle);
      LOG.infof("model %s: loaded again", slot.name());
    }
  }

  /**
   * Loads what has been loaded before. Whoever asks has no part in it if that fails. Another
   * service, or whoever cleans folders of temporary files, may have taken the cached copy away; it
   * is fetched anew, while others are loaded.
   */
  private void loadAgain(Slot slot) {
    try {
      try {
        ensureLoaded(slot);
      } catch (UserErrorException | UncheckedIOException e) {
        LOG.infof(
            "model %s: its cached bundle is verified again: %s", slot.name(), Causes.message(e));
        // One fetches for all: the network may be large, and the store slow.
        if (!slot.restoring.tryLock()) {
          throw new IOException("its bundle is being fetched for another request", e);
        }
        try {
          loader.restore(slot.bundle);
        } finally {
          slot.restoring.unlock();
        }
        ensureLoaded(slot);
      }
    } catch (IOException
        | UncheckedIOException
        | UserErrorException
        | IllegalStateException e) { // the last of a device without memory
      LOG.warnf("model %s cannot be loaded again now: %s", slot.name(), Causes.message(e));
      throw new UnavailableModelException(slot.name(), e);
    }
  }

  @Override
  public List<ServedModel> served() {
    return slots.values().stream()
        .map(slot -> (ServedModel) slot.model)
        .filter(Objects::nonNull)
        .sorted(Comparator.comparing(model -> model.description().name()))
        .toList();
  }

  @Override
  public List<State> states() {
    return slots.values().stream()
        .map(
            slot -> {
              String reason =
                  slot.model != null
                      ? ""
                      : slot.stopped ? "unloaded" : "unloaded for want of memory";
              return new State(slot.name(), slot.version(), !slot.stopped, reason);
            })
        .sorted(Comparator.comparing(State::name))
        .toList();
  }

  @Override
  public Set<String> digests() {
    return slots.values().stream().map(slot -> slot.bundle.digest()).collect(Collectors.toSet());
  }

  @Override
  public Lease lease(String name, Optional<String> version) {
    while (true) {
      Slot slot = slots.get(name);
      if (slot == null) {
        throw slots.isEmpty() ? new NoModelException() : UnknownModelException.name(name, names());
      }
      if (version.isPresent() && !version.get().equals(slot.version())) {
        throw UnknownModelException.version(name, version.get(), slot.version());
      }
      if (slot.stopped) {
        throw UnknownModelException.unloaded(name);
      }
      OnnxModel model = slot.model;
      if (model == null) {
        loadAgain(slot);
      } else if (model.tryHold()) {
        // A model retired between the two lines has a successor, or none: look again otherwise.
        slot.used = System.nanoTime();
        return new OnnxLease(model);
      }
    }
  }

  @Override
  public synchronized Lease leaseBeside(VerifiedBundle bundle) {
    return new OnnxLease(open(bundle)); // a model begins with one hold, which is this one
  }

  @PreDestroy
  void close() {
    NetworkSessions.closeAll(
        names().stream().map(name -> (AutoCloseable) () -> withdraw(name)).toList());
  }

  private record OnnxLease(OnnxModel model) implements Lease {
    @Override
    public void close() {
      model.release();
    }
  }
}
