package org.mococxr.inference.model;

import java.util.List;
import java.util.Optional;
import org.mococxr.inference.bundle.VerifiedBundle;

/** The models being served, one version of each name. */
public interface ModelRepository {

  /**
   * Serves {@code bundle} from now on in place of its name's version so far. Requests under way end
   * on the version they began with; when the new one does not work, the old one stays.
   */
  void serve(VerifiedBundle bundle);

  /** Serves {@code name} no more; false when it was not served. */
  boolean withdraw(String name);

  /** What is served now, by name. */
  List<ServedModel> served();

  /**
   * Holds a model for the time of a request, so that it is not closed under it.
   *
   * @param version any when empty
   * @throws UnknownModelException when another model or version is served
   * @throws NoModelException when none is
   */
  Lease lease(String name, Optional<String> version);

  /** A hold on a model; closing gives it back. */
  interface Lease extends AutoCloseable {
    /** The model held. */
    ServedModel model();

    @Override
    void close();
  }
}
