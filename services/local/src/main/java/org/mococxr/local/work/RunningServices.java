package org.mococxr.local.work;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What runs in a work folder, written there for the other commands to find.
 *
 * @param session marks every process of this start, see {@link #SESSION_VARIABLE}
 * @param pid the process that started the others
 * @param started when that process started: a process id alone is reused sooner or later
 * @param ready whether every service has reported that it is ready
 * @param bootstrapServers Kafka's address
 * @param artifacts base of the artefact store
 * @param ports name → port, kept so that a later start has the same addresses
 */
public record RunningServices(
    String session,
    long pid,
    Instant started,
    boolean ready,
    String bootstrapServers,
    URI artifacts,
    Map<String, Integer> ports) {
  /** Environment variable by which a process knows which start it belongs to. */
  public static final String SESSION_VARIABLE = "MOCOCXR_LOCAL_SESSION";

  /** The same as a system property, which other processes can see on the command line. */
  public static final String SESSION_PROPERTY = "mococxr.session";

  /** The same, now that every service is ready. */
  public RunningServices readyNow() {
    return new RunningServices(session, pid, started, true, bootstrapServers, artifacts, ports);
  }

  /** Base address of a service, for example {@code orchestrator}. */
  public URI url(String service) {
    return URI.create("http://127.0.0.1:" + ports.get(service));
  }

  /** The process that started the others, if it still runs. */
  public Optional<ProcessHandle> supervisor() {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::startedThen);
  }

  private boolean startedThen(ProcessHandle process) {
    // The operating system's clock ticks are coarse.
    return process
        .info()
        .startInstant()
        .map(at -> Duration.between(at, started).abs().compareTo(Duration.ofSeconds(2)) < 0)
        .orElse(true);
  }
}
