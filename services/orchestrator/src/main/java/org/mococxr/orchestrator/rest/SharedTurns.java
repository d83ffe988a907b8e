package org.mococxr.orchestrator.rest;

import com.fasterxml.jackson.core.type.TypeReference;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.state.HostInfo;
import org.jboss.logging.Logger;
import org.mococxr.orchestrator.launch.Claim;
import org.mococxr.orchestrator.launch.TurnKeeper;
import org.mococxr.orchestrator.streams.ExperimentStreams;

/**
 * The one keeper of turns of all replicas: that of the replica that has the first partition. The
 * others ask it over HTTP.
 */
public final class SharedTurns implements TurnKeeper.Asking {
  /** Path under which a replica gives turns to the others. */
  public static final String PATH = Replicas.INTERNAL + "turns";

  private static final Logger LOG = Logger.getLogger(SharedTurns.class);

  private final ExperimentStreams streams;
  private final TurnKeeper keeper;
  private final ReplicaCalls calls;
  private final String name;
  private final boolean alone;

  /**
   * @param keeper for when this replica is the one that gives turns
   * @param address under which the others reach this one; empty if there are none
   * @param secret that all replicas know
   */
  public SharedTurns(
      ExperimentStreams streams,
      TurnKeeper keeper,
      Optional<HostInfo> address,
      Optional<String> secret) {
    this.streams = streams;
    this.keeper = keeper;
    this.calls = new ReplicaCalls(secret);
    this.name = address.map(own -> own.host() + ":" + own.port()).orElse("alone");
    this.alone = address.isEmpty();
  }

  @Override
  public Optional<TurnKeeper.Answer> ask(List<Claim> claims) {
    TurnKeeper.Report report = new TurnKeeper.Report(name, streams.ownPartitions(), claims);
    return switch (streams.keeper()) {
      case ExperimentStreams.Owner.Here here -> Optional.of(own(report));
      case ExperimentStreams.Owner.Unknown unknown -> Optional.empty();
      case ExperimentStreams.Owner.There there -> {
        try {
          yield calls.post(there.base(), PATH, report, new TypeReference<TurnKeeper.Answer>() {});
        } catch (NotReadyException e) {
          LOG.debugf("no turns are given: %s", e.getMessage());
          yield Optional.empty();
        }
      }
    };
  }

  /**
   * Answers another replica.
   *
   * @throws NotReadyException if this one does not give turns
   */
  public TurnKeeper.Answer answer(TurnKeeper.Report report) {
    if (streams.keeper() instanceof ExperimentStreams.Owner.Here) {
      return own(report);
    }
    throw new NotReadyException("another replica gives turns");
  }

  private TurnKeeper.Answer own(TurnKeeper.Report report) {
    return keeper.answer(report, alone ? report.partitions().size() : streams.partitions());
  }
}
