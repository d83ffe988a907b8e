package org.mococxr.orchestrator.rest;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.ConfigProvider;
import org.mococxr.orchestrator.config.OrchestratorConfig;

/**
 * Refuses what a page of another origin asks for in the name of a user's browser. A request that
 * changes something must come from this origin, if it comes from a page at all; and where only this
 * machine is served, or the names of the service are configured, a request for any other host is
 * refused, since a foreign name may have been made to point here.
 */
@Provider
@PreMatching
public final class SameOriginFilter implements ContainerRequestFilter {
  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final List<String> OWN_SITES = List.of("same-origin", "none");

  /** Filters are made before the configuration is there. */
  private final jakarta.inject.Provider<OrchestratorConfig> config;

  private final jakarta.inject.Provider<Replicas> replicas;

  SameOriginFilter(
      jakarta.inject.Provider<OrchestratorConfig> config,
      jakarta.inject.Provider<Replicas> replicas) {
    this.config = config;
    this.replicas = replicas;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    String host = lower(request.getHeaderString(HttpHeaders.HOST));
    boolean replica = request.getUriInfo().getRequestUri().getPath().startsWith(Replicas.INTERNAL);
    if (host != null && !served(host) && !(replica && replicas.get().isAddress(host))) {
      refuse(
          request,
          "the host '" + host + "' is not served here; see mococxr.orchestrator.http.hosts");
      return;
    }
    if (READING.contains(request.getMethod())) {
      return;
    }
    String origin = lower(request.getHeaderString("Origin"));
    String site = lower(request.getHeaderString("Sec-Fetch-Site"));
    if (origin != null && !sameOrigin(origin, host)) {
      refuse(request, "the request comes from a page of '" + origin + "'");
    } else if (site != null && !OWN_SITES.contains(site)) {
      refuse(request, "the request comes from a page of another site");
    }
  }

  private boolean served(String host) {
    Optional<List<String>> hosts = config.get().http().hosts();
    if (LOOPBACK.contains(name(host))) {
      return true;
    }
    return hosts.isPresent() ? hosts.get().contains(name(host)) : !thisMachineOnly();
  }

  /** Whether no other machine can reach this service. */
  static boolean thisMachineOnly() {
    String address =
        ConfigProvider.getConfig().getOptionalValue("quarkus.http.host", String.class).orElse("");
    return LOOPBACK.contains(address);
  }

  private static boolean sameOrigin(String origin, String host) {
    try {
      return host != null && host.equals(lower(URI.create(origin).getRawAuthority()));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Without the port. */
  private static String name(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }

  private static String lower(String text) {
    return text == null ? null : text.toLowerCase(Locale.ROOT);
  }

  private static void refuse(ContainerRequestContext request, String why) {
    request.abortWith(ErrorView.response(Response.Status.FORBIDDEN, why));
  }
}
