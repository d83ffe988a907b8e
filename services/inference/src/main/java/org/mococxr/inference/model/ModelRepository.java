package org.mococxr.inference.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mococxr.inference.bundle.VerifiedBundle;

/** The models being served, one version of each name. */
public interface ModelRepository {

  /**
   * Serves {@code bundle} from now on in place of its name's version so far. Requests under way end
   * on the version they began with; when the new one does not work, the old one stays. A version
   * other than the pinned one of its name is ignored.
   */
  void serve(VerifiedBundle bundle);

  /** Serves {@code name} no more and forgets it; false when it was not known. */
  boolean withdraw(String name);

  /**
   * Loads a model that was unloaded.
   *
   * @throws UnknownModelException when there is none of that name
   * @throws UnavailableModelException when its bundle cannot be read now
   */
  void load(String name);

  /**
   * Unloads a model when the requests under way have ended; it is not served until it is loaded.
   *
   * @throws UnknownModelException when there is none of that name
   */
  void unload(String name);

  /** What is served and loaded now, by name. */
  List<ServedModel> served();

  /** What is known, by name. */
  List<State> states();

  /** Digests of the bundles that are known. */
  Set<String> digests();

  /**
   * Holds a model for the time of a request, so that it is not closed under it. One that was
   * unloaded for want of memory is loaded first.
   *
   * @param version any when empty
   * @throws UnknownModelException when another model or version is served
   * @throws NoModelException when none is
   * @throws UnavailableModelException when it was unloaded and its bundle cannot be read now
   */
  Lease lease(String name, Optional<String> version);

  /**
   * Opens a bundle for its holder alone, whatever is served under its name. It is closed when the
   * lease is.
   */
  Lease leaseBeside(VerifiedBundle bundle);

  /**
   * A known model.
   *
   * @param ready whether a request would be answered
   * @param reason why it is not loaded; empty when it is
   */
  record State(String name, String version, boolean ready, String reason) {}

  /** A hold on a model; closing gives it back. */
  interface Lease extends AutoCloseable {
    /** The model held. */
    ServedModel model();

    @Override
    void close();
  }
}
