package org.mococxr.inference.batches;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Json;

/**
 * What is kept of jobs, in the folder {@code .batches/} beside the tables:
 *
 * <pre>
 * jobs/ID/job.json        the job, never changed
 * jobs/ID/state.json      how far it is
 * jobs/ID/cancel          somebody wants it cancelled
 * work/ID/plan.csv        its studies, in order
 * work/ID/00000012.csv    the rows of a part
 * outputs/SHA-256         which job has a table's name
 * </pre>
 */
final class BatchStore {
  private static final String JOB = "job.json";
  private static final String STATE = "state.json";
  private static final String CANCEL = "cancel";
  private static final String PLAN = "plan.csv";

  private final ArtifactStore store;
  private final URI root;

  /**
   * @param output where the tables are
   */
  BatchStore(ArtifactStore store, URI output) {
    this.store = store;
    this.root = ArtifactStore.folder(ArtifactStore.child(output, ".batches"));
  }

  /** Another's folder beside the jobs. */
  URI folder(String name) {
    return ArtifactStore.folder(ArtifactStore.child(root, name));
  }

  private URI job(String id, String name) {
    return ArtifactStore.child(root, "jobs/" + id + "/" + name);
  }

  private URI work(String id) {
    return ArtifactStore.folder(ArtifactStore.child(root, "work/" + id));
  }

  private URI part(String id, int number) {
    return ArtifactStore.child(work(id), "%08d.csv".formatted(number));
  }

  private URI reservation(URI output) {
    byte[] path = output.getPath().getBytes(StandardCharsets.UTF_8);
    return ArtifactStore.child(root, "outputs/" + Digests.sha256(path));
  }

  /**
   * Keeps a new job, unless its table is there or another job makes it.
   *
   * @return whether it was free
   */
  boolean add(BatchJob job) throws IOException {
    URI reservation = reservation(job.output());
    try {
      // A store's client that repeats a request finds what its first try has made.
      if (!store.create(reservation, bytes(job.id())) && !reserves(reservation, job)) {
        return false;
      }
      if (store.exists(job.output())) { // not before: another job may just have ended
        store.delete(reservation);
        return false;
      }
      save(job.id(), BatchState.queued());
      store.write(job(job.id(), JOB), Json.text(job).getBytes(StandardCharsets.UTF_8));
      return true;
    } catch (IOException e) {
      try {
        delete(job); // whose name nobody could free later
      } catch (IOException also) {
        e.addSuppressed(also);
      }
      throw e;
    }
  }

  private static byte[] bytes(String id) {
    return id.getBytes(StandardCharsets.US_ASCII);
  }

  private boolean reserves(URI reservation, BatchJob job) throws IOException {
    try {
      return Arrays.equals(bytes(job.id()), store.readBytes(reservation));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Frees the name of a job's table, unless another job has it by now. */
  private void free(BatchJob job) throws IOException {
    URI reservation = reservation(job.output());
    if (reserves(reservation, job)) {
      store.delete(reservation);
    }
  }

  /** Ids of all jobs, the oldest first. */
  List<String> ids() throws IOException {
    URI folder = folder("jobs");
    List<String> ids = new ArrayList<>();
    for (URI object : store.list(folder)) {
      String path = object.getPath().substring(folder.getPath().length());
      if (path.endsWith("/" + JOB)) {
        ids.add(path.substring(0, path.indexOf('/')));
      }
    }
    return ids;
  }

  /** A job; empty when there is none of that id. */
  Optional<BatchJob> job(String id) throws IOException {
    return read(job(id, JOB), BatchJob.class);
  }

  /** How far a job is. */
  BatchState state(String id) throws IOException {
    return read(job(id, STATE), BatchState.class).orElseGet(BatchState::queued);
  }

  private <T> Optional<T> read(URI object, Class<T> type) throws IOException {
    try {
      return Optional.of(Json.LENIENT.readValue(store.readBytes(object), type));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  void save(String id, BatchState state) throws IOException {
    store.write(job(id, STATE), Json.text(state).getBytes(StandardCharsets.UTF_8));
  }

  void cancel(String id) throws IOException {
    store.write(job(id, CANCEL), new byte[0]);
  }

  boolean isCancelled(String id) throws IOException {
    return store.exists(job(id, CANCEL));
  }

  /** A job's studies; empty until they are listed. */
  Optional<BatchPlan> plan(String id) throws IOException {
    try {
      return Optional.of(BatchPlan.read(store.readBytes(ArtifactStore.child(work(id), PLAN))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  void save(String id, BatchPlan plan) throws IOException {
    store.write(ArtifactStore.child(work(id), PLAN), plan.toCsv());
  }

  /** Names of the parts whose rows are kept. */
  Set<Integer> parts(String id) throws IOException {
    return store.list(work(id)).stream()
        .map(object -> object.getPath().substring(object.getPath().lastIndexOf('/') + 1))
        .filter(name -> name.matches("\\d{8}\\.csv"))
        .map(name -> Integer.parseInt(name.substring(0, 8)))
        .collect(Collectors.toSet());
  }

  byte[] part(String id, BatchPlan.Part part) throws IOException {
    return store.readBytes(part(id, part.number()));
  }

  void save(String id, BatchPlan.Part part, byte[] rows) throws IOException {
    store.write(part(id, part.number()), rows);
  }

  /** The whole table, which is there from then on. */
  void publish(BatchJob job, Path table) throws IOException {
    store.write(job.output(), table);
  }

  /** What an ended job needs no more. */
  void clear(BatchJob job) throws IOException {
    store.deleteFolder(work(job.id()));
    free(job);
  }

  /** Forgets a job that has ended, or that could not be kept; its table stays. */
  void delete(BatchJob job) throws IOException {
    store.delete(job(job.id(), JOB)); // first: without it there is no job
    clear(job);
    store.deleteFolder(folder("jobs/" + job.id()));
  }

  /** Ends the start when the folder cannot be written, since whoever configured it reads that. */
  void requireWritable() throws IOException {
    ObjectNode probe = Json.MAPPER.createObjectNode().put("service", "mococxr-inference");
    store.write(ArtifactStore.child(root, "probe.json"), Json.MAPPER.writeValueAsBytes(probe));
  }
}
