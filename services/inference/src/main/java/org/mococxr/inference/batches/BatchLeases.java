package org.mococxr.inference.batches;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.mococxr.artifacts.ArtifactStore;

/**
 * Which replica works on which job. A job's holds are objects with rising numbers; the last one
 * counts, and only one replica can create the next. A holder changes its object again and again;
 * one that has not changed for the lease's time, as the looker's own clock measures it, is given
 * up. Machines' clocks need not agree. Not safe for several threads.
 */
final class BatchLeases {
  private static final String RELEASED = "released";

  private final ArtifactStore store;
  private final URI folder;
  private final Duration silence;
  private final LongSupplier nanos;
  private final String replica = UUID.randomUUID().toString();
  private final Map<URI, Sight> seen = new HashMap<>();

  /**
   * @param folder for the holds
   * @param silence after which a holder is given up
   * @param nanos a clock that only goes forward
   */
  BatchLeases(ArtifactStore store, URI folder, Duration silence, LongSupplier nanos) {
    this.store = store;
    this.folder = folder;
    this.silence = silence;
    this.nanos = nanos;
  }

  private record Sight(String content, long since) {}

  /** Somebody else holds the job by now. */
  static final class LostException extends IOException {
    private static final long serialVersionUID = 1L;

    LostException(String id) {
      super("another replica works on batch " + id);
    }
  }

  /** A hold on a job. */
  final class Lease {
    private final String id;
    private final int number;
    private long beats;
    private long last = nanos.getAsLong();

    private Lease(String id, int number) {
      this.id = id;
      this.number = number;
    }

    /** How long until the next {@link #beat} is due; not positive when it is. */
    Duration due() {
      return silence.dividedBy(4).minusNanos(nanos.getAsLong() - last);
    }

    /**
     * Shows others that this replica is alive.
     *
     * @throws LostException when another has taken the job
     */
    void beat() throws IOException {
      // Whoever has taken the job removes this hold, and the next one too when the job has ended.
      if (!store.exists(object(id, number)) || store.exists(object(id, number + 1))) {
        throw new LostException(id);
      }
      last = nanos.getAsLong();
      store.write(object(id, number), bytes(replica + " " + ++beats));
    }

    /** Others need not wait. */
    void release() throws IOException {
      store.write(object(id, number), bytes(RELEASED));
    }
  }

  private URI object(String id, int number) {
    return ArtifactStore.child(folder, id + "/%08d".formatted(number));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Takes a job that nobody holds; empty when somebody does. */
  Optional<Lease> take(String id) throws IOException {
    List<URI> holds = store.list(ArtifactStore.folder(ArtifactStore.child(folder, id)));
    int number = 0;
    if (!holds.isEmpty()) {
      URI last = holds.getLast();
      number = Integer.parseInt(last.getPath().substring(last.getPath().lastIndexOf('/') + 1));
      if (!isGivenUp(last)) {
        return Optional.empty();
      }
    }
    Lease lease = new Lease(id, number + 1);
    if (!store.create(object(id, number + 1), bytes(replica + " 0"))) {
      return Optional.empty();
    }
    for (URI old : holds) {
      seen.remove(old);
      store.delete(old);
    }
    return Optional.of(lease);
  }

  private boolean isGivenUp(URI hold) throws IOException {
    String content;
    try {
      content = new String(store.readBytes(hold), StandardCharsets.US_ASCII);
    } catch (NoSuchFileException e) {
      return false; // somebody has just taken the next
    }
    Sight before = seen.get(hold);
    if (before == null || !before.content().equals(content)) {
      seen.put(hold, new Sight(content, nanos.getAsLong()));
      return content.equals(RELEASED);
    }
    return content.equals(RELEASED) || nanos.getAsLong() - before.since() > silence.toNanos();
  }

  /** Forgets the holds on a job that has ended. */
  void delete(String id) throws IOException {
    URI holds = ArtifactStore.folder(ArtifactStore.child(folder, id));
    seen.keySet().removeIf(hold -> hold.toString().startsWith(holds.toString()));
    store.deleteFolder(holds);
  }
}
