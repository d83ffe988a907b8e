package org.mococxr.inference.access;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticator;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.config.InferenceConfig;

/**
 * Finds out who calls. Callers show a bearer token of the OpenID provider; without one they may use
 * the models that are for everybody.
 */
@Singleton
public final class Callers {
  /** Stands in application.properties where no issuer is named. */
  private static final String NO_ISSUER = "http://localhost";

  private final boolean signIn;
  private final String issuer;
  private final List<String> settings;
  private final HttpAuthenticator authenticator;
  private final SecurityIdentity current;
  private volatile ModelRoles models;

  Callers(
      InferenceConfig config,
      @ConfigProperty(name = "quarkus.oidc.auth-server-url") String issuer,
      HttpAuthenticator authenticator,
      SecurityIdentity current) {
    this.signIn = config.signIn();
    this.issuer = issuer;
    this.settings = config.roles().orElse(List.of());
    this.authenticator = authenticator;
    this.current = current;
  }

  void requireSettings(@Observes StartupEvent event) {
    requireSettings(signIn, models(), issuer);
  }

  /**
   * Holds the settings against each other.
   *
   * @throws UserErrorException if models are for roles that nobody can show, or nobody says who
   *     signs callers in
   */
  static void requireSettings(boolean signIn, ModelRoles models, String issuer) {
    if (!signIn && !models.isEmpty()) {
      throw new UserErrorException(
          ModelRoles.SETTING,
          "names roles, and callers cannot sign in",
          "set mococxr.inference.sign-in (MOCOCXR_INFERENCE_SIGN_IN) and MOCOCXR_OIDC_ISSUER");
    }
    if (signIn && issuer.equals(NO_ISSUER)) {
      throw new UserErrorException(
          "MOCOCXR_OIDC_ISSUER",
          "missing, though mococxr.inference.sign-in is true",
          "expected an issuer's address, such as https://keycloak.example/realms/lab");
    }
  }

  private ModelRoles models() {
    if (models == null) {
      models = ModelRoles.parse(settings);
    }
    return models;
  }

  /** The caller of the REST request that this thread works on. */
  public Caller ofRest() {
    return models().isEmpty() ? anybody() : of(current);
  }

  /**
   * The caller of a request that passes none of the framework's filters. It fails where the
   * request's token is not valid.
   */
  public Uni<Caller> of(RoutingContext request) {
    if (!signIn || request.request().getHeader("authorization") == null) {
      return Uni.createFrom().item(anybody());
    }
    return authenticator
        .attemptAuthentication(request)
        .map(identity -> identity == null ? anybody() : of(identity));
  }

  private Caller of(SecurityIdentity identity) {
    return new Caller(!identity.isAnonymous(), identity.getRoles(), models());
  }

  private Caller anybody() {
    return new Caller(false, Set.of(), models());
  }
}
