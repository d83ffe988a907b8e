package org.mococxr.testkit.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** The probes of a container by HTTP. */
final class Probes {
  private static final int FIRST_ERROR = 400;
  private static final int USUAL_FAILURES = 3;
  private static final int USUAL_PERIOD = 10;

  private final Container container;
  private final String address;
  private final Process process;

  private Probes(Container container, String address, Process process) {
    this.container = container;
    this.address = address;
    this.process = process;
  }

  /** Probes until the process has ended; one that fails its startup or liveness probe is ended. */
  static Thread watch(
      Container container, String address, Process process, Consumer<Boolean> ready) {
    Probes probes = new Probes(container, address, process);
    return Thread.ofVirtual().start(() -> probes.work(ready));
  }

  private void work(Consumer<Boolean> ready) {
    try {
      if (!started()) {
        return;
      }
      int unready = 0;
      int failures = 0;
      while (process.isAlive()) {
        Probe readiness = container.getReadinessProbe();
        unready = readiness == null || passes(readiness) ? 0 : unready + 1;
        // In between it stays what it was: one late answer of a busy machine takes nothing away.
        if (process.isAlive() && (unready == 0 || unready >= failures(readiness))) {
          ready.accept(unready == 0);
        }
        Probe liveness = container.getLivenessProbe();
        failures = liveness == null || passes(liveness) ? 0 : failures + 1;
        if (liveness != null && failures >= failures(liveness)) {
          process.destroy();
          return;
        }
        // As often as the readiness probe says: the liveness probe's longer period is cut short.
        Thread.sleep(Duration.ofSeconds(readiness == null ? USUAL_PERIOD : period(readiness)));
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean started() throws InterruptedException {
    Probe startup = container.getStartupProbe();
    int failures = 0;
    while (startup != null && process.isAlive() && !passes(startup)) {
      if (++failures >= failures(startup)) {
        process.destroy();
        return false;
      }
      Thread.sleep(Duration.ofSeconds(period(startup)));
    }
    return process.isAlive();
  }

  private boolean passes(Probe probe) {
    if (probe.getHttpGet() == null) {
      throw new IllegalArgumentException("only probes by HTTP are supported: " + probe);
    }
    HTTPGetAction get = probe.getHttpGet();
    int timeout = 1000 * Optional.ofNullable(probe.getTimeoutSeconds()).orElse(1);
    HttpURLConnection connection = null;
    try {
      URI uri = URI.create("http://" + address + ":" + port(get.getPort()) + get.getPath());
      connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setConnectTimeout(timeout);
      connection.setReadTimeout(timeout);
      return connection.getResponseCode() < FIRST_ERROR;
    } catch (IOException e) {
      return false;
    } finally {
      if (connection != null) {
        connection.disconnect();
      }
    }
  }

  private int port(IntOrString port) {
    if (port.getIntVal() != null) {
      return port.getIntVal();
    }
    return container.getPorts().stream()
        .filter(named -> port.getStrVal().equals(named.getName()))
        .mapToInt(ContainerPort::getContainerPort)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no port " + port.getStrVal()));
  }

  private static int failures(Probe probe) {
    return Optional.ofNullable(probe.getFailureThreshold()).orElse(USUAL_FAILURES);
  }

  private static int period(Probe probe) {
    return Optional.ofNullable(probe.getPeriodSeconds()).orElse(USUAL_PERIOD);
  }
}
