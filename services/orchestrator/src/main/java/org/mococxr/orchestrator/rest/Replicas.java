package org.mococxr.orchestrator.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.streams.state.HostInfo;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.Json;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.streams.ExperimentStreams;

/** The experiments of all replicas: each replica answers for its own, and asks the others. */
public final class Replicas {
  /** Path under which a replica tells the others of its own experiments. */
  public static final String PATH = "/internal/experiments";

  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** Header in which replicas show each other that they belong together. */
  public static final String SECRET_HEADER = "X-Mococxr-Replica";

  private final ExperimentStreams streams;
  private final Optional<HostInfo> address;
  private final Optional<String> secret;
  private final boolean signIn;
  private final Duration rebalance;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  /**
   * @param address under which the others reach this one; empty if there are none
   * @param secret that all replicas know; if empty, they know each other by their addresses
   * @param signIn users sign in, so that what comes from this machine may be anybody's: a proxy
   *     beside this process, or {@code kubectl port-forward}
   * @param rebalance how long it takes at most until another replica has the work of one that has
   *     gone; for so long a question waits
   */
  public Replicas(
      ExperimentStreams streams,
      Optional<HostInfo> address,
      Optional<String> secret,
      boolean signIn,
      Duration rebalance) {
    this.streams = streams;
    this.address = address;
    this.secret = secret;
    this.signIn = signIn;
    this.rebalance = rebalance;
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

  private Optional<ExperimentState> findNow(String id) {
    return switch (streams.owner(id)) {
      case ExperimentStreams.Owner.Here here -> streams.find(id);
      case ExperimentStreams.Owner.Unknown unknown -> throw new NotReadyException(unknown.why());
      case ExperimentStreams.Owner.There there -> {
        String path = PATH + "/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
        yield ask(there.base(), path)
            .map(text -> read(text, new TypeReference<ExperimentState>() {}));
      }
    };
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
      ask(other, PATH)
          .map(text -> read(text, new TypeReference<List<ExperimentView>>() {}))
          .ifPresent(all::addAll);
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
   * This replica's own experiments, newest first, without their runs.
   *
   * @throws NotReadyException while they are not known
   */
  public List<ExperimentView> own() {
    return streams
        .all()
        .orElseThrow(() -> new NotReadyException(streams.missing().orElse("state is restored")))
        .stream()
        .map(ExperimentView::summary)
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

  private Optional<String> ask(URI base, String path) {
    HttpRequest.Builder question = HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE);
    secret.ifPresent(shown -> question.header(SECRET_HEADER, shown));
    HttpRequest request = question.build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      return switch (answer.statusCode()) {
        case OK -> Optional.of(answer.body());
        case NOT_FOUND -> Optional.empty();
        default ->
            throw new NotReadyException(
                "the replica at " + base + " answers with status " + answer.statusCode());
      };
    } catch (IOException e) {
      throw new NotReadyException(
          "the replica at " + base + " does not answer: " + Causes.message(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotReadyException("stopped while asking the replica at " + base);
    }
  }

  private static <T> T read(String text, TypeReference<T> type) {
    try {
      return Json.LENIENT.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new NotReadyException(
          "a replica of another version answers: " + e.getOriginalMessage());
    }
  }
}
