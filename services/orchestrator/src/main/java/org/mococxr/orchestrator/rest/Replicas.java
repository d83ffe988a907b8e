package org.mococxr.orchestrator.rest;

import com.fasterxml.jackson.core.type.TypeReference;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.streams.state.HostInfo;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.launch.QueuePlace;
import org.mococxr.orchestrator.streams.ExperimentStreams;

/** The experiments of all replicas: each replica answers for its own, and asks the others. */
public final class Replicas {
  /** What is for replicas only is below this path. */
  static final String INTERNAL = "/internal/";

  /** Path under which a replica tells the others of its own experiments. */
  public static final String PATH = INTERNAL + "experiments";

  /** What follows an experiment's path for its places in queues. */
  static final String QUEUE = "/queue";

  /** What follows it for what there is to show where its state cannot be read. */
  static final String UNREADABLE = "/unreadable";

  private static final Duration PAUSE = Duration.ofMillis(200);

  /** Header in which replicas show each other that they belong together. */
  public static final String SECRET_HEADER = "X-Mococxr-Replica";

  private final ExperimentStreams streams;
  private final Optional<HostInfo> address;
  private final Optional<String> secret;
  private final boolean signIn;
  private final Duration rebalance;
  private final ReplicaCalls calls;
  private final Function<String, Map<String, QueuePlace>> queue;

  /**
   * @param address under which the others reach this one; empty if there are none
   * @param secret that all replicas know; if empty, they know each other by their addresses
   * @param signIn users sign in, so that what comes from this machine may be anybody's: a proxy
   *     beside this process, or {@code kubectl port-forward}
   * @param rebalance how long it takes at most until another replica has the work of one that has
   *     gone; for so long a question waits
   * @param queue where runs of one of this replica's experiments stand that wait for their turn
   */
  public Replicas(
      ExperimentStreams streams,
      Optional<HostInfo> address,
      Optional<String> secret,
      boolean signIn,
      Duration rebalance,
      Function<String, Map<String, QueuePlace>> queue) {
    this.streams = streams;
    this.address = address;
    this.secret = secret;
    this.signIn = signIn;
    this.rebalance = rebalance;
    this.calls = new ReplicaCalls(secret);
    this.queue = queue;
  }

  /** Whether the others call this replica by that host and port. */
  boolean isAddress(String host) {
    return address.filter(own -> host.equals(own.host() + ":" + own.port())).isPresent();
  }

  /**
   * Whether one of the replicas asks.
   *
   * @param shown the secret, or null
   * @param from the address it comes from
   */
  boolean trusts(String shown, String from) {
    if (secret.isPresent()) {
      return shown != null
          && MessageDigest.isEqual(
              secret.get().getBytes(StandardCharsets.UTF_8),
              shown.getBytes(StandardCharsets.UTF_8));
    }
    InetAddress asking = address(from);
    if (asking.isLoopbackAddress() && !signIn) {
      return true;
    }
    return address.isPresent()
        && streams.replicas().stream()
            .map(HostInfo::host)
            .map(this::address)
            .anyMatch(asking::equals);
  }

  private InetAddress address(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new NotReadyException("the address " + host + " is not known");
    }
  }

  /**
   * One experiment, whichever replica has it.
   *
   * @return empty if there is none
   * @throws NotReadyException if it is not known for longer than a rebalance takes
   */
  public Optional<ExperimentState> find(String id) {
    return patiently(() -> findNow(id));
  }

  /**
   * As above, without waiting.
   *
   * @throws NotReadyException if it is not known at the moment
   */
  Optional<ExperimentState> findNow(String id) {
    return fromOwner(id, "", new TypeReference<ExperimentState>() {}, () -> streams.find(id));
  }

  /**
   * What there is to show of an experiment whose state its replica cannot read.
   *
   * @return empty if there is none, or if that replica is of a version that does not tell
   * @throws NotReadyException as for {@link #find}
   */
  public Optional<ExperimentView> unreadable(String id) {
    return patiently(
        () ->
            fromOwner(
                id, UNREADABLE, new TypeReference<ExperimentView>() {}, () -> ownUnreadable(id)));
  }

  /** As above, of one of this replica's own. */
  public Optional<ExperimentView> ownUnreadable(String id) {
    return streams.unreadable().stream()
        .flatMap(List::stream)
        .filter(kept -> kept.id().equals(id))
        .map(ExperimentView::of)
        .findFirst();
  }

  /**
   * Where the runs of an experiment stand that were asked for and cannot work yet, by run.
   *
   * @throws NotReadyException as for {@link #find}
   */
  public Map<String, QueuePlace> queue(String id) {
    return patiently(
            () ->
                fromOwner(
                    id,
                    QUEUE,
                    new TypeReference<Map<String, QueuePlace>>() {},
                    () -> Optional.of(ownQueue(id))))
        .orElse(Map.of());
  }

  /**
   * What the replica that has an experiment tells of it.
   *
   * @param more follows the experiment's path
   * @param own its answer if it is this one
   */
  private <T> Optional<T> fromOwner(
      String id, String more, TypeReference<T> type, Supplier<Optional<T>> own) {
    String path = PATH + "/" + URLEncoder.encode(id, StandardCharsets.UTF_8) + more;
    return switch (streams.owner(id)) {
      case ExperimentStreams.Owner.Here here -> own.get();
      case ExperimentStreams.Owner.Unknown unknown -> throw new NotReadyException(unknown.why());
      case ExperimentStreams.Owner.There there -> calls.get(there.base(), path, type);
    };
  }

  /** As above, of one of this replica's own. */
  public Map<String, QueuePlace> ownQueue(String id) {
    return queue.apply(id);
  }

  /**
   * All experiments, newest first, without their runs.
   *
   * @throws NotReadyException if some are not known for longer than a rebalance takes
   */
  public List<ExperimentView> list() {
    return patiently(this::listNow);
  }

  private List<ExperimentView> listNow() {
    List<ExperimentView> all = new ArrayList<>(own());
    List<URI> others =
        streams
            .others()
            .orElseThrow(() -> new NotReadyException("the replicas share their work out anew"));
    for (URI other : others) {
      calls.get(other, PATH, new TypeReference<List<ExperimentView>>() {}).ifPresent(all::addAll);
    }
    all.sort(
        Comparator.comparing(ExperimentView::requested)
            .reversed()
            .thenComparing(ExperimentView::id));
    return all;
  }

  /**
   * One experiment of this replica's own.
   *
   * @return empty if there is none
   * @throws NotReadyException if another replica has it, or none
   */
  public Optional<ExperimentState> ownOne(String id) {
    return switch (streams.owner(id)) {
      case ExperimentStreams.Owner.Here here -> streams.find(id);
      case ExperimentStreams.Owner.Unknown unknown -> throw new NotReadyException(unknown.why());
      case ExperimentStreams.Owner.There there ->
          throw new NotReadyException("experiment '" + id + "' has just moved to another replica");
    };
  }

  /**
   * This replica's own experiments without their runs: first those whose states can be read, the
   * newest first.
   *
   * @throws NotReadyException while they are not known
   */
  public List<ExperimentView> own() {
    List<ExperimentState> states =
        streams
            .all()
            .orElseThrow(
                () -> new NotReadyException(streams.missing().orElse("state is restored")));
    return Stream.concat(
            states.stream().map(ExperimentView::summary),
            streams.unreadable().stream().flatMap(List::stream).map(ExperimentView::of))
        .toList();
  }

  /** A replica that has gone is still named as the owner of its work for a while. */
  private <T> T patiently(Supplier<T> question) {
    long end = System.nanoTime() + rebalance.toNanos();
    while (true) {
      try {
        return question.get();
      } catch (NotReadyException e) {
        if (!streams.started() || System.nanoTime() > end) {
          throw e;
        }
        try {
          Thread.sleep(PAUSE);
        } catch (InterruptedException stopped) {
          Thread.currentThread().interrupt();
          throw e;
        }
      }
    }
  }
}
