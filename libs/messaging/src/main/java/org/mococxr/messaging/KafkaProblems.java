package org.mococxr.messaging;

import java.nio.file.FileSystemException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.util.Optional;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.mococxr.foundation.Causes;

/** Kafka's exceptions in words for whoever runs the services. They hold no secret. */
public final class KafkaProblems {
  private KafkaProblems() {}

  /** What went wrong and which variables to look at, in one line. */
  public static String of(Throwable error) {
    Optional<SaslAuthenticationException> login = cause(error, SaslAuthenticationException.class);
    if (login.isPresent()) {
      return "Kafka refuses the login: the user or the password is wrong (KAFKA_SASL_USERNAME,"
          + " KAFKA_SASL_PASSWORD, KAFKA_SASL_MECHANISM): "
          + Causes.message(login.get());
    }
    Optional<SslAuthenticationException> handshake = cause(error, SslAuthenticationException.class);
    if (handshake.isPresent()) {
      boolean untrusted =
          cause(error, CertPathBuilderException.class).isPresent()
              || cause(error, CertPathValidatorException.class).isPresent();
      String what =
          untrusted
              ? "the broker's certificate is not trusted (KAFKA_SSL_TRUSTSTORE_…): "
              : "the TLS handshake with Kafka failed (KAFKA_SSL_…): ";
      return what + root(handshake.get());
    }
    Optional<AuthorizationException> right = cause(error, AuthorizationException.class);
    if (right.isPresent()) {
      return "the Kafka user lacks a right: " + Causes.message(right.get());
    }
    Optional<TimeoutException> silence = cause(error, TimeoutException.class);
    if (silence.isPresent()) {
      return "no answer from Kafka (KAFKA_BOOTSTRAP_SERVERS, KAFKA_SECURITY_PROTOCOL): "
          + Causes.message(silence.get());
    }
    return root(error);
  }

  /** Whether it is Kafka that is away or refuses this client, and no fault of a program. */
  public static boolean isOutage(Throwable error) {
    return cause(error, AuthenticationException.class).isPresent()
        || cause(error, AuthorizationException.class).isPresent()
        || cause(error, RetriableException.class).isPresent();
  }

  private static <E extends Throwable> Optional<E> cause(Throwable error, Class<E> kind) {
    for (Throwable at = error; at != null; at = at.getCause()) {
      if (kind.isInstance(at)) {
        return Optional.of(kind.cast(at));
      }
    }
    return Optional.empty();
  }

  /** The deepest cause says most: a client that cannot be made only says that it cannot. */
  private static String root(Throwable error) {
    Throwable at = error;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    return at instanceof FileSystemException file
        ? "cannot read " + file.getFile()
        : Causes.message(at);
  }
}
