package org.mococxr.inference.protocol;

import java.util.OptionalLong;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.model.Call;

/** The ranges of the protocol's parameters, the same over REST and gRPC. */
public final class ProtocolParameters {
  /** A day, in microseconds: no request is of use for longer. */
  private static final long LONGEST_TIMEOUT = 86_400_000_000L;

  private ProtocolParameters() {}

  /** A priority; 0 is the default's. */
  public static int priority(long value) {
    if (value < 0 || value > Call.PRIORITIES) {
      throw new UserErrorException(
          "parameters.priority", "is " + value, "1 (first) to " + Call.PRIORITIES + ", or 0");
    }
    return (int) value;
  }

  /** A timeout in microseconds; 0 says nothing. */
  public static OptionalLong timeout(long micros) {
    if (micros < 0) {
      throw new UserErrorException("parameters.timeout", "is " + micros, "microseconds, 0 or more");
    }
    return micros == 0 ? OptionalLong.empty() : OptionalLong.of(Math.min(micros, LONGEST_TIMEOUT));
  }
}
