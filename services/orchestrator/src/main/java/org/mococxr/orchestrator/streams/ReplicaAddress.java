package org.mococxr.orchestrator.streams;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.state.HostInfo;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.orchestrator.config.OrchestratorConfig;

/** Under which address other replicas reach this one's HTTP. */
public final class ReplicaAddress {
  private static final String POD_IP = "POD_IP";

  private ReplicaAddress() {}

  /**
   * What is configured; on Kubernetes the pod's address otherwise.
   *
   * @param environment may have {@code POD_IP}
   * @param port of this process' HTTP
   * @return empty if there is but one replica
   */
  public static Optional<HostInfo> of(
      OrchestratorConfig config, Map<String, String> environment, int port) {
    Optional<String> given = config.streams().applicationServer();
    if (given.isPresent()) {
      try {
        return Optional.of(HostInfo.buildFromEndpoint(given.get()));
      } catch (RuntimeException e) {
        throw new UserErrorException(
            "mococxr.orchestrator.streams.application-server",
            "found '" + given.get() + "'",
            "expected <host>:<port>",
            e);
      }
    }
    if (config.launcher() == OrchestratorConfig.LauncherKind.LOCAL) {
      return Optional.empty();
    }
    String host = environment.getOrDefault(POD_IP, "");
    return Optional.of(new HostInfo(bracketed(host.isBlank() ? ownAddress() : host), port));
  }

  private static String bracketed(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  private static String ownAddress() {
    try {
      return InetAddress.getLocalHost().getHostAddress();
    } catch (UnknownHostException e) {
      throw new UserErrorException(
          "mococxr.orchestrator.streams.application-server",
          "missing, and this host's name has no address",
          "set it to <host>:<port>, or POD_IP to the pod's address",
          e);
    }
  }
}
