package org.mococxr.inference.protocol;

import io.grpc.Status;
import io.quarkus.security.AuthenticationFailedException;
import java.util.Optional;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.access.DeniedException;
import org.mococxr.inference.config.NotConfiguredException;
import org.mococxr.inference.model.BusyException;
import org.mococxr.inference.model.DeadlineException;
import org.mococxr.inference.model.NoModelException;
import org.mococxr.inference.model.UnavailableModelException;
import org.mococxr.inference.model.UnknownModelException;
import org.mococxr.inference.quality.UnknownAnswerException;

/** Why a request fails: the one table of HTTP status, gRPC status and the reason in the metrics. */
public enum Failure {
  /** The request does not fit: sending it again does not help. */
  INVALID(400, Status.Code.INVALID_ARGUMENT, "invalid", 0),
  /** The caller has not signed in, or with a token that is not valid. */
  UNAUTHENTICATED(401, Status.Code.UNAUTHENTICATED, "unauthenticated", 0),
  /** The server is configured not to do this, or not for this caller. */
  FORBIDDEN(403, Status.Code.PERMISSION_DENIED, "forbidden", 0),
  /** The model, its version or its answer is not known. */
  NOT_FOUND(404, Status.Code.NOT_FOUND, "not_found", 0),
  /** The body did not arrive in time. */
  SLOW(408, Status.Code.DEADLINE_EXCEEDED, "slow", 0),
  /** The body is larger than any that is taken. */
  TOO_LARGE(413, Status.Code.RESOURCE_EXHAUSTED, "too_large", 0),
  /** The body's encoding is not one that is known. */
  UNSUPPORTED(415, Status.Code.UNIMPLEMENTED, "unsupported", 0),
  /** There is more work than the server takes. */
  BUSY(429, Status.Code.RESOURCE_EXHAUSTED, "busy", 1),
  /** The client sends more than it may. */
  QUOTA(429, Status.Code.RESOURCE_EXHAUSTED, "quota", 1),
  /** A fault of the program or the machine. */
  INTERNAL(500, Status.Code.INTERNAL, "internal", 0),
  /** The archive cannot be reached, or does not take what is to be stored. */
  ARCHIVE(502, Status.Code.UNAVAILABLE, "archive", 0),
  /** No model is served yet. */
  NO_MODEL(503, Status.Code.UNAVAILABLE, "no_model", 5),
  /** The store of batch jobs, or of the bundle of an unloaded model, cannot be reached now. */
  STORE(503, Status.Code.UNAVAILABLE, "store", 5),
  /** The answer was not there by the request's deadline. */
  LATE(504, Status.Code.DEADLINE_EXCEEDED, "deadline", 0);

  private final int http;
  private final Status.Code grpc;
  private final String reason;
  private final int retryAfter;

  Failure(int http, Status.Code grpc, String reason, int retryAfter) {
    this.http = http;
    this.grpc = grpc;
    this.reason = reason;
    this.retryAfter = retryAfter;
  }

  /** What {@code e} says about the request. */
  public static Failure of(Throwable e) {
    return switch (e) {
      case UserErrorException wrong -> INVALID;
      case NotConfiguredException off -> FORBIDDEN;
      case DeniedException denied -> denied.isKnown() ? FORBIDDEN : UNAUTHENTICATED;
      case AuthenticationFailedException failed -> UNAUTHENTICATED;
      case RefusedException refused -> refused.failure();
      case UnknownModelException unknown -> NOT_FOUND;
      case UnknownAnswerException unknown -> NOT_FOUND;
      case NoModelException none -> NO_MODEL;
      case UnavailableModelException away -> STORE;
      case BusyException busy -> BUSY;
      case DeadlineException late -> LATE;
      default -> INTERNAL;
    };
  }

  /** What the sender may read of {@code e}; of a fault, only where to look. */
  public String message(Throwable e) {
    if (e instanceof AuthenticationFailedException) {
      return "the bearer token is not valid";
    }
    return this == INTERNAL ? "internal error; see the service's log" : e.getMessage();
  }

  /** The HTTP status. */
  public int http() {
    return http;
  }

  /** The gRPC status. */
  public Status.Code grpc() {
    return grpc;
  }

  /** The label {@code reason} of the metrics. */
  public String reason() {
    return reason;
  }

  /** After how many seconds another try is worthwhile; empty when none is. */
  public Optional<Integer> retryAfter() {
    return retryAfter == 0 ? Optional.empty() : Optional.of(retryAfter);
  }
}
