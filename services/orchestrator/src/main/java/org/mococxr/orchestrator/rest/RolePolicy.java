package org.mococxr.orchestrator.rest;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.orchestrator.config.OrchestratorConfig;

/**
 * Who may do what, where users sign in by OIDC: a viewer sees everything, an operator changes it
 * too. Health and metrics are for everybody; replicas know each other by other means. Without OIDC
 * everybody may do everything, and the service refuses to be reached from other machines unless it
 * is told that something else protects it.
 */
@ApplicationScoped
public class RolePolicy implements HttpSecurityPolicy {
  /** May look. */
  static final String VIEWER = "viewer";

  /** May look, submit, pause, resume, cancel and retry. */
  static final String OPERATOR = "operator";

  private static final List<String> FOR_EVERYBODY =
      List.of("/q/health/", "/q/metrics/", Replicas.INTERNAL);
  private static final Set<HttpMethod> READING =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  /** Stands in application.properties where no issuer is named. */
  private static final String NO_ISSUER = "http://localhost";

  private final boolean on;
  private final String issuer;
  private final OrchestratorConfig config;

  RolePolicy(
      @ConfigProperty(name = "quarkus.oidc.tenant-enabled") boolean on,
      @ConfigProperty(name = "quarkus.oidc.auth-server-url", defaultValue = NO_ISSUER)
          String issuer,
      OrchestratorConfig config) {
    this.on = on;
    this.issuer = issuer;
    this.config = config;
  }

  void requireProtection(@Observes StartupEvent event) {
    requireProtection(on, SameOriginFilter.thisMachineOnly(), config.http().unprotected());
    requireIssuer(on, issuer);
  }

  /**
   * @throws UserErrorException if users are to sign in, and it is not said where
   */
  static void requireIssuer(boolean signIn, String issuer) {
    if (signIn && issuer.equals(NO_ISSUER)) {
      throw new UserErrorException(
          "MOCOCXR_OIDC_ISSUER",
          "missing, though MOCOCXR_OIDC_ENABLED is true",
          "expected an issuer's address, such as https://keycloak.example/realms/lab");
    }
  }

  /**
   * @throws UserErrorException if other machines reach a service that asks nobody who he is
   */
  static void requireProtection(boolean signIn, boolean thisMachineOnly, boolean unprotected) {
    if (!signIn && !thisMachineOnly && !unprotected) {
      throw new UserErrorException(
          "quarkus.http.host",
          "other machines reach this service, and nobody has to sign in",
          "set MOCOCXR_OIDC_ENABLED and MOCOCXR_OIDC_ISSUER, or MOCOCXR_HTTP_UNPROTECTED=true if"
              + " something else keeps strangers out");
    }
  }

  @Override
  public Uni<CheckResult> checkPermission(
      RoutingContext request, Uni<SecurityIdentity> identity, AuthorizationRequestContext context) {
    if (!on || isForEverybody(request.normalizedPath())) {
      return CheckResult.permit();
    }
    boolean reading = READING.contains(request.request().method());
    return identity.map(who -> new CheckResult(may(who, reading)));
  }

  private static boolean may(SecurityIdentity who, boolean reading) {
    return who.hasRole(OPERATOR) || (reading && who.hasRole(VIEWER));
  }

  private static boolean isForEverybody(String path) {
    return FOR_EVERYBODY.stream().anyMatch((path + "/")::startsWith);
  }
}
