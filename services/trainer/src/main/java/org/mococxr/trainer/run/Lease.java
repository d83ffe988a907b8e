package org.mococxr.trainer.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.Provenance;
import org.mococxr.foundation.Json;
import org.mococxr.specs.RunDone;

/**
 * The right of one attempt to work on a run. The folder {@code .lease/} of the run's folder in the
 * store is a log: each entry is an object that is created only if there is none of its number, and
 * says who has the run, or that it is done. The last entry holds. A later attempt takes over by
 * adding one; from then on the earlier one can neither write nor finish, however long it was cut
 * off. A run is done once the log says so; the marker {@code DONE.json} follows from it.
 *
 * <p>Each change of the folder asks the log before. A single object that an earlier attempt is just
 * writing while it loses the run may still arrive; no result can.
 */
final class Lease implements ArtifactStore.Fence {
  private static final String FOLDER = ".lease";
  private static final Duration LOCAL = Duration.ofSeconds(1);
  private static final Duration DISTANT = Duration.ofSeconds(15);

  private final ArtifactStore store;
  private final URI folder;
  private final Entry held;
  private final long pauseNanos;
  private long asked = System.nanoTime();
  private boolean lost;

  /**
   * @param number of the entry, from 1
   * @param attempt that wrote it
   * @param process and {@code host} where it works
   * @param done the result, if the run is done; else null
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Entry(int number, int attempt, long process, String host, Instant at, RunDone done) {}

  private Lease(ArtifactStore store, URI folder, Entry held) {
    this.store = store;
    this.folder = folder;
    this.held = held;
    this.pauseNanos = (store.local(folder).isPresent() ? LOCAL : DISTANT).toNanos();
  }

  /**
   * Takes a run over from whoever has it, or finds it done.
   *
   * @param output the run's folder
   * @param attempt from 1; 0 by hand, which follows any other
   * @throws SupersededException if a later attempt has it
   */
  static Lease take(ArtifactStore store, URI output, int attempt) throws IOException {
    URI folder = ArtifactStore.folder(ArtifactStore.child(output, FOLDER));
    while (true) {
      Optional<Entry> last = last(store, folder);
      if (last.isPresent() && last.get().done() != null && whole(store, output)) {
        return new Lease(store, folder, last.get());
      }
      if (last.isPresent() && attempt > 0 && last.get().attempt() > attempt) {
        throw new SupersededException(last.get().attempt(), last.get().host());
      }
      Entry mine =
          entry(
              last.map(Entry::number).orElse(0) + 1,
              attempt > 0 ? attempt : last.map(Entry::attempt).orElse(1),
              null);
      if (store.create(uri(folder, mine.number()), json(mine))) {
        return new Lease(store, folder, mine);
      }
      // Somebody was faster: whose turn it is now has to be looked at again.
    }
  }

  /** What a finished run has left is still there; provenance is written last before the marker. */
  private static boolean whole(ArtifactStore store, URI output) throws IOException {
    return store.exists(ArtifactStore.child(output, Provenance.FILE));
  }

  private static Optional<Entry> last(ArtifactStore store, URI folder) throws IOException {
    // Some servers list what is only being written, under names of their own.
    Optional<URI> last =
        store.list(folder).stream()
            .filter(object -> object.getPath().matches(".*/\\d{8}\\.json"))
            .max(URI::compareTo);
    return last.isEmpty()
        ? Optional.empty()
        : Optional.of(Json.MAPPER.readValue(store.readBytes(last.get()), Entry.class));
  }

  /** The attempt that has the run. */
  int attempt() {
    return held.attempt();
  }

  /** The result, if the run was found done. */
  Optional<RunDone> done() {
    return Optional.ofNullable(held.done());
  }

  @Override
  public void hold() throws IOException {
    URI next = uri(folder, held.number() + 1);
    if (store.exists(next)) {
      Entry holder = Json.MAPPER.readValue(store.readBytes(next), Entry.class);
      throw new SupersededException(holder.attempt(), holder.host());
    }
  }

  /**
   * Whether another attempt has it by now; asked every now and then only, and denied while the
   * store cannot be reached.
   */
  boolean lost() {
    long now = System.nanoTime();
    if (!lost && now - asked > pauseNanos) {
      asked = now;
      try {
        lost = store.exists(uri(folder, held.number() + 1));
      } catch (IOException e) {
        return false;
      }
    }
    return lost;
  }

  /**
   * The run is done, for good.
   *
   * @throws SupersededException if another attempt has it: the result counts for nothing
   */
  void commit(RunDone done) throws IOException {
    Entry mine = entry(held.number() + 1, held.attempt(), done);
    if (!store.create(uri(folder, mine.number()), json(mine))) {
      hold();
    }
  }

  private static Entry entry(int number, int attempt, RunDone done) {
    return new Entry(number, attempt, ProcessHandle.current().pid(), host(), Instant.now(), done);
  }

  private static URI uri(URI folder, int number) {
    return ArtifactStore.child(folder, "%08d.json".formatted(number));
  }

  private static byte[] json(Entry entry) {
    return Json.line(entry).getBytes(StandardCharsets.UTF_8);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "an unknown host";
    }
  }
}
