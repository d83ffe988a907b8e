package org.mococxr.inference.batches;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.mococxr.inference.bundle.VerifiedBundle;
import org.mococxr.inference.model.Answer;
import org.mococxr.inference.model.Call;
import org.mococxr.inference.model.DeadlineException;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.model.ServedModel;
import org.mococxr.inference.model.TensorSpec;

/** The service's models, of which each answers only as often as a test allows. */
class GatedModels implements ModelRepository {
  /** More than any test asks for. */
  static final int ALL = 1_000_000;

  private final ModelRepository models;
  private final Semaphore allowed;
  private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());

  GatedModels(ModelRepository models, int allowed) {
    this.models = models;
    this.allowed = new Semaphore(allowed);
  }

  void allow(int more) {
    allowed.release(more);
  }

  List<Call> calls() {
    return List.copyOf(calls);
  }

  private record Gated(Lease lease, GatedModels gate) implements Lease, ServedModel {
    @Override
    public ServedModel model() {
      return this;
    }

    @Override
    public void close() {
      lease.close();
    }

    @Override
    public VerifiedBundle bundle() {
      return lease.model().bundle();
    }

    @Override
    public TensorSpec input() {
      return lease.model().input();
    }

    @Override
    public List<TensorSpec> outputs() {
      return lease.model().outputs();
    }

    @Override
    public int waiting() {
      return lease.model().waiting();
    }

    @Override
    public Answer infer(Call call) {
      gate.calls.add(call);
      try {
        gate.allowed.acquire();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // as the real one
        throw new DeadlineException(description().name());
      }
      return lease.model().infer(call);
    }
  }

  @Override
  public Lease lease(String name, Optional<String> version) {
    return new Gated(models.lease(name, version), this);
  }

  @Override
  public Lease leaseBeside(VerifiedBundle bundle) {
    return new Gated(models.leaseBeside(bundle), this);
  }

  @Override
  public void serve(VerifiedBundle bundle) {
    models.serve(bundle);
  }

  @Override
  public boolean withdraw(String name) {
    return models.withdraw(name);
  }

  @Override
  public void load(String name) {
    models.load(name);
  }

  @Override
  public void unload(String name) {
    models.unload(name);
  }

  @Override
  public List<ServedModel> served() {
    return models.served();
  }

  @Override
  public List<State> states() {
    return models.states();
  }

  @Override
  public Set<String> digests() {
    return models.digests();
  }
}
